"""Which program had a channel at a moment, and by which of its versions: for judging orders, however late.

Reads only. Unlike ``active_program`` it looks back: the version is the one that was published then, and the channel is
the program's if that version lists it, whatever was published since.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Value

from ..models import MembershipPlan, ProgramChannel, ProgramStatus, ProgramVersion, Referral
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
    is_buyer_referred: bool = False
    """Whether the buyer was invited by somebody, whatever became of that."""


def program_in_force(
    channel_slug: str, *, at: datetime.datetime, buyer_id: int | None = None
) -> ProgramInForce | None:
    """Return the program that had the channel at ``at``, by the latest version that was published by then.

    None where that version does not list the channel, lists it as not active or has other dates, where no program was
    published by then or it is archived now, and where the operator switched the host's plugin off: then nothing is
    decided until it is on again. ``buyer_id``: the user whose order it is about.

    Cost: one statement; a second one where the channel's program was published anew since or the channel has none now;
    and one more for each version that this process has not seen.
    """
    holders = ProgramChannel.objects.filter(
        channel_slug=channel_slug, is_active=True, program__published_version__isnull=False
    )
    facts = was_paused(at), _has_plans(), _is_referred(buyer_id)
    holder = where_switched_on(holders).values_list("program__published_version_id", *facts).first()
    if holder is not None:
        found = _found(*holder)
        if found.version.published_at <= at:
            return _where_it_applies(found, channel_slug, at=at)
    versions = (
        ProgramVersion.objects.filter(published_at__lte=at)
        .exclude(program__status=ProgramStatus.ARCHIVED)
        .order_by("program_id", "-published_at", "-number")
        .distinct("program_id")
    )
    for row in where_switched_on(versions).values_list("pk", *facts):
        found = _found(*row)
        listing = found.version.rules.listing(channel_slug)
        if listing is not None and listing.is_active:
            return _where_it_applies(found, channel_slug, at=at)
    return None


def _has_plans() -> Exists:
    return Exists(MembershipPlan.objects.filter(program_id=OuterRef("program_id"), is_active=True))


def _is_referred(buyer_id: int | None) -> Exists | Value:
    if buyer_id is None:
        return Value(False)
    return Exists(Referral.objects.filter(program_id=OuterRef("program_id"), referee__user_id=buyer_id))


def _found(version_id: int, is_paused: bool, has_plans: bool, is_buyer_referred: bool) -> ProgramInForce:
    return ProgramInForce(
        version=load_version(version_id),
        is_paused=is_paused,
        has_plans=has_plans,
        is_buyer_referred=is_buyer_referred,
    )


def _where_it_applies(found: ProgramInForce, channel_slug: str, *, at: datetime.datetime) -> ProgramInForce | None:
    return None if found.version.rules.inactive_reason(channel_slug, at=at) else found
