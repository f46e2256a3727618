"""Moving a reservation's deadline, because its owner is still at it."""

from __future__ import annotations

import datetime

from django.db.transaction import atomic

from ..models import Reservation
from .account_rows import note_due, save_account
from .inputs import check_moment
from .reservations import lock_with_account, require_alive


def renew_reservation(
    reservation_id: int, *, expires_at: datetime.datetime, at: datetime.datetime, locked: Reservation | None = None
) -> Reservation:
    """Set the deadline of an open reservation.

    ``locked`` is the same reservation as ``lock_last_reservation`` gave it in this atomic block.

    Raises ReservationNotFound; ReservationAlreadySettled (also past its deadline).
    Locks / writes: opens an atomic block; the account, then the reservation.
    Idempotency: a second call changes nothing.
    Cost: two statements, one where it is locked already.
    """
    if check_moment(expires_at, name="expires_at") <= check_moment(at):
        raise ValueError("expires_at must be after at")
    with atomic():
        account, reservation = lock_with_account(reservation_id, locked=locked)
        require_alive(reservation, at=at)
        reservation.expires_at = expires_at
        reservation.save(update_fields=("expires_at",), force_update=True)
        # The account's next due moment may only be too early, so it needs no change for a later deadline.
        if account.next_due_at is None or account.next_due_at > expires_at:
            note_due(account, expires_at)
            save_account(account)
        return reservation
