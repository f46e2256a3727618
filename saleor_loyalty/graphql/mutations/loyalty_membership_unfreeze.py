"""``loyaltyMembershipUnfreeze``: the days of a frozen membership run again (A-196)."""

from __future__ import annotations

import graphene

from ...memberships import unfreeze_membership
from ..base import LoyaltyMutation
from ..ids import require_integer_key
from ..request import LoyaltyRequest
from ..types.membership import LoyaltyMembership


class LoyaltyMembershipUnfreeze(LoyaltyMutation):
    membership = graphene.Field(LoyaltyMembership, description="The membership.")

    class Arguments:
        id = graphene.ID(required=True, description="The membership.")
        reason = graphene.String(description="Why, for staff; at most 1,000 characters.")

    class Meta:
        description = (
            "Ends the freeze of a membership today: exactly the days that it was frozen are added to its end."
        )

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, id: str, reason: str | None = None) -> LoyaltyMembershipUnfreeze:
        membership = unfreeze_membership(
            require_integer_key(id, "LoyaltyMembership", field="id"),
            actor=request.actor,
            at=request.at,
            reason=reason or "",
        )
        return cls(membership=membership)
