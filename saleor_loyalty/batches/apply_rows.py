"""The third phase of a batch: its rows move points.

A chunk of rows and what became of them are written in one atomic block under the batch's lock, so that a row counts
once wherever a worker is killed and however many workers there are; besides, each row has an idempotency key of its
own. Accounts are locked in the order of their keys, as everywhere. What all rows of a chunk ask for (the program's
terms, who of those that are named is there by now) is asked once.
"""

from __future__ import annotations

import contextlib
import datetime
from typing import Any

from django.db import transaction

from ..accounts import HandTerms, deduct_by_hand, give_by_hand, terms_of_program
from ..errors import LoyaltyException
from ..ledger import Actor, Posting
from ..models import Batch, BatchErrorPolicy, BatchKind, BatchRow, BatchRowStatus, BatchStatus
from .locking import lock_batch
from .row_statements import save_rows
from .targets import Known, find_known, open_named

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
        known = find_known(batch.program_id, [row.target for row in rows])
        terms = terms_of_program(batch.program_id, at=at)
        # Accounts that are there by their keys, then those to be opened by what names them.
        for row in sorted(rows, key=lambda row: _lock_order(row, known)):
            _apply(batch, row, known, terms, at=at)
        save_rows(rows)
        is_broken = any(row.status == BatchRowStatus.FAILED for row in rows)
        if is_broken and batch.error_policy == BatchErrorPolicy.REJECT_EVERYTHING:
            batch.status = BatchStatus.REVERTING
        elif not rows:
            batch.status, batch.finished_at = BatchStatus.DONE, at
        batch.progressed_at, batch.faults = at, 0
        batch.save()
    return True


def _lock_order(row: BatchRow, known: Known) -> tuple[bool, int, str]:
    account_id = known.accounts.get(row.target)
    return account_id is None, account_id or 0, row.target


def _apply(batch: Batch, row: BatchRow, known: Known, terms: HandTerms, *, at: datetime.datetime) -> None:
    account_id = known.accounts.get(row.target)
    try:
        # The ledger undoes what it has begun itself; here is undone that an account was opened for it.
        with transaction.atomic() if account_id is None else contextlib.nullcontext():
            if account_id is None:
                account_id = open_named(batch.program, row.target, known=known, at=at)
            posting = _move(batch, row, account_id, terms=terms, at=at)
    except LoyaltyException as refusal:
        row.status, row.code = BatchRowStatus.FAILED, refusal.code
        row.field, row.message = refusal.field or "", refusal.message
        batch.failed += 1
        return
    row.status, row.account_id, row.transaction_id = BatchRowStatus.DONE, posting.account.pk, posting.transaction.pk
    row.target = f"account:{posting.account.pk}"
    batch.done += 1
    batch.points_moved += abs(posting.transaction.points)


def _move(batch: Batch, row: BatchRow, account_id: int, *, terms: HandTerms, at: datetime.datetime) -> Posting:
    details = row.details or {}
    values: dict[str, Any] = {
        "points": row.points or 0,
        "at": at,
        "idempotency_key": f"batch:{batch.pk}:{row.number}",
        "actor": Actor(kind=batch.actor_kind, id=batch.actor_id),
        "reason": details.get("reason", batch.reason),
        "internal_note": details.get("internalNote", batch.internal_note),
        "source": details.get("source", batch.source),
        "batch_id": batch.pk,
        "terms": terms,
    }
    if batch.kind == BatchKind.DEDUCT:
        return deduct_by_hand(account_id, **values)
    expires_at = details.get("expiresAt")
    return give_by_hand(
        account_id,
        expires_at=datetime.datetime.fromisoformat(expires_at) if expires_at else batch.expires_at,
        external_reference=details.get("transactionReference", ""),
        **values,
    )
