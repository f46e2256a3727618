"""Pausing a program, and letting it go on."""

from __future__ import annotations

import datetime

from django.db import transaction

from ..errors import LoyaltyException
from ..events import emit
from ..events.catalogue import PROGRAM_PAUSED, PROGRAM_RESUMED
from ..models import LoyaltyProgram, ProgramStatus
from .free_reservations import free_reservations
from .locking import lock_living_program
from .pauses import begin_pause, end_pause


def pause_program(program_id: int, *, at: datetime.datetime) -> LoyaltyProgram:
    """Stop the program: nobody redeems, and no order that is made from now until it is resumed earns, whenever it is
    seen. Orders from before still get what they earn; accounts and points stay as they are.

    It keeps its channels, so that resuming cannot fail because another program has taken one meanwhile. Points that
    open carts have set aside are free again.

    Raises:
        ProgramNotFound: there is no such program.
        LoyaltyException (INVALID): the program was never published, or it is archived.

    Locks the program's row; then, after it is paused, the accounts with open reservations, one by one.
    A second call changes nothing.
    """
    program = _switch(program_id, status=ProgramStatus.PAUSED, at=at)
    free_reservations(program_id, at=at)
    return program


def resume_program(program_id: int, *, at: datetime.datetime) -> LoyaltyProgram:
    """Let a paused program go on, by its published version. Raises and repeats as ``pause_program``.

    Locks the program's row.
    """
    return _switch(program_id, status=ProgramStatus.ACTIVE, at=at)


def _switch(program_id: int, *, status: ProgramStatus, at: datetime.datetime) -> LoyaltyProgram:
    with transaction.atomic():
        program = lock_living_program(program_id)
        if program.published_version_id is None:
            raise LoyaltyException("The program has never been published.", field="program")
        if program.status != status:
            program.status = status
            program.updated_at = at
            program.save(update_fields=["status", "updated_at"])
            if status == ProgramStatus.PAUSED:
                begin_pause(program, at=at)
            else:
                end_pause(program, at=at)
            name = PROGRAM_PAUSED if status == ProgramStatus.PAUSED else PROGRAM_RESUMED
            emit(name, program_id=program.pk, payload={"program": program.pk}, at=at)
        return program
