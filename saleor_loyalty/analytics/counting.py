"""Counting transactions into the statistics: the INSERTs that a roll-up and a rebuild send.

It counts what it is told to; that each transaction is counted once is the business of ``roll_up``, under the lock of
the program's progress.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db import connection

from ..models import AwardStatistics, DailyStatistics, LoyaltyTransaction, MonthlyEarnings, WeeklyEarnings
from .award_shares import AWARD_SHARES, AWARDS, GIVEN, REVERSED
from .movements import COUNTED, TERM
from .spans import near_days, week_of
from .statements import compile_nothing

_TRANSACTIONS = LoyaltyTransaction._meta.db_table
_DAILY = DailyStatistics._meta.db_table
_AWARDS = AwardStatistics._meta.db_table
_EARNINGS = MonthlyEarnings._meta.db_table
_WEEKS = WeeklyEarnings._meta.db_table
_DAY = "(occurred_at AT TIME ZONE %(time_zone)s)::date"
_MONTH = "date_trunc('month', occurred_at AT TIME ZONE %(time_zone)s)::date"
_COUNTED_ROWS = "program_id = %(program)s AND id > %(after)s AND id <= %(up_to)s"
_LAST_DAY = "(%(month)s::date + interval '1 month - 1 day')::date"
_OF_MONTH = f"AND {near_days('%(month)s::date', _LAST_DAY)} AND {_MONTH} = %(month)s::date"

DAILY_SUMS = f"""
SELECT {_DAY} AS day, channel_slug, {TERM} AS term, type, source, sum({COUNTED}) AS points, count(*) AS transactions
FROM {_TRANSACTIONS} WHERE {{condition}}
GROUP BY 1, 2, 3, 4, 5
"""
AWARD_SUMS = f"""
WITH {AWARD_SHARES}
SELECT dimension, span, CASE span WHEN 'DAY' THEN day ELSE date_trunc('month', day::timestamp)::date END AS first_day,
       channel_slug, key, max(label) AS label, {GIVEN} AS given, {REVERSED} AS reversed, {AWARDS} AS transactions
FROM share CROSS JOIN (VALUES ('DAY'), ('MONTH')) spans (span)
GROUP BY 1, 2, 3, 4, 5
"""
EARNING_SUMS = f"""
SELECT account_id, {_MONTH} AS month, channel_slug, sum(points) AS points, sum(greatest(points, 0)) AS most
FROM {_TRANSACTIONS} WHERE ({TERM}) = 'given' AND {{condition}}
GROUP BY 1, 2, 3
"""
WEEK_SUMS = f"""
SELECT account_id, {week_of(_DAY)} AS week, sum(greatest(points, 0)) AS most
FROM {_TRANSACTIONS} WHERE ({TERM}) = 'given' AND {{condition}}
GROUP BY 1, 2
"""

_COUNT_DAILY = f"""
INSERT INTO {_DAILY} AS stored (program_id, day, channel_slug, term, type, source, points, transactions)
SELECT %(program)s, counted.* FROM ({DAILY_SUMS}) counted
ON CONFLICT ON CONSTRAINT loyalty_daily_statistics_unique DO UPDATE
SET points = stored.points + excluded.points, transactions = stored.transactions + excluded.transactions
"""
_COUNT_AWARDS = f"""
INSERT INTO {_AWARDS} AS stored
    (program_id, dimension, span, first_day, channel_slug, key, label, given, reversed, transactions)
SELECT %(program)s, counted.* FROM ({AWARD_SUMS}) counted
ON CONFLICT ON CONSTRAINT loyalty_award_statistics_unique DO UPDATE
SET label = greatest(stored.label, excluded.label), given = stored.given + excluded.given,
    reversed = stored.reversed + excluded.reversed, transactions = stored.transactions + excluded.transactions
"""
_COUNT_EARNINGS = f"""
INSERT INTO {_EARNINGS} AS stored (program_id, account_id, month, channel_slug, points, most)
SELECT %(program)s, counted.* FROM ({EARNING_SUMS}) counted
ON CONFLICT ON CONSTRAINT loyalty_monthly_earnings_unique DO UPDATE
SET points = stored.points + excluded.points, most = stored.most + excluded.most
"""
_COUNT_WEEKS = f"""
INSERT INTO {_WEEKS} AS stored (program_id, account_id, week, most)
SELECT %(program)s, counted.* FROM ({WEEK_SUMS}) counted
ON CONFLICT ON CONSTRAINT loyalty_weekly_earnings_unique DO UPDATE SET most = stored.most + excluded.most
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Stretch:
    """Transactions of a program, by their ids, and by the month in which they happened where one is named."""

    program_id: int
    time_zone: str
    after: int
    """Exclusive."""
    up_to: int
    """Inclusive."""
    month: datetime.date | None = None

    def values(self) -> dict[str, Any]:
        return {
            "program": self.program_id,
            "time_zone": self.time_zone,
            "after": self.after,
            "up_to": self.up_to,
            "month": self.month,
        }

    def sums(self, sql: str) -> str:
        """Return one of the SELECTs, or an INSERT of one, on these transactions."""
        of_month = f" {_OF_MONTH}" if self.month is not None else ""
        return sql.format(condition=_COUNTED_ROWS + of_month, day=_DAY, dimension="TRUE")


def count_transactions(stretch: Stretch) -> None:
    """Add the transactions to the statistics but the weekly earnings. Linear in their number. Call it in an atomic
    block, under the lock of the progress."""
    _count(stretch, _COUNT_DAILY, _COUNT_AWARDS, _COUNT_EARNINGS)


def count_weeks(stretch: Stretch) -> None:
    """Add the transactions to the weekly earnings. As ``count_transactions``."""
    _count(stretch, _COUNT_WEEKS)


def _count(stretch: Stretch, *statements: str) -> None:
    with connection.cursor() as cursor:
        # The planner takes each receipt for a thousand lines.
        compile_nothing(cursor)
        for sql in statements:
            cursor.execute(stretch.sums(sql), stretch.values())


def drop_counts(program_id: int, *, month: datetime.date | None = None) -> None:
    """Delete the program's statistics but the weekly earnings, or those of one month. Call it under the lock of the
    progress."""
    daily = DailyStatistics.objects.filter(program_id=program_id)
    awards = AwardStatistics.objects.filter(program_id=program_id)
    earnings = MonthlyEarnings.objects.filter(program_id=program_id)
    if month is not None:
        daily = daily.filter(day__year=month.year, day__month=month.month)
        awards = awards.filter(first_day__year=month.year, first_day__month=month.month)
        earnings = earnings.filter(month=month)
    for rows in (daily, awards, earnings):
        rows.delete()


def drop_weeks(program_id: int, *, month: datetime.date | None = None) -> None:
    """Delete the program's weekly earnings, or those of one month. As ``drop_counts``."""
    weeks = WeeklyEarnings.objects.filter(program_id=program_id)
    if month is not None:
        weeks = weeks.filter(week__year=month.year, week__month=month.month)
    weeks.delete()
