"""``create_label``: staff makes a label."""

from __future__ import annotations

import datetime

from django.db import IntegrityError, transaction

from ..errors import AlreadyExists
from ..models import Label
from ..models.card import LABEL_NAME_MAX
from .inputs import check_name, key_for
from .locking import lock_program


def create_label(program_id: int, *, name: str, at: datetime.datetime) -> Label:
    """Create a label, with a key made of its name (A-178).

    Raises:
        LoyaltyException (INVALID): the name is empty, longer than 250 characters or not one line.
        ProgramNotFound: there is no such program.
        AlreadyExists: the program has a label of this name, in whatever case.

    Locks: the program. A second call raises AlreadyExists and changes nothing.
    """
    name = check_name(name, max_length=LABEL_NAME_MAX)
    with transaction.atomic():
        program = lock_program(program_id)
        taken = set(Label.objects.filter(program=program).values_list("key", flat=True))
        key = key_for(name, taken=taken, fallback="label")
        try:
            with transaction.atomic():
                return Label.objects.create(program=program, name=name, key=key, created_at=at, updated_at=at)
        except IntegrityError as error:
            raise AlreadyExists(f'There is a label "{name}" already.', field="name") from error
