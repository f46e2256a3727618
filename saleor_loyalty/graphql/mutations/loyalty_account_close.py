"""``loyaltyAccountClose``: staff or an app closes an account, which stays the customer's."""

from __future__ import annotations

import graphene

from ...accounts import close_account
from ..base import LoyaltyMutation
from ..ids import require_integer_key
from ..request import LoyaltyRequest
from ..types.account import LoyaltyAccount
from ..types.transaction import LoyaltyTransaction


class LoyaltyAccountClose(LoyaltyMutation):
    account = graphene.Field(LoyaltyAccount, description="The account, closed.")
    forfeiture = graphene.Field(LoyaltyTransaction, description="What took the points, where there were any.")

    class Arguments:
        id = graphene.ID(required=True, description="The account.")
        forfeit = graphene.Boolean(
            description="Give up what points the account has or owes. Without it an account with points is refused."
        )
        reason = graphene.String(description="Why, for staff: on the timeline until the customer is erased.")
        expected_revision = graphene.Int(description="Refuse where the account was written to since it was read.")

    class Meta:
        description = (
            "Closes an account: it earns and spends nothing more, and the customer gets no other one. Card and log "
            "stay, and it can be reopened. Refused while a membership is active or frozen, and while a checkout has "
            "points set aside."
        )

    @classmethod
    def perform(
        cls,
        request: LoyaltyRequest,
        *,
        id: str,
        forfeit: bool | None = False,
        reason: str | None = None,
        expected_revision: int | None = None,
    ) -> LoyaltyAccountClose:
        closed = close_account(
            require_integer_key(id, "LoyaltyAccount", field="id"),
            forfeits=bool(forfeit),
            reason=reason or "",
            expected_revision=expected_revision,
            actor=request.actor,
            at=request.at,
        )
        return cls(account=closed.account, forfeiture=closed.forfeiture)
