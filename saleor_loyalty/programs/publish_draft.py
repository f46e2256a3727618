"""Publishing a draft: from here on it is what customers get."""

from __future__ import annotations

import datetime

from django.db import IntegrityError, transaction

from ..errors import AlreadyExists, DraftNotFound
from ..events import emit
from ..events.catalogue import PROGRAM_PUBLISHED
from ..ledger import Actor
from ..models import LoyaltyProgram, ProgramChannel, ProgramStatus, ProgramVersion
from ..rules import ProgramRules, parse_rules, rules_to_data
from .locking import lock_living_program
from .pauses import end_pause
from .time_zones import require_known_time_zones
from .update_draft import checksum, next_number

ONE_PROGRAM_PER_CHANNEL = "loyalty_channel_one_active_program"


def publish_draft(program_id: int, *, at: datetime.datetime, actor: Actor | None = None) -> ProgramVersion:
    """Publish the program's draft as its next version and activate the program, a paused one too.

    The version is immutable afterwards. The program takes the channels that the document lists and gives up others.

    Raises:
        ProgramNotFound: there is no such program.
        LoyaltyException (INVALID): the program is archived.
        DraftNotFound: there is no draft, or somebody else has just published it.
        RulesInvalid: the draft is not valid for this release, or names a time zone that the database does not know.
        AlreadyExists: another program has one of the channels; the message names them.

    Locks the program's row. All or nothing: a refusal leaves the draft, the published version and the channels alone.
    Two programs that reach for one channel at once: the second waits for the first and is refused.
    """
    actor = actor or Actor()
    with transaction.atomic():
        program = lock_living_program(program_id)
        draft = ProgramVersion.objects.filter(program=program, published_at__isnull=True).first()
        if draft is None:
            raise DraftNotFound
        rules = parse_rules(draft.rules)
        require_known_time_zones(rules)
        _take_channels(program, rules)
        draft.rules = rules_to_data(rules)
        draft.checksum = checksum(draft.rules)
        draft.number = next_number(program)
        draft.published_at = draft.updated_at = at
        draft.published_by_kind = actor.kind
        draft.published_by_id = actor.id
        draft.save()
        program.published_version = draft
        program.status = ProgramStatus.ACTIVE
        program.updated_at = at
        program.save(update_fields=["published_version", "status", "updated_at"])
        end_pause(program, at=at)
        payload = {"program": program.pk, "version": draft.pk, "number": draft.number}
        emit(PROGRAM_PUBLISHED, program_id=program.pk, payload=payload, at=at)
    return draft


def _take_channels(program: LoyaltyProgram, rules: ProgramRules) -> None:
    # In the order of their slugs, so that two programs that reach for the same channels cannot deadlock.
    listings = sorted(rules.channels, key=lambda listing: listing.channel)
    try:
        with transaction.atomic():
            ProgramChannel.objects.filter(program=program).delete()
            ProgramChannel.objects.bulk_create(
                ProgramChannel(
                    program=program,
                    channel_slug=listing.channel,
                    currency=listing.currency,
                    is_active=listing.is_active,
                )
                for listing in listings
            )
    except IntegrityError as error:
        if ONE_PROGRAM_PER_CHANNEL not in str(error):
            raise
        raise AlreadyExists(_who_has_them(program, rules), field="channels") from error


def _who_has_them(program: LoyaltyProgram, rules: ProgramRules) -> str:
    wanted = [listing.channel for listing in rules.channels if listing.is_active]
    taken = (
        ProgramChannel.objects.filter(channel_slug__in=wanted, is_active=True)
        .exclude(program=program)
        .order_by("channel_slug")
        .values_list("channel_slug", "program__name", "program__slug")
    )
    return " ".join(
        f'The channel "{channel}" already has the program "{name}" ({slug}).' for channel, name, slug in taken
    )
