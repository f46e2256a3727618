"""Comparing the statistics with the ledger: every row with what plain counting gives, in one moment's view of both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connections

from ..models import AwardStatistics, DailyStatistics, MonthlyEarnings, StatisticsProgress, WeeklyEarnings
from .counting import AWARD_SUMS, DAILY_SUMS, EARNING_SUMS, WEEK_SUMS, Stretch

_FETCHED = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """One row that is not as the ledger has it. None: there is no such row on that side."""

    table: str
    row: tuple[Any, ...]
    """What the row is about: day or month, channel, and so on."""
    stored: tuple[int, ...] | None
    counted: tuple[int, ...] | None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Table:
    model: Any
    sums: str
    keys: tuple[str, ...]
    values: tuple[str, ...]
    watermark: str = "last_transaction_id"

    def sql(self) -> str:
        """Every row that is on one side only, or differs. The watermark is read in the same statement."""
        keys, values = ", ".join(self.keys), ", ".join(self.values)
        columns = ", ".join(
            [
                f"array[{', '.join(f'{side}.{value}::bigint' for value in self.values)}]"
                for side in ("stored", "counted")
            ]
        )
        present = [f"{side}.{self.values[0]} IS NOT NULL" for side in ("stored", "counted")]
        differs = " OR ".join(f"stored.{value} IS DISTINCT FROM counted.{value}" for value in self.values)
        return f"""
        SELECT {keys}, {", ".join(present)}, {columns}
        FROM (SELECT {keys}, {values} FROM {self.model._meta.db_table} WHERE program_id = %(program)s) stored
        FULL JOIN (SELECT {keys}, {values} FROM ({self.sums}) sums) counted USING ({keys})
        WHERE {differs} ORDER BY {keys}
        """


_TABLES = (
    _Table(
        model=DailyStatistics,
        sums=DAILY_SUMS,
        keys=("day", "channel_slug", "term", "type", "source"),
        values=("points", "transactions"),
    ),
    _Table(
        model=AwardStatistics,
        sums=AWARD_SUMS,
        keys=("first_day", "span", "dimension", "channel_slug", "key"),
        values=("given", "reversed", "transactions"),
    ),
    _Table(
        model=MonthlyEarnings,
        sums=EARNING_SUMS,
        keys=("month", "channel_slug", "account_id"),
        values=("points", "most"),
    ),
    _Table(
        model=WeeklyEarnings,
        sums=WEEK_SUMS,
        keys=("week", "account_id"),
        values=("most",),
        watermark="weeks_transaction_id",
    ),
)


def check_statistics(program_id: int, *, using: str = "default") -> Iterator[Difference]:
    """Yield every row of the program's statistics that is not what its transactions up to the watermark sum up to.

    Writes nothing. Cost: one statement and one pass over the program's transactions for each of the four tables.
    """
    progress = StatisticsProgress.objects.using(using).filter(program_id=program_id).first()
    if progress is None:
        return
    stretch = Stretch(program_id=program_id, time_zone=progress.time_zone, after=0, up_to=0)
    for table in _TABLES:
        # The watermark as of each statement itself: a roll-up between two of them is no difference.
        watermark = f"SELECT {table.watermark} FROM {StatisticsProgress._meta.db_table} WHERE program_id = %(program)s"
        sql = stretch.sums(table.sql()).replace("%(up_to)s", f"({watermark})")
        with connections[using].cursor() as cursor:
            cursor.execute(sql, stretch.values())
            while rows := cursor.fetchmany(_FETCHED):
                yield from (_difference(table, row) for row in rows)


def _difference(table: _Table, row: tuple[Any, ...]) -> Difference:
    *key, is_stored, is_counted, stored, counted = row
    return Difference(
        table=table.model.__name__,
        row=tuple(key),
        stored=tuple(stored) if is_stored else None,
        counted=tuple(counted) if is_counted else None,
    )
