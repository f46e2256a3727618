"""What the reservation verbs share: finding a checkout's open reservation, and ending one."""

from __future__ import annotations

import datetime
from typing import Any

from ..errors import ReservationAlreadySettled, ReservationNotFound
from ..lock_objects import reservation_qs_select_for_update, reservation_with_account_qs_select_for_update
from ..models import LoyaltyAccount, Reservation, ReservationStatus
from .account_rows import save_account
from .inputs import check_moment
from .upkeep import bring_up_to_date


def open_reservation(checkout_id: str, *, using: str = "default") -> Reservation | None:
    """Return the checkout's open reservation, if any. It may be past its deadline: compare ``expires_at``.

    A read: no lock.
    """
    return Reservation.objects.using(using).filter(checkout_id=checkout_id, status=ReservationStatus.RESERVED).first()


def lock_open_reservation(checkout_id: str) -> Reservation | None:
    return (
        reservation_qs_select_for_update().filter(checkout_id=checkout_id, status=ReservationStatus.RESERVED).first()
    )


def lock_with_account(reservation_id: int, *, locked: Reservation | None = None) -> tuple[LoyaltyAccount, Reservation]:
    """Lock a reservation's account, then the reservation, and return both as they then are.

    Where ``locked`` is given, they are locked already and it is returned.

    Raises ReservationNotFound.
    """
    if locked is not None:
        if locked.pk != reservation_id:
            raise ValueError("another reservation is locked")
        return locked.account, locked
    reservation = reservation_with_account_qs_select_for_update().filter(pk=reservation_id).first()
    if reservation is None:
        raise ReservationNotFound
    return reservation.account, reservation


def lock_last_reservation(checkout_id: str, *, at: datetime.datetime, **beside: Any) -> Reservation | None:
    """Return the checkout's open reservation, else its last one; locked like its ``account``, and exact at ``at``.

    Inside an atomic block only, and under the host's lock of the checkout. None where the checkout never had one.
    Give it to ``update_reservation`` or ``renew_reservation`` as ``locked`` in the same atomic block.
    ``beside`` are expressions that are asked in the same statement; each answer is an attribute of the reservation.
    Locks / writes: the account, then the reservation; what is due.
    Idempotency: a second call changes nothing.
    Cost: one statement where nothing is due.
    """
    check_moment(at)
    reservations = reservation_with_account_qs_select_for_update().filter(checkout_id=checkout_id)
    reservation = reservations.annotate(**beside).first()
    if reservation is not None and bring_up_to_date(reservation.account, at):
        save_account(reservation.account)
        # Its deadline may have been among what was due.
        reservation.refresh_from_db(fields=("status", "settled_at"))
    return reservation


def require_alive(reservation: Reservation, *, at: datetime.datetime) -> None:
    """Raises ReservationAlreadySettled where it was settled or its deadline has passed."""
    if reservation.status != ReservationStatus.RESERVED or reservation.expires_at <= at:
        raise ReservationAlreadySettled


def end_reservation(
    account: LoyaltyAccount,
    reservation: Reservation,
    *,
    status: ReservationStatus,
    at: datetime.datetime,
    order_id: str = "",
) -> None:
    """Settle a locked, open reservation; its points are no longer set aside."""
    reservation.status = status
    reservation.settled_at = at
    reservation.order_id = order_id
    reservation.save(update_fields=("status", "settled_at", "order_id"), force_update=True)
    account.reserved -= reservation.points
