"""What is allowed of tiers but probably not meant. As ``warnings``, its model."""

from __future__ import annotations

from collections.abc import Iterator

from .program_rules import ProgramRules
from .rule_warning import RuleWarning
from .tier import Tier, TierPolicy


def find_tier_warnings(rules: ProgramRules) -> Iterator[RuleWarning]:
    """Yield the doubts about the tiers of valid rules."""
    if not rules.tiers:
        if rules.tier_policy != TierPolicy():
            yield RuleWarning("tierPolicy", "NO_TIERS", "There are no tiers that the policy could be about.")
        return
    named = {currency for tier in rules.tiers for currency in tier.required_spend}
    if rules.tier_policy.basis == "MONEY_SPENT":
        for position, listing in enumerate(rules.channels):
            if listing.is_active and listing.currency not in named:
                yield RuleWarning(
                    f"channels[{position}]",
                    "SPEND_COUNTS_FOR_NO_TIER",
                    f'What is spent in channel "{listing.channel}" reaches no tier: none asks for {listing.currency}.',
                )
    highest: Tier | None = None
    for position, tier in enumerate(rules.tiers):
        if highest is not None and (tier.multiplier or 1) < (highest.multiplier or 1):
            yield RuleWarning(
                f"tiers[{position}].multiplier",
                "TIER_EARNS_LESS",
                f'"{tier.key}" earns less than "{highest.key}", which is below it.',
            )
        if highest is None or (tier.multiplier or 1) >= (highest.multiplier or 1):
            highest = tier
