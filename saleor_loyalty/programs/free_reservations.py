"""Freeing what carts have set aside, when a program stops."""

from __future__ import annotations

import datetime

from ..ledger import release_reservation
from ..models import Reservation, ReservationStatus

BATCH_SIZE = 500


def free_reservations(program_id: int, *, at: datetime.datetime) -> int:
    """Release every open reservation of the program's accounts; return how many.

    The carts' discount rows count nothing from then on; the host takes them off when it next looks at the cart.
    A request that saw the program active a moment before may still set points aside: its deadline frees them.
    Locks one account after the other. A second call finds nothing to release.
    Cost: a constant number of statements for each open reservation, in batches.
    """
    freed, last = 0, 0
    while True:
        batch = list(
            Reservation.objects.filter(
                account__program_id=program_id, status=ReservationStatus.RESERVED, pk__gt=last
            ).values_list("pk", flat=True)[:BATCH_SIZE]
        )
        if not batch:
            return freed
        freed += sum(release_reservation(reservation_id, at=at) for reservation_id in batch)
        last = batch[-1]
