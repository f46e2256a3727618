"""``merge_labels``: staff makes one label of two."""

from __future__ import annotations

import datetime

from django.db import transaction

from ..errors import LabelNotFound, LoyaltyException
from ..ledger import Actor
from ..lock_objects import label_qs_select_for_update
from ..models import AccountLabel, CardChangeKind, Label
from .changes import note_change_of_label
from .locking import refuse_automatic
from .stored_filters import rename_in_filters


def merge_labels(label_id: int, *, into_id: int, actor: Actor, at: datetime.datetime) -> Label:
    """Give the accounts of one label the other label instead, each once, and delete the first; returns the other.

    It is noted on each of the accounts. Audiences, and batches and exports that have not found their accounts yet,
    name the other label from then on.

    Raises:
        LoyaltyException (INVALID): both are the same.
        LabelNotFound: one of them does not exist; ``field`` says which.
        LoyaltyException (INVALID): they are of different programs, or one of them is automatic.

    Locks: both labels, then the filters that name the first. A second call raises LabelNotFound and changes nothing.
    Cost: a constant number of statements, and one for each filter that names the label.
    """
    if label_id == into_id:
        raise LoyaltyException("A label cannot be merged into itself.", field="into")
    with transaction.atomic():
        label, into = _lock(label_id, into_id)
        if label.program_id != into.program_id:
            raise LoyaltyException("The labels are of different programs.", field="into")
        refuse_automatic(label)
        refuse_automatic(into, field="into")
        for kind, of, but in (
            (CardChangeKind.LABEL_UNASSIGNED, label, None),
            (CardChangeKind.LABEL_ASSIGNED, into, into.pk),
        ):
            note_change_of_label(label, named=of.name, kind=kind, actor=actor, at=at, except_with=but)
        rename_in_filters(label.pk, into_id=into.pk, program_id=label.program_id)
        kept = AccountLabel.objects.filter(label=into)
        AccountLabel.objects.filter(label=label).exclude(account_id__in=kept.values("account_id")).update(label=into)
        label.delete()
        into.updated_at = at
        into.save(update_fields=["updated_at"])
        return into


def _lock(label_id: int, into_id: int) -> tuple[Label, Label]:
    found = {label.pk: label for label in label_qs_select_for_update().filter(pk__in=(label_id, into_id))}
    for wanted, field in ((label_id, "label"), (into_id, "into")):
        if wanted not in found:
            raise LabelNotFound(field=field)
    return found[label_id], found[into_id]
