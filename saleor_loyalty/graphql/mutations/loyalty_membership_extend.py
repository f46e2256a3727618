"""``loyaltyMembershipExtend``: staff gives a membership more days (A-195)."""

from __future__ import annotations

import datetime

import graphene

from ...memberships import extend_membership
from .. import host_types
from ..base import LoyaltyMutation
from ..ids import require_integer_key
from ..request import LoyaltyRequest
from ..types.membership import LoyaltyMembership


class LoyaltyMembershipExtend(LoyaltyMutation):
    membership = graphene.Field(LoyaltyMembership, description="The membership.")

    class Arguments:
        id = graphene.ID(required=True, description="The membership.")
        end_date = graphene.Argument(
            host_types.Date, required=True, description="The first day on which it is over; after its present end."
        )
        reason = graphene.String(description="Why, for staff; at most 1,000 characters.")

    class Meta:
        description = "Lets a membership end on a later day. Those that queue behind it move."

    @classmethod
    def perform(
        cls, request: LoyaltyRequest, *, id: str, end_date: datetime.date, reason: str | None = None
    ) -> LoyaltyMembershipExtend:
        membership = extend_membership(
            require_integer_key(id, "LoyaltyMembership", field="id"),
            ends_on=end_date,
            actor=request.actor,
            at=request.at,
            reason=reason or "",
        )
        return cls(membership=membership)
