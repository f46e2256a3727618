"""The point status of a program: the terms of the identity, over a period."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from ..models import LoyaltyAccount
from .days import Period
from .movements import CHANGE, TERM_SUMS, read_reports
from .statements import Row
from .views import Question, View, open_views


@dataclass(frozen=True, kw_only=True, slots=True)
class PointStatus:
    """Points of a period. Always:

    outstanding_before + given = redeemed + expired + reversed + deducted + outstanding

    and where the parts are told: outstanding = available + pending + reserved - debt.
    """

    given: int
    redeemed: int
    """Less what was returned."""
    expired: int
    reversed: int
    deducted: int
    transactions: int
    outstanding_before: int
    """At the beginning of the period; 0 for one without beginning."""
    outstanding: int
    """At the end of the period."""
    available: int | None
    """The four parts are as of the last write to each account, as balances in lists are. None for a period that is
    over, of which they are not known, and for one channel: points can be spent in every channel."""
    pending: int | None
    reserved: int | None
    debt: int | None


_ACCOUNTS = LoyaltyAccount._meta.db_table
_REPORT = f"""
SELECT TRUE AS is_found,
       {TERM_SUMS},
       coalesce(sum(transactions) FILTER (WHERE in_period), 0) AS counted,
       coalesce(sum({CHANGE}) FILTER (WHERE day < %(first)s::date), 0) AS before,
       coalesce(sum(transactions) FILTER (WHERE day > %(last)s::date), 0) AS later,
       (SELECT ARRAY[coalesce(sum(pending), 0), coalesce(sum(reserved), 0), coalesce(sum(debt), 0)]
        FROM {_ACCOUNTS} WHERE program_id = %(program)s AND (pending > 0 OR reserved > 0 OR debt > 0)) AS parts
FROM movements
"""


def point_status(
    program_id: int,
    *,
    at: datetime.datetime,
    period: Period | None = None,
    channel: str | None = None,
    using: str = "default",
) -> PointStatus:
    """Return the points of the program in the period; without one, of all time. See ``point_statuses``."""
    question = Question(program_id=program_id, period=period or Period(), channel=channel)
    return point_statuses([question], at=at, using=using)[0]


def point_statuses(
    questions: Sequence[Question], *, at: datetime.datetime, using: str = "default"
) -> list[PointStatus]:
    """Return the points of each question, in their order.

    Raises ProgramNotFound. Cost: two statements for all, and those of ``open_views`` before a first roll-up.
    """
    views = open_views(questions, at=at, using=using)
    found = read_reports(views, _REPORT, using=using)
    return [_status(view, row) for view, (row,) in zip(views, found, strict=True)]


def _status(view: View, row: Row) -> PointStatus:
    _, *columns, parts = row
    given, redeemed, expired, reversed_points, deducted, counted, before, later = (int(value) for value in columns)
    pending, reserved, debt = (int(value) for value in parts)
    outstanding = before + given - redeemed - expired - reversed_points - deducted
    last = view.period.last
    is_current = view.channel is None and (last is None or (last >= view.today and later == 0))
    return PointStatus(
        given=given,
        redeemed=redeemed,
        expired=expired,
        reversed=reversed_points,
        deducted=deducted,
        transactions=counted,
        outstanding_before=before,
        outstanding=outstanding,
        available=outstanding + debt - pending - reserved if is_current else None,
        pending=pending if is_current else None,
        reserved=reserved if is_current else None,
        debt=debt if is_current else None,
    )
