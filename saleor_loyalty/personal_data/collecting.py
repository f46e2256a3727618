"""Writing the answer, piece by piece: one JSON object, as large as it is, in the memory of one piece.

A place in it is one number, so that whoever was interrupted goes on where the last piece ended. Rows are read as they
are when their piece is written; the pieces of one answer are not of one moment.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
from collections.abc import Iterator
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Q

from ..errors import AccountNotFound
from ..host import get_host
from ..ledger import read_points
from ..models import LoyaltyAccount
from ..selectors import accounts_merged_into, accounts_of_same_person
from .sections import SECTIONS, Section

ROWS_MAX = 5_000
"""Rows of one piece."""
_STEP = 2**52
"""More than any primary key: a place is the number of the section times this, and the last key."""


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class PersonalPart:
    text: str
    rows: int
    place: int
    """Where the next piece begins."""
    is_last: bool


def write_personal_data(account_id: int, *, is_for_staff: bool, at: datetime.datetime) -> Iterator[str]:
    """Yield the pieces of the answer. Raises AccountNotFound, before the first.

    Args:
        is_for_staff: also what customers do not see themselves.
    """
    place, is_last = 0, False
    while not is_last:
        part = personal_part(account_id, is_for_staff=is_for_staff, place=place, at=at)
        place, is_last = part.place, part.is_last
        yield part.text


def personal_part(
    account_id: int, *, is_for_staff: bool, place: int, at: datetime.datetime, limit: int = ROWS_MAX
) -> PersonalPart:
    """Return the piece that begins at ``place`` (0: the first), with at most ``limit`` rows.

    What the account got from accounts that were merged into it is among its own; what had to stay there is too.
    ``is_for_staff``: it is about all accounts that erasing this one erases, those of the guest that its customer was
    too. What a claim left with these is older than the rules trust an address: it may be an earlier owner's, so staff
    judges, and customers do not see it.

    Raises AccountNotFound. Cost: a few statements, and one for each section that the piece touches.
    """
    sections = [section for section in SECTIONS if is_for_staff or not section.is_for_staff]
    text, rows = "", 0
    account_ids = (
        accounts_of_same_person(account_id) if is_for_staff else {account_id, *accounts_merged_into(account_id)}
    )
    if place == 0:
        text, place = '{"account": ' + _json(_account(account_id, at=at)), _STEP
    while place // _STEP <= len(sections):
        number, after = divmod(place, _STEP)
        section = sections[number - 1]
        found = _rows(section, account_ids, after=after, limit=limit - rows, is_for_staff=is_for_staff)
        if after == 0:
            text += f', "{section.name}": ['
        text += "".join((", " if after or position else "") + _json(row) for position, (_, row) in enumerate(found))
        rows += len(found)
        if rows >= limit:
            place = number * _STEP + found[-1][0]
            return PersonalPart(text=text, rows=rows, place=place, is_last=False)
        text += "]"
        place = (number + 1) * _STEP
    return PersonalPart(text=text + "}\n", rows=rows, place=place, is_last=True)


def _account(account_id: int, *, at: datetime.datetime) -> dict[str, Any]:
    account = LoyaltyAccount.objects.filter(pk=account_id).select_related("program").first()
    if account is None:
        raise AccountNotFound
    user = get_host().users([account.user_id]).get(account.user_id) if account.user_id is not None else None
    points = dataclasses.asdict(read_points([account], at=at)[account.pk])
    return {
        "id": account.pk,
        "program": account.program.name,
        "status": account.status,
        "email": user.email if user else account.email,
        "userId": account.user_id,
        "firstName": user.first_name if user else "",
        "lastName": user.last_name if user else "",
        "languageCode": user.language_code if user else "",
        "tier": account.tier_key,
        "points": {_camel(name): value for name, value in points.items()},
        "enrolledAt": account.enrolled_at,
        "createdAt": account.created_at,
        "closedAt": account.closed_at,
        "lastTransactionAt": account.last_transaction_at,
        "writtenAt": at,
    }


def _rows(
    section: Section, account_ids: set[int], *, after: int, limit: int, is_for_staff: bool
) -> list[tuple[int, dict[str, Any]]]:
    fields = section.fields + (section.staff_fields if is_for_staff else ())
    of_person = Q()
    for path in section.account:
        of_person |= Q(**{f"{path}__in": account_ids})
    rows = section.model._default_manager.filter(of_person, pk__gt=after).order_by("pk")[:limit]
    return [
        (pk, {_camel(path.split("__")[-1]): value for path, value in zip(fields, values, strict=True)})
        for pk, *values in rows.values_list("pk", *fields)
    ]


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.title() for word in others)


def _json(value: Any) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
