"""The calendar of memberships: days in a time zone, terms of months or days, and periods that follow each other.

Pure. A day is what the calendar on the wall says in the membership's time zone, so that daylight saving neither adds
nor takes an hour of it. A term of months ends on the same day of the month, or on the month's last day where it has no
such day, always counted from its own start: one month from 31 January ends on 28 February, two on 31 March.
The days that are served are the days of the term and of its extensions, however often it was frozen.
Held by ``tests/memberships/test_dates.py`` against a plain calendar.
"""

from __future__ import annotations

import calendar
import datetime
import zoneinfo
from collections.abc import Sequence
from dataclasses import dataclass

DAY = datetime.timedelta(days=1)
LAST_DAY = datetime.date(9000, 1, 1)
"""A date further away is no date that anybody means."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """How long a membership lasts: months or days; with neither it has no end."""

    months: int | None = None
    days: int | None = None

    @property
    def is_limited(self) -> bool:
        return self.months is not None or self.days is not None

    def end(self, start: datetime.date) -> datetime.date | None:
        """Return the first day on which a term that begins on ``start`` is over; None where it never is."""
        if self.months is not None:
            return add_months(start, self.months)
        return start + self.days * DAY if self.days is not None else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Slot:
    """One membership as its place in the calendar sees it."""

    released_on: datetime.date
    """It begins on this day at the earliest."""
    term: Term
    extension_days: int = 0
    frozen_days: int = 0
    """The days of all freezes whose end is known."""
    is_frozen_for_now: bool = False
    """A freeze without a known end is in force."""
    is_queued: bool = True
    """It waits until the one before it is over."""
    canceled_on: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """First day, and first day on which it is over; None: nobody can know (yet)."""

    starts_on: datetime.date | None
    ends_on: datetime.date | None


def local_day(at: datetime.datetime, time_zone: str) -> datetime.date:
    """Return the day that it is at ``at`` in the time zone."""
    return at.astimezone(zoneinfo.ZoneInfo(time_zone)).date()


def add_months(day: datetime.date, months: int) -> datetime.date:
    """Return the same day so many months later, or that month's last day where it has no such day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return day.replace(year=year, month=month + 1, day=min(day.day, calendar.monthrange(year, month + 1)[1]))


def lay_out(slots: Sequence[Slot]) -> list[Period]:
    """Return the period of each slot, in their order; that is the order in which they follow each other.

    One that is queued begins when all queued ones before it are over. It has no start while that cannot be known, and
    one that is frozen until further notice has no end. One that never ends keeps nobody waiting. A cancelled one makes
    room from the day of its cancellation on.
    """
    periods: list[Period] = []
    free_on: datetime.date | None = datetime.date.min
    for slot in slots:
        start: datetime.date | None = slot.released_on
        if slot.is_queued:
            start = None if free_on is None else max(slot.released_on, free_on)
        period = _period(slot, start)
        periods.append(period)
        if slot.is_queued and start is not None and free_on is not None and slot.term.is_limited:
            over_on = _over_on(slot, period)
            free_on = over_on and max(free_on, over_on)
    return periods


def _period(slot: Slot, start: datetime.date | None) -> Period:
    end = slot.term.end(start) if start is not None else None
    if start is None or end is None or slot.is_frozen_for_now:
        return Period(start, None)
    return Period(start, end + (slot.extension_days + slot.frozen_days) * DAY)


def _over_on(slot: Slot, period: Period) -> datetime.date | None:
    if slot.canceled_on is None or period.starts_on is None:
        return period.ends_on
    canceled_on = max(slot.canceled_on, period.starts_on)
    return canceled_on if period.ends_on is None else min(canceled_on, period.ends_on)
