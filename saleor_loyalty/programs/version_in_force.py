"""By which version a program judged at a moment what belongs to no channel: events. Reads only."""

from __future__ import annotations

import datetime
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
    published = ProgramVersion.objects.using(using).filter(program_id=program_id, published_at__lte=at)
    rows = published.exclude(program__status=ProgramStatus.ARCHIVED).order_by("-published_at", "-number")
    row = rows.values_list("pk", was_paused(at)).first()
    if row is None:
        return None
    return VersionInForce(version=load_version(row[0], using=using), is_paused=row[1])
