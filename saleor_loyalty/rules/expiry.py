"""When a lot of points expires: whole days of the channel's time zone, whatever the hour they were earned at."""

from __future__ import annotations

import calendar
import datetime
import zoneinfo

from .document import ExpiryPolicy
from .months import LAST_YEAR, months_after

ONE_DAY = datetime.timedelta(days=1)


def expiry_of(policy: ExpiryPolicy, *, at: datetime.datetime, time_zone: str) -> datetime.datetime | None:
    """Return the moment at which points that are available from ``at`` expire: the midnight after their last day.

    Args:
        at: when the points become available, or for INACTIVITY the customer's last activity; aware.
        time_zone: the name of the zone whose days count.
    Returns None where they never expire. A date that a month does not have is the month's last (31 January and a
    month: 28 February); a midnight that the zone skips is the first moment of that day.
    """
    if policy.type == "NEVER":
        return None
    zone = zoneinfo.ZoneInfo(time_zone)
    last_day = _later(at.astimezone(zone).date(), months=policy.months or 0, days=policy.days or 0)
    if last_day is None:
        return None
    if policy.type == "MONTH_END":
        last_day = last_day.replace(day=calendar.monthrange(last_day.year, last_day.month)[1])
    elif policy.type == "CALENDAR_YEAR_END":
        last_day = last_day.replace(month=12, day=31)
    midnight = datetime.datetime.combine(last_day + ONE_DAY, datetime.time(), tzinfo=zone)
    return midnight.astimezone(datetime.UTC)


def _later(day: datetime.date, *, months: int, days: int) -> datetime.date | None:
    moved = months_after(day, months)
    if moved is None or moved.year + days // 366 >= LAST_YEAR:
        return None  # it never expires
    return moved + datetime.timedelta(days=days)
