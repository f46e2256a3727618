"""One step of a batch, whatever phase it is in, and what becomes of a batch that cannot go on."""

from __future__ import annotations

import datetime
import logging

from django.db import transaction

from ..accounts import without_search
from ..models import Batch, BatchRow, BatchStatus
from .apply_rows import apply_rows
from .create_batch import delete_file
from .judge_rows import judge_rows
from .locking import wait_for_batch
from .read_rows import read_rows
from .refusals import BatchNotFound, FileInvalid
from .revert_batch import revert_rows

FAULTS_MAX = 5
"""Unexpected failures one after the other before a batch is given up."""
STALLED_AFTER = datetime.timedelta(minutes=5)
NAMES_LAST = datetime.timedelta(days=30)
"""How long the rows of a batch that has ended say whom they named."""

logger = logging.getLogger(__name__)

_PHASES = {
    BatchStatus.READING: read_rows,
    BatchStatus.JUDGING: judge_rows,
    BatchStatus.APPLYING: apply_rows,
    BatchStatus.REVERTING: revert_rows,
}


def step_batch(batch_id: int, *, at: datetime.datetime) -> bool:
    """Do the next step of the batch: one chunk. Returns whether there is more to do for whoever called.

    Where another session works on the batch there is not. What fails unexpectedly is
    counted on the batch, and ends it when it has failed so often; what is done stays done and can be taken back.
    """
    batch = Batch.objects.filter(pk=batch_id).first()
    if batch is None or batch.status not in Batch.RUNNING:
        return False
    try:
        went_on = _PHASES[BatchStatus(batch.status)](batch, at=at)
    except FileInvalid as refusal:
        went_on = False
        _fail(batch_id, refusal.message, at=at)
    except Exception as fault:
        logger.exception("Batch %s failed in a step.", batch_id)
        _count_fault(batch_id, fault, at=at)
        went_on = False
    batch = Batch.objects.filter(pk=batch_id).first()
    if batch is not None and batch.status not in Batch.RUNNING:
        _forget_file(batch)
        return False
    return went_on


def _fail(batch_id: int, problem: str, *, at: datetime.datetime) -> None:
    with transaction.atomic():
        batch = wait_for_batch(batch_id)
        if batch is not None and batch.status in Batch.RUNNING:
            batch.status, batch.problem, batch.finished_at = BatchStatus.FAILED, problem, at
            batch.save()


def _count_fault(batch_id: int, fault: Exception, *, at: datetime.datetime) -> None:
    with transaction.atomic():
        batch = wait_for_batch(batch_id)
        if batch is None or batch.status not in Batch.RUNNING:
            return
        batch.faults += 1
        if batch.faults >= FAULTS_MAX:
            batch.status, batch.finished_at = BatchStatus.FAILED, at
            batch.problem = f"It failed {batch.faults} times: {type(fault).__name__}."
        batch.save()


def cancel_batch(batch_id: int, *, at: datetime.datetime) -> Batch:
    """Stop the batch after the chunk under way. What is done stays, and can be taken back. One that has ended stays as
    it is, and one that is being taken back goes on.

    Raises BatchNotFound. Locks / writes: the batch.
    """
    with transaction.atomic():
        batch = wait_for_batch(batch_id)
        if batch is None:
            raise BatchNotFound
        if batch.status in Batch.RUNNING and batch.status != BatchStatus.REVERTING:
            batch.status, batch.finished_at = BatchStatus.CANCELED, at
            batch.save()
    _forget_file(batch)
    return batch


def stalled_batches(*, at: datetime.datetime, limit: int) -> list[int]:
    """Return the keys of batches that nobody has worked on for a while, the longest first."""
    running = Batch.objects.filter(status__in=Batch.RUNNING, progressed_at__lte=at - STALLED_AFTER)
    return list(running.order_by("progressed_at").values_list("pk", flat=True)[:limit])


def forget_names(*, at: datetime.datetime, limit: int) -> int:
    """Empty what rows and filters of batches that ended long ago say of people. Returns how many batches it was."""
    ended = Batch.objects.filter(erased_at__isnull=True, finished_at__lte=at - NAMES_LAST)
    ended = ended.exclude(status__in=Batch.RUNNING)
    found = list(ended.order_by("finished_at").values_list("pk", "selection")[:limit])
    for key, selection in found:
        with transaction.atomic():
            rows = BatchRow.objects.filter(batch_id=key)
            rows.exclude(identity="").update(identity="", details=None)
            rows.filter(target__startswith="email:").update(target="")
            kept = None if selection is None else without_search(selection)
            Batch.objects.filter(pk=key).update(erased_at=at, selection=kept)
    for batch in Batch.objects.exclude(file_name="").exclude(status__in=Batch.RUNNING).order_by("pk")[:limit]:
        # Left behind by a run that was killed, or that failed for good.
        _forget_file(batch)
    return len(found)


def _forget_file(batch: Batch) -> None:
    if batch.file_name and batch.status not in Batch.RUNNING:
        delete_file(batch.file_name)
        Batch.objects.filter(pk=batch.pk, file_name=batch.file_name).update(file_name="")
