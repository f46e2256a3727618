"""The first phase of a batch: its rows, read from the file or found by the filter, are written down.

Rows are read in chunks, each written in one atomic block with the position after it; a killed run goes on there. Once
the rows are there nothing that the batch itself does changes who is meant.
"""

from __future__ import annotations

import datetime
import zoneinfo
from collections.abc import Iterator
from itertools import islice

from django.db import transaction

from ..accounts import account_filter_from_json, select_accounts
from ..analytics import time_zone_of
from ..host import get_host
from ..models import ENDED_ACCOUNT_STATUSES, Batch, BatchErrorPolicy, BatchRow, BatchRowStatus, BatchStatus
from .csv_rows import ROWS_MAX, read_csv
from .locking import lock_batch
from .refusals import FileInvalid
from .row_values import ACCOUNT, LEFT_OUT, RowProblem, RowValues, read_row

READ_CHUNK = 1000
CHUNKS_OF_A_FILE = 20
"""Chunks that are read of a file before it is opened anew."""


def read_rows(batch: Batch, *, at: datetime.datetime) -> bool:
    """Write the next rows down; after the last the batch is judged. Returns False where another
    session went on with it. Raises FileInvalid; then nothing of the last chunk
    is written.

    Locks / writes: the batch, in an atomic block for each chunk.
    """
    if batch.selection is not None:
        return _read_selection(batch, at=at)
    zone = zoneinfo.ZoneInfo(time_zone_of(batch.program_id))
    with get_host().private_storage().open(batch.file_name, "rb") as file:
        cells = read_csv(file)
        next(islice(cells, batch.position, batch.position), None)
        for _ in range(CHUNKS_OF_A_FILE):
            position = batch.position
            rows = [_read_cells(row, zone, batch) for row in islice(cells, READ_CHUNK)]
            taken = _write(batch.pk, rows, position=position, next_position=position + len(rows), at=at)
            if taken is None or not rows:
                return taken is not None
            batch = taken
    return True


def _read_cells(cells: dict[str, str], zone: zoneinfo.ZoneInfo, batch: Batch) -> RowValues:
    has_more = cells.pop("", None)
    row = read_row(cells, zone=zone, has_points=batch.points is not None)
    if has_more:
        row.problems.insert(0, RowProblem("INVALID", "row", "The row has more cells than there are columns."))
    return row


def _read_selection(batch: Batch, *, at: datetime.datetime) -> bool:
    accounts = select_accounts(account_filter_from_json(batch.selection)).filter(program_id=batch.program_id)
    keys = list(
        accounts.exclude(status__in=ENDED_ACCOUNT_STATUSES)
        .filter(pk__gt=batch.position)
        .order_by("pk")
        .values_list("pk", flat=True)[:READ_CHUNK]
    )
    rows = [RowValues(identity_kind=ACCOUNT, identity=str(key)) for key in keys]
    next_position = keys[-1] if keys else batch.position
    return _write(batch.pk, rows, position=batch.position, next_position=next_position, at=at) is not None


def _write(
    batch_id: int, values: list[RowValues], *, position: int, next_position: int, at: datetime.datetime
) -> Batch | None:
    """Write a chunk; without one the phase is over. Returns the batch, or None where somebody else went on."""
    with transaction.atomic():
        batch = lock_batch(batch_id)
        if batch is None or batch.status != BatchStatus.READING or batch.position != position:
            return None
        rows = list(_rows(batch, values))
        BatchRow.objects.bulk_create(rows)
        batch.total += len(rows)
        if batch.total > ROWS_MAX:
            raise FileInvalid(f"A batch has at most {ROWS_MAX} rows.")
        batch.failed += sum(row.status == BatchRowStatus.FAILED for row in rows)
        batch.position = next_position
        batch.progressed_at, batch.faults = at, 0
        if not values:
            batch.status = BatchStatus.JUDGING
        batch.save()
        return batch


def _rows(batch: Batch, values: list[RowValues]) -> Iterator[BatchRow]:
    for number, row in enumerate(values, start=batch.total + 1):
        problem = row.problems[0] if row.problems else None
        may_go_on = batch.error_policy == BatchErrorPolicy.IGNORE_FAILED and all(
            found.field in LEFT_OUT for found in row.problems
        )
        yield BatchRow(
            batch=batch,
            number=number,
            identity_kind=row.identity_kind,
            identity=row.identity,
            points=row.points if row.points is not None else batch.points,
            details=row.details or None,
            status=BatchRowStatus.READ if may_go_on or problem is None else BatchRowStatus.FAILED,
            code=problem.code if problem else "",
            field=problem.field if problem else "",
            message=problem.message[:500] if problem else "",
        )
