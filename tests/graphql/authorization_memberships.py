"""Who may see and change plans and memberships: rows, places and calls for the authorization test."""

from __future__ import annotations

from tests.memberships.builders import everything as written

from .authorization_batches import _VERSION
from .authorization_cards import _below_account as below_account
from .membership_documents import fill_memberships as fill
from .membership_documents import membership_calls as calls

__all__ = ["ARGUMENTS", "PLACES", "ROWS", "calls", "fill", "written"]

ROWS: dict[str, dict[str, str]] = {
    "LoyaltyAccount": {"account": "memberships"},
    "LoyaltyMembership": {
        "account": """id account plan name status paymentStatus startDate endDate frozenUntil freezes price createdAt
            canceledAt""",
        "account, orders": "order",
        "account, for staff": "history",
    },
    "LoyaltyMembershipPlan": {
        "account": """id key name kind durationMonths durationDays startsWhen stacking startPoints isActive
            isArchived""",
        "account, for staff": "label variants",
    },
    "LoyaltyPlanVariant": {"card": "variantId sku"},
    "LoyaltyMembershipFrozenDays": {"account": "fromDate untilDate"},
    "LoyaltyMembershipChange": {"card": "type date reason app createdAt", "card, naming others": "user"},
    "LoyaltyMembershipCountableConnection": {"staff": "pageInfo edges totalCount"},
    "LoyaltyMembershipCountableEdge": {"staff": "node cursor"},
    "LoyaltyMembershipPlanCountableConnection": {"staff": "pageInfo edges totalCount"},
    "LoyaltyMembershipPlanCountableEdge": {"staff": "node cursor"},
    "LoyaltyEarningRule": {"public, rules": "multiplier conditions"},
    "LoyaltyRuleConditions": {"public, rules": "labels plans memberStatus"},
    "LoyaltyProgramVersion": {"public, for staff": "membershipPolicy"},
    "LoyaltyMembershipPolicy": {"public, rules": "noticeDays"},
    "Query": {"staff": "loyaltyMembership loyaltyMembershipPlans loyaltyMemberships"},
}
PLACES: dict[str, tuple[str, ...]] = {
    "LoyaltyMembership": below_account("memberships { %s }"),
    "LoyaltyMembershipPlan": below_account("memberships { plan { %s } }"),
    "LoyaltyPlanVariant": below_account("memberships { plan { variants { %s } } }"),
    "LoyaltyMembershipFrozenDays": below_account("memberships { freezes { %s } }"),
    "LoyaltyMembershipChange": below_account("memberships { history { %s } }"),
    "LoyaltyMembershipCountableConnection": ("{ loyaltyMemberships(first: 1) { %s } }",),
    "LoyaltyMembershipCountableEdge": ("{ loyaltyMemberships(first: 1) { edges { %s } } }",),
    "LoyaltyMembershipPlanCountableConnection": ("{ loyaltyMembershipPlans(first: 1) { %s } }",),
    "LoyaltyMembershipPlanCountableEdge": ("{ loyaltyMembershipPlans(first: 1) { edges { %s } } }",),
    "LoyaltyMembershipPolicy": (_VERSION % "membershipPolicy { %s }",),
}
ARGUMENTS = {
    "Query.loyaltyMembership": "(id: $membership)",
    "Query.loyaltyMembershipPlans": "(first: 1)",
    "Query.loyaltyMemberships": "(first: 1)",
}
