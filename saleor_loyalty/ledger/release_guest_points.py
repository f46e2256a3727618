"""A guest has joined: the points that waited for that become available."""

from __future__ import annotations

import datetime

from django.db.transaction import atomic

from ..lock_objects import lot_qs_select_for_update
from ..models import Lot
from .account_rows import lock_account, save_account
from .inputs import check_moment
from .settling import settle_changes
from .upkeep import bring_up_to_date, mature_lots


def release_guest_points(account_id: int, *, at: datetime.datetime) -> int:
    """Make the account's guest points available and return how many they are. No transaction: they were awarded.

    Raises AccountNotFound.
    Locks / writes: opens an atomic block; the account, then its lots.
    Idempotency: a second call returns 0.
    """
    check_moment(at)
    with atomic():
        account = lock_account(account_id)
        waiting_lots = lot_qs_select_for_update().filter(account=account, available_at__isnull=True)
        if not waiting_lots.exists():
            return 0
        bring_up_to_date(account, at)
        waiting = list(waiting_lots)
        Lot.objects.filter(pk__in=[lot.pk for lot in waiting]).update(available_at=at)
        mature_lots(account, moment=at)
        settle_changes(account, at=at)
        save_account(account)
        return sum(lot.remaining for lot in waiting)
