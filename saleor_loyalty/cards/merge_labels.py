"""``merge_labels``: staff makes one label of two."""

from __future__ import annotations

import datetime

from django.db import transaction

from ..errors import LoyaltyException
from ..models import AccountLabel, Label
from .locking import lock_labels, refuse_automatic


def merge_labels(label_id: int, *, into_id: int, at: datetime.datetime) -> Label:
    """Give the accounts of one label the other label instead, each once, and delete the first; returns the other.

    Raises:
        LoyaltyException (INVALID): both are the same, of different programs, or one of them is automatic.
        LabelNotFound: there is no such label.

    Locks: both labels. A second call raises LabelNotFound and changes nothing. Cost: a constant number of statements.
    """
    if label_id == into_id:
        raise LoyaltyException("A label cannot be merged into itself.", field="into")
    with transaction.atomic():
        labels = {label.pk: label for label in lock_labels([label_id, into_id], field="label")}
        label, into = labels[label_id], labels[into_id]
        if label.program_id != into.program_id:
            raise LoyaltyException("The labels are of different programs.", field="into")
        refuse_automatic(label)
        refuse_automatic(into, field="into")
        kept = AccountLabel.objects.filter(label=into)
        AccountLabel.objects.filter(label=label).exclude(account_id__in=kept.values("account_id")).update(label=into)
        label.delete()
        into.updated_at = at
        into.save(update_fields=["updated_at"])
        return into
