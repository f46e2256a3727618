"""Who may see what of tiers: rows and places for the authorization test. It adds no mutation."""

from __future__ import annotations

from typing import Any

from saleor_loyalty.models import TierChange, TierReview, TierStatus

from .authorization_cards import _below_account as below_account

_VERSION = '{ product(slug: "chair", channel: "shop") { loyalty { receipt { programVersion { %s } } } } }'
_PREVIEW = "{ loyaltyTierPreview(program: $program) { %s } }"

ROWS: dict[str, dict[str, str]] = {
    "LoyaltyAccount": {"account": "tier tierProgress", "account, for staff": "tierHistory"},
    "LoyaltyTier": {
        "account": "key name benefits requiredPoints requiredSpend multiplier windowMonths graceDays keepMonths",
        "account, for staff": "members",
    },
    "LoyaltyTierProgress": {
        "account": "tier since heldUntil nextTier qualifyingPoints missingPoints qualifyingSpend missingSpend",
        "always null": "graceUntil",
    },
    "LoyaltyTierChange": {
        "card": "toKey reason changedAt createdAt qualifyingPoints qualifyingSpend",
        "always null": "fromKey",
    },
    "LoyaltyTierPolicy": {"public, rules": "basis windowMonths graceDays keepMonths"},
    "LoyaltyProgram": {"account": "tiers"},
    "LoyaltyProgramVersion": {"public, for staff": "tiers tierPolicy"},
    "LoyaltyRuleConditions": {"public, rules": "tiers"},
    "LoyaltyTierPreview": {"staff": "accounts isComplete up down grace tiers"},
    "LoyaltyTierCount": {"staff": "key accounts"},
    "Query": {"staff": "loyaltyTierPreview"},
}
PLACES: dict[str, tuple[str, ...]] = {
    "LoyaltyTier": below_account("tier { %s }"),
    "LoyaltyTierProgress": below_account("tierProgress { %s }"),
    "LoyaltyTierChange": below_account("tierHistory { %s }"),
    "LoyaltyTierPolicy": (_VERSION % "tierPolicy { %s }",),
    "LoyaltyTierPreview": (_PREVIEW,),
    "LoyaltyTierCount": (_PREVIEW % "tiers { %s }",),
}
ARGUMENTS = {"Query.loyaltyTierPreview": "(program: $program)"}


def fill(account: Any, *, staff: Any, app: Any) -> dict[str, Any]:
    return {}


def calls(scene: dict[str, Any], account: Any) -> dict[str, tuple[str, dict[str, Any]]]:
    return {}


def written() -> list[Any]:
    return [list(model.objects.order_by("pk").values()) for model in (TierStatus, TierChange, TierReview)]
