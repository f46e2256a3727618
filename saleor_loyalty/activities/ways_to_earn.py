"""What a customer can do to earn points, as a storefront lists it: the activities that count now. Reads only."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Count

from ..models import LoyaltyAccount, RuleEarning
from ..programs import ActiveProgram, version_in_force
from ..rules import ActivityRule, program_time_zone, room_left
from ..rules.document.timing import DATES, outside_window
from .earned_before import read_earned


@dataclass(frozen=True, kw_only=True, slots=True)
class WayToEarn:
    """A rule, and how far the customer is with it."""

    rule: ActivityRule
    earned: Mapping[str, int] = field(default_factory=dict)
    """Period of a cap -> points that the customer got in it."""
    times: int | None = None
    """How often the customer got something by it; None where nobody is asked for."""

    @property
    def points_left(self) -> int | None:
        """What the caps leave; None without caps."""
        room = room_left(self.rule.customer_caps, self.earned)
        return None if room is None else room.points


def ways_to_earn(
    program_id: int, *, account: LoyaltyAccount | None, at: datetime.datetime, using: str = "default"
) -> list[WayToEarn]:
    """Return the ways that count at ``at``, today's weekday or not, in the order of the document.

    Cost: one statement for the program, and two for the account.
    """
    in_force = version_in_force(program_id, at=at, using=using)
    if in_force is None or in_force.is_paused or not in_force.version.rules.is_current(at):
        return []
    return ways_of_version(in_force.version, account=account, at=at, using=using)


def ways_of_version(
    version: ActiveProgram, *, account: LoyaltyAccount | None, at: datetime.datetime, using: str = "default"
) -> list[WayToEarn]:
    """As ``ways_to_earn``, by a version that is known."""
    zone = program_time_zone(version.rules)
    rules = [rule for rule in version.rules.activities if outside_window(rule, at=at, time_zone=zone) != DATES]
    if account is None or not rules:
        return [WayToEarn(rule=rule) for rule in rules]
    earned: dict[str, dict[str, int]] = {}
    for before in read_earned(account.pk, rules=rules, at=at, time_zone=zone, using=using):
        earned.setdefault(before.rule_key, {})[before.period] = before.points
    times = _times(account.pk, [rule.key for rule in rules], using=using)
    return [WayToEarn(rule=rule, earned=earned.get(rule.key, {}), times=times.get(rule.key, 0)) for rule in rules]


def _times(account_id: int, keys: Sequence[str], *, using: str) -> dict[str, int]:
    rows = RuleEarning.objects.using(using).filter(account_id=account_id, rule_key__in=keys, event__isnull=False)
    return dict(rows.order_by().values_list("rule_key").annotate(times=Count("pk")))
