"""Giving up a reservation: its points are free again."""

from __future__ import annotations

import datetime

from django.db.transaction import atomic

from ..models import ReservationStatus
from .account_rows import save_account
from .inputs import check_moment
from .reservations import end_reservation, lock_with_account
from .settling import settle_changes
from .upkeep import bring_up_to_date

_ENDS = (ReservationStatus.RELEASED, ReservationStatus.EXPIRED)


def release_reservation(reservation_id: int, *, at: datetime.datetime, status: str = "RELEASED") -> bool:
    """End a reservation without taking its points. Returns False where it had ended before.

    Past its deadline it ends as EXPIRED, whatever ``status`` says.

    Raises ReservationNotFound.
    Locks / writes: opens an atomic block; the account, then the reservation, then lots.
    Idempotency: a second call returns False and changes nothing.
    """
    check_moment(at)
    if status not in _ENDS:
        raise ValueError(f"a reservation is released as {' or '.join(_ENDS)}, not as {status}")
    with atomic():
        account, reservation = lock_with_account(reservation_id)
        if reservation.status != ReservationStatus.RESERVED:
            return False
        # Past its deadline the reservation is among what is due.
        bring_up_to_date(account, at)
        if reservation.expires_at > at:
            end_reservation(account, reservation, status=ReservationStatus(status), at=at)
            settle_changes(account, at=at)
        save_account(account)
        return True
