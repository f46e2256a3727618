"""What the definition of a custom field may be: its name and, for a CHOICE, its options."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import LoyaltyException
from ..models import CustomFieldType
from ..models.card import FIELD_NAME_MAX
from .inputs import check_name

FIELDS_MAX = 100
"""How many fields a program may have, archived ones included: a card shows all of them."""
OPTIONS_MAX = 100
OPTION_LENGTH_MAX = 250


def check_field_name(name: str) -> str:
    """Return the name without the blanks around it. Raises LoyaltyException (INVALID) about ``name``."""
    return check_name(name, max_length=FIELD_NAME_MAX)


def check_options(type_: str, options: Sequence[str]) -> list[str]:
    """Return the options as they are stored, in their order.

    Raises LoyaltyException (INVALID) about ``options``: a CHOICE has not 1 to 100 of them, or another type has any;
    one is empty, longer than 250 characters, not one line, or there twice, in whatever case.
    """
    if type_ != CustomFieldType.CHOICE:
        if options:
            raise LoyaltyException("Only a field of type CHOICE has options.", field="options")
        return []
    if not 1 <= len(options) <= OPTIONS_MAX:
        raise LoyaltyException(f"A field of type CHOICE has 1 to {OPTIONS_MAX} options.", field="options")
    checked = [check_name(option, max_length=OPTION_LENGTH_MAX, field="options") for option in options]
    if len({option.casefold() for option in checked}) != len(checked):
        raise LoyaltyException("An option is there twice.", field="options")
    return checked
