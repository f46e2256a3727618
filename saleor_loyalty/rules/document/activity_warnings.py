"""Doubts about rules for activities and about caps. As ``warnings``, its model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .event_names import PROGRAM_EVENTS
from .program_rules import ProgramRules
from .rule_warning import RuleWarning
from .timing import PERIODS, CustomerCap


def find_activity_warnings(rules: ProgramRules) -> Iterator[RuleWarning]:
    """Yield the doubts, in the order of the document."""
    for position, earning_rule in enumerate(rules.earning):
        yield from _cap_warnings(f"earning[{position}]", earning_rule.customer_caps)
    for position, rule in enumerate(rules.activities):
        path = f"activities[{position}]"
        yield from _cap_warnings(path, rule.customer_caps)
        if rule.event not in PROGRAM_EVENTS and not rule.customer_caps:
            yield RuleWarning(
                f"{path}.customerCaps",
                "NO_CUSTOMER_CAP",
                f'"{rule.key}" has no cap: a customer gets its points each time that {rule.event} is reported.',
            )


def _cap_warnings(path: str, caps: Sequence[CustomerCap]) -> Iterator[RuleWarning]:
    for position, cap in enumerate(caps):
        longer = PERIODS[PERIODS.index(cap.period) + 1 :]
        stronger = next((other for other in caps if other.period in longer and other.points <= cap.points), None)
        if stronger is not None:
            yield RuleWarning(
                f"{path}.customerCaps[{position}]",
                "CAP_NEVER_COUNTS",
                f"The cap of {stronger.points} points for {stronger.period} is always reached first.",
            )
