"""Who was given the most points in a period. Exact, and without reading every account.

For each month and channel there is a list of accounts by the most that any part of the month can have given them
(``MonthlyEarnings``). A search reads the heads of the lists of the period's months, adds up the period exactly for the
accounts it met there and for those that moved since the last roll-up, and knows a bound for all others: together they
cannot have more than the lists' last read entries add up to. When the last account to be returned has more than that,
nobody is missing. Else it reads deeper, and at last everybody. (The threshold algorithm of Fagin, Lotem and Naor,
"Optimal aggregation algorithms for middleware", 2001.) Of all time and all channels the accounts know it themselves.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from ..models import DailyStatistics, LoyaltyAccount, LoyaltyTransaction, MonthlyEarnings
from .days import EVER, Period, split_period
from .movements import DAY, PROGRESS, TERM, YOUNGER, in_channel, values_of
from .statements import Query, Row, read_views
from .views import Question, View, open_views

_TRANSACTIONS = LoyaltyTransaction._meta.db_table
_EARNINGS = MonthlyEarnings._meta.db_table
DEPTHS = (4, 60)
"""How far the lists are read, in multiples of what is asked for, before everybody is looked at."""
SHALLOWEST = 25

_IN_PERIOD = """(%(first)s::date IS NULL OR {day} >= %(first)s::date)
      AND (%(last)s::date IS NULL OR {day} <= %(last)s::date)"""
_HEADS = f"""
lists AS (
    SELECT DISTINCT date_trunc('month', day::timestamp)::date AS month, channel_slug
    FROM {DailyStatistics._meta.db_table}
    WHERE program_id = %(program)s AND term = 'given' {{in_channel}}
      AND (%(first)s::date IS NULL OR day >= date_trunc('month', %(first)s::date::timestamp)::date)
      AND (%(last)s::date IS NULL
           OR day < date_trunc('month', %(last)s::date::timestamp) + interval '1 month')
), heads AS MATERIALIZED (
    SELECT month, channel_slug, head.account_id, head.most
    FROM lists CROSS JOIN LATERAL (
        SELECT account_id, most FROM {_EARNINGS} entry
        WHERE program_id = %(program)s AND entry.month = lists.month AND entry.channel_slug = lists.channel_slug
        ORDER BY most DESC, account_id LIMIT %(depth)s
    ) head
), candidate AS MATERIALIZED (
    SELECT account_id FROM heads UNION SELECT account_id FROM tail
), bound AS (
    SELECT coalesce(sum(least), 0) AS bound FROM (
        SELECT CASE WHEN count(*) = %(depth)s THEN greatest(min(most), 0) ELSE 0 END AS least
        FROM heads GROUP BY month, channel_slug
    ) lasts
)"""
_EVERYBODY = "bound AS (SELECT 0 AS bound)"
_STATEMENT = f"""
WITH {PROGRESS}, tail AS MATERIALIZED (
    SELECT account_id, sum(points) AS points FROM {_TRANSACTIONS}
    WHERE {YOUNGER} AND ({TERM}) = 'given' {{in_channel}} AND {_IN_PERIOD.format(day=DAY)}
    GROUP BY account_id
), {{heads}}, parts AS (
    {{parts}}
), found AS (
    SELECT account_id, sum(points) AS given FROM parts
    GROUP BY account_id HAVING sum(points) > 0
    ORDER BY given DESC, account_id LIMIT %(limit)s
)
SELECT progress.last_id, bound.bound, found.* FROM progress CROSS JOIN bound LEFT JOIN found ON TRUE
"""
# As an array the planner takes them for few, and looks them up by their index.
_OF_CANDIDATES = "AND account_id = ANY (ARRAY(SELECT account_id FROM candidate))"
_TAIL = "SELECT account_id, points FROM tail"
_MONTHS = f"""
    SELECT account_id, points FROM {_EARNINGS}
    WHERE program_id = %(program)s {{in_channel}} {{of_candidates}}
      AND (%(since)s::date IS NULL OR month >= %(since)s::date)
      AND (%(until)s::date IS NULL OR month < %(until)s::date)
