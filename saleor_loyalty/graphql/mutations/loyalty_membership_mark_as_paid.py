"""``loyaltyMembershipMarkAsPaid``: staff says that a membership is paid (A-194)."""

from __future__ import annotations

import graphene

from ...memberships import mark_as_paid
from ..base import LoyaltyMutation
from ..ids import require_integer_key
from ..request import LoyaltyRequest
from ..types.membership import LoyaltyMembership


class LoyaltyMembershipMarkAsPaid(LoyaltyMutation):
    membership = graphene.Field(LoyaltyMembership, description="The membership.")

    class Arguments:
        id = graphene.ID(required=True, description="The membership.")
        reason = graphene.String(description="Why, for staff; at most 1,000 characters.")

    class Meta:
        description = "Marks a membership as paid. One that waits for the payment of its order begins today."

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, id: str, reason: str | None = None) -> LoyaltyMembershipMarkAsPaid:
        membership = mark_as_paid(
            require_integer_key(id, "LoyaltyMembership", field="id"),
            actor=request.actor,
            at=request.at,
            reason=reason or "",
        )
        return cls(membership=membership)
