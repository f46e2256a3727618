"""Numbers, money, shares, times and points as text in a language.

Numbers follow the language's own habits (babel). In a right-to-left text every inserted value is isolated, in any
other text those that contain right-to-left letters, so that no value reorders the words around it.
"""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date as babel_date
from babel.dates import format_time as babel_time
from babel.dates import get_datetime_format
from babel.numbers import format_currency, format_decimal
from babel.numbers import format_percent as babel_percent

from .catalog import RIGHT_TO_LEFT, find_language, find_plural

FIRST_STRONG_ISOLATE = "\u2068"
POP_ISOLATE = "\u2069"


def isolate(text: str, *, language: str) -> str:
    """Return the text between isolating marks where it could reorder the words around it, else unchanged."""
    if not text:
        return text
    if language in RIGHT_TO_LEFT or any(unicodedata.bidirectional(letter) in {"R", "AL"} for letter in text):
        return f"{FIRST_STRONG_ISOLATE}{text}{POP_ISOLATE}"
    return text


def format_number(number: int, *, language: str) -> str:
    """Return a whole number with the language's grouping."""
    text: str = format_decimal(number, locale=find_language(language))
    return text


def format_points(points: int, *, language: str, point_names: Mapping[str, Any] | None = None) -> str:
    """Return a number of points in words: "1 point", "3 نقاط", or with the program's own name for points.

    Args:
        point_names: the program's names, by language and then by plural form (zero, one, two, few, many, other).
            A name that contains ``{number}`` is the whole phrase. A language without names says "points".
    """
    base = find_language(language)
    number = format_number(points, language=base)
    name = _own_name(abs(points), language=language, point_names=point_names)
    if name is None:
        return find_plural("POINTS", abs(points), language=base).replace("{number}", number)
    if "{number}" in name:
        return name.replace("{number}", number)
    return find_plural("POINTS_NAMED", abs(points), language=base).format(number=number, name=name)


def format_money(value: Decimal, *, currency: str, language: str) -> str:
    """Return an amount with all digits of its currency and the currency's sign."""
    text: str = format_currency(value, currency, locale=find_language(language))
    return text


def format_percent(percent: int | Decimal, *, language: str) -> str:
    """Return a share given in percent: 20 becomes "20%"."""
    text: str = babel_percent(Decimal(percent) / 100, locale=find_language(language), decimal_quantization=False)
    return text


def format_date(at: datetime.date | datetime.datetime, *, language: str, time_zone: str = "UTC") -> str:
    """Return a day; of a moment, the day in the time zone."""
    day = at.astimezone(ZoneInfo(time_zone)).date() if isinstance(at, datetime.datetime) else at
    text: str = babel_date(day, "medium", locale=find_language(language))
    return text


def format_time(at: datetime.datetime, *, language: str, time_zone: str = "UTC") -> str:
    """Return a moment as day and time of day in the time zone; says "UTC" where that is the zone."""
    base = find_language(language)
    zone = ZoneInfo(time_zone)
    day = babel_date(at.astimezone(zone).date(), "medium", locale=base)
    time = babel_time(at, "short", tzinfo=zone, locale=base)
    text = str(get_datetime_format("medium", locale=base)).replace("{0}", time).replace("{1}", day).replace("'", "")
    return f"{text} UTC" if time_zone == "UTC" else text


def _own_name(count: int, *, language: str, point_names: Mapping[str, Any] | None) -> str | None:
    wanted = {language.replace("_", "-").lower(), find_language(language)}
    for key, forms in (point_names or {}).items():
        if key.replace("_", "-").lower() in wanted:
            category = Locale(find_language(language)).plural_form(count)
            name = _form(forms, category) or _form(forms, "other")
            return str(name) if name else None
    return None


def _form(forms: Any, category: str) -> Any:
    return forms.get(category) if isinstance(forms, Mapping) else getattr(forms, category, None)
