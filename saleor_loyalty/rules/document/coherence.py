"""What the parts of a rules document must not say together.

Each check yields (path, message) and looks only at parts that are well-formed on their own, so that one bad value does
not hide another problem elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from babel import Locale, UnknownLocaleError

from ..money import is_whole, lower_to_step, minor_unit, raise_to_step, smallest_step
from .activity_rule import ActivityRule
from .channel_listing import ChannelListing
from .conditions import Conditions
from .earning_rule import EarningRule
from .fields import PERCENT_ONLY_MAX
from .redemption_rule import RedemptionRule
from .reward import Reward
from .scope import Combination, Scope
from .tier import Tier, TierPolicy

MULTIPLIER_MAX = 100
Problem = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The well-formed parts of a document, each with its position in its list."""

    channels: Sequence[tuple[int, ChannelListing]]
    earning: Sequence[tuple[int, EarningRule]]
    redemption: Sequence[tuple[int, RedemptionRule]]
    channel_slugs: frozenset[str]
    """All slugs that the document lists, also those of listings with another problem."""
    starts_at: Any = None
    ends_at: Any = None
    languages: Sequence[str] = field(default_factory=tuple)
    rewards: Sequence[tuple[int, Reward]] = ()
    activities: Sequence[tuple[int, ActivityRule]] = ()
    tiers: Sequence[tuple[int, Tier]] = ()
    tier_policy: TierPolicy = TierPolicy()  # noqa: RUF009  (frozen)

    @property
    def currencies(self) -> dict[str, str]:
        return {listing.channel: listing.currency for _, listing in self.channels}


def find_problems(parts: Parts) -> Iterator[Problem]:
    """Yield what contradicts itself, in no particular order."""
    yield from date_problems("", parts.starts_at, parts.ends_at)
    for language in parts.languages:
        if not is_language(language):
            yield f"pointNames.{language}", "unknown language; it must be a code like en, he or pt-br"
    yield from find_duplicates("channels", "key", [(position, item.key) for position, item in parts.channels])
    yield from find_duplicates("channels", "channel", [(position, item.channel) for position, item in parts.channels])
    yield from find_duplicates("earning", "key", [(position, item.key) for position, item in parts.earning])
    yield from find_duplicates("redemption", "key", [(position, item.key) for position, item in parts.redemption])
    for position, earning_rule in parts.earning:
        yield from _earning_problems(f"earning[{position}]", earning_rule, parts)
    for position, redemption_rule in parts.redemption:
        yield from _redemption_problems(f"redemption[{position}]", redemption_rule, parts)
    yield from _overlaps(parts)


def date_problems(prefix: str, starts_at: Any, ends_at: Any) -> Iterator[Problem]:
    if starts_at is not None and ends_at is not None and starts_at >= ends_at:
        yield f"{prefix}endsAt", "must be after startsAt"


