"""Asking for points for many customers at once: by a filter of accounts, or by a file."""

from __future__ import annotations

import datetime
import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from django.core.files.base import File
from django.db import IntegrityError, transaction

from ..accounts import AccountFilter, account_filter_to_json, check_source_by_hand, limit_of_program
from ..errors import IdempotencyConflict, LoyaltyException, ProgramNotFound
from ..host import get_host
from ..ledger import Actor, check_key
from ..ledger.chain import digest
from ..ledger.inputs import check_dates, check_points, check_text, require_within_limit
from ..models import Batch, BatchErrorPolicy, BatchKind, BatchStatus, LoyaltyProgram, ProgramStatus
from .csv_rows import read_csv
from .refusals import FileInvalid
from .waking import wake_batch

FILE_BYTES_MAX = 200_000_000
FOLDER = "saleor-loyalty/batches"
_READ_BYTES = 1_048_576


@dataclass(frozen=True, kw_only=True, slots=True)
class BatchWish:
    """What is asked for. Exactly one of ``selection`` and ``file``; ``points`` may be missing with a file."""

    kind: str = BatchKind.GIVE.value
    selection: AccountFilter | None = None
    file: IO[bytes] | None = None
    points: int | None = None
    reason: str = ""
    internal_note: str = ""
    source: str = "MANUAL"
    expires_at: datetime.datetime | None = None
    error_policy: str = BatchErrorPolicy.REJECT_FAILED_ROWS.value
    is_dry_run: bool = False


def create_batch(
    program_id: int, wish: BatchWish, *, idempotency_key: str, actor: Actor, at: datetime.datetime
) -> Batch:
    """Ask for the batch. It is read, judged and applied in the background; here the wish itself is judged, and of a
    file its encoding and its columns. The file is kept in the host's private storage until it is read.

    Returns the batch, not begun yet; of a request that was made before, that one.

    Raises, in this order: LoyaltyException about the key, points, texts, source or expiry; OperationLimitReached;
    FileInvalid; ProgramNotFound; IdempotencyConflict.
    Writes one row and one file. Idempotency: the same request under the same key is the same batch.
    """
    check_key(idempotency_key)
    _check(wish, program_id, at=at)
    program = LoyaltyProgram.objects.filter(pk=program_id).exclude(status=ProgramStatus.ARCHIVED).first()
    if program is None:
        raise ProgramNotFound
    request_hash = digest(_facts(wish, actor))
    stored = _find(program_id, idempotency_key, request_hash)
    if stored is not None:
        return stored
    file_name = _keep(wish.file)
    batch = Batch(
        program=program,
        kind=wish.kind,
        status=BatchStatus.READING,
        error_policy=wish.error_policy,
        is_dry_run=wish.is_dry_run,
        points=wish.points,
        reason=wish.reason,
        internal_note=wish.internal_note,
        source=wish.source,
        expires_at=wish.expires_at,
        selection=None if wish.selection is None else account_filter_to_json(wish.selection),
        file_name=file_name,
        idempotency_key=idempotency_key,
        request_hash=request_hash,
        actor_kind=actor.kind,
        actor_id=actor.id,
        created_at=at,
        progressed_at=at,
    )
    try:
        with transaction.atomic():
            batch.save(force_insert=True)
            wake_batch(batch.pk)
    except IntegrityError:
        # The same request came in twice at once.
        delete_file(file_name)
        stored = _find(program_id, idempotency_key, request_hash)
        if stored is None:
            raise
        return stored
    return batch


def _check(wish: BatchWish, program_id: int, *, at: datetime.datetime) -> None:
    BatchKind(wish.kind), BatchErrorPolicy(wish.error_policy)
    if (wish.selection is None) == (wish.file is None):
        raise LoyaltyException("Give either a filter of accounts or a file.", field="file")
    if wish.points is not None:
        check_points(wish.points)
    elif wish.selection is not None:
        raise LoyaltyException("Say how many points.", field="points")
    check_text(wish.reason, field="reason")
    check_text(wish.internal_note, field="internalNote")
    check_source_by_hand(wish.source)
    check_dates(at=at, available_at=None, expires_at=wish.expires_at)
    if wish.expires_at is not None and wish.kind != BatchKind.GIVE:
        raise LoyaltyException("A deduction does not expire.", field="expiresAt")
    if wish.points is not None:
        require_within_limit(wish.points, limit_of_program(program_id, at=at))
    if wish.file is not None:
        wish.file.seek(0)
        read_csv(wish.file)


def _facts(wish: BatchWish, actor: Actor) -> dict[str, Any]:
    return {
        "kind": str(wish.kind),
        "selection": None if wish.selection is None else account_filter_to_json(wish.selection),
        "file": None if wish.file is None else _file_digest(wish.file),
        "points": wish.points,
        "texts": [wish.reason, wish.internal_note, str(wish.source)],
        "expiresAt": wish.expires_at and wish.expires_at.astimezone(datetime.UTC).isoformat(),
        "policy": [str(wish.error_policy), wish.is_dry_run],
        "actor": [actor.kind, actor.id],
    }


def _find(program_id: int, key: str, request_hash: str) -> Batch | None:
    stored = Batch.objects.filter(program_id=program_id, idempotency_key=key).first()
    if stored is not None and stored.request_hash != request_hash:
        raise IdempotencyConflict
    return stored


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while piece := file.read(_READ_BYTES):
        yield piece


def _file_digest(file: IO[bytes]) -> str:
    hashed, size = hashlib.sha256(), 0
    for piece in _pieces(file):
        hashed.update(piece)
        size += len(piece)
        if size > FILE_BYTES_MAX:
            raise FileInvalid(f"The file has more than {FILE_BYTES_MAX} bytes.")
    return hashed.hexdigest()


def _keep(file: IO[bytes] | None) -> str:
    if file is None:
        return ""
    file.seek(0)
    # The name is not to be guessed: see the port.
    return str(get_host().private_storage().save(f"{FOLDER}/{secrets.token_urlsafe(24)}.csv", File(file)))


def delete_file(file_name: str) -> None:
    """Delete a file of a batch, if it is there."""
    if file_name:
        get_host().private_storage().delete(file_name)
