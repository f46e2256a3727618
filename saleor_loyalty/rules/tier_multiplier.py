"""What the tiers add to what orders earn: each tier's multiplier, as a multiplier like those of the earning rules.

It has the whole shop in scope and is for the customers of its tier alone. So of it and the multipliers of the rules
the highest counts for a line, never their product, and the receipt says MULTIPLIER_APPLIED with its arithmetic.
"""

from __future__ import annotations

from .document import Conditions, EarningRule, ProgramRules

TIER_KEY_PREFIX = "tier:"
"""Before the tier's key in receipts. No key of a rule has a colon."""


def tier_multipliers(rules: ProgramRules) -> tuple[EarningRule, ...]:
    """Return a multiplier for each tier that has one, from the lowest to the highest."""
    return tuple(
        EarningRule.model_construct(
            key=f"{TIER_KEY_PREFIX}{tier.key}",
            name=tier.name,
            type="MULTIPLIER",
            multiplier=tier.multiplier,
            conditions=Conditions.model_construct(tiers=(tier.key,)),
        )
        for tier in rules.tiers
        if tier.multiplier is not None
    )
