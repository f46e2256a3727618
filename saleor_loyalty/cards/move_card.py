"""``move_card``: a guest has become a member, and what the guest's card says is on the member's. ``move_whole_card``
does it for two accounts of one person, and back again."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from ..lock_objects import label_qs_select_for_update
from ..models import AccountLabel, CardChange, CustomFieldValue, Note, ReportedEvent, RuleEarning
from ..models.account import BEGINNING_OF_TIME
from .locking import lock_accounts


def has_card(account_id: int, *, since: datetime.datetime) -> bool:
    """Return whether there is something for ``move_card``. At most four statements."""
    rows = (
        _notes(account_id, since),
        _labels(account_id, since),
        _values(account_id, since),
        _events(account_id, since),
    )
    return any(found.exists() for found in rows)


def move_card(guest_account_id: int, *, to_account_id: int, since: datetime.datetime) -> int:
    """Move the notes, labels, field values and reported events that the guest's card got from ``since`` on, and what
    was done to it, to the card of another account of the same program. Returns how many rows.

    What is older may be about another owner of the address. What the other card has already stays as it is there: a
    field's value, a label, a note under the same key. Automatic labels follow what they are for, not this.

    Raises AccountNotFound; AccountClosed. Locks: both accounts, then the labels. Idempotent. Cost: nine statements,
    and one for each kind of rows that there are.
    """
    with transaction.atomic():
        moved = _move_rows(guest_account_id, to_account_id=to_account_id, rows=_rows(guest_account_id, since))
        return sum(len(keys) for keys in moved.values())


def move_whole_card(
    account_id: int, *, to_account_id: int, only: Mapping[str, Collection[int]] | None = None
) -> dict[str, list[int]]:
    """Move everything on a card to another one, as ``move_card`` does, and return the keys of what moved by its kind.

    ``only``: what such a call returned, to move it back; what is gone since is left out.
    """
    rows = _rows(account_id, BEGINNING_OF_TIME)
    if only is not None:
        rows = {kind: found.filter(pk__in=only.get(kind, ())) for kind, found in rows.items()}
    with transaction.atomic():
        return _move_rows(account_id, to_account_id=to_account_id, rows=rows)


def _move_rows(account_id: int, *, to_account_id: int, rows: Mapping[str, QuerySet[Any]]) -> dict[str, list[int]]:
    """Move these rows of one card to another, but for what that has already. Returns their keys by kind."""
    lock_accounts([account_id, to_account_id], field="account")
    label_ids = list(rows["labels"].values_list("label_id", flat=True))
    list(label_qs_select_for_update().filter(pk__in=label_ids))
    theirs = AccountLabel.objects.filter(account_id=to_account_id).values("label_id")
    filled = CustomFieldValue.objects.filter(account_id=to_account_id).values("field_id")
    keys = Note.objects.filter(account_id=to_account_id).exclude(idempotency_key="").values("idempotency_key")
    moving = {
        **rows,
        "notes": rows["notes"].exclude(idempotency_key__in=keys),
        "labels": rows["labels"].exclude(label_id__in=theirs),
        "fields": rows["fields"].exclude(field_id__in=filled),
    }
    moved = {kind: list(found.order_by("pk").values_list("pk", flat=True)) for kind, found in moving.items()}
    for kind, found in moving.items():
        if moved[kind]:
            found.model._default_manager.filter(pk__in=moved[kind]).update(account_id=to_account_id)
    return moved


def _rows(account_id: int, since: datetime.datetime) -> dict[str, QuerySet[Any]]:
    return {
        "notes": _notes(account_id, since),
        "labels": _labels(account_id, since),
        "fields": _values(account_id, since),
        "events": _events(account_id, since),
        "changes": CardChange.objects.filter(account_id=account_id, created_at__gte=since),
        # What was earned by rules goes along: their caps are the person's.
        "earnings": RuleEarning.objects.filter(account_id=account_id, created_at__gte=since),
    }


def _notes(account_id: int, since: datetime.datetime) -> QuerySet[Note]:
    return Note.objects.filter(account_id=account_id, created_at__gte=since)


def _labels(account_id: int, since: datetime.datetime) -> QuerySet[AccountLabel]:
    return AccountLabel.objects.filter(account_id=account_id, created_at__gte=since, label__is_automatic=False)


def _values(account_id: int, since: datetime.datetime) -> QuerySet[CustomFieldValue]:
    return CustomFieldValue.objects.filter(account_id=account_id, updated_at__gte=since)


def _events(account_id: int, since: datetime.datetime) -> QuerySet[ReportedEvent]:
    return ReportedEvent.objects.filter(account_id=account_id, created_at__gte=since)
