"""Who was given the most points in a period. Exact, and without reading every account.

For each month and channel there is a list of accounts by the most that any part of the month can have given them
(``MonthlyEarnings``), and one for each week (``WeeklyEarnings``): the months say little about a few days. A search
reads the heads of the lists of the period's months or weeks. From them it knows of each account the most that it can
have: its entries, and for each list in which it was not met that list's last read entry, and what it was given since
the last roll-up. It adds up the period exactly for the likeliest accounts, and then for those that can have as much as
the last of these to be returned: few, however many the lists name, and so is what it reads of the ledger for single
days. All others together are bound by what the last read entries add up to. When the last account to be returned has
more than that, nobody is missing. Else it reads deeper, and at last everybody. (After Fagin, Lotem and Naor, "Optimal
aggregation algorithms for middleware", 2001: the combined algorithm, in two rounds.) Of all time and all channels the
accounts know it themselves.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connections
from django.db.transaction import atomic

from ..models import DailyStatistics, LoyaltyAccount, LoyaltyTransaction, MonthlyEarnings, WeeklyEarnings
from .days import EVER, Days, Period, Step, split_period, step_end, week_of_month
from .movements import DAY, PROGRESS, TERM, YOUNGER, in_channel, values_of
from .spans import IN_PERIOD, in_months, near_days, week_of
from .statements import Query, Row, compile_nothing, read_views
from .views import Question, View, open_views

_TRANSACTIONS = LoyaltyTransaction._meta.db_table
_EARNINGS = MonthlyEarnings._meta.db_table
DEPTHS = (4, 16, 60)
"""How far the lists are read, in multiples of what is asked for, before everybody is looked at."""
SHALLOWEST = 25
DAYS_BY_WEEK = 21
"""Periods of so many days, or fewer, are looked for in the lists of weeks, unless a channel is asked for: in lists of
all channels together its leaders stand far below."""
OTHERS_MAX = 1_000
"""Accounts beside the likely ones that are added up one by one: of more, everybody is found sooner."""
LIKELY = 3
"""How many accounts are added up at first, in multiples of what is asked for."""

_UNBOUND = 10**18
"""More points than anybody has: what another account can have where lists are not complete."""

_TAIL = f"""
tail AS MATERIALIZED (
    SELECT account_id, sum(points) AS points FROM {_TRANSACTIONS}
    WHERE {YOUNGER} AND ({TERM}) = 'given' {{in_channel}} AND {IN_PERIOD.format(day=DAY)}
    GROUP BY account_id
)"""
_ENTRIES = """
        SELECT account_id, most FROM {table} entry
        WHERE program_id = %(program)s AND entry.{part} = list.{part} {of_channel}
        ORDER BY most DESC, account_id"""
_SUMS_OF_FEW = f"""
list AS MATERIALIZED (
    SELECT list.*, coalesce((
        SELECT most FROM ({_ENTRIES} OFFSET %(depth)s - 1 LIMIT 1) last_read
    ), 0) AS least
    FROM (
        SELECT DISTINCT {{part_of_day}} AS {{part}} {{channel_of_list}} FROM {DailyStatistics._meta.db_table}
        WHERE program_id = %(program)s AND term = 'given' {{in_channel}} AND {IN_PERIOD.format(day="day")}
    ) list
), bound AS MATERIALIZED (
    SELECT CASE WHEN {{are_complete}} THEN coalesce(sum(least), 0) ELSE {_UNBOUND} END AS bound FROM list
), candidate AS MATERIALIZED (
    SELECT account_id, sum(young) AS young, (SELECT bound FROM bound) + sum(more) AS most FROM (
        SELECT account_id, most - least AS more, 0 AS young
        FROM list CROSS JOIN LATERAL ({_ENTRIES} LIMIT %(depth)s) entry
        UNION ALL
        SELECT account_id, points, points FROM tail
    ) seen GROUP BY account_id
), likely AS MATERIALIZED (
    SELECT account_id, young FROM candidate ORDER BY most DESC, account_id LIMIT %(likely)s
), sum_of_likely AS MATERIALIZED (
    {{sums_of_likely}}
), needed AS MATERIALIZED (
    SELECT coalesce((SELECT given FROM sum_of_likely ORDER BY given DESC OFFSET %(limit)s - 1 LIMIT 1), 0) AS needed
), other AS MATERIALIZED (
    SELECT account_id, young FROM candidate CROSS JOIN needed CROSS JOIN bound
    WHERE most >= needed AND account_id NOT IN (SELECT account_id FROM likely)
      -- Else somebody may be missing anyway, and the lists are to be read deeper.
      AND (needed > bound OR bound = 0)
    LIMIT %(others_max)s + 1
), are_many AS MATERIALIZED (
    SELECT count(*) > %(others_max)s AS are_many FROM other
), few_other AS MATERIALIZED (
    SELECT other.* FROM other CROSS JOIN are_many WHERE NOT are_many
), decided AS (
    SELECT CASE WHEN are_many THEN {_UNBOUND} ELSE bound END AS bound FROM bound CROSS JOIN are_many
), account_sum AS (
    SELECT account_id, given FROM sum_of_likely UNION ALL {{sums_of_other}}
)"""
_MONTHLY = {
    "table": _EARNINGS,
    "part": "month",
    "channel_of_list": ", channel_slug",
    "of_channel": "AND entry.channel_slug = list.channel_slug",
    "part_of_day": "date_trunc('month', day::timestamp)::date",
    "are_complete": "TRUE",
}
# Whether the weeks have been counted so far was asked before, and is asked again at the moment of the answer: a worker
# of an earlier version, which knows none, may have rolled up in between.
_WEEKLY = {
    "table": WeeklyEarnings._meta.db_table,
    "part": "week",
    "channel_of_list": "",
    "of_channel": "",
    "part_of_day": week_of("day"),
    "are_complete": "(SELECT weeks_id = last_id FROM progress)",
}
# Account by account, by the account's index: the planner would take so many for a good part of the ledger.
_SUMS = """SELECT account_id, young + coalesce(points, 0) AS given
    FROM {accounts} asked CROSS JOIN LATERAL (SELECT sum(points) AS points FROM ({parts}) part) counted
