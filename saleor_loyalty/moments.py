"""What is a moment to us: a time with a time zone that UTC has too.

``9999-12-31T23:59:59-14:00`` is a valid text of a time, and its moment in UTC lies beyond what Python and the
database's drivers count to.
"""

from __future__ import annotations

import datetime

BEYOND_CALENDAR = "A time must lie in the years 1 to 9999 of UTC."


def is_within_calendar(moment: datetime.datetime) -> bool:
    """Return whether UTC has the moment. Pure. Raises ValueError for a naive one."""
    if moment.utcoffset() is None:
        raise ValueError("moment must be an aware datetime")
    try:
        moment.astimezone(datetime.UTC)
    except OverflowError:
        return False
    return True
