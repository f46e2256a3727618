"""What rules for activities, and the windows and caps of all rules, must not say. As ``coherence``, its model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .activity_rule import ActivityRule
from .coherence import Parts, Problem, condition_problems, date_problems, find_duplicates
from .event_names import JOINING_EVENTS
from .timing import CustomerCap


def find_activity_problems(parts: Parts) -> Iterator[Problem]:
    """Yield what contradicts itself, in no particular order."""
    yield from find_duplicates("activities", "key", [(position, rule.key) for position, rule in parts.activities])
    earning = {rule.key: position for position, rule in parts.earning}
    for position, rule in parts.activities:
        path = f"activities[{position}]"
        if rule.key in earning:
            yield f"{path}.key", f'"{rule.key}" is already used by earning[{earning[rule.key]}]'
        yield from _activity_problems(path, rule)
    for position, earning_rule in parts.earning:
        path = f"earning[{position}]"
        yield from _weekday_problems(path, earning_rule.weekdays)
        least = earning_rule.points if earning_rule.type == "FIXED_AMOUNT" else None
        yield from _cap_problems(path, earning_rule.customer_caps, least=least or 1)


def _activity_problems(path: str, rule: ActivityRule) -> Iterator[Problem]:
    yield from date_problems(f"{path}.", rule.starts_at, rule.ends_at)
    yield from condition_problems(path, rule.conditions)
    yield from _weekday_problems(path, rule.weekdays)
    yield from _cap_problems(path, rule.customer_caps, least=rule.points)
    if rule.includes_earlier_customers and not rule.is_for_joining:
        yield f"{path}.includesEarlierCustomers", f"must be set for {' and '.join(JOINING_EVENTS)} only"


def _weekday_problems(path: str, weekdays: Sequence[str] | None) -> Iterator[Problem]:
    if weekdays is not None and not weekdays:
        yield f"{path}.weekdays", "must name at least one, or be null for every day"
    for position, weekday in enumerate(weekdays or ()):
        if weekday in (weekdays or ())[:position]:
            yield f"{path}.weekdays[{position}]", f'"{weekday}" is named twice'


def _cap_problems(path: str, caps: Sequence[CustomerCap], *, least: int) -> Iterator[Problem]:
    periods: set[str] = set()
    for position, cap in enumerate(caps):
        if cap.period in periods:
            yield f"{path}.customerCaps[{position}].period", f"{cap.period} is named twice"
        periods.add(cap.period)
        if cap.points < least:
            yield f"{path}.customerCaps[{position}].points", "must not be below points"
