"""``about_to_expire``: whose memberships end soon, so that nobody loses benefits unawares (A-193)."""

from __future__ import annotations

import datetime

from django.db.models import F, QuerySet

from ..errors import LoyaltyException
from ..models import Membership
from .dates import DAY
from .inputs import DAYS_MAX
from .status import RUNNING, where_status


def about_to_expire(
    memberships: QuerySet[Membership], *, within_days: int, at: datetime.datetime
) -> QuerySet[Membership]:
    """Return those of the memberships that run at ``at`` and are over at most ``within_days`` days later, each by its
    own time zone. One that is frozen until further notice does not run out. Reads only, over an index.

    Raises LoyaltyException (INVALID): less than 0 or more than 3660 days.
    """
    if not 0 <= within_days <= DAYS_MAX:
        raise LoyaltyException(f"This must be from 0 to {DAYS_MAX}.", field="expiringWithinDays")
    # The constant bound is for the index: days differ by at most one between time zones and UTC.
    latest = at.astimezone(datetime.UTC).date() + (within_days + 1) * DAY
    running = where_status(memberships, RUNNING, at=at)
    soon = running.filter(canceled_at__isnull=True, ends_on__isnull=False, ends_on__lte=latest)
    return soon.filter(ends_on__lte=F("today") + datetime.timedelta(days=within_days))
