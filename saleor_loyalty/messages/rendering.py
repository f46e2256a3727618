"""One message, from its code and its facts to the finished text.

The name of a placeholder says what kind of value it takes; the caller passes raw values (points, Decimal amounts,
aware datetimes), never texts that are already formatted. A fact that the text needs and the caller did not pass is an
error of the caller (ValueError); facts that the text does not need are ignored.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from string import Formatter
from types import MappingProxyType
from typing import Any

from .catalog import find_language, find_text
from .formats import format_date, format_money, format_number, format_percent, format_points, format_time, isolate

PLACEHOLDER_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "points": "points",
        "available_points": "points",
        "earned_points": "points",
        "max_points": "points",
        "min_points": "points",
        "redeemed_points": "points",
        "requested_points": "points",
        "number": "number",
        "value": "money",
        "base": "money",
        "percent": "percent",
        "date": "date",
        "time": "time",
        "rule": "text",
        "program": "text",
        "plan": "text",
        "detail": "text",
    }
)


def render(
    code: str,
    *,
    language: str,
    point_names: Mapping[str, Any] | None = None,
    currency: str = "",
    time_zone: str = "UTC",
    **params: Any,
) -> str:
    """Return a message in a language; unknown languages read English, regional ones their base language.

    Args:
        point_names: the program's own names for points, by language and plural form.
        currency: of every amount in the message.
        time_zone: of every time and date in the message.
        params: the facts, by the names in ``PLACEHOLDER_KINDS``.

    Raises:
        KeyError: there is no such message.
        TypeError: a fact has a name that no message knows.
        ValueError: the message needs a fact that is missing.
    """
    unknown = params.keys() - PLACEHOLDER_KINDS.keys()
    if unknown:
        raise TypeError(f"render() got unknown facts: {', '.join(sorted(unknown))}")
    base = find_language(language)
    text = find_text(code, language=base)
    values = {}
    for name in find_placeholders(text):
        if params.get(name) is None:
            raise ValueError(f"message {code} needs the fact {name!r}")
        value = _format(PLACEHOLDER_KINDS[name], params[name], language, point_names, currency, time_zone)
        values[name] = isolate(value, language=base)
    return text.format(**values).strip()


@lru_cache(maxsize=1024)
def find_placeholders(text: str) -> tuple[str, ...]:
    """Return the names of a text's placeholders, in order, each once."""
    return tuple(dict.fromkeys(name for _, name, _, _ in Formatter().parse(text) if name))


def _format(
    kind: str, value: Any, language: str, point_names: Mapping[str, Any] | None, currency: str, time_zone: str
) -> str:
    if kind == "points":
        return format_points(value, language=language, point_names=point_names)
    if kind == "number":
        return format_number(value, language=language)
    if kind == "money":
        return format_money(value, currency=currency, language=language)
    if kind == "percent":
        return format_percent(value, language=language)
    if kind == "date":
        return format_date(value, language=language, time_zone=time_zone)
    if kind == "time":
        return format_time(value, language=language, time_zone=time_zone)
    return str(value)
