"""What the verbs of cards accept as names and texts, and the keys that names get.

Text of any script is accepted, also right-to-left; only what the database cannot store, or what would break a line of
a list, is refused. Names and types lose the blanks around them; nothing else is changed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container

from ..errors import LoyaltyException
from ..models.card import CARD_KEY_MAX
from ..storable_text import is_storable


def check_name(name: str, *, max_length: int, field: str = "name", is_optional: bool = False) -> str:
    """Return the name without the blanks around it.

    Raises LoyaltyException (INVALID) about ``field``: it is empty (unless ``is_optional``), longer than
    ``max_length`` characters, or holds a line break or another control character.
    """
    name = name.strip()
    if len(name) > max_length or not (name or is_optional):
        least = 0 if is_optional else 1
        raise LoyaltyException(f"This must have {least} to {max_length} characters.", field=field)
    if any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in name):
        raise LoyaltyException("This must be one line of text.", field=field)
    return name


def check_text(text: str, *, max_length: int, field: str) -> str:
    """Return the text as it is. Raises LoyaltyException (INVALID) about ``field``: it is blank, longer than
    ``max_length`` characters, or holds a character that cannot be stored."""
    if not text.strip() or len(text) > max_length:
        raise LoyaltyException(f"This must have 1 to {max_length} characters.", field=field)
    if not is_storable(text):
        raise LoyaltyException("The text holds a character that cannot be stored.", field=field)
    return text


def key_for(name: str, *, taken: Container[str], fallback: str) -> str:
    """Return a key made of the letters and digits of a name that is not among those ``taken``: "VIP guests" gives
    vip-guests, the next one vip-guests-2. A name without any gives ``fallback``."""
    base = re.sub(r"[\W_]+", "-", name.casefold()).strip("-")[: CARD_KEY_MAX - 10].strip("-") or fallback
    key, number = base, 1
    while key in taken:
        number += 1
        key = f"{base}-{number}"
    return key
