"""``loyaltyAccountUnfreeze``: staff or an app lets the points of an account move again."""

from __future__ import annotations

import graphene

from ...accounts import unfreeze_account
from ..base import LoyaltyMutation
from ..ids import require_integer_key
from ..request import LoyaltyRequest
from ..types.account import LoyaltyAccount


class LoyaltyAccountUnfreeze(LoyaltyMutation):
    account = graphene.Field(LoyaltyAccount, description="The account.")

    class Arguments:
        id = graphene.ID(required=True, description="The account.")
        reason = graphene.String(description="Why, for staff: on the timeline until the customer is erased.")
        expected_revision = graphene.Int(description="Refuse where the account was written to since it was read.")

    class Meta:
        description = (
            "Lets the points of a frozen account move again, with what was earned meanwhile. What was set aside "
            "before stays free. An active account stays as it is."
        )

    @classmethod
    def perform(
        cls,
        request: LoyaltyRequest,
        *,
        id: str,
        reason: str | None = None,
        expected_revision: int | None = None,
    ) -> LoyaltyAccountUnfreeze:
        account = unfreeze_account(
            require_integer_key(id, "LoyaltyAccount", field="id"),
            reason=reason or "",
            expected_revision=expected_revision,
            actor=request.actor,
            at=request.at,
        )
        return cls(account=account)
