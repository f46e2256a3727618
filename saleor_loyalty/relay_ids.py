"""Relay ids of an API as text: what a staff member copies from a screen into a file. A malformed one is None."""

from __future__ import annotations

import base64
import binascii

_MAX_KEY = 2**63 - 1


def text_key(global_id: str, type_name: str) -> str | None:
    """Return the key in a relay id of ``type_name``, or None where it is not one."""
    try:
        found_type, separator, key = base64.b64decode(global_id, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return None
    if found_type != type_name or not separator or not key or "\x00" in key:
        return None
    return key


def integer_key(global_id: str, type_name: str) -> int | None:
    """Return the integer key in a relay id of ``type_name``, or None where it is not one."""
    key = text_key(global_id, type_name)
    return None if key is None else plain_key(key)


def plain_key(text: str) -> int | None:
    """Return the key that a text of digits is, or None where it is not one."""
    if not (text.isascii() and text.isdigit()) or len(text) > 19 or int(text) > _MAX_KEY:
        return None
    return int(text)
