"""Events: reported by apps and staff, or found by the program. Only who has MANAGE_LOYALTY reaches this type."""

from __future__ import annotations

from typing import Any

import graphene
from graphene.relay import Node
from promise import Promise

from ...models import ReportedEvent
from .. import host_types
from ..activity_loaders import TransactionsByEventIdLoader
from ..receipts import receipt_in_words
from ..request import loyalty_request
from .receipt import LoyaltyReceipt
from .transaction import LoyaltyTransaction


class LoyaltyReportedEvent(graphene.ObjectType):  # type: ignore[misc]
    event = graphene.String(required=True, description="REVIEW_APPROVED, BIRTHDAY …, or the shop's own name.")
    external_reference = graphene.String(description="What it is about where it comes from. Null once it is erased.")
    payload = graphene.Field(host_types.JSONString, description="What was sent with it. Null once it is erased.")
    occurred_at = graphene.Field(host_types.DateTime, required=True, description="When it happened.")
    created_at = graphene.Field(host_types.DateTime, required=True, description="When it was reported.")
    points = graphene.Int(required=True, description="What it earned when it was judged.")
    receipt = graphene.Field(
        LoyaltyReceipt,
        language_code=graphene.Argument(host_types.LanguageCodeEnum, description="The language of its texts."),
        description="Why it earned that, or nothing; null where no rule looks at it, or nothing is decided yet.",
    )
    transactions = graphene.List(
        graphene.NonNull(LoyaltyTransaction),
        required=True,
        description="Its awards, one for each rule; each can be taken back with `loyaltyTransactionReverse`.",
    )

    class Meta:
        description = "Something that happened with a customer: reported by an app or staff, or found by the program."
        interfaces = (Node,)

    @staticmethod
    def resolve_event(root: ReportedEvent, _info: Any) -> str:
        return root.name

    @staticmethod
    def resolve_external_reference(root: ReportedEvent, _info: Any) -> str | None:
        return root.external_reference or None

    @staticmethod
    def resolve_receipt(root: ReportedEvent, info: Any, language_code: str | None = None) -> Promise | None:
        if root.receipt is None:
            return None
        return receipt_in_words(
            loyalty_request(info),
            root.receipt,
            version_id=root.program_version_id,
            channel="",
            language_code=language_code,
        )

    @staticmethod
    def resolve_transactions(root: ReportedEvent, info: Any) -> Promise:
        return loyalty_request(info).loader(TransactionsByEventIdLoader).load(root.pk)
