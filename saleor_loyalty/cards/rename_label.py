"""``rename_label``: staff gives a label another name."""

from __future__ import annotations

import datetime

from django.db import IntegrityError, transaction

from ..errors import AlreadyExists
from ..models import Label
from ..models.card import LABEL_NAME_MAX
from .inputs import check_name
from .locking import lock_labels, refuse_automatic


def rename_label(label_id: int, *, name: str, at: datetime.datetime) -> Label:
    """Change the name of a label; its key and its accounts stay.

    Raises:
        LoyaltyException (INVALID): the name is empty, longer than 250 characters or not one line; or the label is
            automatic.
        LabelNotFound: there is no such label.
        AlreadyExists: the program has another label of this name, in whatever case.

    Locks: the label. A second call changes nothing.
    """
    name = check_name(name, max_length=LABEL_NAME_MAX)
    with transaction.atomic():
        [label] = lock_labels([label_id], field="label")
        refuse_automatic(label)
        if label.name == name:
            return label
        label.name, label.updated_at = name, at
        try:
            with transaction.atomic():
                label.save(update_fields=["name", "updated_at"])
        except IntegrityError as error:
            raise AlreadyExists(f'There is a label "{name}" already.', field="name") from error
        return label
