"""What a report is about: a program, a period and a channel, and how the program's days are counted now."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from ..models import StatisticsProgress
from .days import EVER, Period, day_of
from .time_zones import counting_time_zones


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """What a report is asked about."""

    program_id: int
    period: Period = EVER
    channel: str | None = None
    """A slug, whose movements alone count; "": what belongs to no channel, such as points given by hand."""


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """A question with what is known of the program's statistics."""

    program_id: int
    period: Period
    channel: str | None
    known: int
    """How far the statistics went when the view was opened."""
    has_weeks: bool
    """Whether the weekly earnings went as far."""
    time_zone: str
    today: datetime.date


def open_views(questions: Sequence[Question], *, at: datetime.datetime, using: str) -> list[View]:
    """Return the view of each question, in their order.

    Raises ProgramNotFound where there is no such program, ValueError for a naive ``at``. Cost: one statement for all;
    for programs before their first roll-up one more, and at most two for each of them.
    """
    if at.utcoffset() is None:
        raise ValueError("at must be an aware datetime")
    progress = _read_progress({question.program_id for question in questions}, using=using)
    views = []
    for question in questions:
        known, time_zone, has_weeks = progress[question.program_id]
        views.append(
            View(
                program_id=question.program_id,
                period=question.period,
                channel=question.channel,
                known=known,
                has_weeks=has_weeks,
                time_zone=time_zone,
                today=day_of(at, time_zone=time_zone),
            )
        )
    return views


def report_days(
    program_ids: Sequence[int], *, at: datetime.datetime, using: str = "default"
) -> list[tuple[str, datetime.date]]:
    """Return for each program the time zone in which reports on it count days now, and the day of ``at`` in it.

    Raises and cost as ``open_views``.
    """
    views = open_views([Question(program_id=program_id) for program_id in program_ids], at=at, using=using)
    return [(view.time_zone, view.today) for view in views]


def report_day(program_id: int, *, at: datetime.datetime, using: str = "default") -> tuple[str, datetime.date]:
    """Return the time zone in which reports on the program count days now, and the day of ``at`` in it.

    Raises and cost as ``open_views``.
    """
    return report_days([program_id], at=at, using=using)[0]


def _read_progress(program_ids: set[int], *, using: str) -> dict[int, tuple[int, str, bool]]:
    rows = StatisticsProgress.objects.using(using).filter(program_id__in=program_ids)
    found = {
        progress.program_id: (
            progress.last_transaction_id,
            progress.time_zone,
            (progress.weeks_transaction_id, progress.weeks_time_zone)
            == (progress.last_transaction_id, progress.time_zone),
        )
        for progress in rows
    }
    uncounted = program_ids - found.keys()
    if uncounted:
        zones = counting_time_zones(uncounted, using=using)
        found.update({program_id: (0, zone.name, True) for program_id, zone in zones.items()})
    return found
