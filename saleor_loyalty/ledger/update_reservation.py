"""Changing what is set aside, because the checkout changed."""

from __future__ import annotations

import datetime
from decimal import Decimal

from django.db.transaction import atomic

from ..errors import InsufficientPoints
from ..models import Reservation
from .account_rows import note_due, require_active, save_account
from .inputs import check_points, check_reservation
from .reservations import lock_with_account, require_alive
from .settling import settle_changes
from .upkeep import bring_up_to_date


def update_reservation(
    reservation_id: int,
    *,
    points: int,
    value: Decimal,
    rows: Decimal,
    expires_at: datetime.datetime,
    at: datetime.datetime,
    requested_points: int | None = None,
    locked: Reservation | None = None,
) -> Reservation:
    """Set an open reservation to ``points``, ``value`` and ``rows``, and move its deadline.

    ``requested_points`` stays what the customer asked for at first, unless another number is given. ``locked`` is the
    same reservation as ``lock_last_reservation`` gave it in this atomic block.

    Raises InvalidPoints; ReservationNotFound; ReservationAlreadySettled (also past its deadline); AccountClosed and
    AccountFrozen where more points are set aside than before; InsufficientPoints.
    Locks / writes: opens an atomic block; the account, then the reservation, then lots.
    Idempotency: a second call changes nothing.
    Cost: two statements where the points stay as they are, one where it is locked already.
    """
    check_reservation(points=points, value=value, rows=rows, expires_at=expires_at, at=at)
    with atomic():
        account, reservation = lock_with_account(reservation_id, locked=locked)
        require_alive(reservation, at=at)
        more = points - reservation.points
        reservation.points = points
        reservation.value = value
        reservation.rows = rows
        reservation.expires_at = expires_at
        if requested_points is not None:
            reservation.requested_points = check_points(requested_points)
        if more == 0:
            # The account's next due moment may only be too early, so it needs no change for a later deadline.
            if account.next_due_at is None or account.next_due_at > expires_at:
                note_due(account, expires_at)
                save_account(account)
        else:
            if more > 0:
                require_active(account)
            bring_up_to_date(account, at)
            if more > account.available:
                raise InsufficientPoints(requested=points, available=account.available + points - more)
            account.reserved += more
            note_due(account, expires_at)
            if more < 0:
                settle_changes(account, at=at)
            save_account(account)
        reservation.save(
            update_fields=("points", "requested_points", "value", "rows", "expires_at"), force_update=True
        )
        return reservation
