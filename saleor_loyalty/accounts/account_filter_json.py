"""An account filter as JSON and back: how tasks and audiences keep one. Keys are camelCase, times ISO 8601.

What says nothing is left out. Reading trusts nothing: whatever is no filter is refused with its path, and nothing is
guessed, so that a stored filter never means more accounts than the one that was written.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from ..errors import AccountFilterInvalid
from .account_filter import MAX_DEPTH, MAX_ITEMS, AccountFilter, IntegerRange, LabelChoice, MomentRange

_KEY_MAX = 2**63 - 1


def account_filter_to_json(account_filter: AccountFilter) -> dict[str, Any]:
    """Return the filter as a JSON object. ``account_filter_from_json`` returns an equal one."""
    return _write(account_filter)


def account_filter_from_json(data: Any) -> AccountFilter:
    """Return the filter of a JSON object.

    Raises AccountFilterInvalid with the path of what is unknown, of another type or beyond the limits.
    """
    return _read_filter(data, "", depth=1)


def without_search(data: dict[str, Any]) -> dict[str, Any]:
    """Return a stored filter without its search texts, which may be names or e-mail addresses of people. A part that
    had one is met by no account from then on: it never means more than it did."""
    kept: dict[str, Any] = {
        name: [without_search(part) for part in value] if name in ("AND", "OR") else value
        for name, value in data.items()
        if name != "search"
    }
    return {**kept, "ids": []} if data.get("search") else kept


_NAMES = {
    "all_of": "AND",
    "any_of": "OR",
    "one_of": "oneOf",
    "not_one_of": "notOneOf",
    "member_status": "memberStatus",
    "last_activity_at": "lastActivityAt",
    "created_at": "createdAt",
    "enrolled_at": "enrolledAt",
}


def _write(part: Any) -> dict[str, Any]:
    written = {}
    for field in fields(part):
        value = getattr(part, field.name)
        if value is not None and value != field.default:
            written[_NAMES.get(field.name, field.name)] = _plain(value)
    return written


def _plain(value: Any) -> Any:
    if isinstance(value, AccountFilter | IntegerRange | MomentRange | LabelChoice):
        return _write(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).isoformat()
    return value


def _read_filter(data: Any, path: str, *, depth: int) -> AccountFilter:
    if depth > MAX_DEPTH:
        raise AccountFilterInvalid(f"A filter must not be nested deeper than {MAX_DEPTH} levels.", path=path)

    def parts(value: Any, path: str) -> tuple[AccountFilter, ...]:
        return _read_list(value, path, lambda item, at: _read_filter(item, at, depth=depth + 1))

    return _read(data, path, AccountFilter, {**_FILTER_READERS, "all_of": parts, "any_of": parts})


def _read(data: Any, path: str, made: type[Any], readers: Mapping[str, Callable[[Any, str], Any]]) -> Any:
    if not isinstance(data, Mapping):
        raise AccountFilterInvalid("This must be an object.", path=path)
    by_key = {_NAMES.get(name, name): (name, reader) for name, reader in readers.items()}
    values = {}
    for key, value in data.items():
        if key not in by_key:
            raise AccountFilterInvalid(f"There is no {key!r} in a filter.", path=path)
        name, reader = by_key[key]
        values[name] = reader(value, f"{path}.{key}" if path else key)
    try:
        return made(**values)
    except AccountFilterInvalid as exception:
        raise AccountFilterInvalid(exception.message, path=path) from None


def _read_list(value: Any, path: str, read: Callable[[Any, str], Any]) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise AccountFilterInvalid("This must be a list.", path=path)
    if len(value) > MAX_ITEMS:
        raise AccountFilterInvalid(f"A filter must not have more than {MAX_ITEMS} items.", path=path)
    return tuple(read(item, f"{path}.{index}") for index, item in enumerate(value))


def _read_integer(value: Any, path: str) -> int:
    if type(value) is not int or abs(value) > _KEY_MAX:
        raise AccountFilterInvalid("This must be a whole number.", path=path)
    return value


def _read_key(value: Any, path: str) -> int:
    if _read_integer(value, path) < 0:
        raise AccountFilterInvalid("This must be a key.", path=path)
    return int(value)


def _read_keys(value: Any, path: str) -> tuple[int, ...]:
    return _read_list(value, path, _read_key)


def _read_text(value: Any, path: str) -> str:
    if not isinstance(value, str):
        raise AccountFilterInvalid("This must be a text.", path=path)
    return value


def _read_texts(value: Any, path: str) -> tuple[str, ...]:
    return _read_list(value, path, _read_text)


def _read_moment(value: Any, path: str) -> datetime.datetime:
    try:
        return datetime.datetime.fromisoformat(_read_text(value, path))
    except ValueError:
        raise AccountFilterInvalid("This must be a time.", path=path) from None


def _read_integers(value: Any, path: str) -> IntegerRange:
    range_: IntegerRange = _read(value, path, IntegerRange, {"gte": _read_integer, "lte": _read_integer})
    return range_


def _read_moments(value: Any, path: str) -> MomentRange:
    range_: MomentRange = _read(value, path, MomentRange, {"gte": _read_moment, "lte": _read_moment})
    return range_


def _read_labels(value: Any, path: str) -> LabelChoice:
    readers = {"eq": _read_key, "one_of": _read_keys, "not_one_of": _read_keys}
    choice: LabelChoice = _read(value, path, LabelChoice, readers)
    return choice


_FILTER_READERS: dict[str, Callable[[Any, str], Any]] = {
    "ids": _read_keys,
    "programs": _read_keys,
    "users": _read_keys,
    "status": _read_text,
    "member_status": _read_text,
    "labels": _read_labels,
    "tiers": _read_texts,
    "balance": _read_integers,
    "available": _read_integers,
    "earned": _read_integers,
    "redeemed": _read_integers,
    "last_activity_at": _read_moments,
    "created_at": _read_moments,
    "enrolled_at": _read_moments,
    "search": _read_text,
}
