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
class PeriodParts:
    """A period as whole months and the days around them."""

    since: datetime.date | None
    """The first day of the first whole month; None: from the beginning."""
    until: datetime.date | None
    """The first day of the month after the last whole one; None: to the end."""
    has_months: bool
    days: tuple[Period, ...]
    """What the months leave over: nothing, one stretch of days, or two; each with both ends."""


def split_period(period: Period) -> PeriodParts:
    """Return the whole months of the period and the days around them. Pure."""
    since, until = period.first, None
    if since is not None and since.day != 1:
        since = month_after(since) or datetime.date.max
    if period.last is not None and period.last < datetime.date.max:
        until = (period.last + _ONE_DAY).replace(day=1)
    if since is not None and since >= (until or datetime.date.max):
        only = Period(first=period.first, last=period.last or datetime.date.max)
        return PeriodParts(since=since, until=until, has_months=False, days=(only,))
    days = []
    if since is not None and since != period.first:
        days.append(Period(first=period.first, last=since - _ONE_DAY))
    if until is not None and period.last is not None and until <= period.last:
        days.append(Period(first=until, last=period.last))
    return PeriodParts(since=since, until=until, has_months=True, days=tuple(days))


@dataclass(frozen=True, kw_only=True, slots=True)
class PeriodSums:
    """A period for what can be added up and subtracted: the months, and the added days without the removed ones."""

    since: datetime.date | None
    until: datetime.date | None
    has_months: bool
    """The whole months, as in ``PeriodParts``."""
    months: tuple[datetime.date, ...]
    """The first days of further months, of which only some days are in the period."""
    added: tuple[Period, ...]
    removed: tuple[Period, ...]
    """The other days of ``months``."""


def split_for_sums(period: Period) -> PeriodSums:
    """Return the period in the fewest pieces: of a month of which most days are in it, the month without the other
    days. Pure."""
    parts = split_period(period)
    months: list[datetime.date] = []
    added: list[Period] = []
    removed: list[Period] = []
    for days in parts.days:
        for stretch in _by_month(days):
            others = _others_of_month(stretch)
            if 1 + sum(map(_length, others)) < _length(stretch):
                months.append(stretch.first.replace(day=1))
                removed += [Period(first=other.first, last=other.last) for other in others]
            else:
                added.append(Period(first=stretch.first, last=stretch.last))
    return PeriodSums(
        since=parts.since,
        until=parts.until,
        has_months=parts.has_months,
        months=tuple(months),
        added=tuple(added),
        removed=tuple(removed),
    )


@dataclass(frozen=True, slots=True)
class _Stretch:
    first: datetime.date
    last: datetime.date


def _by_month(days: Period) -> list[_Stretch]:
    if days.first is None or days.last is None:
        raise ValueError("these days have no end")
    stretches: list[_Stretch] = []
    first = days.first
    while True:
        last = step_end(first.replace(day=1), step=Step.MONTH)
        if last >= days.last:
            return [*stretches, _Stretch(first, days.last)]
        stretches.append(_Stretch(first, last))
        first = last + _ONE_DAY


def _others_of_month(stretch: _Stretch) -> list[_Stretch]:
    first = stretch.first.replace(day=1)
    last = step_end(first, step=Step.MONTH)
    before = [_Stretch(first, stretch.first - _ONE_DAY)] if stretch.first > first else []
    return before + ([_Stretch(stretch.last + _ONE_DAY, last)] if stretch.last < last else [])


def _length(stretch: _Stretch) -> int:
    return (stretch.last - stretch.first).days + 1


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
