"""Texts that PostgreSQL can hold: any script and any length, but neither NUL nor half of a surrogate pair.

A request can hold both (``"\\u0000"`` and ``"\\ud800"`` in JSON), and the database fails even on looking for them.
What is written is refused where it is not storable; what is looked for loses what nothing stored can have.
"""

from __future__ import annotations

import re

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def is_storable(text: str) -> bool:
    """Return whether PostgreSQL can hold the text. Pure."""
    return _UNSTORABLE.search(text) is None


def storable_part(text: str) -> str:
    """Return the text without the characters that PostgreSQL cannot hold. Pure."""
    return _UNSTORABLE.sub("", text)