"""
# The bounds by moments are a day wider than the days, whatever the time zone: they find the rows, the days choose.
_DAYS = f"""
    SELECT account_id, points FROM {_TRANSACTIONS}
    WHERE program_id = %(program)s AND id <= (SELECT last_id FROM progress) AND ({TERM}) = 'given'
      {{in_channel}} {{of_candidates}}
      AND occurred_at >= (%(first_{{number}})s::date - 1)::timestamp AT TIME ZONE 'UTC'
      AND occurred_at < (%(last_{{number}})s::date + 2)::timestamp AT TIME ZONE 'UTC'
      AND {DAY} BETWEEN %(first_{{number}})s::date AND %(last_{{number}})s::date
"""
_EVER = f"""
WITH found AS (
    SELECT id AS account_id, given FROM {LoyaltyAccount._meta.db_table}
    WHERE program_id = %(program)s AND given > 0 ORDER BY given DESC, id LIMIT %(limit)s
)
SELECT progress.last_id, 0 AS bound, found.*
FROM (SELECT %(known)s::bigint AS last_id) progress LEFT JOIN found ON TRUE
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Earner:
    account_id: int
    points: int
    """Given in the period."""


def top_earners(
    program_id: int,
    *,
    limit: int,
    at: datetime.datetime,
    period: Period | None = None,
    channel: str | None = None,
    using: str = "default",
) -> list[Earner]:
    """Return the accounts of the program that were given most in the period. See ``top_earners_of``."""
    question = Question(program_id=program_id, period=period or Period(), channel=channel)
    return top_earners_of([question], limit=limit, at=at, using=using)[0]


def top_earners_of(
    questions: Sequence[Question], *, limit: int, at: datetime.datetime, using: str = "default"
) -> list[list[Earner]]:
    """Return for each question at most ``limit`` accounts that were given points in the period, the most first, ties
    by account id.

    Raises ProgramNotFound. Cost: two statements for all, four where points are spread so evenly that the heads of the
    lists do not tell; those of ``open_views`` before a first roll-up.
    """
    views = open_views(questions, at=at, using=using)
    found: list[list[Earner]] = [[] for _ in views]
    open_numbers = list(range(len(views))) if limit else []
    for depth in (*DEPTHS, None):
        asked = [views[number] for number in open_numbers]

        def ask(view: View, depth: int | None = depth) -> Query:
            return _query(view, limit=limit, depth=depth)

        answers = read_views(asked, ask=ask, using=using) if asked else []
        undecided = []
        for number, rows in zip(open_numbers, answers, strict=True):
            bound, found[number] = _earners(rows)
            is_decided = bound == 0 or (len(found[number]) == limit and found[number][-1].points > bound)
            if not is_decided:
                undecided.append(number)
        open_numbers = undecided
    return found


def _earners(rows: Sequence[Row]) -> tuple[int, list[Earner]]:
    """Return the most that any other account can have, and the accounts that were found."""
    earners = [
        Earner(account_id=account_id, points=int(points)) for _, account_id, points in rows if account_id is not None
    ]
    return int(rows[0][0]), sorted(earners, key=lambda earner: (-earner.points, earner.account_id))


def _query(view: View, *, limit: int, depth: int | None) -> Query:
    """``depth``: how far the lists are read, in multiples of the limit; None: everybody is looked at."""
    values = {**values_of(view), "limit": limit}
    if view.channel is None and view.period == EVER:
        return Query(sql=_EVER, values=values)
    period = split_period(view.period)
    parts = [_TAIL, _MONTHS] if period.has_months else [_TAIL]
    values.update({"since": period.since, "until": period.until})
    for number, days in enumerate(period.days):
        parts.append(_DAYS.replace("{number}", str(number)))
        values.update({f"first_{number}": days.first, f"last_{number}": days.last})
    if depth is not None:
        values["depth"] = max(limit, SHALLOWEST) * depth
    filled = {"in_channel": in_channel(view), "of_candidates": _OF_CANDIDATES if depth is not None else ""}
    sql = _STATEMENT.format(
        heads=(_HEADS if depth is not None else _EVERYBODY).format(**filled),
        parts="\nUNION ALL\n".join(part.format(**filled) for part in parts),
        **filled,
    )
    return Query(sql=sql, values=values)
