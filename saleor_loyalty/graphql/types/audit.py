"""The audit of the ledger."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

import graphene
from promise import Promise

from ...ledger import Finding
from .. import host_types
from ..dataloaders import AccountByIdLoader, TransactionByIdLoader
from ..request import loyalty_request
from .account import LoyaltyAccount
from .transaction import LoyaltyTransaction


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditReport:
    """What LoyaltyAuditReport resolves from."""

    checked_at: datetime.datetime
    findings: list[Finding]
    is_complete: bool
    stopped_after_id: int | None = None


class LoyaltyAuditFinding(graphene.ObjectType):  # type: ignore[misc]
    code = graphene.String(required=True, description="What differs.")
    message = graphene.String(required=True, description="The difference in English.")
    account = graphene.Field(LoyaltyAccount, description="The account.")
    transaction = graphene.Field(LoyaltyTransaction, description="The transaction, where it is about one.")

    class Meta:
        description = "A difference between the ledger's rows and what is derived from them."

    @staticmethod
    def resolve_account(root: Finding, info: Any) -> Promise:
        return loyalty_request(info).loader(AccountByIdLoader).load(root.account_id)

    @staticmethod
    def resolve_transaction(root: Finding, info: Any) -> Promise | None:
        if root.transaction_id is None:
            return None
        return loyalty_request(info).loader(TransactionByIdLoader).load(root.transaction_id)


class LoyaltyAuditReport(graphene.ObjectType):  # type: ignore[misc]
    ok = graphene.Boolean(required=True, description="Whether nothing differs.")
    checked_at = graphene.Field(host_types.DateTime, required=True, description="The moment of the audit.")
    findings = graphene.List(
        graphene.NonNull(LoyaltyAuditFinding), required=True, description="The differences, at most 100."
    )
    is_complete = graphene.Boolean(required=True, description="False where there are more findings, or more accounts.")
    stopped_after = graphene.Field(
        LoyaltyAccount,
        description="The last account that was looked at, where the program has more: ask again with it as `after`.",
    )

    class Meta:
        description = "What the audit found."

    @staticmethod
    def resolve_ok(root: AuditReport, _info: Any) -> bool:
        return not root.findings

    @staticmethod
    def resolve_stopped_after(root: AuditReport, info: Any) -> Promise | None:
        if root.stopped_after_id is None:
            return None
        return loyalty_request(info).loader(AccountByIdLoader).load(root.stopped_after_id)
