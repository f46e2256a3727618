"""Which program a staff mutation means: the one it names, or the only one there is."""

from __future__ import annotations

from ..errors import ProgramNotFound
from ..models import LoyaltyProgram, ProgramStatus
from .errors import InputRefused
from .ids import require_integer_key


def find_program(global_id: str | None) -> int:
    """Return the id of the program that an input means; whether a named one exists is the domain's to say.

    Raises InputRefused: INVALID for a malformed id, REQUIRED where none is named and there are several;
    ProgramNotFound where there is none.
    """
    if global_id is not None:
        return require_integer_key(global_id, "LoyaltyProgram", field="program")
    found = (
        LoyaltyProgram.objects.exclude(status=ProgramStatus.ARCHIVED).order_by("pk").values_list("pk", flat=True)[:2]
    )
    if not found:
        raise ProgramNotFound
    if len(found) > 1:
        raise InputRefused("REQUIRED", "There are several programs: say which one.", field="program")
    return int(found[0])
