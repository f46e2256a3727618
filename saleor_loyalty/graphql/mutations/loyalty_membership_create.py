"""``loyaltyMembershipCreate``: staff enters a membership that was sold outside of the shop."""

from __future__ import annotations

from typing import Any

import graphene
from django.db import transaction

from ...memberships import create_membership
from .. import host_types
from ..account_choice import AccountChoice, find_or_open_account
from ..base import LoyaltyMutation
from ..ids import require_integer_key
from ..request import LoyaltyRequest
from ..types.membership import LoyaltyMembership


class LoyaltyMembershipCreateInput(AccountChoice):
    plan = graphene.ID(required=True, description="The plan.")
    start_date = graphene.Argument(
        host_types.Date,
        description="Its first day; it then runs beside others. Left out: today, or after those before it.",
    )
    is_paid = graphene.Boolean(description="Whether it was paid outside of the shop; left out: yes.")
    reason = graphene.String(description="Why, for staff; at most 1,000 characters.")
    idempotency_key = graphene.String(description="The same request under the same key counts once.")


class LoyaltyMembershipCreate(LoyaltyMutation):
    membership = graphene.Field(LoyaltyMembership, description="The membership; of a repeated request: the first.")

    class Arguments:
        input = LoyaltyMembershipCreateInput(required=True, description="Whose, which plan, and from when on.")

    class Meta:
        description = "Makes a membership that was sold outside of the shop. A user without an account gets one."

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, input: Any) -> LoyaltyMembershipCreate:
        plan_id = require_integer_key(input["plan"], "LoyaltyMembershipPlan", field="plan")
        is_paid = input.get("is_paid")
        with transaction.atomic():
            membership = create_membership(
                find_or_open_account(input, at=request.at),
                plan_id=plan_id,
                actor=request.actor,
                at=request.at,
                starts_on=input.get("start_date"),
                is_paid=True if is_paid is None else is_paid,
                reason=input.get("reason") or "",
                idempotency_key=input.get("idempotency_key") or "",
            )
        return cls(membership=membership)
