"""Writing the file of an export, part by part, by whoever holds the claim on it.

No lock is held while rows are read and a file is stored. A part counts once a statement has found the claim and the
cursor unchanged and has moved the cursor behind it; whoever comes too late deletes what it has stored. So two workers
give the file that one gives, and a worker that was killed is replaced once its claim has lapsed. Held by
``tests/exports/test_two_workers.py`` and ``test_resuming.py``.
"""

from __future__ import annotations

import datetime
import enum
import secrets
import uuid

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F, Q

from ..analytics.horizon import PREPARED, open_writers
from ..events import emit
from ..events.catalogue import EXPORT_READY
from ..host import get_host
from ..models import Export, ExportKind, ExportPart, ExportStatus
from ..personal_data import personal_part
from ..withdraw_exports import CLAIM_LASTS, OPEN
from .create_person_export import FOR_STAFF
from .csv_text import csv_bytes
from .sheet import SHEETS

PART_ROWS = 10_000
KEPT = datetime.timedelta(days=7)
"""How long a file stays."""
ATTEMPTS_MAX = 5
"""Claims without a single part."""


class Progress(enum.Enum):
    MORE = "MORE"
    READY = "READY"
    WAITING = "WAITING"
    """Somebody who was writing to the ledger when the export was made has not ended yet."""
    LOST = "LOST"
    """The export was called off, or is somebody else's now."""


def claim_export(export_id: int, *, at: datetime.datetime, key: str = "") -> str | None:
    """Take the right to write an export, or renew it with the ``key`` of before. Returns the key.

    None where it has ended or somebody else holds it. One that was claimed too often without a part becomes FAILED.
    """
    exports = Export.objects.filter(pk=export_id, status__in=OPEN)
    mine = exports.filter(claim=key) if key else exports.filter(Q(claimed_until=None) | Q(claimed_until__lte=at))
    claim = key or uuid.uuid4().hex
    attempts = F("attempts") if key else F("attempts") + 1
    if mine.filter(attempts__lt=ATTEMPTS_MAX).update(
        claim=claim, claimed_until=at + CLAIM_LASTS, attempts=attempts, status=F("status")
    ):
        return claim
    mine.filter(attempts__gte=ATTEMPTS_MAX).update(
        status=ExportStatus.FAILED, claim="", claimed_until=None, finished_at=at, expires_at=at + CLAIM_LASTS
    )
    return None


def release_claim(export_id: int, *, key: str, is_attempt: bool = True) -> None:
    """Let the next worker go on at once. Not ``is_attempt``: the claim counts as if it had not been."""
    attempts = F("attempts") if is_attempt else F("attempts") - 1
    mine = Export.objects.filter(pk=export_id, claim=key, status__in=OPEN)
    mine.update(claim="", claimed_until=None, attempts=attempts)


def find_stalled_exports(*, at: datetime.datetime, limit: int) -> list[int]:
    """Return the ids of exports that have not ended and that nobody writes, the oldest first."""
    exports = Export.objects.filter(Q(claimed_until=None) | Q(claimed_until__lte=at), status__in=OPEN)
    return list(exports.order_by("pk").values_list("pk", flat=True)[:limit])


