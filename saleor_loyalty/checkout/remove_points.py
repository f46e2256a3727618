"""``remove_points``: a customer takes the points off the own checkout."""

from __future__ import annotations

import datetime

from django.db import transaction

from ..host import Requester
from ..selectors import last_reservation
from .apply_points import open_own_checkout
from .dropping import drop_redemption


def remove_points(*, checkout_id: str, requester: Requester, at: datetime.datetime) -> bool:
    """Remove our discount rows and free the points that were set aside.

    Works whatever the program's state is. Returns whether anything stood there; a second call changes nothing.

    Raises:
        CheckoutNotFound: unknown, or not the requester's own.

    Locks: the host's checkout, then the account and the reservation.
    """
    with transaction.atomic():
        handle = open_own_checkout(checkout_id, requester=requester)
        return drop_redemption(handle, last_reservation(handle.id), at=at)
