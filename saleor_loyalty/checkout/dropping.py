"""Taking a redemption off a checkout: rows and reservation go together."""

from __future__ import annotations

import datetime

from ..host import CheckoutHandle
from ..ledger import release_reservation
from ..models import Reservation, ReservationStatus


def drop_redemption(handle: CheckoutHandle, reservation: Reservation | None, *, at: datetime.datetime) -> bool:
    """Remove our rows from the opened checkout and free what is set aside for it. Returns whether anything was there.

    Locks / writes: the reservation's account. Idempotent.
    """
    has_rows = handle.current_discount() is not None
    if has_rows:
        handle.take_discount_off()
    was_open = reservation is not None and reservation.status == ReservationStatus.RESERVED
    if reservation is not None and was_open:
        release_reservation(reservation.pk, at=at)
    return has_rows or was_open
