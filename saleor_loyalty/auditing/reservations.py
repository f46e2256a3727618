"""The audit of reservations: each ends once, committed, released or expired, and none is open for ever.

That points past their deadline are free does not depend on this (the reads see to it): what is found here is that
nobody wrote it down, or that somebody moved a deadline. A committed one without its redemption is found by the audit
of the ledger.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence

from django.db.models import Q, QuerySet

from ..ledger import Finding
from ..models import Reservation, ReservationStatus

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
