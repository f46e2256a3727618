"""In which time zone a program's days are counted.

That of the first active channel of its published version; UTC where there is none, or where PostgreSQL, which counts,
does not know the name (rules that name such a zone are refused when they are published, but a server can be moved).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..errors import ProgramNotFound
from ..models import LoyaltyProgram
from ..programs import knows_time_zone, load_version

_UTC = "UTC"


@dataclass(frozen=True, kw_only=True, slots=True)
class CountingZone:
    name: str
    unknown: str = ""
    """What the rules name instead, and PostgreSQL does not know."""


def counting_time_zones(program_ids: Iterable[int], *, using: str = "default") -> dict[int, CountingZone]:
    """Return by program the time zone in which its days are to be counted by the rules that are published now.

    Raises ProgramNotFound. Cost: one statement; one more for each version, and one for each name of a time zone, that
    this process has not seen.
    """
    wanted = set(program_ids)
    rows = LoyaltyProgram.objects.using(using).filter(pk__in=wanted)
    versions: dict[int, int | None] = dict(rows.values_list("pk", "published_version_id"))
    if wanted - versions.keys():
        raise ProgramNotFound("There is no such program.")
    return {program_id: _zone_of(version_id, using=using) for program_id, version_id in versions.items()}


def time_zone_of(program_id: int, *, using: str = "default") -> str:
    """Return the name for one program; raises and cost as ``counting_time_zones``."""
    return counting_time_zones([program_id], using=using)[program_id].name


def _zone_of(version_id: int | None, *, using: str) -> CountingZone:
    channels = load_version(version_id, using=using).rules.channels if version_id is not None else ()
    name = next((listing.time_zone for listing in channels if listing.is_active), _UTC)
    return CountingZone(name=name) if knows_time_zone(name, using=using) else CountingZone(name=_UTC, unknown=name)
