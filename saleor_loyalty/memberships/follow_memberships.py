"""``follow_memberships``: the sweep that brings labels, points at the start and history up to what time has done.

One account that cannot be followed is logged and left, and does not stop the others.
"""

from __future__ import annotations

import datetime
import logging

from django.db import transaction
from django.db.models import F

from ..models import Membership
from .book import open_book
from .dates import DAY
from .status import local_day_in_sql

logger = logging.getLogger(__name__)


def follow_memberships(*, at: datetime.datetime, limit: int) -> int:
    """Follow the memberships whose day has come, of at most ``limit`` accounts. Returns of how many accounts.

    Statuses and dates are right without it; it is what gives and takes labels and points when a day comes.
    Each account in a block of its own, under its lock: two sweeps at once do everything once, and a killed one loses
    at most the account that it was at. Accounts that fail are not counted: the next run tries them again. Idempotent.
    """
    # No place on earth is more than 14 hours ahead of UTC: the index finds the candidates, the time zone decides.
    latest = at.astimezone(datetime.UTC).date() + DAY
    due = Membership.objects.filter(next_change_on__lte=latest).alias(today=local_day_in_sql(at))
    accounts = due.filter(next_change_on__lte=F("today")).order_by("account_id")
    account_ids = accounts.values_list("account_id", flat=True).distinct()
    followed, last_id = 0, 0
    while followed < limit:
        window = list(account_ids.filter(account_id__gt=last_id)[: limit - followed])
        if not window:
            break
        followed += sum(_follow_account(account_id, at=at) for account_id in window)
        last_id = window[-1]
    return followed


def _follow_account(account_id: int, *, at: datetime.datetime) -> bool:
    try:
        with transaction.atomic():
            open_book(account_id, at=at).write()
    except Exception:
        # Whatever it was, it must not stop the accounts after this one.
        logger.exception("The memberships of account %s cannot be followed.", account_id)
        return False
    return True
