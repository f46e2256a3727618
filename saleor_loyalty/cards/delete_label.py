"""``delete_label``: staff removes a label from everywhere."""

from __future__ import annotations

import datetime

from django.db import transaction

from ..ledger import Actor
from ..models import CardChangeKind, Label
from .changes import note_change_of_label
from .locking import lock_labels, refuse_automatic


def delete_label(label_id: int, *, actor: Actor, at: datetime.datetime) -> Label:
    """Delete a label and take it off its accounts; returns it as it was, with its primary key.

    It is noted on each of the accounts. Audiences and other stored filters that name the label match nobody from then
    on: whom they were to keep out is not known any more.

    Raises:
        LoyaltyException (INVALID): the label is automatic.
        LabelNotFound: there is no such label.

    Locks: the label. A second call raises LabelNotFound and changes nothing. Cost: a constant number of statements.
    """
    with transaction.atomic():
        [label] = lock_labels([label_id], field="label")
        refuse_automatic(label)
        note_change_of_label(label, named=label.name, kind=CardChangeKind.LABEL_UNASSIGNED, actor=actor, at=at)
        label.delete()
        label.pk = label_id
        return label
