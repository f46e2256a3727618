"""``loyaltyMembershipPlanArchive``: staff sells a plan no more."""

from __future__ import annotations

import graphene

from ...memberships import archive_plan
from ..base import LoyaltyMutation
from ..ids import require_integer_key
from ..request import LoyaltyRequest
from ..types.membership import LoyaltyMembershipPlan


class LoyaltyMembershipPlanArchive(LoyaltyMutation):
    plan = graphene.Field(LoyaltyMembershipPlan, description="The plan.")

    class Arguments:
        id = graphene.ID(required=True, description="The plan.")

    class Meta:
        description = "Sells a plan no more. Memberships that were sold go on. A repeated call changes nothing."
        is_program_wide = True

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, id: str) -> LoyaltyMembershipPlanArchive:
        return cls(plan=archive_plan(require_integer_key(id, "LoyaltyMembershipPlan", field="id"), at=request.at))
