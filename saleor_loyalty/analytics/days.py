"""Days, periods and steps of reports, in a program's time zone. Pure.

The time zone in which a program's statistics were counted holds until they are counted again, which the roll-up does
by itself when the rules name another one (``time_zones``).
"""

from __future__ import annotations

import datetime
import enum
import zoneinfo
from dataclasses import dataclass

_ONE_DAY = datetime.timedelta(days=1)


class Step(enum.StrEnum):
    """How long a step of a series is. Weeks begin on Monday."""

    DAY = "DAY"
    WEEK = "WEEK"
    MONTH = "MONTH"


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    """Days, both included; None: without beginning, without end. Raises ValueError where it ends before it begins."""

    first: datetime.date | None = None
    last: datetime.date | None = None

    def __post_init__(self) -> None:
        if self.first is not None and self.last is not None and self.first > self.last:
            raise ValueError("A period must not end before it begins.")


EVER = Period()


def previous_period(period: Period, *, today: datetime.date) -> Period | None:
    """Return as many days as the period has, directly before it. Pure.

    A period without end counts up to ``today``. None where it has no beginning, begins after today, or the calendar
    does not go back so far.
    """
    last = period.last if period.last is not None else today
    if period.first is None or last < period.first:
        return None
    days = last - period.first + _ONE_DAY
    try:
        return Period(first=period.first - days, last=period.first - _ONE_DAY)
    except OverflowError:
        return None


def day_of(at: datetime.datetime, *, time_zone: str) -> datetime.date:
    """Return the day of a moment. Pure."""
    return at.astimezone(zoneinfo.ZoneInfo(time_zone)).date()


def month_after(day: datetime.date) -> datetime.date | None:
    """Return the first day of the next month; None after the calendar's last month. Pure."""
    try:
        return (day.replace(day=1) + datetime.timedelta(days=31)).replace(day=1)
    except OverflowError:
        return None


@dataclass(frozen=True, kw_only=True, slots=True)
class Days:
    """Days in a row, both ends included."""

    first: datetime.date
    last: datetime.date

    def __len__(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True, kw_only=True, slots=True)
class PeriodPieces:
    """A period for what can be added up and subtracted: the months, and the added days, without the removed ones."""

    since: datetime.date | None
    """The first day of the first month; None: from the beginning."""
    until: datetime.date | None
    """The first day of the month after the last one; None: to the end."""
    has_months: bool
    added: tuple[Days, ...]
    """Of other months."""
    removed: tuple[Days, ...]
    """Of these months, and not in the period."""


def split_period(period: Period) -> PeriodPieces:
    """Return the period in the fewest pieces: of a month of which most days are in it, the month without the other
    days. Pure."""
    since = None if period.first is None else period.first.replace(day=1)
    until = None if period.last is None else month_after(period.last)
    added: list[Days] = []
    removed: list[Days] = []
    for days in _ends_of(period):
        others = _others_of_month(days)
        if 1 + sum(map(len, others)) < len(days):
            removed += others
            continue
        added.append(days)
        if days.first == period.first:
            since = month_after(days.first) or datetime.date.max
        else:
            until = days.first
    has_months = since is None or since < (until or datetime.date.max)
    return PeriodPieces(since=since, until=until, has_months=has_months, added=tuple(added), removed=tuple(removed))


def _ends_of(period: Period) -> list[Days]:
    """Return the days of the period in its first and in its last month."""
    first, last = period.first, period.last
    if first is None:
        return [] if last is None else [Days(first=last.replace(day=1), last=last)]
    month_end = step_end(first.replace(day=1), step=Step.MONTH)
    if last is None or last <= month_end:
        return [Days(first=first, last=last or month_end)]
    return [Days(first=first, last=month_end), Days(first=last.replace(day=1), last=last)]


def _others_of_month(days: Days) -> list[Days]:
    first = days.first.replace(day=1)
    last = step_end(first, step=Step.MONTH)
    before = [Days(first=first, last=days.first - _ONE_DAY)] if days.first > first else []
    return before + ([Days(first=days.last + _ONE_DAY, last=last)] if days.last < last else [])


def week_of_month(day: datetime.date) -> Days:
    """Return the days of a day's week in its month: 1 to 7, 8 to 14, 15 to 21, 22 to 28, and what is left. Pure."""
    first = day.day - (day.day - 1) % 7
    month_end = step_end(day.replace(day=1), step=Step.MONTH)
    return Days(first=day.replace(day=first), last=day.replace(day=min(first + 6, month_end.day)))


def step_start(day: datetime.date, *, step: Step) -> datetime.date:
    """Return the first day of the step that holds the day. Pure."""
    if step is Step.WEEK:
        return day - datetime.timedelta(days=min(day.weekday(), day.toordinal() - 1))
    return day.replace(day=1) if step is Step.MONTH else day


def step_end(start: datetime.date, *, step: Step) -> datetime.date:
    """Return the last day of the step that begins on ``start``; the calendar's last day ends them all. Pure."""
    try:
        if step is Step.WEEK:
            return start + datetime.timedelta(days=6)
        if step is Step.MONTH:
            return (start + datetime.timedelta(days=31)).replace(day=1) - _ONE_DAY
        return start
    except OverflowError:
        return datetime.date.max
