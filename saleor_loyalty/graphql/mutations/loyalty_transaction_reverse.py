"""``loyaltyTransactionReverse``: staff or an app takes one movement back."""

from __future__ import annotations

import graphene

from ...accounts import reverse_by_hand
from ..base import LoyaltyMutation, require_text
from ..ids import require_integer_key
from ..request import LoyaltyRequest
from ..types.account import LoyaltyAccount
from ..types.transaction import LoyaltyTransaction


class LoyaltyTransactionReverse(LoyaltyMutation):
    account = graphene.Field(LoyaltyAccount, description="The account.")
    transaction = graphene.Field(
        LoyaltyTransaction, description="The new transaction, which names the one that it takes back."
    )
    unrecovered_points = graphene.Int(description="Points that were given and are spent, set aside or expired by now.")

    class Arguments:
        id = graphene.ID(
            required=True, description="The transaction: points given, earned by an event, deducted, set or imported."
        )
        reason = graphene.String(required=True, description="The reason, as the customer sees it.")
        internal_note = graphene.String(description="A note for staff.")
        idempotency_key = graphene.String(
            required=True, description="The same request under the same key counts once."
        )

    class Meta:
        description = (
            "Takes one movement back, once: points that were given or earned by an event, as far as the account still "
            "has points; a deduction to the lots it came from. Points of orders follow their orders and are refused."
        )

    @classmethod
    def perform(
        cls, request: LoyaltyRequest, *, id: str, reason: str, idempotency_key: str, internal_note: str | None = None
    ) -> LoyaltyTransactionReverse:
        result = reverse_by_hand(
            require_integer_key(id, "LoyaltyTransaction", field="id"),
            at=request.at,
            idempotency_key=require_text(idempotency_key, field="idempotencyKey"),
            actor=request.actor,
            reason=require_text(reason, field="reason"),
            internal_note=internal_note or "",
        )
        posting = result.posting
        return cls(
            account=posting and posting.account,
            transaction=posting and posting.transaction,
            unrecovered_points=result.unrecovered_points,
        )
