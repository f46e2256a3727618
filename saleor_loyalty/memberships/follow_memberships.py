"""``follow_memberships``: the sweep that brings labels, points at the start and history up to what time has done.

One account that cannot be followed is logged and left, and does not stop the others.
"""

from __future__ import annotations

import datetime
import functools

from django.db import transaction
from django.db.models import F

from ..models import Membership
from ..sweeping import sweep
from .book import open_book
from .dates import DAY
from .status import local_day_in_sql


def follow_memberships(*, at: datetime.datetime, limit: int) -> int:
    """Follow the memberships whose day has come, of at most ``limit`` accounts. Returns of how many accounts.

    Statuses and dates are right without it; it is what gives and takes labels and points when a day comes.
    Each account in a block of its own, under its lock: two sweeps at once do everything once, and a killed one loses
    at most the account that it was at. Accounts that fail are not counted: the next run tries them again. Idempotent.
    """
    # No place on earth is more than 14 hours ahead of UTC: the index finds the candidates, the time zone decides.
    latest = at.astimezone(datetime.UTC).date() + DAY
    due = Membership.objects.filter(next_change_on__lte=latest).alias(today=local_day_in_sql(at))
    accounts = due.filter(next_change_on__lte=F("today")).distinct()
    complaint = "The memberships of account %s cannot be followed."
    act = functools.partial(_follow_account, at=at)
    return sweep(accounts, "account_id", act=act, limit=limit, complaint=complaint).done


def _follow_account(account_id: int, *, at: datetime.datetime) -> None:
    with transaction.atomic():
        open_book(account_id, at=at).write()
