"""Calendar periods of a place: days, weeks from Monday, months and years, exact also on days when clocks change."""

from __future__ import annotations

import datetime
import zoneinfo

ONE_DAY = datetime.timedelta(days=1)


def period_bounds(
    period: str, *, at: datetime.datetime, time_zone: str
) -> tuple[datetime.datetime, datetime.datetime] | None:
    """Return the period around ``at``: its first moment and the first moment after it, in UTC.

    Args:
        period: DAY, WEEK, MONTH, YEAR; or EVER, which has no bounds: None.
        time_zone: the name of the zone whose calendar counts.
    """
    if period == "EVER":
        return None
    zone = zoneinfo.ZoneInfo(time_zone)
    day = at.astimezone(zone).date()
    if period == "WEEK":
        first = day - datetime.timedelta(days=day.weekday())
        after = first + 7 * ONE_DAY
    elif period == "MONTH":
        first = day.replace(day=1)
        after = (first + 31 * ONE_DAY).replace(day=1)
    elif period == "YEAR":
        first = day.replace(month=1, day=1)
        after = first.replace(year=day.year + 1)
    elif period == "DAY":
        first, after = day, day + ONE_DAY
    else:
        raise ValueError(f"there is no period {period}")
    return start_of_day(first, zone=zone), start_of_day(after, zone=zone)


def start_of_day(day: datetime.date, *, zone: zoneinfo.ZoneInfo) -> datetime.datetime:
    """Return the first moment of a day, in UTC. A midnight that the zone skips is the first moment after it."""
    return datetime.datetime.combine(day, datetime.time(), tzinfo=zone).astimezone(datetime.UTC)
