"""Which program had a channel at a moment, and by which of its versions: for judging orders, however late.

Reads only. Unlike ``active_program`` it looks back: the version is the one that was published then, and the channel is
the program's if that version lists it, whatever was published since.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from ..models import MembershipPlan, ProgramChannel, ProgramStatus, ProgramVersion
from .active_program import ActiveProgram, load_version, where_switched_on
from .pauses import was_paused


@dataclass(frozen=True, kw_only=True, slots=True)
class ProgramInForce:
    """A program by the version that was in force at a moment."""

    version: ActiveProgram
    is_paused: bool
    """Whether the program was paused at that moment, whatever it is now."""
    has_plans: bool
    """Whether any variant sells a membership of it now."""


def program_in_force(channel_slug: str, *, at: datetime.datetime) -> ProgramInForce | None:
    """Return the program that had the channel at ``at``, by the latest version that was published by then.

    None where that version does not list the channel, lists it as not active or has other dates, where no program was
    published by then or it is archived now, and where the operator switched the host's plugin off: then nothing is
    decided until it is on again.

    Cost: one statement; a second one where the channel's program was published anew since or the channel has none now;
    and one more for each version that this process has not seen.
    """
    holders = ProgramChannel.objects.filter(
        channel_slug=channel_slug, is_active=True, program__published_version__isnull=False
    )
    holder = (
        where_switched_on(holders).values_list("program__published_version_id", was_paused(at), _has_plans()).first()
    )
    if holder is not None:
        found = ProgramInForce(version=load_version(holder[0]), is_paused=holder[1], has_plans=holder[2])
        if found.version.published_at <= at:
            return _where_it_applies(found, channel_slug, at=at)
    versions = (
        ProgramVersion.objects.filter(published_at__lte=at)
        .exclude(program__status=ProgramStatus.ARCHIVED)
        .order_by("program_id", "-published_at", "-number")
        .distinct("program_id")
    )
    rows = where_switched_on(versions).values_list("pk", was_paused(at), _has_plans())
    for version_id, is_paused, has_plans in rows:
        found = ProgramInForce(version=load_version(version_id), is_paused=is_paused, has_plans=has_plans)
        listing = found.version.rules.listing(channel_slug)
        if listing is not None and listing.is_active:
            return _where_it_applies(found, channel_slug, at=at)
    return None


def _has_plans() -> Exists:
    return Exists(MembershipPlan.objects.filter(program_id=OuterRef("program_id"), is_active=True))


def _where_it_applies(found: ProgramInForce, channel_slug: str, *, at: datetime.datetime) -> ProgramInForce | None:
    return None if found.version.rules.inactive_reason(channel_slug, at=at) else found
