"""Whole months on the calendar."""

from __future__ import annotations

import calendar
import datetime

LAST_YEAR = 9_000
"""Beyond it there is no date: the database's and Python's calendars end."""


def months_after(day: datetime.date, months: int) -> datetime.date | None:
    """Return the day so many months later; a day that the month does not have is its last (31 January and a month:
    28 February). None beyond the calendar."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year >= LAST_YEAR:
        return None
    month += 1
    return day.replace(year=year, month=month, day=min(day.day, calendar.monthrange(year, month)[1]))


def moment_months_after(moment: datetime.datetime, months: int) -> datetime.datetime | None:
    """Return the moment so many months later, at the same time of day in UTC. None beyond the calendar."""
    utc = moment.astimezone(datetime.UTC)
    day = months_after(utc.date(), months)
    return None if day is None else datetime.datetime.combine(day, utc.time(), tzinfo=datetime.UTC)
