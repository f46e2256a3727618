"""Days, periods and steps of reports, in a program's time zone.

A program's days are those of the first active channel of its published version; UTC where it has none. The time zone
in which its statistics were counted holds until they are counted again, which the roll-up does by itself when the
rules name another one.
"""

from __future__ import annotations

import datetime
import enum
import zoneinfo
from dataclasses import dataclass

from ..errors import ProgramNotFound
from ..models import LoyaltyProgram
from ..programs import load_version

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


def time_zone_of(program_id: int, *, using: str = "default") -> str:
    """Return the time zone of the program's days as its rules name it now.

    Raises ProgramNotFound. Cost: one statement, and one more for a version that this process has not seen.
    """
    row = LoyaltyProgram.objects.using(using).filter(pk=program_id).values_list("published_version_id").first()
    if row is None:
        raise ProgramNotFound("There is no such program.")
    (version_id,) = row
    channels = load_version(version_id, using=using).rules.channels if version_id is not None else ()
    return next((listing.time_zone for listing in channels if listing.is_active), "UTC")
