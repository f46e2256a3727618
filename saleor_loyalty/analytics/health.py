"""Whether the statistics of programs are looked after: how far they go, and what stands in their way. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..models import StatisticsProgress


@dataclass(frozen=True, kw_only=True, slots=True)
class StatisticsHealth:
    program_id: int
    is_well: bool
    """Reports are exact either way; where it is not well they become slower, or count days in UTC."""
    text: str


def statistics_health(program_ids: Iterable[int], *, using: str = "default") -> list[StatisticsHealth]:
    """Return for each program how its statistics are, in the order of the ids. Cost: one statement."""
    wanted = list(program_ids)
    rows = StatisticsProgress.objects.using(using).filter(program_id__in=wanted)
    found = {row.program_id: row for row in rows}
    return [_health(program_id, found.get(program_id)) for program_id in wanted]


def _health(program_id: int, progress: StatisticsProgress | None) -> StatisticsHealth:
    if progress is None:
        return StatisticsHealth(program_id=program_id, is_well=True, text="never rolled up")
    texts = [f"rolled up to transaction {progress.last_transaction_id} at {progress.updated_at.isoformat()}"]
    if progress.weeks_transaction_id < progress.last_transaction_id:
        texts.append(f"weeks, for the top earners of a few days, to {progress.weeks_transaction_id}")
    if progress.unknown_time_zone:
        texts.append(f"the database does not know the time zone {progress.unknown_time_zone}: days are counted in UTC")
    if progress.failed_at is not None:
        texts.append(f"the roll-up failed at {progress.failed_at.isoformat()}: {progress.failure}")
    is_well = progress.failed_at is None and not progress.unknown_time_zone
    return StatisticsHealth(program_id=program_id, is_well=is_well, text="; ".join(texts))
