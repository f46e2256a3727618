"""From what kinds of sources the points of a period came."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from .days import Period
from .movements import read_reports
from .views import Question, open_views


@dataclass(frozen=True, kw_only=True, slots=True)
class SourcePoints:
    """What one source gave. The points of all sources are what was given in the period."""

    source: str
    points: int
    transactions: int


_REPORT = """
SELECT source, sum(points) AS points, sum(transactions) AS transactions
FROM movements WHERE term = 'given' AND in_period
GROUP BY source
"""


def point_sources(
    program_id: int,
    *,
    at: datetime.datetime,
    period: Period | None = None,
    channel: str | None = None,
    using: str = "default",
) -> list[SourcePoints]:
    """Return the sources of the program's points in the period. See ``point_sources_of``."""
    question = Question(program_id=program_id, period=period or Period(), channel=channel)
    return point_sources_of([question], at=at, using=using)[0]


def point_sources_of(
    questions: Sequence[Question], *, at: datetime.datetime, using: str = "default"
) -> list[list[SourcePoints]]:
    """Return for each question the sources that gave points, the greatest first, ties by name.

    Raises ProgramNotFound. Cost: two statements for all, and those of ``open_views`` before a first roll-up.
    """
    views = open_views(questions, at=at, using=using)
    found = [
        [
            SourcePoints(source=source, points=int(points), transactions=int(transactions))
            for source, points, transactions in rows
        ]
        for rows in read_reports(views, _REPORT, using=using)
    ]
    return [sorted(sources, key=lambda source: (-source.points, source.source)) for sources in found]
