"""``release_checkout``: a checkout is gone without an order; what was set aside for it is free again."""

from __future__ import annotations

import datetime

from ..ledger import open_reservation, release_reservation


def release_checkout(*, checkout_id: str, at: datetime.datetime) -> bool:
    """Free the points that the checkout set aside. Returns whether there were any; idempotent.

    Does not look at the checkout itself, which may no longer exist. Locks: the account and the reservation.
    """
    reservation = open_reservation(checkout_id)
    return reservation is not None and release_reservation(reservation.pk, at=at)
