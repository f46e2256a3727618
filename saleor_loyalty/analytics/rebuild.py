"""Counting the statistics again from the ledger, month by month, while reports go on reading them.

Each month is replaced in one step, under the lock of the program's progress, by what the ledger's transactions up to
the watermark say: a report sees the month before or after it. Months are those of ``occurred_at`` in the time zone in
which the program's days are counted.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.db import connection
from django.db.transaction import atomic

from ..lock_objects import statistics_progress_qs_select_for_update
from ..models import (
    AwardStatistics,
    DailyStatistics,
    LoyaltyTransaction,
    MonthlyEarnings,
    StatisticsProgress,
    WeeklyEarnings,
)
from .counting import Stretch, count_transactions, count_weeks, drop_counts, drop_weeks

_MONTHS = f"""
SELECT DISTINCT month FROM (
    SELECT date_trunc('month', occurred_at AT TIME ZONE %(time_zone)s)::date AS month
    FROM {LoyaltyTransaction._meta.db_table} WHERE program_id = %(program)s AND id <= %(last)s
    UNION ALL
    SELECT date_trunc('month', day::timestamp)::date FROM {DailyStatistics._meta.db_table}
    WHERE program_id = %(program)s
    UNION ALL
    SELECT date_trunc('month', first_day::timestamp)::date FROM {AwardStatistics._meta.db_table}
    WHERE program_id = %(program)s
    UNION ALL
    SELECT month FROM {MonthlyEarnings._meta.db_table} WHERE program_id = %(program)s
    UNION ALL
    SELECT date_trunc('month', week::timestamp)::date FROM {WeeklyEarnings._meta.db_table}
    WHERE program_id = %(program)s
) months
WHERE %(since)s::date IS NULL OR month >= %(since)s::date ORDER BY month
"""


def rebuild(program_id: int, *, at: datetime.datetime, since: datetime.date | None = None) -> Iterator[datetime.date]:
    """Count everything that was counted again from the ledger, one month after the other; yield each when it is done.

    ``since``: leave the months before that of this day alone, so that a rebuild which was stopped goes on where it
    was. What is not counted yet stays for the roll-up. A program that was never rolled up has nothing to count again.
    Locks / writes: a transaction for each month; the program's progress, then its statistics of the month.
    Idempotency: a second call gives the same rows.
    Cost: one pass over the program's transactions for the months that there are, one over those of each month.
    """
    for month in _months(program_id, since=since):
        _rebuild_month(program_id, month=month, at=at)
        yield month


def _months(program_id: int, *, since: datetime.date | None) -> list[datetime.date]:
    progress = StatisticsProgress.objects.filter(program_id=program_id).first()
    if progress is None:
        return []
    values: dict[str, Any] = {
        "program": program_id,
        "time_zone": progress.time_zone,
        "last": progress.last_transaction_id,
        "since": None if since is None else since.replace(day=1),
    }
    with connection.cursor() as cursor:
        cursor.execute(_MONTHS, values)
        return [month for (month,) in cursor.fetchall()]


@atomic
def _rebuild_month(program_id: int, *, month: datetime.date, at: datetime.datetime) -> None:
    progress = statistics_progress_qs_select_for_update().get(program_id=program_id)
    drop_counts(program_id, month=month)
    drop_weeks(program_id, month=month)
    stretch = Stretch(
        program_id=program_id,
        time_zone=progress.time_zone,
        after=0,
        up_to=progress.last_transaction_id,
        month=month,
    )
    count_transactions(stretch)
    count_weeks(replace(stretch, up_to=progress.weeks_transaction_id))
    progress.updated_at = at
    progress.save(update_fields=["updated_at"])
