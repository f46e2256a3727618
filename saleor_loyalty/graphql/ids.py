"""Relay ids in, keys out. A malformed id, or one of another type, is an answer here and never an exception."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable

from .errors import InputRefused

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
    if key is None or not (key.isascii() and key.isdigit()) or len(key) > 19 or int(key) > _MAX_KEY:
        return None
    return int(key)


def require_text_key(global_id: str, type_name: str, *, field: str) -> str:
    """Return the key. Raises InputRefused INVALID where the id is not one of ``type_name``."""
    key = text_key(global_id, type_name)
    if key is None:
        raise InputRefused("INVALID", f"This is not an id of type {type_name}.", field=field)
    return key


def require_integer_key(global_id: str, type_name: str, *, field: str) -> int:
    """Return the integer key. Raises InputRefused INVALID where the id is not one of ``type_name``."""
    key = integer_key(global_id, type_name)
    if key is None:
        raise InputRefused("INVALID", f"This is not an id of type {type_name}.", field=field)
    return key


def require_integer_keys(global_ids: Iterable[str], type_name: str, *, field: str) -> list[int]:
    """Return the integer keys, in their order. Raises InputRefused INVALID where an id is not one of ``type_name``."""
    return [require_integer_key(global_id, type_name, field=field) for global_id in global_ids]
