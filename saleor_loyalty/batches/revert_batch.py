"""Taking a whole batch back: each row's points as far as they are still there, by new transactions that name the old.

It runs in chunks like the batch itself: a killed run goes on, and a row is taken back once.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from ..errors import AlreadyReversed, LoyaltyException, NotReversible
from ..ledger import Actor, Correction, reverse_many
from ..models import Batch, BatchRow, BatchRowStatus, BatchStatus, TransactionText
from .locking import lock_batch, wait_for_batch
from .refusals import BatchNotFound, BatchRunning
from .row_statements import save_rows
from .waking import wake_batch

REVERT_CHUNK = 100


@dataclass(frozen=True, slots=True)
class Recovery:
    """What taking a batch back brings, or would bring now."""

    points: int
    unrecovered: int


def revert_batch(batch_id: int, *, actor: Actor, at: datetime.datetime) -> Batch:
    """Begin to take the batch back; it goes on in the background. Points that it gave are taken within the balance of
    each account, points that it took are given back.

    Raises BatchNotFound; BatchRunning, also while it is being taken back; AlreadyReversed; NotReversible where it
    moved no points.
    Locks / writes: the batch; it waits for a chunk under way.
    """
    with transaction.atomic():
        batch = wait_for_batch(batch_id)
        _require_revertible(batch)
        assert batch is not None
        batch.status = BatchStatus.REVERTING
        batch.reverted_by_kind, batch.reverted_by_id = actor.kind, actor.id
        batch.progressed_at = at
        batch.save()
        wake_batch(batch.pk)
    return batch


def require_revertible(batch_id: int) -> Batch:
    """Return the batch if it can be taken back. Raises as ``revert_batch``."""
    batch = Batch.objects.filter(pk=batch_id).first()
    _require_revertible(batch)
    assert batch is not None
    return batch


def _require_revertible(batch: Batch | None) -> None:
    if batch is None:
        raise BatchNotFound
    if batch.status in Batch.RUNNING:
        raise BatchRunning
    if batch.status == BatchStatus.REVERTED:
        raise AlreadyReversed
    if batch.is_dry_run or batch.done == 0:
        raise NotReversible("The batch moved no points.")


def revert_rows(batch: Batch, *, at: datetime.datetime) -> bool:
    """Take the next rows back; after the last the batch is reverted. Returns False where another session works on it.

    Locks / writes: the batch, then accounts by their keys, in one atomic block.
    """
    with transaction.atomic():
        locked = lock_batch(batch.pk)
        if locked is None or locked.status != BatchStatus.REVERTING:
            return False
        batch = locked
        done = BatchRow.objects.filter(batch=batch, status=BatchRowStatus.DONE).select_related("transaction")
        rows = list(done.order_by("number")[:REVERT_CHUNK])
        # Each customer reads the reason of their own gift again, and nobody else's.
        texts = TransactionText.objects.filter(transaction_id__in=[row.transaction_id for row in rows])
        reasons = dict(texts.values_list("transaction_id", "reason"))
        _revert(batch, sorted(rows, key=lambda row: row.account_id or 0), reasons, at=at)
        save_rows(rows)
        if not rows:
            batch.status = BatchStatus.REVERTED
            batch.reverted_at = at
            batch.finished_at = batch.finished_at or at
        batch.progressed_at, batch.faults = at, 0
        batch.save()
    return True


def _revert(batch: Batch, rows: Sequence[BatchRow], reasons: Mapping[int, str], *, at: datetime.datetime) -> None:
    corrections = [
        Correction(
            transaction_id=row.transaction_id or 0,
            idempotency_key=f"batch:{batch.pk}:{row.number}:reverse",
            reason=reasons.get(row.transaction_id or 0, ""),
        )
        for row in rows
    ]
    found = reverse_many(
        corrections,
        at=at,
        actor=Actor(kind=batch.reverted_by_kind or "SYSTEM", id=batch.reverted_by_id),
        internal_note=batch.internal_note,
        batch_id=batch.pk,
    )
    for row, outcome in zip(rows, found, strict=True):
        row.status = BatchRowStatus.REVERTED
        if isinstance(outcome, LoyaltyException):
            # Taken back by hand before, or an account that is closed by now.
            row.code, row.field, row.message = outcome.code, outcome.field or "", outcome.message
            points = abs(row.transaction.points) if row.transaction is not None else 0
            row.unrecovered = 0 if isinstance(outcome, AlreadyReversed) else points
        else:
            row.reversal_id = outcome.posting.transaction.pk if outcome.posting else None
            row.unrecovered = outcome.unrecovered_points
            batch.points_reverted += outcome.reversed_points
        batch.points_unrecovered += row.unrecovered
