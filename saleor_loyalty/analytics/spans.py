"""Conditions in SQL on a row's day, month or moment: each report asks for its period by these."""

from __future__ import annotations

IN_PERIOD = """(%(first)s::date IS NULL OR {day} >= %(first)s::date)
      AND (%(last)s::date IS NULL OR {day} <= %(last)s::date)"""
"""Whether a ``day`` is in the period of the view (``values_of``)."""


def in_months(month: str) -> str:
    """Return the condition that the first day of a month is in the months of ``PeriodPieces``, by their values
    ``since`` and ``until``."""
    return f"""(%(since)s::date IS NULL OR {month} >= %(since)s::date)
      AND (%(until)s::date IS NULL OR {month} < %(until)s::date)"""


def week_of(day: str) -> str:
    """Return the expression of the first day of a day's week in its month (``WeeklyEarnings``)."""
    return f"({day} - mod(extract(day FROM {day})::int - 1, 7))"


def near_days(first: str, last: str) -> str:
    """Return the condition that a transaction happened on one of the days or next to them.

    It is a day wider than the days, whatever the time zone: it finds the rows by an index, and the days choose.
    """
    return f"""occurred_at >= ({first} - 1)::timestamp AT TIME ZONE 'UTC'
      AND occurred_at < ({last} + 2)::timestamp AT TIME ZONE 'UTC'"""
