"""From what the points of a period came."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from .days import Period
from .movements import open_view, read_report


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
    """Return the sources that gave points in the period, the greatest first, ties by name.

    Raises ProgramNotFound. Cost: two statements, two more before the program's first roll-up.
    """
    view = open_view(program_id, period=period or Period(), channel=channel, at=at, using=using)
    found = [
        SourcePoints(source=source, points=int(points), transactions=int(transactions))
        for source, points, transactions in read_report(view, _REPORT)
    ]
    return sorted(found, key=lambda source: (-source.points, source.source))
