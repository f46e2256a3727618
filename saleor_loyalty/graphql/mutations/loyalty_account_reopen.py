"""``loyaltyAccountReopen``: staff or an app lets a closed account begin again."""

from __future__ import annotations

import graphene

from ...accounts import reopen_account
from ..base import LoyaltyMutation
from ..ids import require_integer_key
from ..request import LoyaltyRequest
from ..types.account import LoyaltyAccount


class LoyaltyAccountReopen(LoyaltyMutation):
    account = graphene.Field(LoyaltyAccount, description="The account.")

    class Arguments:
        id = graphene.ID(required=True, description="The account.")
        reason = graphene.String(description="Why, for staff: on the timeline until the customer is erased.")

    class Meta:
        description = (
            "Lets a closed account begin again. Forfeited points do not come back. Refused for an account that is "
            "nobody's any more, and for one that was merged into another."
        )

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, id: str, reason: str | None = None) -> LoyaltyAccountReopen:
        account = reopen_account(
            require_integer_key(id, "LoyaltyAccount", field="id"),
            reason=reason or "",
            actor=request.actor,
            at=request.at,
        )
        return cls(account=account)
