"""``create_custom_field``: staff adds a field that suits the business to the cards of a program."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.db import IntegrityError, transaction

from ..errors import AlreadyExists, LimitReached
from ..models import CustomField, CustomFieldType
from .field_definitions import FIELDS_MAX, check_field_name, check_options
from .inputs import key_for
from .locking import lock_program


def create_custom_field(
    program_id: int, *, name: str, type: str, at: datetime.datetime, options: Sequence[str] = ()
) -> CustomField:
    """Add a field, with a key made of its name (A-170). Its type never changes; ``options`` are for a CHOICE.

    Raises:
        LoyaltyException (INVALID): the name is empty, longer than 250 characters or not one line; the options are not
            what ``check_options`` accepts.
        ProgramNotFound: there is no such program.
        LimitReached: the program has 100 fields.
        AlreadyExists: the program has a field of this name, in whatever case; it may be archived.
        ValueError: there is no such type.

    Locks: the program. A second call raises AlreadyExists and changes nothing.
    """
    name, type = check_field_name(name), CustomFieldType(type).value
    checked = check_options(type, options)
    with transaction.atomic():
        program = lock_program(program_id)
        taken = set(CustomField.objects.filter(program=program).values_list("key", flat=True))
        if len(taken) >= FIELDS_MAX:
            raise LimitReached(f"A program has at most {FIELDS_MAX} fields.", field="program")
        try:
            with transaction.atomic():
                return CustomField.objects.create(
                    program=program,
                    key=key_for(name, taken=taken, fallback="field"),
                    name=name,
                    type=type,
                    options=checked,
                    created_at=at,
                    updated_at=at,
                )
        except IntegrityError as error:
            raise AlreadyExists(f'There is a field "{name}" already.', field="name") from error
