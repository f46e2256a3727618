"""The points of a period step by step: by day, week or month of the program's time zone."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..models import Term
from .days import Period, Step, step_end, step_start
from .movements import TERM_SUMS, read_reports
from .statements import Row
from .views import Question, View, open_views

MAX_STEPS = 1000


class TooManySteps(ValueError):
    """The series would have more than ``MAX_STEPS`` steps: ask for a shorter period or a longer step."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SeriesStep:
    """One step: its days inside of the period, both included, and its points as in ``PointStatus``."""

    first: datetime.date
    last: datetime.date
    given: int
    redeemed: int
    expired: int
    reversed: int
    deducted: int
    transactions: int
    outstanding: int
    """At the end of the step."""


# What was before the period is one group more.
_REPORT = f"""
SELECT NOT in_period AS is_before,
       CASE WHEN in_period THEN date_trunc(%(step)s, day::timestamp)::date END AS start,
       min(day) AS earliest, max(day) AS latest,
       {TERM_SUMS.replace(" AND in_period", "")},
       sum(transactions) AS counted
FROM movements WHERE %(last)s::date IS NULL OR day <= %(last)s::date
GROUP BY 1, 2
"""


def point_series(
    program_id: int,
    *,
    step: Step,
    at: datetime.datetime,
    period: Period | None = None,
    channel: str | None = None,
    using: str = "default",
) -> list[SeriesStep]:
    """Return the steps of the program's points in the period. See ``point_series_of``."""
    question = Question(program_id=program_id, period=period or Period(), channel=channel)
    return point_series_of([question], step=step, at=at, using=using)[0]


def point_series_of(
    questions: Sequence[Question], *, step: Step, at: datetime.datetime, using: str = "default"
) -> list[list[SeriesStep]]:
    """Return for each question every step of its period in order, also those in which nothing happened.

    A period without beginning begins with the first movement, one without end ends today or with the last movement,
    whichever is later. Empty where nothing ever happened and the period has no beginning.
    Raises ProgramNotFound, TooManySteps. Cost: two statements for all, and those of ``open_views`` before a first
    roll-up.
    """
    views = open_views(questions, at=at, using=using)
    for view in views:
        if view.period.first is not None:
            _check_length(view.period.first, view.period.last or view.today, step=step)
    found = read_reports(views, _REPORT, using=using, parameters={"step": step.value.lower()})
    return [_series(view, rows, step=step) for view, rows in zip(views, found, strict=True)]


def _series(view: View, rows: Sequence[Row], *, step: Step) -> list[SeriesStep]:
    by_start = {start: [int(value) for value in sums] for is_before, start, _, _, *sums in rows if not is_before}
    outstanding = sum(_change([int(value) for value in sums]) for is_before, _, _, _, *sums in rows if is_before)
    moved = [day for is_before, _, *days in rows if not is_before for day in days[:2]]
    first = view.period.first if view.period.first is not None else min(moved, default=None)
    last = view.period.last if view.period.last is not None else max([view.today, *moved])
    if first is None or last < first:
        return []
    _check_length(first, last, step=step)
    found = []
    for start, end in _steps(first, last, step=step):
        sums = by_start.get(step_start(start, step=step), [0] * (len(Term) + 1))
        outstanding += _change(sums)
        names = [*Term.values, "transactions"]
        found.append(SeriesStep(first=start, last=end, outstanding=outstanding, **dict(zip(names, sums, strict=True))))
    return found


def _change(sums: list[int]) -> int:
    given, *others, _transactions = sums
    return given - sum(others)


def _check_length(first: datetime.date, last: datetime.date, *, step: Step) -> None:
    longest = {Step.DAY: 1, Step.WEEK: 7, Step.MONTH: 31}[step]
    # Centuries of days are not counted one by one.
    if (last - first).days > MAX_STEPS * longest or sum(1 for _ in _steps(first, last, step=step)) > MAX_STEPS:
        raise TooManySteps(f"A series can have at most {MAX_STEPS} steps.")


def _steps(first: datetime.date, last: datetime.date, *, step: Step) -> Iterator[tuple[datetime.date, datetime.date]]:
    start = first
    while start <= last:
        end = min(step_end(step_start(start, step=step), step=step), last)
        yield start, end
        if end == datetime.date.max:
            return
        start = end + datetime.timedelta(days=1)
