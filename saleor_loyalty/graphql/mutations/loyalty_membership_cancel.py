"""``loyaltyMembershipCancel``: staff ends a membership before its time."""

from __future__ import annotations

import graphene

from ...memberships import cancel_membership
from ..base import LoyaltyMutation
from ..ids import require_integer_key
from ..request import LoyaltyRequest
from ..types.membership import LoyaltyMembership


class LoyaltyMembershipCancel(LoyaltyMutation):
    membership = graphene.Field(LoyaltyMembership, description="The membership.")

    class Arguments:
        id = graphene.ID(required=True, description="The membership.")
        reason = graphene.String(description="Why, for staff; at most 1,000 characters.")

    class Meta:
        description = "Cancels a membership at once. Its money and the points of its start are not touched."

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, id: str, reason: str | None = None) -> LoyaltyMembershipCancel:
        membership = cancel_membership(
            require_integer_key(id, "LoyaltyMembership", field="id"),
            actor=request.actor,
            at=request.at,
            reason=reason or "",
        )
        return cls(membership=membership)