def is_language(code: str) -> bool:
    try:
        Locale.parse(code.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        return False
    return True


def find_duplicates(section: str, name: str, values: Sequence[tuple[int, str]]) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for position, value in values:
        if value in first:
            yield f"{section}[{position}].{name}", f'"{value}" is already used by {section}[{first[value]}]'
        else:
            first[value] = position


def _scope_problems(path: str, scope: Scope) -> Iterator[Problem]:
    if scope.type == "SHOP" and scope.slugs:
        yield f"{path}.scope.slugs", "must be empty for the scope SHOP"
    if scope.type != "SHOP" and not scope.slugs:
        yield f"{path}.scope.slugs", f"must name at least one {scope.type.lower()}"
    seen: set[str] = set()
    for position, slug in enumerate(scope.slugs):
        if slug in seen:
            yield f"{path}.scope.slugs[{position}]", f'"{slug}" is named twice'
        seen.add(slug)


def channel_problems(
    path: str, channels: Sequence[str] | None, rates: Mapping[str, Any], parts: Parts
) -> Iterator[Problem]:
    seen: set[str] = set()
    if channels is not None and not channels:
        yield f"{path}.channels", "must name at least one channel, or be null for all of them"
    for position, slug in enumerate(channels or ()):
        if slug not in parts.channel_slugs:
            yield f"{path}.channels[{position}]", f'unknown channel "{slug}"; it is not among the program\'s channels'
        elif slug in seen:
            yield f"{path}.channels[{position}]", f'"{slug}" is named twice'
        seen.add(slug)
    for slug in rates:
        if slug not in parts.channel_slugs:
            yield f"{path}.channelRates.{slug}", "unknown channel; it is not among the program's channels"
        elif channels is not None and slug not in channels:
            yield f"{path}.channelRates.{slug}", "the rule is not for this channel"


def _earning_problems(path: str, rule: EarningRule, parts: Parts) -> Iterator[Problem]:
    yield from date_problems(f"{path}.", rule.starts_at, rule.ends_at)
    yield from _scope_problems(path, rule.scope)
    yield from channel_problems(path, rule.channels, rule.channel_rates, parts)
    yield from condition_problems(path, rule.conditions)
    yield from _multiplier_problems(path, rule)
    if rule.points is None:
        if rule.type != "MULTIPLIER":
            yield f"{path}.points", "is required"
        return
    if rule.type == "FIXED_AMOUNT":
        if "amount_step" in rule.model_fields_set and rule.amount_step != 1:
            yield f"{path}.amountStep", "must not be set for FIXED_AMOUNT, which gives the same points for any amount"
        if rule.max_points_per_order is not None and rule.max_points_per_order < rule.points:
            yield f"{path}.maxPointsPerOrder", "must not be below points"
        return
    for channel, currency in parts.currencies.items():
        amount_step = rule.rate(channel).amount_step
        if rule.is_for(channel) and not is_whole(amount_step, currency):
            own = f".channelRates.{channel}" if channel in rule.channel_rates else ""
            yield f"{path}{own}.amountStep", not_whole(channel, currency)


def condition_problems(path: str, conditions: Conditions) -> Iterator[Problem]:
    for name, words in (
        ("labels", conditions.labels),
        ("plans", conditions.plans),
        ("tiers", conditions.tiers),
        ("memberStatus", conditions.member_status),
    ):
        if words is not None and not words:
            yield f"{path}.conditions.{name}", "must name at least one, or be null for any"
        for position, word in enumerate(words or ()):
            if word in (words or ())[:position]:
                yield f"{path}.conditions.{name}[{position}]", f'"{word}" is named twice'


def _multiplier_problems(path: str, rule: EarningRule) -> Iterator[Problem]:
    if rule.type != "MULTIPLIER":
        if rule.multiplier is not None:
            yield f"{path}.multiplier", "must be set for MULTIPLIER only"
        return
    if rule.multiplier is None:
        yield f"{path}.multiplier", "is required for MULTIPLIER"
    elif not 1 < rule.multiplier <= MULTIPLIER_MAX:
        yield f"{path}.multiplier", f"must be above 1 and at most {MULTIPLIER_MAX}"
    what = "must not be set for MULTIPLIER, which multiplies what other rules give"
    for name, is_set in (
        ("points", rule.points is not None),
        ("amountStep", rule.amount_step != 1),
        ("channelRates", bool(rule.channel_rates)),
        ("combination", rule.combination != Combination()),
        ("taxMode", rule.tax_mode != "AFTER_TAX"),
    ):
        if is_set:
            yield f"{path}.{name}", what


def not_whole(channel: str, currency: str) -> str:
    return f'must be a multiple of {minor_unit(currency)} {currency}, the smallest amount of channel "{channel}"'


def _redemption_problems(path: str, rule: RedemptionRule, parts: Parts) -> Iterator[Problem]:
    yield from _scope_problems(path, rule.scope)
    yield from channel_problems(path, rule.channels, rule.channel_rates, parts)
    yield from _limit_problems(path, rule)
    for channel, currency in parts.currencies.items():
        if not rule.is_for(channel):
            continue
        rate = rule.rate(channel)
        if not is_whole(rate.value, currency):
            own = f".channelRates.{channel}" if channel in rule.channel_rates else ""
            yield f"{path}{own}.value", not_whole(channel, currency)
        elif rule.type != "FIXED":
            smallest = smallest_step(rate_points=rate.points, rate_value=rate.value, currency=currency)
            yield from _step_problems(path, rule, channel, smallest)


def _step_problems(path: str, rule: RedemptionRule, channel: str, smallest: int) -> Iterator[Problem]:
    """Yield what does not fit together in a channel where ``smallest`` points are worth whole minor units."""
    if rule.step is not None:
        if rule.step % smallest:
            message = f'must be a multiple of {smallest}, the fewest points worth whole minor units in "{channel}"'
            yield f"{path}.step", message
        return
    if rule.max_points is None or (rule.min_points or 0) > rule.max_points:
        return
    if lower_to_step(rule.max_points, smallest) < raise_to_step(rule.min_points or 1, smallest):
        message = f'leaves no possible number of points in "{channel}", where the step is {smallest}'
        yield f"{path}.maxPoints", message


def _limit_problems(path: str, rule: RedemptionRule) -> Iterator[Problem]:
    limits = {"minPoints": rule.min_points, "maxPoints": rule.max_points, "step": rule.step}
    if rule.type == "FIXED":
        for name, value in limits.items():
            if value is not None:
                yield f"{path}.{name}", "must not be set for FIXED, which takes exactly its points"
        return
    if rule.type == "VARIABLE_PERCENT":
        if rule.max_percent is None:
            yield f"{path}.maxPercent", "is required for VARIABLE_PERCENT"
        elif rule.max_percent > PERCENT_ONLY_MAX:
            yield f"{path}.maxPercent", f"must be between 1 and {PERCENT_ONLY_MAX}"
        for name in ("minPoints", "maxPoints"):
            if limits[name] is not None:
                yield f"{path}.{name}", "must not be set for VARIABLE_PERCENT, whose only limit is maxPercent"
        return
    if rule.min_points is not None and rule.max_points is not None and rule.min_points > rule.max_points:
        yield f"{path}.maxPoints", "must not be below minPoints"
    if rule.step is not None:
        for name in ("minPoints", "maxPoints"):
            if (limits[name] or 0) % rule.step:
                yield f"{path}.{name}", f"must be a multiple of step, {rule.step}"


def _overlaps(parts: Parts) -> Iterator[Problem]:
    taken: dict[str, int] = {}
    everywhere: int | None = None
    for position, rule in parts.redemption:
        path = f"redemption[{position}].channels"
        if rule.channels is None:
            others = [everywhere] if everywhere is not None else sorted(set(taken.values()))
            for other in others:
                yield path, f"overlaps with redemption[{other}]; only one rule may count in a channel"
            everywhere = position if everywhere is None else everywhere
            continue
        for channel in dict.fromkeys(rule.channels):
            other_position = taken.get(channel, everywhere)
            if other_position is not None:
                yield (
                    path,
                    f'overlaps with redemption[{other_position}] in "{channel}"; only one rule may count there',
                )
            taken.setdefault(channel, position)
