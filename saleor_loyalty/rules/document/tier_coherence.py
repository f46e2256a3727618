"""What the tiers of a rules document must not say, together or with its channels. As ``coherence``, its model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..money import is_whole, minor_unit
from .coherence import MULTIPLIER_MAX, Parts, Problem, find_duplicates, is_language
from .conditions import Conditions
from .tier import Tier

TIERS_MAX = 20
BENEFITS_MAX = 20


def find_tier_problems(parts: Parts) -> Iterator[Problem]:
    """Yield what contradicts itself, in no particular order."""
    yield from find_duplicates("tiers", "key", [(position, tier.key) for position, tier in parts.tiers])
    if len(parts.tiers) > TIERS_MAX:
        yield "tiers", f"must have at most {TIERS_MAX} entries"
    for position, tier in parts.tiers:
        path = f"tiers[{position}]"
        yield from _text_problems(path, tier)
        if tier.multiplier is not None and not 1 < tier.multiplier <= MULTIPLIER_MAX:
            yield f"{path}.multiplier", f"must be above 1 and at most {MULTIPLIER_MAX}"
        yield from _requirement_problems(path, tier, parts)
    yield from _order_problems(parts.tiers)
    for path, conditions in _conditions(parts):
        yield from _unknown_tiers(path, conditions, parts)


def _text_problems(path: str, tier: Tier) -> Iterator[Problem]:
    if not tier.name.strip():
        yield f"{path}.name", "must not be empty"
    if len(tier.benefits) > BENEFITS_MAX:
        yield f"{path}.benefits", f"must have at most {BENEFITS_MAX} entries"
    for language, text in tier.translations.items():
        if not is_language(language):
            yield f"{path}.translations.{language}", "unknown language; it must be a code like en, he or pt-br"
        if text.benefits and len(text.benefits) != len(tier.benefits):
            yield f"{path}.translations.{language}.benefits", f"must be as many as the tier has, {len(tier.benefits)}"
    for name, texts in (("", tier.benefits), *((code, text.benefits) for code, text in tier.translations.items())):
        for position, benefit in enumerate(texts):
            if not benefit.strip():
                own = f".translations.{name}" if name else ""
                yield f"{path}{own}.benefits[{position}]", "must not be empty"


def _requirement_problems(path: str, tier: Tier, parts: Parts) -> Iterator[Problem]:
    basis = parts.tier_policy.basis
    if basis == "POINTS_EARNED":
        if tier.required_points is None:
            yield f"{path}.requiredPoints", "is required where tiers are reached by points earned"
        if tier.required_spend:
            yield f"{path}.requiredSpend", "must not be set where tiers are reached by points earned"
        return
    if tier.required_points is not None:
        yield f"{path}.requiredPoints", "must not be set where tiers are reached by money spent"
    if not tier.required_spend:
        yield f"{path}.requiredSpend", "must name an amount in at least one currency"
    currencies = set(parts.currencies.values())
    for currency, amount in tier.required_spend.items():
        if currency not in currencies:
            yield f"{path}.requiredSpend.{currency}", "none of the program's channels has this currency"
        elif not is_whole(amount, currency):
            yield f"{path}.requiredSpend.{currency}", f"must be a multiple of {minor_unit(currency)} {currency}"


def _order_problems(tiers: Sequence[tuple[int, Tier]]) -> Iterator[Problem]:
    """Yield where a tier does not take more than those before it."""
    most: dict[str, tuple[int, object]] = {}
    for position, tier in tiers:
        for unit, needed in tier.requirement.items():
            own = "requiredPoints" if tier.required_points is not None else f"requiredSpend.{unit}"
            before = most.get(unit)
            if before is not None and needed <= before[1]:  # type: ignore[operator]
                yield f"tiers[{position}].{own}", f"must be above that of tiers[{before[0]}], {before[1]}"
            else:
                most[unit] = position, needed


def _conditions(parts: Parts) -> Iterator[tuple[str, Conditions]]:
    for position, rule in parts.earning:
        yield f"earning[{position}]", rule.conditions
    for position, activity in parts.activities:
        yield f"activities[{position}]", activity.conditions
    for position, reward in parts.rewards:
        yield f"rewards[{position}]", reward.conditions


def _unknown_tiers(path: str, conditions: Conditions, parts: Parts) -> Iterator[Problem]:
    known = {tier.key for _, tier in parts.tiers}
    for position, key in enumerate(conditions.tiers or ()):
        if key not in known:
            yield f"{path}.conditions.tiers[{position}]", f'unknown tier "{key}"; it is not among the tiers'
