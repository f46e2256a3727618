"""``update_custom_field``: staff renames a field, or changes what can be chosen in it."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.db import IntegrityError, transaction

from ..errors import AlreadyExists
from ..models import CustomField
from .field_definitions import check_field_name, check_options
from .locking import lock_custom_field


def update_custom_field(
    field_id: int, *, at: datetime.datetime, name: str | None = None, options: Sequence[str] | None = None
) -> CustomField:
    """Replace the name or all options of a field; what is None stays. Its type and key never change.

    Cards that say an option that is gone keep saying it, until somebody sets them anew.

    Raises:
        LoyaltyException (INVALID): as ``create_custom_field``.
        CustomFieldNotFound: there is no such field.
        AlreadyExists: the program has another field of this name, in whatever case.

    Locks: the field. A second call changes nothing.
    """
    if name is not None:
        name = check_field_name(name)
    with transaction.atomic():
        field = lock_custom_field(field_id)
        wanted = (
            field.name if name is None else name,
            field.options if options is None else check_options(field.type, options),
        )
        if wanted == (field.name, field.options):
            return field
        field.name, field.options = wanted
        field.updated_at = at
        try:
            with transaction.atomic():
                field.save(update_fields=["name", "options", "updated_at"])
        except IntegrityError as error:
            raise AlreadyExists(f'There is a field "{name}" already.', field="name") from error
        return field
