"""What a customer can do to earn points, as a storefront lists it: the activities that count now. Reads only."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count

from ..models import RuleEarning
from ..programs import VersionInForce, version_in_force, versions_in_force
from ..rules import ActivityRule, ProgramRules, program_time_zone, room_left
from ..rules.document.timing import DATES, outside_window
from .earned_before import read_earned_of_many
from .persons import persons_of, rows_of_persons


@dataclass(frozen=True, kw_only=True, slots=True)
class WayToEarn:
    """A rule, and how far one customer is with it; other attributes are the rule's."""

    rule: ActivityRule
    earned: Mapping[str, int] = field(default_factory=dict)
    """Period of a cap -> points that the customer got in it."""
    times: int | None = None
    """How often the customer got something by it; None where it is nobody's."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self.rule, name)

    @property
    def points_left(self) -> int | None:
        """What the caps leave; None without caps."""
        room = room_left(self.rule.customer_caps, self.earned)
        return None if room is None else room.points


def ways_to_earn(
    program_ids: Collection[int], *, at: datetime.datetime, using: str = "default"
) -> dict[int, list[WayToEarn]]:
    """Return by program the ways that count at ``at``, whatever the day of the week, in the order of the document;
    none while the program is paused or before it is published.

    Cost: one statement for all of them, and one more for each version that this process has not seen.
    """
    found = versions_in_force(program_ids, at=at, using=using)
    return {
        program_id: [WayToEarn(rule=rule) for rule in _current(_counting(found.get(program_id), at=at), at=at)]
        for program_id in program_ids
    }


def ways_to_earn_of_accounts(
    account_ids: Collection[int], *, program_id: int, at: datetime.datetime, using: str = "default"
) -> dict[int, list[WayToEarn]]:
    """Return the same for accounts of the program, each with how far its customer is, as an award would count it.
    Cost: four statements more, whatever the number of accounts; two where no rule has a cap."""
    rules = _counting(version_in_force(program_id, at=at, using=using), at=at)
    current = _current(rules, at=at)
    if rules is None or not current:
        return {account_id: [] for account_id in account_ids}
    earned: dict[tuple[int, str], dict[str, int]] = defaultdict(dict)
    found = read_earned_of_many(account_ids, rules=current, at=at, time_zone=program_time_zone(rules), using=using)
    for account_id, befores in found.items():
        for before in befores:
            earned[account_id, before.rule_key][before.period] = before.points
    times = _times(account_ids, [rule.key for rule in current], using=using)
    return {
        account_id: [
            WayToEarn(
                rule=rule,
                earned=earned.get((account_id, rule.key), {}),
                times=times.get((account_id, rule.key), 0),
            )
            for rule in current
        ]
        for account_id in account_ids
    }


def _counting(in_force: VersionInForce | None, *, at: datetime.datetime) -> ProgramRules | None:
    if in_force is None or in_force.is_paused or not in_force.version.rules.is_current(at):
        return None
    return in_force.version.rules


def _current(rules: ProgramRules | None, *, at: datetime.datetime) -> list[ActivityRule]:
    if rules is None:
        return []
    zone = program_time_zone(rules)
    return [rule for rule in rules.activities if outside_window(rule, at=at, time_zone=zone) != DATES]


def _times(account_ids: Collection[int], keys: Sequence[str], *, using: str) -> dict[tuple[int, str], int]:
    persons = persons_of(account_ids, using=using)
    rows = RuleEarning.objects.using(using).filter(rule_key__in=keys, event__isnull=False)
    counted = rows_of_persons(rows, set(persons.values())).order_by().values_list("person", "rule_key")
    times = {(person, key): times for person, key, times in counted.annotate(times=Count("pk"))}
    return {(account_id, key): times.get((person, key), 0) for account_id, person in persons.items() for key in keys}
