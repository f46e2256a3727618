"""The audit of reservations: each ends once, committed, released or expired, and none is open for ever.

That points past their deadline are free does not depend on this (the reads see to it): what is found here is that
nobody wrote it down, or that somebody moved a deadline; and one whose end is not the one that its order's redemption
says. A committed one without its redemption is found by the audit of the ledger.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence

from django.db.models import Exists, OuterRef, Q, QuerySet

from ..ledger import Finding
from ..models import LoyaltyTransaction, Reservation, ReservationStatus, TransactionType

OVERDUE = datetime.timedelta(days=1)
"""The sweep that ends reservations runs every ten minutes."""
LASTS_AT_MOST = datetime.timedelta(days=7)
"""The longest that rules can let a reservation last."""


def overdue_reservations(*, at: datetime.datetime, using: str = "default") -> QuerySet[Reservation]:
    """Return the open reservations that should have ended, and those whose deadline no rules could have set."""
    too_late, too_far = Q(expires_at__lt=at - OVERDUE), Q(expires_at__gt=at + LASTS_AT_MOST)
    reservations = Reservation.objects.using(using).filter(too_late | too_far, status=ReservationStatus.RESERVED)
    return reservations.order_by("pk")


def find_overdue_reservations(
    account_ids: Sequence[int], *, at: datetime.datetime, using: str = "default"
) -> Iterator[Finding]:
    """Yield a finding for each open reservation of these accounts that should have ended. One statement."""
    for reservation in overdue_reservations(at=at, using=using).filter(account_id__in=account_ids):
        message = (
            f"Reservation {reservation.pk} of {reservation.points} points for checkout {reservation.checkout_id}"
            f" is open, its deadline is {reservation.expires_at.isoformat()}."
        )
        yield Finding("RESERVATION_OVERDUE", reservation.account_id, None, message)


def find_reservations_ended_otherwise(account_ids: Sequence[int], *, using: str = "default") -> Iterator[Finding]:
    """Yield a finding for each reservation of these accounts that has an end that there is not, that was not committed
    though its order took points, or of which its order took more than was set aside. One statement."""
    redemptions = LoyaltyTransaction.objects.using(using).filter(
        account_id=OuterRef("account_id"),
        order_id=OuterRef("order_id"),
        checkout_id=OuterRef("checkout_id"),
        type=TransactionType.REDEEM,
    )
    reservations = Reservation.objects.using(using).filter(
        ~Q(status__in=ReservationStatus.values)
        | (~Q(status=ReservationStatus.COMMITTED) & ~Q(order_id="") & Exists(redemptions.filter(points__lt=0)))
        | (Q(status=ReservationStatus.COMMITTED) & Exists(redemptions.filter(points__lt=-OuterRef("points")))),
        account_id__in=account_ids,
    )
    for reservation in reservations.order_by("pk"):
        message = (
            f"Reservation {reservation.pk} of {reservation.points} points is {reservation.status}, which is not how"
            f" the redemption of order {reservation.order_id or 'none'} left it."
        )
        yield Finding("RESERVATION_END_MISMATCH", reservation.account_id, None, message)
