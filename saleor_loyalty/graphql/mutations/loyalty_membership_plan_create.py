"""``loyaltyMembershipPlanCreate``: staff sets up a plan or a package (A-190)."""

from __future__ import annotations

from typing import Any

import graphene

from ...memberships import PlanTerms, create_plan
from ..base import LoyaltyMutation, require_text
from ..plan_input import PlanTermsInput, read_terms, read_variants
from ..program_choice import find_program
from ..request import LoyaltyRequest
from ..types.membership import LoyaltyMembershipPlan


class LoyaltyMembershipPlanCreateInput(PlanTermsInput):
    program = graphene.ID(description="The program; needed where there are several.")
    name = graphene.String(required=True, description="The name, at most 200 characters.")


class LoyaltyMembershipPlanCreate(LoyaltyMutation):
    plan = graphene.Field(LoyaltyMembershipPlan, description="The plan.")

    class Arguments:
        input = LoyaltyMembershipPlanCreateInput(required=True, description="What it promises, and what sells it.")

    class Meta:
        description = "Makes a plan that ordinary variants sell, and the automatic label of its members."
        is_program_wide = True

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, input: Any) -> LoyaltyMembershipPlanCreate:
        require_text(input.get("name"), field="name")
        plan = create_plan(
            find_program(input.get("program")),
            terms=PlanTerms(**read_terms(input)),
            variants=read_variants(input) or (),
            at=request.at,
        )
        return cls(plan=plan)
