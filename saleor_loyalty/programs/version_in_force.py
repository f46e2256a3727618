"""By which version a program judged at a moment what belongs to no channel: events. Reads only."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from ..models import ProgramStatus, ProgramVersion
from .active_program import ActiveProgram, load_version
from .pauses import was_paused


@dataclass(frozen=True, kw_only=True, slots=True)
class VersionInForce:
    """A program's latest version that was published by a moment."""

    version: ActiveProgram
    is_paused: bool
    """Whether the program was paused at that moment, whatever it is now."""


def version_in_force(program_id: int, *, at: datetime.datetime, using: str = "default") -> VersionInForce | None:
    """Return the latest version that was published by ``at``; None before the first one, and of an archived program.

    Cost: one statement, and one more for a version that this process has not seen.
    """
    return versions_in_force([program_id], at=at, using=using).get(program_id)


def versions_in_force(
    program_ids: Collection[int], *, at: datetime.datetime, using: str = "default"
) -> dict[int, VersionInForce]:
    """Return the same by program; programs without one are left out.

    Cost: one statement for all of them, and one more for each version that this process has not seen.
    """
    published = ProgramVersion.objects.using(using).filter(program_id__in=program_ids, published_at__lte=at)
    rows = published.exclude(program__status=ProgramStatus.ARCHIVED).distinct("program_id")
    latest = rows.order_by("program_id", "-published_at", "-number").values_list("program_id", "pk", was_paused(at))
    return {
        program_id: VersionInForce(version=load_version(version_id, using=using), is_paused=is_paused)
        for program_id, version_id, is_paused in latest
    }
