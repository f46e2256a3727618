"""Which account holds the points that a transaction gave: its own, or that of the member who a guest has become."""

from __future__ import annotations

from collections.abc import Collection

from ..models import Lot, LoyaltyTransaction, TransactionType
from .transfer_guest_points import merge_key


def holding_accounts(keys: Collection[str], *, program_id: int) -> dict[str, int]:
    """Return by idempotency key the account whose lock taking back the given points takes; keys that gave nothing are
    left out.

    Whoever holds the lock of an account can rely on it for points that were given there, or that have moved there.
    Reads only, two statements at most.
    """
    lots = Lot.objects.filter(transaction__program_id=program_id, transaction__idempotency_key__in=list(keys))
    given = list(lots.order_by().values_list("transaction__idempotency_key", "pk", "remaining", "account_id"))
    moves = {merge_key(pk, TransactionType.MERGE_IN): key for key, pk, remaining, _ in given if remaining == 0}
    held = {key: account_id for key, _, _, account_id in given}
    if moves:
        moved = LoyaltyTransaction.objects.filter(program_id=program_id, idempotency_key__in=list(moves)).order_by()
        held.update((moves[key], account_id) for key, account_id in moved.values_list("idempotency_key", "account_id"))
    return held
