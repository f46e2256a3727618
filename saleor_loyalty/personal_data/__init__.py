"""All that is stored about the customer of one account, as JSON: for whoever asks what we know of them.

Reads only. Every table that has to do with accounts is either a section or is declared to hold nothing personal of its
own, with the reason: a test walks the models and fails for one that is neither.
"""

from .collecting import ROWS_MAX, PersonalPart, personal_part, write_personal_data
from .sections import NOT_PERSONAL, SECTIONS, Section

__all__ = [
    "NOT_PERSONAL",
    "ROWS_MAX",
    "SECTIONS",
    "PersonalPart",
    "Section",
    "personal_part",
    "write_personal_data",
]
