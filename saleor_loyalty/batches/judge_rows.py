"""The second phase of a batch: whose points each row means, and whether it could be applied now. It moves no points.

A row is judged as the ledger would judge it, for many rows in a constant number of statements. A dry run ends here;
under REJECT_EVERYTHING the batch ends here too where a row fails. When a row is applied the ledger judges it again:
what changed in between is its to say.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable

from django.db import transaction

from ..accounts import limit_of_program
from ..errors import (
    AccountNotFound,
    InsufficientPoints,
    InvalidPoints,
    LoyaltyException,
    OperationLimitReached,
)
from ..ledger import AccountPoints, read_points
from ..ledger.account_rows import require_active
from ..ledger.inputs import max_points
from ..models import (
    Batch,
    BatchErrorPolicy,
    BatchKind,
    BatchRow,
    BatchRowStatus,
    BatchStatus,
)
from .locking import lock_batch
from .row_statements import save_rows
from .targets import Target, find_targets

JUDGE_CHUNK = 1000


def judge_rows(batch: Batch, *, at: datetime.datetime) -> bool:
    """Judge the next rows; after the last the batch is applied, or ends. Returns False where another session works
    on it.

    Locks / writes: the batch and its rows, in one atomic block. Cost: constant for a chunk.
    """
    with transaction.atomic():
        locked = lock_batch(batch.pk)
        if locked is None or locked.status != BatchStatus.JUDGING:
            return False
        batch = locked
        waiting = BatchRow.objects.filter(batch=batch, status=BatchRowStatus.READ)
        rows = list(waiting.order_by("number")[:JUDGE_CHUNK])
        if rows:
            _judge(batch, rows, at=at)
            save_rows(rows)
        else:
            _end_phase(batch, at=at)
        batch.progressed_at, batch.faults = at, 0
        batch.save()
    return True


def _end_phase(batch: Batch, *, at: datetime.datetime) -> None:
    if batch.is_dry_run:
        batch.status = BatchStatus.DONE
    elif batch.failed and batch.error_policy == BatchErrorPolicy.REJECT_EVERYTHING:
        batch.status = BatchStatus.REJECTED
    else:
        batch.status = BatchStatus.APPLYING
        return
    batch.finished_at = at


def _judge(batch: Batch, rows: list[BatchRow], *, at: datetime.datetime) -> None:
    targets = find_targets(batch.program_id, {(row.identity_kind, row.identity) for row in rows})
    accounts = [target.account for target in targets.values() if target.account is not None]
    points_by_id = read_points(accounts, at=at) if accounts else {}
    refusal_of = _judge_of(batch, limit=limit_of_program(batch.program_id, at=at), points_by_id=points_by_id, at=at)
    names = {target.name for target in targets.values()}
    earlier = BatchRow.objects.filter(batch=batch, target__in=names, status=BatchRowStatus.READY)
    taken = set(earlier.values_list("target", flat=True))
    for row in rows:
        target = targets.get((row.identity_kind, row.identity))
        refusal = AccountNotFound() if target is None else refusal_of(row, target)
        row.target = target.name if target else ""
        row.account_id = target.account.pk if target and target.account else None
        if refusal is None and row.target in taken:
            refusal = _Duplicate(field=row.identity_kind.lower())
        if refusal is not None:
            row.status, row.code = BatchRowStatus.FAILED, refusal.code
            row.field, row.message = refusal.field or "", refusal.message
            batch.failed += 1
            continue
        taken.add(row.target)
        row.status = BatchRowStatus.READY
        if batch.is_dry_run:
            batch.done += 1
            batch.points_moved += row.points or 0


class _Duplicate(LoyaltyException):
    """An earlier row names the same customer."""

    code = "DUPLICATED_INPUT_ITEM"


def _judge_of(
    batch: Batch, *, limit: int | None, points_by_id: dict[int, AccountPoints], at: datetime.datetime
) -> Callable[[BatchRow, Target], LoyaltyException | None]:
    def refusal_of(row: BatchRow, target: Target) -> LoyaltyException | None:
        expires_at = (row.details or {}).get("expiresAt")
        if expires_at is not None and batch.kind != BatchKind.GIVE:
            return LoyaltyException("A deduction does not expire.", field="expiresAt")
        if expires_at is not None and datetime.datetime.fromisoformat(expires_at) <= at:
            return LoyaltyException("Points must not expire before they can be spent.", field="expiresAt")
        points, account = row.points or 0, target.account
        if account is not None:
            try:
                require_active(account)
            except LoyaltyException as refusal:
                return refusal
        if limit is not None and points > limit:
            return OperationLimitReached(limit=limit)
        now = points_by_id.get(account.pk) if account else None
        if batch.kind == BatchKind.DEDUCT:
            available = now.available if now else 0
            return InsufficientPoints(requested=points, available=available) if points > available else None
        if now and now.balance + now.debt + points > max_points():
            return InvalidPoints(f"An account can hold at most {max_points()} points.")
        return None

    return refusal_of
