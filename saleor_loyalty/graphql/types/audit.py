"""Audits of a program and what they found. Only staff and apps with MANAGE_LOYALTY reach these types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import graphene
from promise import Promise

from ...auditing import FINDING_CODES, Healing, Remedy, remedy_of_row
from ...models import AuditFinding, AuditRun, AuditStatus
from ...storable_text import storable_part
from .. import host_types
from ..connection import PAGE_LIMIT, page_arguments
from ..dataloaders import AccountByIdLoader, HostRootLoader, ProgramByIdLoader, TransactionByIdLoader
from ..enums import LoyaltyAuditRemedyEnum, LoyaltyAuditStatusEnum
from ..request import loyalty_request
from .account import LoyaltyAccount
from .program import LoyaltyProgram
from .transaction import LoyaltyTransaction


@dataclass(frozen=True, slots=True)
class CodeCount:
    """What LoyaltyAuditCount resolves from."""

    code: str
    count: int

    @property
    def description(self) -> str:
        return FINDING_CODES.get(self.code, "")


def order_of(order_id: str, info: Any) -> Promise | None:
    """Return what the host's Order resolves from, for those who may see orders."""
    request = loyalty_request(info)
    if not order_id or not request.requester.can_manage_orders:
        return None
    return request.loader(HostRootLoader).load(("Order", order_id))


class LoyaltyAuditFinding(graphene.ObjectType):  # type: ignore[misc]
    code = graphene.String(required=True, description="What differs.")
    message = graphene.String(required=True, description="The difference in English.")
    count = graphene.Int(required=True, description="How many differences it stands for; 1 but for a summary.")
    account = graphene.Field(LoyaltyAccount, description="The account.")
    transaction = graphene.Field(LoyaltyTransaction, description="The transaction, where it is about one.")
    order = graphene.Field(
        host_types.Order, description="The order, where it is about one that still exists. Null without MANAGE_ORDERS."
    )
    remedy = LoyaltyAuditRemedyEnum(description="What mends it; null where nothing does.")

    class Meta:
        description = "What an audit found: points that did not move exactly once, or a row that was changed."

    @staticmethod
    def resolve_count(root: AuditFinding, _info: Any) -> int:
        return min(root.differences, 2**31 - 1)

    @staticmethod
    def resolve_account(root: AuditFinding, info: Any) -> Promise | None:
        if root.account_id is None:
            return None
        return loyalty_request(info).loader(AccountByIdLoader).load(root.account_id)

    @staticmethod
    def resolve_transaction(root: AuditFinding, info: Any) -> Promise | None:
        if root.transaction_id is None:
            return None
        return loyalty_request(info).loader(TransactionByIdLoader).load(root.transaction_id)

    @staticmethod
    def resolve_order(root: AuditFinding, info: Any) -> Promise | None:
        return order_of(root.order_id, info)

    @staticmethod
    def resolve_remedy(root: AuditFinding, _info: Any) -> str | None:
        remedy: Remedy | None = remedy_of_row(root)
        return remedy.value if remedy else None


class LoyaltyAuditCount(graphene.ObjectType):  # type: ignore[misc]
    code = graphene.String(required=True, description="What differs.")
    description = graphene.String(required=True, description="What that means, in English.")
    count = graphene.Field(host_types.DecimalNumber, required=True, description="How many times it was found.")

    class Meta:
        description = "How many differences of one kind an audit found."


