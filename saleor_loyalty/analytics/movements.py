"""The source of reports on points by day: the daily statistics, and the transactions that are younger than they are.

A report is one statement. It sees statistics, watermark and ledger as of one moment, so each transaction counts once,
whatever a roll-up does meanwhile. In which term a transaction counts, the ledger says (``term_of``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..ledger.posting import term_of
from ..models import DailyStatistics, LoyaltyTransaction, StatisticsProgress, Term, TransactionType
from .spans import IN_PERIOD
from .statements import Query, Row, read_views
from .views import View


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

PROGRESS = f"""progress AS MATERIALIZED (
    SELECT coalesce(max(last_transaction_id), 0) AS last_id, coalesce(max(time_zone), %(time_zone)s) AS time_zone,
           coalesce(max(weeks_transaction_id) FILTER (WHERE weeks_time_zone = time_zone), 0) AS weeks_id
    FROM {StatisticsProgress._meta.db_table} WHERE program_id = %(program)s
)"""
"""How far the program's statistics and its weekly earnings go, and in which time zone its days are counted."""
YOUNGER = "program_id = %(program)s AND id > %(known)s AND id > (SELECT last_id FROM progress)"
"""A transaction that is younger than the statistics; the number itself tells the planner how few there are."""
DAY = "(occurred_at AT TIME ZONE (SELECT time_zone FROM progress))::date"

_STATEMENT = f"""
WITH {PROGRESS}, movements AS (
    SELECT day, term, source, points, transactions,
           {IN_PERIOD.format(day="day")} AS in_period
    FROM (
        SELECT day, term, source, points, transactions FROM {DailyStatistics._meta.db_table}
        WHERE program_id = %(program)s {{in_channel}}
        UNION ALL
        SELECT {DAY}, {TERM}, source, {COUNTED}, 1 FROM {LoyaltyTransaction._meta.db_table}
        WHERE {YOUNGER} {{in_channel}}
    ) movement
), found AS (
    {{report}}
)
SELECT progress.last_id, found.* FROM progress LEFT JOIN found ON TRUE
"""


def in_channel(view: View) -> str:
    """Return the condition on a row's channel."""
    return "" if view.channel is None else "AND channel_slug = %(channel)s"


def values_of(view: View) -> dict[str, Any]:
    """Return the values that every report on the view may name."""
    return {
        "program": view.program_id,
        "first": view.period.first,
        "last": view.period.last,
        "channel": view.channel,
        "time_zone": view.time_zone,
        "known": view.known,
    }


def read_reports(
    views: Sequence[View], report: str, *, using: str, parameters: Mapping[str, Any] | None = None
) -> list[list[Row]]:
    """Return for each view the rows of a SELECT on ``movements`` (day, term, source, points, transactions,
    in_period), whose first column must never be NULL. Cost: one statement."""

    def ask(view: View) -> Query:
        sql = _STATEMENT.format(report=report, in_channel=in_channel(view))
        return Query(sql=sql, values={**values_of(view), **(parameters or {})})

    return read_views(views, ask=ask, using=using)
