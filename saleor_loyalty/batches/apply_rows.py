"""The third phase of a batch: its rows move points.

A chunk of rows and what became of them are written in one atomic block under the batch's lock, so that a row counts
once wherever a worker is killed and however many workers there are; besides, each row has an idempotency key of its
own. Accounts are locked in the order of their keys, as everywhere.
"""

from __future__ import annotations

import datetime

from django.db import transaction

from ..accounts import deduct_by_hand, give_by_hand
from ..errors import LoyaltyException
from ..ledger import Actor, Posting
from ..models import Batch, BatchErrorPolicy, BatchKind, BatchRow, BatchRowStatus, BatchStatus
from .locking import lock_batch
from .row_statements import save_rows
from .targets import open_named

APPLY_CHUNK = 100
"""So many accounts are locked at a time, for a fraction of a second."""


def apply_rows(batch: Batch, *, at: datetime.datetime) -> bool:
    """Apply the next rows; after the last the batch is done. Returns False where another session works on it.

    Under REJECT_EVERYTHING a row that no longer holds (its account was frozen since it was judged) has everything
    taken back. Locks / writes: the batch, then accounts by their keys, in one atomic block.
    """
    with transaction.atomic():
        locked = lock_batch(batch.pk)
        if locked is None or locked.status != BatchStatus.APPLYING:
            return False
        batch = locked
        ready = BatchRow.objects.filter(batch=batch, status=BatchRowStatus.READY)
        rows = list(ready.order_by("number")[:APPLY_CHUNK])
        # Accounts that are there by their keys, then those to be opened by what names them.
        for row in sorted(rows, key=lambda row: (row.account_id is None, row.account_id or 0, row.target)):
            _apply(batch, row, at=at)
        save_rows(rows)
        is_broken = any(row.status == BatchRowStatus.FAILED for row in rows)
        if is_broken and batch.error_policy == BatchErrorPolicy.REJECT_EVERYTHING:
            batch.status = BatchStatus.REVERTING
        elif not rows:
            batch.status, batch.finished_at = BatchStatus.DONE, at
        batch.progressed_at, batch.faults = at, 0
        batch.save()
    return True


def _apply(batch: Batch, row: BatchRow, *, at: datetime.datetime) -> None:
    try:
        with transaction.atomic():
            posting = _move(batch, row, at=at)
    except LoyaltyException as refusal:
        row.status, row.code = BatchRowStatus.FAILED, refusal.code
        row.field, row.message = refusal.field or "", refusal.message
        batch.failed += 1
        return
    row.status, row.account_id, row.transaction_id = BatchRowStatus.DONE, posting.account.pk, posting.transaction.pk
    row.target = f"account:{posting.account.pk}"
    batch.done += 1
    batch.points_moved += abs(posting.transaction.points)


def _move(batch: Batch, row: BatchRow, *, at: datetime.datetime) -> Posting:
    account_id = open_named(batch.program, row.target, at=at)
    details = row.details or {}
    actor = Actor(kind=batch.actor_kind, id=batch.actor_id)
    key = f"batch:{batch.pk}:{row.number}"
    reason, note = details.get("reason", batch.reason), details.get("internalNote", batch.internal_note)
    source = details.get("source", batch.source)
    if batch.kind == BatchKind.DEDUCT:
        return deduct_by_hand(
            account_id,
            points=row.points or 0,
            at=at,
            idempotency_key=key,
            actor=actor,
            reason=reason,
            internal_note=note,
            source=source,
            batch_id=batch.pk,
        )
    expires_at = details.get("expiresAt")
    return give_by_hand(
        account_id,
        points=row.points or 0,
        at=at,
        idempotency_key=key,
        actor=actor,
        reason=reason,
        internal_note=note,
        source=source,
        expires_at=datetime.datetime.fromisoformat(expires_at) if expires_at else batch.expires_at,
        external_reference=details.get("transactionReference", ""),
        batch_id=batch.pk,
    )
