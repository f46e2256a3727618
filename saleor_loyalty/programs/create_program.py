"""Creating and renaming a program."""

from __future__ import annotations

import datetime
import re

from django.db import IntegrityError, transaction

from ..cards import open_ready_made_fields
from ..errors import AlreadyExists, LoyaltyException
from ..models import LoyaltyProgram
from ..storable_text import is_storable
from .locking import lock_program

NAME_MAX = 250
SLUG_MAX = 255
_SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")


def create_program(*, name: str, slug: str, at: datetime.datetime) -> LoyaltyProgram:
    """Create a program without rules, in status DRAFT, with the ready-made fields of its customers' cards.

    Raises:
        LoyaltyException (INVALID): the name or the slug is not usable; ``field`` says which.
        AlreadyExists: the slug is taken.
    """
    name = _check_name(name)
    if len(slug) > SLUG_MAX or not _SLUG.fullmatch(slug):
        raise LoyaltyException(
            "The slug must be lower-case letters and digits, with single hyphens between them.", field="slug"
        )
    try:
        with transaction.atomic():
            program = LoyaltyProgram.objects.create(name=name, slug=slug, created_at=at, updated_at=at)
            open_ready_made_fields(program.pk, at=at)
            return program
    except IntegrityError as error:
        raise AlreadyExists(f'There is a program with the slug "{slug}" already.', field="slug") from error


def rename_program(program_id: int, *, name: str, at: datetime.datetime) -> LoyaltyProgram:
    """Change the name that people see. Raises ProgramNotFound; LoyaltyException (INVALID) for an unusable name.

    Locks the program's row. A second call changes nothing.
    """
    name = _check_name(name)
    with transaction.atomic():
        program = lock_program(program_id)
        if program.name != name:
            program.name = name
            program.updated_at = at
            program.save(update_fields=["name", "updated_at"])
        return program


def _check_name(name: str) -> str:
    name = name.strip()
    if not name or len(name) > NAME_MAX:
        raise LoyaltyException(f"The name must have 1 to {NAME_MAX} characters.", field="name")
    if not is_storable(name):
        raise LoyaltyException("The name holds a character that cannot be stored.", field="name")
    return name
