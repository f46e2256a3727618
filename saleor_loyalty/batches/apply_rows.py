"""The third phase of a batch: its rows move points.

A chunk of rows and what became of them are written in one atomic block under the batch's lock, so that a row counts
once wherever a worker is killed and however many workers there are; besides, each row has an idempotency key of its
own. Accounts are locked in the order of their keys, as everywhere. What all rows of a chunk ask for (the program's
terms, who of those that are named is there by now) is asked once, and what they give is written together.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from ..accounts import HandTerms, check_gift_by_hand, deduct_by_hand, terms_of_program
from ..errors import AccountNotFound, InsufficientPoints, LoyaltyException
from ..ledger import Actor, CheckedGift, Posting, give_to_many
from ..models import Batch, BatchErrorPolicy, BatchKind, BatchRow, BatchRowStatus, BatchStatus
from .locking import lock_batch
from .row_statements import save_rows
from .targets import Known, find_known, open_named

APPLY_CHUNK = 100
"""So many accounts are locked at a time, for a fraction of a second."""
_NOBODY = 0
"""The account of a gift that is checked before anybody's account is opened for it."""


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
        there = [(row, known.accounts[row.target]) for row in rows if row.target in known.accounts]
        missing = [row for row in rows if row.target not in known.accounts]
        if batch.kind == BatchKind.DEDUCT:
            _deduct(batch, sorted(there, key=lambda pair: pair[1]), terms, at=at)
            _refuse_all(batch, missing)
        else:
            # Accounts that are there, by their keys, before those that are opened.
            _give(batch, there, terms, at=at)
            _give(batch, _open(batch, missing, known, terms, at=at), terms, at=at)
        save_rows(rows)
        is_broken = any(row.status == BatchRowStatus.FAILED for row in rows)
        if is_broken and batch.error_policy == BatchErrorPolicy.REJECT_EVERYTHING:
            batch.status = BatchStatus.REVERTING
        elif not rows:
            batch.status, batch.finished_at = BatchStatus.DONE, at
        batch.progressed_at, batch.faults = at, 0
        batch.save()
    return True


_Rows = Sequence[tuple[BatchRow, int]]
"""Rows with their accounts."""


def _open(
    batch: Batch, rows: Sequence[BatchRow], known: Known, terms: HandTerms, *, at: datetime.datetime
) -> list[tuple[BatchRow, int]]:
    """Return the rows with the accounts that were opened for them: of those only that make sense whatever the account
    is, so that their refusal leaves no empty account behind."""
    if not rows:
        return []
    sensible = [row for row in rows if _checked(batch, row, _NOBODY, terms, at=at) is not None]
    opened = open_named(batch.program, [row.target for row in sensible], known=known, at=at)
    for row in sensible:
        if row.target not in opened:
            _refuse(batch, row, AccountNotFound("There is no such user.", field="user"))
    return [(row, opened[row.target]) for row in sensible if row.target in opened]


def _give(batch: Batch, rows: _Rows, terms: HandTerms, *, at: datetime.datetime) -> None:
    checked = [(row, gift) for row, key in rows if (gift := _checked(batch, row, key, terms, at=at)) is not None]
    given = give_to_many([gift for _, gift in checked])
    for (row, _), outcome in zip(checked, given, strict=True):
        if isinstance(outcome, LoyaltyException):
            _refuse(batch, row, outcome)
        else:
            _accept(batch, row, outcome)


def _checked(
    batch: Batch, row: BatchRow, account_id: int, terms: HandTerms, *, at: datetime.datetime
) -> CheckedGift | None:
    """Return what the row gives; None where it is refused whatever the account is."""
    details = row.details or {}
    expires_at = details.get("expiresAt")
    try:
        gift = check_gift_by_hand(
            account_id,
            expires_at=datetime.datetime.fromisoformat(expires_at) if expires_at else batch.expires_at,
            external_reference=details.get("transactionReference", ""),
            **_values(batch, row, terms, at=at),
        )
        gift.require_within_limit()
    except LoyaltyException as refusal:
        _refuse(batch, row, refusal)
        return None
    return gift


def _deduct(batch: Batch, rows: _Rows, terms: HandTerms, *, at: datetime.datetime) -> None:
    for row, account_id in rows:
        try:
            posting = deduct_by_hand(account_id, **_values(batch, row, terms, at=at))
        except LoyaltyException as refusal:
            _refuse(batch, row, refusal)
        else:
            _accept(batch, row, posting)


def _refuse_all(batch: Batch, rows: Sequence[BatchRow]) -> None:
    """Refuse deductions from accounts that are not there: nobody has points to be taken there."""
    for row in rows:
        _refuse(batch, row, InsufficientPoints(requested=row.points or 0, available=0))


def _refuse(batch: Batch, row: BatchRow, refusal: LoyaltyException) -> None:
    row.status, row.code = BatchRowStatus.FAILED, refusal.code
    row.field, row.message = refusal.field or "", refusal.message
    batch.failed += 1


def _accept(batch: Batch, row: BatchRow, posting: Posting) -> None:
    row.status, row.account_id, row.transaction_id = BatchRowStatus.DONE, posting.account.pk, posting.transaction.pk
    row.target = f"account:{posting.account.pk}"
    batch.done += 1
    batch.points_moved += abs(posting.transaction.points)


def _values(batch: Batch, row: BatchRow, terms: HandTerms, *, at: datetime.datetime) -> dict[str, Any]:
    details = row.details or {}
    return {
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
