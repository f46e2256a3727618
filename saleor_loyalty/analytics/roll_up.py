"""Counting transactions into the daily statistics, in bounded batches.

The rows and the watermark change together, under the lock of the program's progress: each transaction is counted once,
however often, late or concurrently this runs. Only settled ids are counted (see ``horizon``). The watermark never goes
back: counting again replaces all rows in one step.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db import connection
from django.db.transaction import atomic

from ..lock_objects import statistics_progress_qs_select_for_update
from ..models import DailyStatistics, LoyaltyTransaction, StatisticsProgress
from .days import time_zone_of
from .horizon import highest_id, settle
from .movements import COUNTED, TERM

_TRANSACTIONS = LoyaltyTransaction._meta.db_table
_DAILY = DailyStatistics._meta.db_table

_BATCH = f"""
SELECT count(*), max(id) FROM (
    SELECT id FROM {_TRANSACTIONS} WHERE program_id = %s AND id > %s AND id <= %s ORDER BY id LIMIT %s
) batch
"""
_COUNT = f"""
INSERT INTO {_DAILY} AS daily (program_id, day, channel_slug, term, type, source, points, transactions)
SELECT program_id, (occurred_at AT TIME ZONE %(time_zone)s)::date, channel_slug, {TERM}, type, source,
       sum({COUNTED}), count(*)
FROM {_TRANSACTIONS}
WHERE program_id = %(program)s AND id > %(after)s AND id <= %(up_to)s
GROUP BY 1, 2, 3, 4, 5, 6
ON CONFLICT ON CONSTRAINT loyalty_daily_statistics_unique DO UPDATE
SET points = daily.points + excluded.points, transactions = daily.transactions + excluded.transactions
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class RolledUp:
    transactions: int
    """Counted by this run."""
    is_complete: bool
    """Whether all that is settled is counted."""


def roll_up(program_id: int, *, at: datetime.datetime, limit: int) -> RolledUp:
    """Count up to ``limit`` more transactions of the program into its daily statistics.

    Where the rules name another time zone than the days were counted in, they are counted again first.
    Raises ProgramNotFound.
    Locks / writes: opens a transaction; the program's progress, then its daily statistics.
    Idempotency: what was counted is not counted again; a second call finds nothing to do.
    Cost: linear in ``limit``.
    """
    time_zone = time_zone_of(program_id)
    highest = highest_id()
    with atomic():
        progress = _lock_progress(program_id, time_zone=time_zone, at=at)
        if progress.time_zone != time_zone:
            _count_again(progress, time_zone=time_zone)
        settle(progress, highest=highest)
        count, up_to = _next_batch(progress, limit=limit)
        if count:
            _count(progress, after=progress.last_transaction_id, up_to=up_to)
        progress.last_transaction_id = up_to
        progress.updated_at = at
        progress.save()
    return RolledUp(transactions=count, is_complete=count < limit)


def rebuild(program_id: int, *, at: datetime.datetime) -> None:
    """Count everything that was counted again from the ledger, in the time zone of the rules.

    Reports stay exact meanwhile: they see the old rows until the new ones are there. Raises ProgramNotFound.
    Locks / writes: opens a transaction; as ``roll_up``. Idempotency: a second call gives the same rows.
    Cost: one pass over the program's transactions.
    """
    time_zone = time_zone_of(program_id)
    with atomic():
        progress = _lock_progress(program_id, time_zone=time_zone, at=at)
        _count_again(progress, time_zone=time_zone)
        progress.updated_at = at
        progress.save()


def _lock_progress(program_id: int, *, time_zone: str, at: datetime.datetime) -> StatisticsProgress:
    StatisticsProgress.objects.get_or_create(
        program_id=program_id, defaults={"time_zone": time_zone, "updated_at": at}
    )
    return statistics_progress_qs_select_for_update().get(program_id=program_id)


def _next_batch(progress: StatisticsProgress, *, limit: int) -> tuple[int, int]:
    """Return how many transactions come next, and the id up to which they go: all that is settled, if they are few."""
    settled = progress.settled_transaction_id
    with connection.cursor() as cursor:
        cursor.execute(_BATCH, [progress.program_id, progress.last_transaction_id, settled, limit])
        count, highest = cursor.fetchone()
    return count, highest if count == limit else settled


def _count(progress: StatisticsProgress, *, after: int, up_to: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            _COUNT,
            {"program": progress.program_id, "time_zone": progress.time_zone, "after": after, "up_to": up_to},
        )


def _count_again(progress: StatisticsProgress, *, time_zone: str) -> None:
    DailyStatistics.objects.filter(program_id=progress.program_id).delete()
    progress.time_zone = time_zone
    _count(progress, after=0, up_to=progress.last_transaction_id)
