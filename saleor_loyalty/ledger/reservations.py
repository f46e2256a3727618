"""What the reservation verbs share: finding a checkout's open reservation, and ending one."""

from __future__ import annotations

import datetime

from ..errors import ReservationAlreadySettled, ReservationNotFound
from ..lock_objects import reservation_qs_select_for_update
from ..models import LoyaltyAccount, Reservation, ReservationStatus
from .account_rows import lock_account


def open_reservation(checkout_id: str, *, using: str = "default") -> Reservation | None:
    """Return the checkout's open reservation, if any. It may be past its deadline: compare ``expires_at``.

    A read: no lock.
    """
    return Reservation.objects.using(using).filter(checkout_id=checkout_id, status=ReservationStatus.RESERVED).first()


def lock_open_reservation(checkout_id: str) -> Reservation | None:
    return (
        reservation_qs_select_for_update().filter(checkout_id=checkout_id, status=ReservationStatus.RESERVED).first()
    )


def lock_with_account(reservation_id: int) -> tuple[LoyaltyAccount, Reservation]:
    """Lock a reservation's account, then the reservation, and return both as they then are.

    Raises ReservationNotFound.
    """
    account_id = Reservation.objects.filter(pk=reservation_id).values_list("account_id", flat=True).first()
    if account_id is None:
        raise ReservationNotFound
    account = lock_account(account_id)
    return account, reservation_qs_select_for_update().get(pk=reservation_id)


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
