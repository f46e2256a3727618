"""``delete_label``: staff removes a label from everywhere."""

from __future__ import annotations

from django.db import transaction

from ..models import Label
from .locking import lock_labels, refuse_automatic


def delete_label(label_id: int) -> Label:
    """Delete a label and take it off its accounts; returns it as it was, with its primary key.

    Raises:
        LoyaltyException (INVALID): the label is automatic.
        LabelNotFound: there is no such label.

    Locks: the label. A second call raises LabelNotFound and changes nothing. Cost: a constant number of statements.
    """
    with transaction.atomic():
        [label] = lock_labels([label_id], field="label")
        refuse_automatic(label)
        label.delete()
        label.pk = label_id
        return label
