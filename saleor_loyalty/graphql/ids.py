"""Relay ids in, keys out. A malformed id, or one of another type, is an answer here and never an exception."""

from __future__ import annotations

from collections.abc import Iterable

from ..relay_ids import integer_key, text_key
from .errors import InputRefused

__all__ = ["integer_key", "require_integer_key", "require_integer_keys", "require_text_key", "text_key"]


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
