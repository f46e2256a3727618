"""Taking a program's row lock, with the refusals that every verb shares."""

from __future__ import annotations

from ..errors import LoyaltyException, ProgramNotFound
from ..lock_objects import loyalty_program_qs_select_for_update
from ..models import LoyaltyProgram, ProgramStatus


def lock_program(program_id: int) -> LoyaltyProgram:
    """Return the program as it is now, its row locked. Must run inside an atomic block.

    Raises ProgramNotFound.
    """
    program = loyalty_program_qs_select_for_update().filter(pk=program_id).first()
    if program is None:
        raise ProgramNotFound
    return program


def lock_living_program(program_id: int) -> LoyaltyProgram:
    """As ``lock_program``; raises LoyaltyException (INVALID) for an archived program too."""
    program = lock_program(program_id)
    if program.status == ProgramStatus.ARCHIVED:
        raise LoyaltyException("The program is archived and cannot be changed.", field="program")
    return program
