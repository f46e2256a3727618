"""Who was given the most points. Of all time it is read from the accounts, of a period or channel from the ledger."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db import connections

from ..models import LoyaltyAccount, LoyaltyTransaction
from .days import Period
from .movements import TERM, View, open_view

# The bounds by moments are a day wider than the days, whatever the time zone: they find the rows, the days choose.
_STATEMENT = f"""
SELECT account_id, sum(points) AS given FROM {LoyaltyTransaction._meta.db_table}
WHERE program_id = %(program)s AND ({TERM}) = 'given' {{conditions}}
GROUP BY account_id HAVING sum(points) > 0
ORDER BY given DESC, account_id LIMIT %(limit)s
"""
_DAY = "(occurred_at AT TIME ZONE %(time_zone)s)::date"
_SINCE = f"AND occurred_at >= (%(first)s::date - 1)::timestamp AT TIME ZONE 'UTC' AND {_DAY} >= %(first)s::date"
_UNTIL = f"AND occurred_at < (%(last)s::date + 2)::timestamp AT TIME ZONE 'UTC' AND {_DAY} <= %(last)s::date"
_IN_CHANNEL = "AND channel_slug = %(channel)s"


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
    """Return at most ``limit`` accounts that were given points in the period, the most first, ties by account id.

    Raises ProgramNotFound. Cost: two statements, two more before the program's first roll-up; of a period or channel
    they read its transactions.
    """
    view = open_view(program_id, period=period or Period(), channel=channel, at=at, using=using)
    if channel is None and view.period == Period():
        accounts = LoyaltyAccount.objects.using(using).filter(program_id=program_id, given__gt=0)
        rows = list(accounts.order_by("-given", "pk").values_list("pk", "given")[:limit])
    else:
        rows = _read_ledger(view, limit=limit)
    return [Earner(account_id=account_id, points=int(points)) for account_id, points in rows]


def _read_ledger(view: View, *, limit: int) -> list[tuple[int, int]]:
    conditions = [
        _SINCE if view.period.first is not None else "",
        _UNTIL if view.period.last is not None else "",
        _IN_CHANNEL if view.channel is not None else "",
    ]
    values: dict[str, Any] = {
        "program": view.program_id,
        "time_zone": view.time_zone,
        "first": view.period.first,
        "last": view.period.last,
        "channel": view.channel,
        "limit": limit,
    }
    with connections[view.using].cursor() as cursor:
        cursor.execute(_STATEMENT.format(conditions=" ".join(conditions)), values)
        rows: list[tuple[int, int]] = cursor.fetchall()
    return rows
