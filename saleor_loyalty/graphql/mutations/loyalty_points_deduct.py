"""``loyaltyPointsDeduct``: staff or an app takes points from a customer."""

from __future__ import annotations

from typing import Any

import graphene

from ...accounts import deduct_by_hand
from ..account_choice import AccountChoice, find_account
from ..base import LoyaltyMutation, require_text
from ..enums import SOURCE_BY_HAND, LoyaltySourceEnum
from ..request import LoyaltyRequest
from ..types.account import LoyaltyAccount
from ..types.transaction import LoyaltyTransaction


class LoyaltyPointsDeductInput(AccountChoice):
    points = graphene.Int(required=True, description="How many points, at least 1; more than available is refused.")
    reason = graphene.String(required=True, description="The reason, as the customer sees it.")
    internal_note = graphene.String(description="A note for staff.")
    source = LoyaltySourceEnum(description=SOURCE_BY_HAND)
    idempotency_key = graphene.String(required=True, description="The same request under the same key counts once.")


class LoyaltyPointsDeduct(LoyaltyMutation):
    account = graphene.Field(LoyaltyAccount, description="The account.")
    transaction = graphene.Field(LoyaltyTransaction, description="The transaction; of a repeated request: the first.")

    class Arguments:
        input = LoyaltyPointsDeductInput(required=True, description="From whom, how many and why.")

    class Meta:
        description = "Takes points, soonest expiry first. Never more than available, and never a part of it."

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, input: Any) -> LoyaltyPointsDeduct:
        reason = require_text(input.get("reason"), field="reason")
        key = require_text(input.get("idempotency_key"), field="idempotencyKey")
        posting = deduct_by_hand(
            find_account(input),
            points=input["points"],
            at=request.at,
            idempotency_key=key,
            actor=request.actor,
            source=input.get("source") or "MANUAL",
            reason=reason,
            internal_note=input.get("internal_note") or "",
        )
        return cls(account=posting.account, transaction=posting.transaction)
