"""What taking a batch back would bring now. Reads only; the ledger says it finally, row by row."""

from __future__ import annotations

import datetime
from collections import Counter

from ..ledger import read_points
from ..models import ENDED_ACCOUNT_STATUSES, BatchKind, BatchRow, BatchRowStatus, Lot, LotUse, LoyaltyAccount
from .revert_batch import Recovery, require_revertible

_CHUNK = 1000


def estimate_recovery(batch_id: int, *, at: datetime.datetime) -> Recovery:
    """Return what taking the batch back would bring at ``at``.

    Raises as ``revert_batch``. Cost: a constant number of statements for each thousand rows.
    """
    batch = require_revertible(batch_id)
    points = unrecovered = after = 0
    while True:
        rows = list(
            BatchRow.objects.filter(batch=batch, status=BatchRowStatus.DONE, number__gt=after)
            .exclude(transaction__reversed_by__isnull=False)
            .select_related("transaction")
            .order_by("number")[:_CHUNK]
        )
        if not rows:
            return Recovery(points, unrecovered)
        after = rows[-1].number
        back = _give_back(rows) if batch.kind == BatchKind.DEDUCT else _take_back(rows, at=at)
        points += back
        unrecovered += sum(abs(row.transaction.points) for row in rows if row.transaction) - back


def _accounts(rows: list[BatchRow]) -> dict[int, LoyaltyAccount]:
    accounts = LoyaltyAccount.objects.filter(pk__in={row.account_id for row in rows}).exclude(
        status__in=ENDED_ACCOUNT_STATUSES
    )
    return {account.pk: account for account in accounts}


def _give_back(rows: list[BatchRow]) -> int:
    there = _accounts(rows)
    return sum(-row.transaction.points for row in rows if row.transaction and row.account_id in there)


def _take_back(rows: list[BatchRow], *, at: datetime.datetime) -> int:
    accounts = _accounts(rows)
    available = {key: points.available for key, points in read_points(list(accounts.values()), at=at).items()}
    keys = [row.transaction_id for row in rows]
    pending: dict[int, int] = {}
    expired: Counter[int] = Counter()
    for lot in Lot.objects.filter(transaction__in=keys, remaining__gt=0):
        is_waiting = lot.available_at is None or lot.available_at > at
        if is_waiting:
            pending[lot.transaction_id] = lot.remaining
        elif lot.expires_at is not None and lot.expires_at <= at:
            expired[lot.transaction_id] += lot.remaining
    uses = LotUse.objects.filter(lot__transaction__in=keys, transaction__type="EXPIRE")
    for key, points in uses.values_list("lot__transaction", "points"):
        expired[key] += points
    total = 0
    for row in rows:
        if row.transaction is None or row.account_id not in accounts:
            continue
        wanted = row.transaction.points - expired[row.transaction.pk]
        waiting = min(wanted, pending.get(row.transaction.pk, 0))
        free = min(wanted - waiting, available[row.account_id])
        available[row.account_id] -= free
        total += waiting + free
    return total