"""
_SUMS_OF_ALL = """
decided AS (SELECT 0 AS bound), account_sum AS (
    SELECT account_id, sum(points) AS given FROM (SELECT account_id, points FROM tail UNION ALL {parts}) part
    GROUP BY account_id
)"""
_OF_ACCOUNT = "AND account_id = asked.account_id"
_MONTHS = f"""
    SELECT account_id, points FROM {_EARNINGS}
    WHERE program_id = %(program)s {{in_channel}} {{of_account}} AND {in_months("month")}
"""
# Nearly all ids are below the watermark: added to zero, they are not looked up by their index.
_DAYS = f"""
    SELECT account_id, {{sign}}points FROM {_TRANSACTIONS}
    WHERE program_id = %(program)s AND id + 0 <= (SELECT last_id FROM progress) AND ({TERM}) = 'given'
      {{in_channel}} {{of_account}} AND {near_days("%(first_{number})s::date", "%(last_{number})s::date")}
      AND {DAY} BETWEEN %(first_{{number}})s::date AND %(last_{{number}})s::date
"""
_STATEMENT = f"""
WITH {PROGRESS}, {{tail}}, {{sums}}, found AS (
    SELECT account_id, given FROM account_sum WHERE given > 0 ORDER BY given DESC, account_id LIMIT %(limit)s
)
SELECT progress.last_id, decided.bound, found.* FROM progress CROSS JOIN decided LEFT JOIN found ON TRUE
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

    Raises ProgramNotFound. Cost: two statements for all, up to five where points are spread so evenly, or the period
    is so small a part of its months or weeks, that the heads of the lists do not tell; those of ``open_views`` before
    a first roll-up. Where even long lists do not tell, everybody is looked at: linear in the entries of the period's
    months and in what happened on its other days. So it is for a few days while the weeks are still to be counted.
    """
    views = open_views(questions, at=at, using=using)
    found: list[list[Earner]] = [[] for _ in views]
    undecided = list(range(len(views))) if limit else []
    for number_of_round in range(len(DEPTHS) + 1):
        if not undecided:
            break
        answers = _read([views[number] for number in undecided], number_of_round, limit=limit, using=using)
        answered, undecided = undecided, []
        for number, rows in zip(answered, answers, strict=True):
            bound, found[number] = _earners(rows)
            is_decided = bound == 0 or (len(found[number]) == limit and found[number][-1].points > bound)
            if not is_decided:
                undecided.append(number)
    return found


def _read(views: Sequence[View], number_of_round: int, *, limit: int, using: str) -> list[list[Row]]:
    def ask(view: View) -> Query:
        return _query(view, limit=limit, depth=_depths(view)[number_of_round])

    if all(_depths(view)[number_of_round] == DEPTHS[0] for view in views):
        return read_views(views, ask=ask, using=using)
    with atomic(using=using):
        with connections[using].cursor() as cursor:
            # The planner takes lists and days for many times as long as they are.
            compile_nothing(cursor)
        return read_views(views, ask=ask, using=using)


def _depths(view: View) -> list[int | None]:
    """Return how far the lists are read in each round; at last everybody is looked at, where None stands.

    The smaller a part of its months or weeks the period is, the less do their lists say about it. Where the hundredth
    is given a third of what the tenth is, half as much stands about four times as deep. That is a guess: where it is
    wrong, the answer takes longer, and is the same.
    """
    depths = list(DEPTHS)
    first, last = view.period.first, min(view.period.last or view.today, view.today)
    if first is not None and first <= last:
        share = len(Days(first=first, last=last)) / len(_days_of_lists(view, first=first, last=last))
        depths = [depth for depth in DEPTHS if depth * share**2 >= DEPTHS[0] / 2] or depths[-1:]
    return [*depths, None]


def _days_of_lists(view: View, *, first: datetime.date, last: datetime.date) -> Days:
    if _is_by_week(view):
        list_start, list_end = week_of_month(first).first, week_of_month(last).last
    else:
        list_start, list_end = first.replace(day=1), step_end(last.replace(day=1), step=Step.MONTH)
    return Days(first=list_start, last=min(list_end, view.today))


def _is_by_week(view: View) -> bool:
    if view.channel is not None or not view.has_weeks:
        return False
    first, last = view.period.first, view.period.last or view.today
    return first is not None and first <= last and len(Days(first=first, last=last)) <= DAYS_BY_WEEK


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
    pieces = split_period(view.period)
    values.update({"since": pieces.since, "until": pieces.until})
    parts = [_MONTHS] if pieces.has_months else []
    signed = [("", days) for days in pieces.added] + [("-", days) for days in pieces.removed]
    for number, (sign, days) in enumerate(signed):
        parts.append(_DAYS.replace("{sign}", sign).replace("{number}", str(number)))
        values.update({f"first_{number}": days.first, f"last_{number}": days.last})
    filled = {
        "in_channel": in_channel(view),
        "of_account": _OF_ACCOUNT if depth is not None else "",
        **(_WEEKLY if _is_by_week(view) else _MONTHLY),
    }
    part = "\nUNION ALL\n".join(part.format(**filled) for part in parts)
    if depth is None:
        sums = _SUMS_OF_ALL.format(parts=part)
    else:
        values.update({"depth": max(limit, SHALLOWEST) * depth, "likely": limit * LIKELY, "others_max": OTHERS_MAX})
        sums = _SUMS_OF_FEW.format(
            sums_of_likely=_SUMS.format(accounts="likely", parts=part),
            sums_of_other=_SUMS.format(accounts="few_other", parts=part),
            **filled,
        )
    return Query(sql=_STATEMENT.format(tail=_TAIL.format(**filled), sums=sums), values=values)