class LoyaltyAuditReport(graphene.ObjectType):  # type: ignore[misc]
    program = graphene.Field(LoyaltyProgram, required=True, description="The program.")
    status = LoyaltyAuditStatusEnum(required=True, description="Whether it has come to its end.")
    ok = graphene.Boolean(required=True, description="Whether it has come to its end and found nothing.")
    started_at = graphene.Field(host_types.DateTime, required=True, description="When it began.")
    checked_at = graphene.Field(
        host_types.DateTime, required=True, description="When it ended; before that, when it last went on."
    )
    orders_since = graphene.Field(
        host_types.DateTime, description="Orders that have not changed since then were not compared with the shop's."
    )
    accounts_done = graphene.Field(
        host_types.DecimalNumber, required=True, description="The accounts looked at so far."
    )
    records_done = graphene.Field(
        host_types.DecimalNumber, required=True, description="The orders' records compared with transactions so far."
    )
    orders_done = graphene.Field(
        host_types.DecimalNumber, required=True, description="The shop's orders compared with the records so far."
    )
    findings_count = graphene.Field(
        host_types.DecimalNumber, required=True, description="How many differences there are, listed or not."
    )
    counts = graphene.List(
        graphene.NonNull(LoyaltyAuditCount), required=True, description="How many differences there are of each kind."
    )
    findings = graphene.List(
        graphene.NonNull(LoyaltyAuditFinding),
        required=True,
        code=graphene.String(description="Only of this kind."),
        first=graphene.Int(default_value=PAGE_LIMIT, description=f"Return the first n, at most {PAGE_LIMIT}."),
        description="The first differences; 200 of a kind are kept.",
    )
    is_complete = graphene.Boolean(
        required=True, description="Whether it has come to its end and keeps every difference it found."
    )
    healing_at = graphene.Field(host_types.DateTime, description="When healing was asked for or last went on.")
    healed_at = graphene.Field(host_types.DateTime, description="When healing ended; another audit follows it.")
    healed = graphene.Int(required=True, description="How many steps of the healing have mended something.")
    previous = graphene.Field(
        lambda: LoyaltyAuditReport, description="The audit before this one that came to its end."
    )

    class Meta:
        description = "An audit of a program: the last one, or the one under way."

    @staticmethod
    def resolve_program(root: AuditRun, info: Any) -> Promise:
        return loyalty_request(info).loader(ProgramByIdLoader).load(root.program_id)

    @staticmethod
    def resolve_ok(root: AuditRun, _info: Any) -> bool:
        return root.status == AuditStatus.FINISHED and root.findings_count == 0

    @staticmethod
    def resolve_started_at(root: AuditRun, _info: Any) -> Any:
        return root.created_at

    @staticmethod
    def resolve_checked_at(root: AuditRun, _info: Any) -> Any:
        return root.finished_at or root.progressed_at

    @staticmethod
    def resolve_counts(root: AuditRun, _info: Any) -> list[CodeCount]:
        return [CodeCount(code, count) for code, count in sorted(root.counts.items())]

    @staticmethod
    def resolve_findings(
        root: AuditRun, info: Any, first: int | None = PAGE_LIMIT, code: str | None = None
    ) -> list[AuditFinding]:
        limit = page_arguments({"first": PAGE_LIMIT if first is None else first}).size
        request = loyalty_request(info)
        findings = AuditFinding.objects.using(request.using).filter(run_id=root.pk).order_by("pk")
        if code is not None:
            findings = findings.filter(code=storable_part(code))
        return list(findings[:limit])

    @staticmethod
    def resolve_is_complete(root: AuditRun, info: Any) -> bool:
        if root.status != AuditStatus.FINISHED:
            return False
        kept = AuditFinding.objects.using(loyalty_request(info).using).filter(run_id=root.pk)
        return kept.filter(differences=1).count() == root.findings_count

    @staticmethod
    def resolve_previous(root: AuditRun, info: Any) -> AuditRun | None:
        runs = AuditRun.objects.using(loyalty_request(info).using)
        earlier = runs.filter(program_id=root.program_id, status=AuditStatus.FINISHED, pk__lt=root.pk)
        return earlier.order_by("-pk").first()


class LoyaltyAuditHealingStep(graphene.ObjectType):  # type: ignore[misc]
    remedy = LoyaltyAuditRemedyEnum(required=True, description="What is done.")
    account = graphene.Field(LoyaltyAccount, description="The account that it is about.")
    order = graphene.Field(host_types.Order, description="The order that it is about. Null without MANAGE_ORDERS.")
    changes = graphene.List(
        graphene.NonNull(graphene.String), required=True, description="What it would change, in English."
    )
    obstacle = graphene.String(description="Why it cannot be done, in English.")

    class Meta:
        description = "One step of mending what an audit found."

    @staticmethod
    def resolve_remedy(root: Healing, _info: Any) -> str:
        return root.step.remedy.value

    @staticmethod
    def resolve_account(root: Healing, info: Any) -> Promise | None:
        if not root.step.account_id:
            return None
        return loyalty_request(info).loader(AccountByIdLoader).load(root.step.account_id)

    @staticmethod
    def resolve_order(root: Healing, info: Any) -> Promise | None:
        return order_of(root.step.order_id, info)

    @staticmethod
    def resolve_changes(root: Healing, _info: Any) -> list[str]:
        return list(root.texts)

    @staticmethod
    def resolve_obstacle(root: Healing, _info: Any) -> str | None:
        return root.obstacle or None
