"""Which account holds the points that a transaction gave: its own, or that to which they have moved."""

from __future__ import annotations

from collections.abc import Collection

from ..models import Lot
from .moving_lots import trails_of


def holding_accounts(keys: Collection[str], *, program_id: int) -> dict[str, int]:
    """Return by idempotency key the account whose lock taking back the given points takes; keys that gave nothing are
    left out.

    Whoever holds the lock of an account can rely on it for points that were given there, or that have moved there.
    Reads only: one statement, and for points that are not where they were given those of ``trails_of``.
    """
    lots = Lot.objects.filter(transaction__program_id=program_id, transaction__idempotency_key__in=list(keys))
    given = {lot.pk: lot for lot in lots.select_related("transaction").order_by()}
    trails = trails_of(given.values())
    return {given[pk].transaction.idempotency_key: trail[-1].account_id for pk, trail in trails.items()}
