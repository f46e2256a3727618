"""The one source of every report: the daily statistics, and the transactions that are younger than they are.

A report is one statement. It sees statistics, watermark and ledger as of one moment, so each transaction counts once,
whatever a roll-up does meanwhile. In which term a transaction counts, the ledger says (``term_of``).
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connections

from ..ledger.posting import term_of
from ..models import DailyStatistics, LoyaltyTransaction, StatisticsProgress, Term, TransactionType
from .days import Period, day_of, time_zone_of


def _term_sql() -> str:
    branches = []
    for kind in TransactionType.values:
        upwards, downwards = term_of(kind, points=1), term_of(kind, points=-1)
        if upwards != downwards:
            branches.append(f"WHEN type = '{kind}' AND points > 0 THEN '{upwards}'")
        branches.append(f"WHEN type = '{kind}' THEN '{downwards}'")
    return f"CASE {' '.join(branches)} END"


TERM = _term_sql()
"""The term of a transaction."""
COUNTED = f"CASE WHEN ({TERM}) = 'given' THEN points ELSE -points END"
"""A transaction's points as they count in its term."""

TERM_SUMS = ",\n       ".join(
    f"coalesce(sum(points) FILTER (WHERE term = '{term}' AND in_period), 0) AS {term}" for term in Term.values
)
CHANGE = "CASE term WHEN 'given' THEN points ELSE -points END"
"""What a movement changes in what is outstanding."""

_STATEMENT = """
WITH progress AS MATERIALIZED (
    SELECT coalesce(max(last_transaction_id), 0) AS last_id, coalesce(max(time_zone), %(time_zone)s) AS time_zone
    FROM {progress} WHERE program_id = %(program)s
), movements AS (
    SELECT day, term, source, points, transactions,
           (%(first)s::date IS NULL OR day >= %(first)s::date)
           AND (%(last)s::date IS NULL OR day <= %(last)s::date) AS in_period
    FROM (
        SELECT day, term, source, points, transactions FROM {daily}
        WHERE program_id = %(program)s {in_channel}
        UNION ALL
        SELECT (occurred_at AT TIME ZONE (SELECT time_zone FROM progress))::date, {term}, source, {counted}, 1
        FROM {transaction}
        -- The number itself tells the planner how short the tail is.
        WHERE program_id = %(program)s AND id > %(known)s AND id > (SELECT last_id FROM progress) {in_channel}
    ) movement
), found AS (
    {report}
)
SELECT progress.last_id, found.* FROM progress LEFT JOIN found ON TRUE
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """What a report is about, and how its days are counted."""

    program_id: int
    period: Period
    channel: str | None
    known: int
    """How far the statistics went when the view was opened."""
    time_zone: str
    today: datetime.date
    using: str


def open_view(program_id: int, *, period: Period, channel: str | None, at: datetime.datetime, using: str) -> View:
    """Return the view of a report. Raises ProgramNotFound where there is no such program, ValueError for a naive
    ``at``. Cost: one statement; two more before the program's first roll-up."""
    if at.utcoffset() is None:
        raise ValueError("at must be an aware datetime")
    known, time_zone = _read_progress(program_id, using=using)
    return View(
        program_id=program_id,
        period=period,
        channel=channel,
        known=known,
        time_zone=time_zone,
        today=day_of(at, time_zone=time_zone),
        using=using,
    )


def report_day(program_id: int, *, at: datetime.datetime, using: str = "default") -> tuple[str, datetime.date]:
    """Return the time zone in which reports on the program count days now, and the day of ``at`` in it.

    Raises ProgramNotFound. Cost: one statement; two more before the program's first roll-up.
    """
    _, time_zone = _read_progress(program_id, using=using)
    return time_zone, day_of(at, time_zone=time_zone)


def _read_progress(program_id: int, *, using: str) -> tuple[int, str]:
    progress = StatisticsProgress.objects.using(using).filter(program_id=program_id)
    row = progress.values_list("last_transaction_id", "time_zone").first()
    return row if row is not None else (0, time_zone_of(program_id, using=using))


def read_report(view: View, report: str, parameters: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
    """Return the rows of a SELECT on ``movements`` (day, term, source, points, transactions, in_period).

    The report's first column must never be NULL. Cost: one statement.
    """
    statement = _STATEMENT.format(
        progress=StatisticsProgress._meta.db_table,
        daily=DailyStatistics._meta.db_table,
        transaction=LoyaltyTransaction._meta.db_table,
        term=TERM,
        counted=COUNTED,
        report=report,
        in_channel="" if view.channel is None else "AND channel_slug = %(channel)s",
    )
    known = view.known
    while True:
        values = {
            "program": view.program_id,
            "first": view.period.first,
            "last": view.period.last,
            "channel": view.channel,
            "time_zone": view.time_zone,
            "known": known,
            **(parameters or {}),
        }
        with connections[view.using].cursor() as cursor:
            cursor.execute(statement, values)
            rows = cursor.fetchall()
        last_id: int = rows[0][0]
        if last_id >= known:
            return [row[1:] for row in rows if row[1] is not None]
        # Another replica answered, one that is behind the first: its own watermark is the lower bound.
        known = last_id
