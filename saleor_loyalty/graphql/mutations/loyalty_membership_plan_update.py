"""``loyaltyMembershipPlanUpdate``: staff changes what is sold from now on."""

from __future__ import annotations

from typing import Any

import graphene

from ...memberships import update_plan
from ..base import LoyaltyMutation
from ..ids import require_integer_key
from ..plan_input import PlanTermsInput, read_terms, read_variants
from ..request import LoyaltyRequest
from ..types.membership import LoyaltyMembershipPlan


class LoyaltyMembershipPlanUpdateInput(PlanTermsInput):
    name = graphene.String(description="The name, at most 200 characters.")


class LoyaltyMembershipPlanUpdate(LoyaltyMutation):
    plan = graphene.Field(LoyaltyMembershipPlan, description="The plan.")

    class Arguments:
        id = graphene.ID(required=True, description="The plan.")
        input = LoyaltyMembershipPlanUpdateInput(required=True, description="What changes; what is left out stays.")

    class Meta:
        description = "Changes a plan. Memberships that were sold stay as they are, and so does its label."
        is_program_wide = True

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, id: str, input: Any) -> LoyaltyMembershipPlanUpdate:
        plan = update_plan(
            require_integer_key(id, "LoyaltyMembershipPlan", field="id"),
            changes=read_terms(input),
            variants=read_variants(input),
            at=request.at,
        )
        return cls(plan=plan)
