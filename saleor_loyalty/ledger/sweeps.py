"""The sweeps: bringing accounts up to date that nobody writes to. Bounded batches; run them again until 0.

They are never needed for a right answer: verbs and reads correct what is due by themselves. One account that cannot
be brought up to date is logged and left, and does not stop the others.
"""

from __future__ import annotations

import datetime
import logging

from django.db import DatabaseError
from django.db.transaction import atomic

from ..lock_objects import loyalty_account_qs_select_for_update
from ..models import LoyaltyAccount, Reservation, ReservationStatus
from .account_rows import save_account
from .inputs import check_moment
from .upkeep import bring_up_to_date

logger = logging.getLogger(__name__)


def expire_due_lots(*, at: datetime.datetime, limit: int) -> int:
    """Bring up to ``limit`` accounts up to date whose next due moment has come: mature, expire, free, pay debts.

    Returns the number of accounts that were written. Accounts that another session holds locked are left to it.
    Locks / writes: one atomic block and one account's lock at a time.
    Idempotency: a second call finds nothing to do.
    """
    check_moment(at)
    account_ids = (
        LoyaltyAccount.objects.filter(next_due_at__lte=at).order_by("next_due_at").values_list("pk", flat=True)[:limit]
    )
    return sum(_sweep_account(account_id, at=at) for account_id in list(account_ids))


def release_dead_reservations(*, at: datetime.datetime, limit: int) -> int:
    """Free the points of up to ``limit`` reservations whose deadline has passed, with all else that is due there.

    Returns the number of accounts that were written.
    Locks / writes: one atomic block and one account's lock at a time.
    Idempotency: a second call finds nothing to do.
    """
    check_moment(at)
    account_ids = (
        Reservation.objects.filter(status=ReservationStatus.RESERVED, expires_at__lte=at)
        .order_by("expires_at")
        .values_list("account_id", flat=True)[:limit]
    )
    return sum(_sweep_account(account_id, at=at) for account_id in sorted(set(account_ids)))


def _sweep_account(account_id: int, *, at: datetime.datetime) -> int:
    try:
        with atomic():
            account = loyalty_account_qs_select_for_update(skip_locked=True).filter(pk=account_id).first()
            if account is None or not bring_up_to_date(account, at):
                return 0
            save_account(account)
            return 1
    except DatabaseError:
        logger.exception("Account %s cannot be brought up to date.", account_id)
        return 0
