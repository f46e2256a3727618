"""From which rules, products and categories the points of orders came, and what was taken back of them.

Added up over all keys, what was given is what the source ORDER gave in the period, and what was reversed is what was
taken back of orders, to the point. How a posting is shared out is told in ``award_shares``.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from ..models import AwardDimension, AwardStatistics, ProgramVersion
from .award_shares import AWARD_SHARES, AWARDS, GIVEN, REVERSED
from .days import Period, split_period
from .movements import DAY, PROGRESS, YOUNGER, in_channel, values_of
from .spans import IN_PERIOD, in_months
from .statements import Query, read_views
from .views import Question, View, open_views


@dataclass(frozen=True, kw_only=True, slots=True)
class AwardSource:
    """What orders earned by one rule, with one product or in one category."""

    key: str
    """The rule's key, the product's id, the category's slug; empty: what no receipt explains, and of products and
    categories what is not known."""
    label: str
    """Of a product its slug when it was bought, in the months that the period touches; else empty."""
    given: int
    reversed: int
    transactions: int
    """In how many awards."""


_ROWS = f"""{AwardStatistics._meta.db_table}
    WHERE program_id = %(program)s AND dimension = %(dimension)s {{in_channel}}"""
_STATEMENT = f"""
WITH {PROGRESS}, {AWARD_SHARES}, counted AS (
    SELECT key, label, given, reversed, transactions FROM {_ROWS} AND ({{spans}})
    UNION ALL
    SELECT key, NULL, -given, -reversed, -transactions FROM {_ROWS} AND ({{without}})
    UNION ALL
    SELECT key, max(label), {GIVEN}, {REVERSED}, {AWARDS} FROM share
    WHERE {IN_PERIOD.format(day="day")}
    GROUP BY key
), found AS (
    SELECT key, max(label), sum(given) AS given, sum(reversed) AS reversed, sum(transactions) AS transactions
    FROM counted GROUP BY key HAVING sum(given) <> 0 OR sum(reversed) <> 0
    ORDER BY given DESC, key LIMIT %(limit)s
)
SELECT progress.last_id, found.* FROM progress LEFT JOIN found ON TRUE
"""


def award_sources(
    program_id: int,
    *,
    dimension: AwardDimension,
    limit: int,
    at: datetime.datetime,
    period: Period | None = None,
    channel: str | None = None,
    using: str = "default",
) -> list[AwardSource]:
    """Return the rules, products or categories of the program's points in the period. See ``award_sources_of``."""
    question = Question(program_id=program_id, period=period or Period(), channel=channel)
    return award_sources_of([question], dimension=dimension, limit=limit, at=at, using=using)[0]


def award_sources_of(
    questions: Sequence[Question],
    *,
    dimension: AwardDimension,
    limit: int,
    at: datetime.datetime,
    using: str = "default",
) -> list[list[AwardSource]]:
    """Return for each question at most ``limit`` keys of the dimension, that which gave most first, ties by key.

    Raises ProgramNotFound. Cost: two statements for all, and those of ``open_views`` before a first roll-up; whole
    months are read from a row each, the days at the ends of the period from one for each day, or from a month's
    without one for each of its other days.
    """
    views = open_views(questions, at=at, using=using)

    def ask(view: View) -> Query:
        return _query(view, dimension=dimension, limit=limit)

    return [
        [
            AwardSource(
                key=key, label=label, given=int(given), reversed=int(taken_back), transactions=int(transactions)
            )
            for key, label, given, taken_back, transactions in sorted(rows, key=lambda row: (-row[2], row[0]))
        ]
        for rows in read_views(views, ask=ask, using=using)
    ]


def rule_names(program_ids: Sequence[int], *, using: str = "default") -> dict[int, dict[str, str]]:
    """Return for each program the names of its earning rules by key, as the newest published version that has the key
    calls it. Rules without a name are left out. Cost: one statement."""
    versions = ProgramVersion.objects.using(using).filter(program_id__in=program_ids, published_at__isnull=False)
    found: dict[int, dict[str, str]] = {program_id: {} for program_id in program_ids}
    rows = versions.order_by("number").values_list("program_id", "rules__earning")
    for program_id, earning in rows:
        found[program_id].update({rule["key"]: rule["name"] for rule in earning or () if rule.get("name")})
    return found


def _query(view: View, *, dimension: AwardDimension, limit: int) -> Query:
    pieces = split_period(view.period)
    values = {
        **values_of(view),
        "dimension": dimension.value,
        "limit": limit,
        "since": pieces.since,
        "until": pieces.until,
    }
    for name, all_days in (("added", pieces.added), ("removed", pieces.removed)):
        for number, days in enumerate(all_days):
            values.update({f"first_{name}_{number}": days.first, f"last_{name}_{number}": days.last})
    spans = [_MONTHS] if pieces.has_months else []
    spans += [_DAYS.format(name=f"added_{number}") for number in range(len(pieces.added))]
    without = [_DAYS.format(name=f"removed_{number}") for number in range(len(pieces.removed))]
    sql = _STATEMENT.format(
        day=DAY,
        condition=f"{YOUNGER} {in_channel(view)}",
        dimension="dimension = %(dimension)s",
        in_channel=in_channel(view),
        spans=" OR ".join(spans),
        without=" OR ".join(without) or "FALSE",
    )
    return Query(sql=sql, values=values)


_MONTHS = f"(span = 'MONTH' AND {in_months('first_day')})"
_DAYS = "(span = 'DAY' AND first_day BETWEEN %(first_{name})s::date AND %(last_{name})s::date)"
