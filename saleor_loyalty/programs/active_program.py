"""Which program is active in a channel, and the rules of a published version.

Reads only. Rules are parsed once per process and kept by the version's id: a published version never changes
(trigger), so that the copy cannot be stale. What can change (status, channels, name) is read each time.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from django.db.models import Exists, Model, QuerySet, Subquery
from django.db.models.functions import JSONObject

from ..errors import ProgramNotFound
from ..host import get_host
from ..models import LoyaltyAccount, LoyaltyProgram, ProgramChannel, ProgramStatus, ProgramVersion
from ..rules import ProgramRules, parse_rules
from ..storable_text import is_storable

VERSIONS_KEPT = 256
_Row = TypeVar("_Row", bound=Model)


@dataclass(frozen=True, kw_only=True, slots=True)
class ActiveProgram:
    """A program as one of its published versions describes it."""

    program_id: int
    program_name: str
    version_id: int
    version_number: int
    published_at: datetime.datetime
    rules: ProgramRules


def active_program(channel_slug: str, *, at: datetime.datetime, using: str = "default") -> ActiveProgram | None:
    """Return the program that is active in the channel at ``at``, as published now.

    None where no program lists the channel, the listing is not active, the program is paused or archived, ``at`` is
    outside the program's dates, or the operator switched the host's plugin off.

    Cost: one statement, and one more for a version that this process has not seen.
    """
    return active_programs([channel_slug], at=at, using=using).get(channel_slug)


def active_programs(
    channel_slugs: Iterable[str], *, at: datetime.datetime, using: str = "default"
) -> dict[str, ActiveProgram]:
    """Return by channel slug the programs that are active at ``at``; channels without one are left out, and so are
    slugs that no channel can have.

    Cost: one statement for all channels, and one more for each version that this process has not seen.
    """
    rows = _running([slug for slug in channel_slugs if is_storable(slug)]).using(using)
    found = {}
    for slug, name, version_id in rows.values_list("channel_slug", "program__name", "program__published_version_id"):
        program = _version_as_program(version_id, name=name, using=using)
        if not program.rules.inactive_reason(slug, at=at):
            found[slug] = program
    return found


def active_program_question(channel_slug: str) -> Subquery:
    """Return the expression that asks for a channel's active program within another statement."""
    answer = JSONObject(name="program__name", version="program__published_version_id")
    return Subquery(_running([channel_slug]).values(answer=answer)[:1])


def answered_program(
    answer: Mapping[str, Any] | None, channel_slug: str, *, at: datetime.datetime, using: str = "default"
) -> ActiveProgram | None:
    """Return what ``active_program`` would, by the answer to ``active_program_question``.

    Cost: no statement but for a version that this process has not seen.
    """
    if answer is None:
        return None
    program = _version_as_program(answer["version"], name=answer["name"], using=using)
    return None if program.rules.inactive_reason(channel_slug, at=at) else program


def _running(channel_slugs: list[str]) -> QuerySet[ProgramChannel]:
    """Return those of the channels that have an active program, but for its dates."""
    rows = ProgramChannel.objects.filter(
        channel_slug__in=channel_slugs,
        is_active=True,
        program__status=ProgramStatus.ACTIVE,
        program__published_version__isnull=False,
    )
    return where_switched_on(rows)


def where_switched_on(rows: QuerySet[_Row]) -> QuerySet[_Row]:
    """Return the rows, or none of them where the operator switched the host's plugin off. Within their statement, if
    the host can be asked there."""
    host = get_host()
    switched_off = host.inactive_rows()
    if switched_off is not None:
        return rows.filter(~Exists(switched_off))
    return rows if host.is_active() else rows.none()


def load_version(version_id: int, *, using: str = "default") -> ActiveProgram:
    """Return a published version, whatever the program's status is now. The program's name is left empty: it is not
    the version's, and this takes no statement once the version is known to the process.

    Raises ProgramNotFound where there is no such version, or it is a draft.
    """
    return _version_as_program(version_id, name="", using=using)


def program_for_account(account: LoyaltyAccount, *, using: str = "default") -> ActiveProgram | None:
    """Return the account's program by its published version, whatever its status; None before the first publishing.

    Cost: one statement, and one more for a version that this process has not seen.
    """
    row = (
        LoyaltyProgram.objects.using(using)
        .filter(pk=account.program_id, published_version__isnull=False)
        .values_list("name", "published_version_id")
        .first()
    )
    if row is None:
        return None
    name, version_id = row
    return _version_as_program(version_id, name=name, using=using)


def _version_as_program(version_id: int, *, name: str, using: str) -> ActiveProgram:
    program_id, number, rules, published_at = _load_rules(version_id, using)
    return ActiveProgram(
        program_id=program_id,
        program_name=name,
        version_id=version_id,
        version_number=number,
        published_at=published_at,
        rules=rules,
    )


@lru_cache(maxsize=VERSIONS_KEPT)
def _load_rules(version_id: int, using: str) -> tuple[int, int, ProgramRules, datetime.datetime]:
    row = (
        ProgramVersion.objects.using(using)
        .filter(pk=version_id, published_at__isnull=False)
        .values_list("program_id", "number", "rules", "published_at")
        .first()
    )
    program_id, number, data, published_at = row or (0, 0, {}, None)
    if published_at is None:
        raise ProgramNotFound("There is no such published program version.")
    return program_id, number, parse_rules(data), published_at


def forget_versions() -> None:
    """Empty the process's memory of versions: for tests that reset the database's sequences."""
    _load_rules.cache_clear()
