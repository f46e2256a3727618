"""The fields that every program's cards have from the start: company, position, phone, e-mail and birthday (A-169)."""

from __future__ import annotations

import datetime

from ..models import CustomField, CustomFieldType

READY_MADE_FIELDS: tuple[tuple[str, str, CustomFieldType], ...] = (
    ("company", "Company", CustomFieldType.TEXT),
    ("position", "Position", CustomFieldType.TEXT),
    ("phone", "Phone", CustomFieldType.PHONE),
    ("email", "E-mail", CustomFieldType.EMAIL),
    ("birthday", "Birthday", CustomFieldType.DATE),
)
"""Key, name and type, in the order to show them. Staff may rename and archive them; keys and types stay."""


def open_ready_made_fields(program_id: int, *, at: datetime.datetime) -> None:
    """Give a new program its ready-made fields. A second call changes nothing. Cost: one statement."""
    CustomField.objects.bulk_create(
        [
            CustomField(
                program_id=program_id, key=key, name=name, type=type_, is_ready_made=True, created_at=at, updated_at=at
            )
            for key, name, type_ in READY_MADE_FIELDS
        ],
        ignore_conflicts=True,
    )
