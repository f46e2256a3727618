"""Ending a program for good."""

from __future__ import annotations

import datetime

from django.db import transaction

from ..models import LoyaltyProgram, ProgramChannel, ProgramStatus
from .free_reservations import free_reservations
from .locking import lock_program


def archive_program(program_id: int, *, at: datetime.datetime) -> LoyaltyProgram:
    """End the program: it gives up its channels and cannot be changed or resumed. Accounts and points stay readable;
    points that open carts have set aside are free again.

    Raises ProgramNotFound.
    Locks the program's row; then, after it is archived, the accounts with open reservations, one by one.
    A second call changes nothing.
    """
    with transaction.atomic():
        program = lock_program(program_id)
        if program.status != ProgramStatus.ARCHIVED:
            ProgramChannel.objects.filter(program=program).delete()
            program.status = ProgramStatus.ARCHIVED
            program.updated_at = at
            program.save(update_fields=["status", "updated_at"])
    free_reservations(program_id, at=at)
    return program
