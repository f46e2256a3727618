"""When a rule counts, and how much of it one customer may get: shared by the rules for orders and for activities."""

from __future__ import annotations

import datetime
import zoneinfo
from collections.abc import Sequence
from typing import Literal, Protocol

from .fields import DocumentPart, Points

Weekday = Literal["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"]
WEEKDAYS: tuple[Weekday, ...] = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
Period = Literal["DAY", "WEEK", "MONTH", "YEAR", "EVER"]
PERIODS: tuple[Period, ...] = ("DAY", "WEEK", "MONTH", "YEAR", "EVER")
"""The shortest first."""
DATES, OTHER_WEEKDAY = "DATES", "WEEKDAY"


class CustomerCap(DocumentPart):
    """The most points that one customer gets by the rule: in all, or in each calendar day, week, month or year."""

    points: Points
    period: Period = "EVER"


class TimedRule(Protocol):
    """A rule with dates and weekdays."""

    @property
    def starts_at(self) -> datetime.datetime | None: ...

    @property
    def ends_at(self) -> datetime.datetime | None: ...

    @property
    def weekdays(self) -> Sequence[str] | None: ...


def outside_window(rule: TimedRule, *, at: datetime.datetime, time_zone: str) -> str:
    """Return why the rule does not count at ``at``, as the receipt names it: DATES or WEEKDAY; empty where it does.

    The day of the week is that of the place: the 25 hours of a Sunday on which clocks go back are all Sunday.
    """
    if (rule.starts_at is not None and at < rule.starts_at) or (rule.ends_at is not None and at >= rule.ends_at):
        return DATES
    if rule.weekdays is not None:
        local = at.astimezone(zoneinfo.ZoneInfo(time_zone))
        if WEEKDAYS[local.weekday()] not in rule.weekdays:
            return OTHER_WEEKDAY
    return ""
