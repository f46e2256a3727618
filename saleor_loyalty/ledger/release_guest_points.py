"""Customers who had not joined have: the points of their own account that waited for that become theirs to spend.

Points of a guest's account are another matter: ``transfer_guest_points``.
"""

from __future__ import annotations

import datetime

from django.db.transaction import atomic

from ..lock_objects import lot_qs_select_for_update
from ..models import Lot
from .account_rows import lock_account, note_due, save_account
from .inputs import check_moment
from .settling import settle_changes
from .upkeep import bring_up_to_date, mature_lots

NO_TIME = datetime.timedelta(0)


def release_guest_points(account_id: int, *, at: datetime.datetime, pending: datetime.timedelta = NO_TIME) -> int:
    """Let what waited in the account become available and return how many points waited. No transaction: they were
    awarded.

    Args:
        pending: how long points wait after they were awarded, whoever has them; what is left of it is still waited.

    Raises AccountNotFound.
    Locks / writes: opens an atomic block; the account, then its lots.
    Idempotency: a second call returns 0.
    Cost: a constant number of statements.
    """
    check_moment(at)
    with atomic():
        account = lock_account(account_id)
        waiting_lots = lot_qs_select_for_update().filter(account=account, available_at__isnull=True, remaining__gt=0)
        if not waiting_lots.exists():
            return 0
        bring_up_to_date(account, at)
        waiting = list(waiting_lots.select_related("transaction"))
        for lot in waiting:
            lot.available_at = available_from(lot, pending=pending, at=at)
            if lot.available_at > at:
                note_due(account, lot.available_at)
        Lot.objects.bulk_update(waiting, ["available_at"])
        mature_lots(account, moment=at)
        settle_changes(account, at=at)
        save_account(account)
        return sum(lot.remaining for lot in waiting)


def available_from(lot: Lot, *, pending: datetime.timedelta, at: datetime.datetime) -> datetime.datetime:
    """Return when the points of a lot can be spent, now that its customer has joined. The lot carries its
    ``transaction``."""
    return lot.available_at or max(at, lot.transaction.occurred_at + pending)
