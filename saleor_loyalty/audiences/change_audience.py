"""Making, changing and deleting audiences."""

from __future__ import annotations

import datetime

from django.db import IntegrityError, transaction

from ..accounts import AccountFilter, account_filter_to_json
from ..cards.inputs import check_name
from ..errors import AlreadyExists, LimitReached, ProgramNotFound
from ..lock_objects import audience_qs_select_for_update, loyalty_program_qs_select_for_update
from ..models import AUDIENCE_NAME_MAX, Audience
from .refusals import AudienceNotFound

AUDIENCES_MAX = 1_000
"""Audiences of one program."""


def create_audience(program_id: int, *, name: str, wanted: AccountFilter, at: datetime.datetime) -> Audience:
    """Create an audience of the accounts that the filter means.

    Raises, in this order:
        LoyaltyException (INVALID): the name is empty, longer than 250 characters or not one line.
        ProgramNotFound: there is no such program.
        LimitReached: the program has 1,000 audiences.
        AlreadyExists: it has one of this name, in whatever case.

    Locks: the program. A second call raises AlreadyExists and changes nothing.
    """
    name = check_name(name, max_length=AUDIENCE_NAME_MAX)
    with transaction.atomic():
        if not loyalty_program_qs_select_for_update().filter(pk=program_id).exists():
            raise ProgramNotFound
        if Audience.objects.filter(program_id=program_id).count() >= AUDIENCES_MAX:
            raise LimitReached(f"A program has at most {AUDIENCES_MAX} audiences.")
        audience = Audience(
            program_id=program_id,
            name=name,
            filter=account_filter_to_json(wanted),
            created_at=at,
            updated_at=at,
        )
        return _save(audience)


def update_audience(
    audience_id: int, *, name: str | None = None, wanted: AccountFilter | None = None, at: datetime.datetime
) -> Audience:
    """Give an audience another name, another filter, or both.

    Raises LoyaltyException (INVALID), AudienceNotFound and AlreadyExists, as ``create_audience``. Locks: the audience.
    """
    with transaction.atomic():
        audience = _lock(audience_id)
        if name is not None:
            audience.name = check_name(name, max_length=AUDIENCE_NAME_MAX)
        if wanted is not None:
            audience.filter = account_filter_to_json(wanted)
        audience.updated_at = at
        return _save(audience)


def delete_audience(audience_id: int) -> Audience:
    """Delete an audience; its exports stay. Returns it as it was. Raises AudienceNotFound."""
    with transaction.atomic():
        audience = _lock(audience_id)
        key = audience.pk
        audience.delete()
        audience.pk = key
        return audience


def _lock(audience_id: int) -> Audience:
    audience = audience_qs_select_for_update().filter(pk=audience_id).first()
    if audience is None:
        raise AudienceNotFound
    return audience


def _save(audience: Audience) -> Audience:
    try:
        with transaction.atomic():
            audience.save()
    except IntegrityError as error:
        raise AlreadyExists(f'There is an audience "{audience.name}" already.', field="name") from error
    return audience
