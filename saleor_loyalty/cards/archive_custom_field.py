"""``archive_custom_field``: staff takes a field off the cards, or brings it back."""

from __future__ import annotations

import datetime

from django.db import transaction

from ..models import CustomField
from .locking import lock_custom_field


def archive_custom_field(field_id: int, *, at: datetime.datetime, is_archived: bool = True) -> CustomField:
    """Hide a field, which then takes no new values, or show it again. What cards say in it is kept meanwhile.

    Raises CustomFieldNotFound. Locks: the field. A second call changes nothing.
    """
    with transaction.atomic():
        field = lock_custom_field(field_id)
        if (field.archived_at is not None) != is_archived:
            field.archived_at = at if is_archived else None
            field.updated_at = at
            field.save(update_fields=["archived_at", "updated_at"])
        return field
