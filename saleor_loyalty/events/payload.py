"""A payload as it is sent: checked against the catalogue, and ready for JSON."""

from __future__ import annotations

import base64
import datetime
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from .catalogue import CATALOGUE, PayloadField


def global_id(type_name: str, key: object) -> str:
    """Return the id that the GraphQL API has for this key."""
    return base64.b64encode(f"{type_name}:{key}".encode()).decode()


def encode_payload(name: str, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return the payload ready for JSON.

    Raises ValueError for a name that is not in the catalogue, for a payload that does not have exactly its fields, and
    for a value of another kind.
    """
    kind = CATALOGUE.get(name)
    if kind is None:
        raise ValueError(f"There is no event {name!r}; the catalogue lists all.")
    if payload.keys() != kind.fields.keys():
        wrong = sorted(payload.keys() ^ kind.fields.keys())
        raise ValueError(f"The payload of {name} has exactly its fields; not so: {', '.join(wrong)}.")
    return {key: _encode(name, key, field, payload[key]) for key, field in kind.fields.items()}


def _encode(name: str, key: str, field: PayloadField, value: Any) -> Any:
    if value is None and field.is_nullable:
        return None
    types, write = _KINDS[field.kind]
    if not isinstance(value, types) or (isinstance(value, bool) and field.kind != "Boolean"):
        raise ValueError(f"{name}: {key} is {value!r}, which is no {field.kind}.")
    if isinstance(value, datetime.datetime) and value.tzinfo is None:
        raise ValueError(f"{name}: {key} has no time zone.")
    return global_id(field.of, value) if field.kind == "ID" else write(value)


def moment_text(moment: datetime.datetime) -> str:
    return moment.astimezone(datetime.UTC).isoformat()


_KINDS: Mapping[str, tuple[tuple[type, ...], Callable[[Any], Any]]] = MappingProxyType(
    {
        "ID": ((int, str), str),
        "Int": ((int,), int),
        "String": ((str,), str),
        "Boolean": ((bool,), bool),
        "DateTime": ((datetime.datetime,), moment_text),
        "Date": ((datetime.date,), lambda day: day.isoformat()),
    }
)
