"""``move_card``: a guest has become a member, and what the guest's card says is on the member's."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.db.models import QuerySet

from ..lock_objects import label_qs_select_for_update
from ..models import AccountLabel, CardChange, CustomFieldValue, Note, ReportedEvent
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

    Raises AccountNotFound; AccountClosed. Locks: both accounts, then the labels. Idempotent. Cost: eight statements.
    """
    with transaction.atomic():
        lock_accounts([guest_account_id, to_account_id], field="account")
        label_ids = list(_labels(guest_account_id, since).values_list("label_id", flat=True))
        list(label_qs_select_for_update().filter(pk__in=label_ids))
        theirs = AccountLabel.objects.filter(account_id=to_account_id).values("label_id")
        filled = CustomFieldValue.objects.filter(account_id=to_account_id).values("field_id")
        keys = Note.objects.filter(account_id=to_account_id).exclude(idempotency_key="").values("idempotency_key")
        moving: tuple[QuerySet, ...] = (
            _notes(guest_account_id, since).exclude(idempotency_key__in=keys),
            _labels(guest_account_id, since).exclude(label_id__in=theirs),
            _values(guest_account_id, since).exclude(field_id__in=filled),
            _events(guest_account_id, since),
            CardChange.objects.filter(account_id=guest_account_id, created_at__gte=since),
        )
        return sum(rows.order_by().update(account_id=to_account_id) for rows in moving)


def _notes(account_id: int, since: datetime.datetime) -> QuerySet[Note]:
    return Note.objects.filter(account_id=account_id, created_at__gte=since)


def _labels(account_id: int, since: datetime.datetime) -> QuerySet[AccountLabel]:
    return AccountLabel.objects.filter(account_id=account_id, created_at__gte=since, label__is_automatic=False)


def _values(account_id: int, since: datetime.datetime) -> QuerySet[CustomFieldValue]:
    return CustomFieldValue.objects.filter(account_id=account_id, updated_at__gte=since)


def _events(account_id: int, since: datetime.datetime) -> QuerySet[ReportedEvent]:
    return ReportedEvent.objects.filter(account_id=account_id, created_at__gte=since)
