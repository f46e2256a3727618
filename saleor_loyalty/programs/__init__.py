"""Programs: draft, publish, pause, archive; and which program is active where.

Owns ``LoyaltyProgram``, ``ProgramVersion`` and ``ProgramChannel``. It never touches points, but that pausing frees
what carts had set aside. A published version is immutable (trigger); a channel has at most one program (unique
constraint); every verb works under the program's row lock.
"""

from .active_program import (
    ActiveProgram,
    active_program,
    active_program_question,
    active_programs,
    answered_program,
    load_version,
    program_for_account,
)
from .archive_program import archive_program
from .create_program import create_program, rename_program
from .lasting import lasting_of
from .pause_program import pause_program, resume_program
from .program_in_force import ProgramInForce, program_in_force
from .publish_draft import publish_draft
from .time_zones import knows_time_zone
from .transfer_rules import export_program, import_program
from .update_draft import DraftUpdate, update_draft
from .version_in_force import VersionInForce, version_in_force, versions_in_force

__all__ = [
    "ActiveProgram",
    "DraftUpdate",
    "ProgramInForce",
    "VersionInForce",
    "active_program",
    "active_program_question",
    "active_programs",
    "answered_program",
    "archive_program",
    "create_program",
    "export_program",
    "import_program",
    "knows_time_zone",
    "lasting_of",
    "load_version",
    "pause_program",
    "program_for_account",
    "program_in_force",
    "publish_draft",
    "rename_program",
    "resume_program",
    "update_draft",
    "version_in_force",
    "versions_in_force",
]
