"""Counting transactions into the statistics, in bounded batches.

The rows and the watermark change together, under the lock of the program's progress: each transaction is counted once,
however often, late or concurrently this runs. Only settled ids are counted (see ``horizon``).
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection
from django.db.transaction import atomic

from ..lock_objects import statistics_progress_qs_select_for_update
from ..models import LoyaltyProgram, LoyaltyTransaction, StatisticsProgress
from .counting import Stretch, count_transactions, count_weeks, drop_counts, drop_weeks
from .horizon import highest_id, settle
from .time_zones import CountingZone, counting_time_zones

_BATCH = f"""
SELECT count(*), max(id) FROM (
    SELECT id FROM {LoyaltyTransaction._meta.db_table}
    WHERE program_id = %s AND id > %s AND id <= %s ORDER BY id LIMIT %s
) batch
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class RolledUp:
    transactions: int
    """Counted by this run."""
    is_complete: bool
    """Whether all that is settled is counted."""


def roll_up(program_id: int, *, at: datetime.datetime, limit: int) -> RolledUp:
    """Count up to ``limit`` more transactions of the program into its statistics.

    Where the rules name another time zone than the days were counted in, what was counted is dropped first and counted
    again from the beginning, by this run and those after it; reports stay exact, and take longer until it is done.
    Clears the failure that ``note_failure`` noted. Raises ProgramNotFound.
    Locks / writes: opens a transaction; the program's progress, then its statistics.
    Idempotency: what was counted is not counted again; a second call finds nothing to do.
    Cost: linear in ``limit``.
    """
    zone = counting_time_zones([program_id])[program_id]
    highest = highest_id()
    with atomic():
        progress = lock_progress(program_id, zone=zone, at=at)
        if progress.time_zone != zone.name:
            drop_counts(program_id)
            progress.time_zone = zone.name
            progress.last_transaction_id = 0
        if progress.weeks_time_zone != progress.time_zone:
            drop_weeks(program_id)
            progress.weeks_time_zone = progress.time_zone
            progress.weeks_transaction_id = 0
        progress.unknown_time_zone = zone.unknown
        settle(progress, highest=highest)
        count, progress.last_transaction_id = _count_next(
            progress,
            count_transactions,
            after=progress.last_transaction_id,
            until=progress.settled_transaction_id,
            limit=limit,
        )
        weeks_count, progress.weeks_transaction_id = _count_next(
            progress,
            count_weeks,
            after=progress.weeks_transaction_id,
            until=progress.last_transaction_id,
            limit=limit,
        )
        progress.failure, progress.failed_at = "", None
        progress.updated_at = at
        progress.save()
    return RolledUp(transactions=count, is_complete=max(count, weeks_count) < limit)


def note_failure(program_id: int, *, failure: str, at: datetime.datetime) -> None:
    """Note why rolling up the program failed, for whoever looks after the shop. Nothing that was counted changes.

    Locks / writes: the program's progress, which is made where there is none. A program that is gone is left alone.
    """
    values = {"failure": failure, "failed_at": at}
    is_noted = StatisticsProgress.objects.filter(program_id=program_id).update(**values)
    if not is_noted and LoyaltyProgram.objects.filter(pk=program_id).exists():
        with atomic():
            progress = lock_progress(program_id, zone=CountingZone(name="UTC"), at=at)
            progress.failure, progress.failed_at = failure, at
            progress.save()


def lock_progress(program_id: int, *, zone: CountingZone, at: datetime.datetime) -> StatisticsProgress:
    """Return the program's progress with its row locked; a program that was never rolled up gets one."""
    StatisticsProgress.objects.get_or_create(
        program_id=program_id, defaults={"time_zone": zone.name, "updated_at": at}
    )
    return statistics_progress_qs_select_for_update().get(program_id=program_id)


def _count_next(
    progress: StatisticsProgress, count_them: Callable[[Stretch], None], *, after: int, until: int, limit: int
) -> tuple[int, int]:
    """Count the next transactions. Returns how many they are, and the id up to which they go: ``until``, if they are
    few, but never less than ``after``."""
    with connection.cursor() as cursor:
        cursor.execute(_BATCH, [progress.program_id, after, until, limit])
        count, highest = cursor.fetchone()
    up_to = highest if count == limit else max(after, until)
    if count:
        count_them(Stretch(program_id=progress.program_id, time_zone=progress.time_zone, after=after, up_to=up_to))
    return count, up_to
