"""``loyaltyMembershipFreeze``: staff stops the days of a membership (A-196)."""

from __future__ import annotations

import datetime

import graphene

from ...memberships import freeze_membership
from .. import host_types
from ..base import LoyaltyMutation
from ..ids import require_integer_key
from ..request import LoyaltyRequest
from ..types.membership import LoyaltyMembership


class LoyaltyMembershipFreeze(LoyaltyMutation):
    membership = graphene.Field(LoyaltyMembership, description="The membership.")

    class Arguments:
        id = graphene.ID(required=True, description="The membership.")
        until = graphene.Argument(
            host_types.Date, description="The day on which it runs again; left out: when it is unfrozen."
        )
        reason = graphene.String(description="Why, for staff; at most 1,000 characters.")

    class Meta:
        description = "Freezes an active membership from today on. The days of the freeze are added to its end."

    @classmethod
    def perform(
        cls, request: LoyaltyRequest, *, id: str, until: datetime.date | None = None, reason: str | None = None
    ) -> LoyaltyMembershipFreeze:
        membership = freeze_membership(
            require_integer_key(id, "LoyaltyMembership", field="id"),
            until=until,
            actor=request.actor,
            at=request.at,
            reason=reason or "",
        )
        return cls(membership=membership)
