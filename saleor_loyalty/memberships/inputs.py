"""What the verbs of memberships accept from people: reasons, dates, and what a plan may say."""

from __future__ import annotations

import datetime

from ..errors import LoyaltyException
from ..storable_text import is_storable

REASON_MAX = 1000
DAYS_MAX = 3660
"""Ten years: no freeze and no extension reaches further, and no membership begins further away."""
MONTHS_MAX = 120


def check_reason(reason: str) -> str:
    """Return the reason. Raises LoyaltyException (INVALID): too long, or it cannot be stored."""
    if len(reason) > REASON_MAX or not is_storable(reason):
        raise LoyaltyException(f"This must have at most {REASON_MAX} characters that can be stored.", field="reason")
    return reason


def check_day(day: datetime.date, *, after: datetime.date, field: str, message: str) -> datetime.date:
    """Return the day. Raises LoyaltyException (INVALID) with the message where it is not after ``after``, or where it
    is more than ten years after it."""
    if day <= after:
        raise LoyaltyException(message, field=field)
    if (day - after).days > DAYS_MAX:
        raise LoyaltyException(f"This is more than {DAYS_MAX} days away.", field=field)
    return day