def write_part(export_id: int, *, claim: str, at: datetime.datetime) -> Progress:
    """Write the next part of the export, at most ``PART_ROWS`` rows.

    An error of the database or the storage is raised; nothing of the part counts then, and the next call writes it.

    Locks and writes: the export's row, at the end. Cost: the memory of one part.
    """
    export = Export.objects.filter(pk=export_id, claim=claim, status__in=OPEN).first()
    if export is None:
        return Progress.LOST
    if export.kind == ExportKind.PERSON:
        return _write_personal_part(export, at=at)
    sheet = SHEETS[export.kind]
    wanted = sheet.wanted(export).filter(pk__lte=export.last_id)
    if export.status == ExportStatus.PENDING:
        if not _is_settled(export):
            return Progress.WAITING
        begun = Export.objects.filter(pk=export.pk, claim=claim, status=ExportStatus.PENDING)
        if not begun.update(status=ExportStatus.RUNNING, rows_total=wanted.order_by().count()):
            return Progress.LOST
    rows = list(wanted.filter(pk__gt=export.cursor).order_by("pk")[:PART_ROWS])
    number = export.parts.filter(is_written=True).count() + 1
    cells = sheet.cells(rows, export, at)
    lines = [sheet.header(export), *cells] if number == 1 else cells
    content = csv_bytes(lines, time_zone=export.time_zone, is_beginning=number == 1)
    part = _store_part(export, number, content, rows=len(rows))
    last_id = rows[-1].pk if rows else export.cursor
    return _count_part(export, part, cursor=last_id, is_last=part.rows < PART_ROWS, at=at)


def _write_personal_part(export: Export, *, at: datetime.datetime) -> Progress:
    """Write the next piece of one person's data. The cursor is the place in it."""
    if export.account_id is None:
        raise ValueError("an export of one person's data is of an account")
    is_for_staff = bool(export.filter.get(FOR_STAFF))
    piece = personal_part(export.account_id, is_for_staff=is_for_staff, place=export.cursor, at=at)
    number = export.parts.filter(is_written=True).count() + 1
    part = _store_part(export, number, piece.text.encode(), rows=piece.rows)
    return _count_part(export, part, cursor=piece.place, is_last=piece.is_last, at=at)


def _is_settled(export: Export) -> bool:
    """Return whether everybody who was writing to the ledger when the export was made has ended."""
    if not export.writers:
        return True
    writers = open_writers()
    # One that prepares its commit loses the name under which it was noted.
    return not set(writers) & set(export.writers) and not any(name.startswith(PREPARED) for name in writers)


def _store_part(export: Export, number: int, content: bytes, *, rows: int) -> ExportPart:
    """Store the content under a name of its own, which is noted before."""
    name = f"{export.folder}/{number:06}-{secrets.token_hex(8)}.{export.file_type.lower()}"
    part = ExportPart.objects.create(export=export, number=number, name=name, rows=rows, size=len(content))
    stored = get_host().private_storage().save(name, ContentFile(content))
    if stored != name:
        part.name = stored
        part.save(update_fields=["name"])
    return part


def _count_part(export: Export, part: ExportPart, *, cursor: int, is_last: bool, at: datetime.datetime) -> Progress:
    """Add the part to the file, unless somebody else has gone on, and end the export with its last one."""
    changes = {
        "status": ExportStatus.RUNNING,
        "cursor": cursor,
        "rows_done": F("rows_done") + part.rows,
        "attempts": 0,
        "claimed_until": at + CLAIM_LASTS,
    }
    if is_last:
        ended = {"status": ExportStatus.READY, "claim": "", "claimed_until": None, "finished_at": at}
        changes |= {**ended, "expires_at": at + KEPT}
    with transaction.atomic():
        mine = Export.objects.filter(
            pk=export.pk, claim=export.claim, cursor=export.cursor, rows_done=export.rows_done, status__in=OPEN
        )
        if mine.update(**changes):
            ExportPart.objects.filter(pk=part.pk).update(is_written=True)
            if is_last:
                _tell(export, rows=export.rows_done + part.rows, at=at)
            return Progress.READY if is_last else Progress.MORE
    get_host().private_storage().delete(part.name)
    part.delete()
    return Progress.LOST


def _tell(export: Export, *, rows: int, at: datetime.datetime) -> None:
    payload = {
        "program": export.program_id,
        "export": export.pk,
        "kind": export.kind,
        "audience": export.audience_id,
        "rows": rows,
        "expiresAt": at + KEPT,
    }
    emit(EXPORT_READY, program_id=export.program_id, payload=payload, at=at)
