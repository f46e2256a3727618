"""``loyaltyAccountFreeze``: staff or an app lets the points of an account stand still."""

from __future__ import annotations

import graphene

from ...accounts import freeze_account
from ..base import LoyaltyMutation
from ..ids import require_integer_key
from ..request import LoyaltyRequest
from ..types.account import LoyaltyAccount


class LoyaltyAccountFreeze(LoyaltyMutation):
    account = graphene.Field(LoyaltyAccount, description="The account.")

    class Arguments:
        id = graphene.ID(required=True, description="The account.")
        reason = graphene.String(description="Why, for staff: on the timeline until the customer is erased.")
        expected_revision = graphene.Int(description="Refuse where the account was written to since it was read.")

    class Meta:
        description = (
            "Freezes an account: its points can be neither given by hand nor spent, and what checkouts set aside is "
            "free again. Orders still earn, refunds still take back and give back, and points still expire. A frozen "
            "account stays as it is."
        )

    @classmethod
    def perform(
        cls,
        request: LoyaltyRequest,
        *,
        id: str,
        reason: str | None = None,
        expected_revision: int | None = None,
    ) -> LoyaltyAccountFreeze:
        account = freeze_account(
            require_integer_key(id, "LoyaltyAccount", field="id"),
            reason=reason or "",
            expected_revision=expected_revision,
            actor=request.actor,
            at=request.at,
        )
        return cls(account=account)
