"""The field types of the rules document: what a single value may be.

Nothing is converted silently: a whole number is not text, an amount is text or a whole number but never a binary
float, a moment carries its offset. Bounds that look at more than one field are in ``coherence``.
"""

from __future__ import annotations

import datetime
import re
import zoneinfo
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any

from babel.numbers import is_currency
from pydantic import BaseModel, ConfigDict, PlainSerializer, PlainValidator
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from ...storable_text import is_storable
from ..money import POINTS_MAX

PERCENT_ONLY_MAX = 90
"""A percent-only redemption leaves at least a tenth of the cart to be paid in money (A-070)."""

_AMOUNT = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")
KEY_MAX = 64
"""As long as what stores the key of a rule (a reservation's ``rule_key``)."""
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


class DocumentPart(BaseModel):
    """Base of every part of the document: camelCase keys, unknown keys refused, frozen."""

    model_config = ConfigDict(
        alias_generator=to_camel, extra="forbid", frozen=True, populate_by_name=False, allow_inf_nan=False
    )


def _refuse(message: str) -> PydanticCustomError:
    return PydanticCustomError("rules_value", "{message}", {"message": message})


def whole_number(low: int, high: int) -> Callable[[Any], int]:
    """Return the validator of a whole number from ``low`` to ``high``."""

    def validate(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise _refuse("must be a whole number")
        if not low <= value <= high:
            raise _refuse(f"must be between {low} and {high}")
        return value

    return validate


def _schema_version(value: Any) -> int:
    if value != 1 or isinstance(value, bool | float):
        raise _refuse(f"unknown schema version {value!r:.40}; this release reads version 1")
    return 1


def _yes_or_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise _refuse("must be true or false")
    return value


def _amount(value: Any) -> Decimal:
    if isinstance(value, float):
        raise _refuse('must be text like "10.50" or a whole number, not a floating-point number')
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise _refuse('must be an amount as text, like "10.50", or a whole number')
    text = format(value, "f") if isinstance(value, Decimal) else str(value)
    if not _AMOUNT.fullmatch(text):
        raise _refuse('must be an amount like "10.50", with at most 12 digits before and 6 after the point')
    amount = Decimal(text)
    if amount <= 0:
        raise _refuse("must be above 0")
    return amount


def _moment(value: Any) -> datetime.datetime:
    if isinstance(value, str):
        try:
            value = datetime.datetime.fromisoformat(value)
        except ValueError:
            raise _refuse("must be a moment in ISO 8601, like 2026-01-31T00:00:00+00:00") from None
    if not isinstance(value, datetime.datetime):
        raise _refuse("must be a moment in ISO 8601, like 2026-01-31T00:00:00+00:00")
    if value.utcoffset() is None:
        raise _refuse("must have an offset from UTC, like 2026-01-31T00:00:00+00:00")
    return value


def _text(*, low: int, high: int) -> Callable[[Any], str]:
    def validate(value: Any) -> str:
        if not isinstance(value, str):
            raise _refuse("must be text")
        if len(value.strip()) < low:
            raise _refuse("must not be empty")
        if len(value) > high:
            raise _refuse(f"must have at most {high} characters")
        if not is_storable(value):
            raise _refuse("must not contain characters that cannot be stored")
        return value

    return validate


def _key(value: Any) -> str:
    if not isinstance(value, str) or len(value) > KEY_MAX or not _KEY.fullmatch(value):
        raise _refuse(
            f"must be 1 to {KEY_MAX} letters, digits, hyphens, underscores or points, and start with a letter or digit"
        )
    return value


def _currency(value: Any) -> str:
    if not isinstance(value, str) or not is_currency(value):
        raise _refuse("unknown currency; it must be an ISO 4217 code like USD")
    return value


@lru_cache(maxsize=128)
def _is_time_zone(name: str) -> bool:
    try:
        zoneinfo.ZoneInfo(name)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        return False
    return True


def _time_zone(value: Any) -> str:
    if not isinstance(value, str) or not _is_time_zone(value):
        raise _refuse("unknown time zone; it must be a name like Europe/Rome")
    return value


def _plain(value: Decimal) -> str:
    return format(value, "f")


SchemaVersion = Annotated[int, PlainValidator(_schema_version)]
YesOrNo = Annotated[bool, PlainValidator(_yes_or_no)]
Points = Annotated[int, PlainValidator(whole_number(1, POINTS_MAX))]
Percent = Annotated[int, PlainValidator(whole_number(1, 100))]
Priority = Annotated[int, PlainValidator(whole_number(-1_000_000, 1_000_000))]
GraceDays = Annotated[int, PlainValidator(whole_number(1, 3650))]
ClaimDays = Annotated[int, PlainValidator(whole_number(1, 3650))]
PendingDays = Annotated[int, PlainValidator(whole_number(0, 3650))]
ReservationMinutes = Annotated[int, PlainValidator(whole_number(1, 10_080))]
Amount = Annotated[Decimal, PlainValidator(_amount), PlainSerializer(_plain, return_type=str)]
Moment = Annotated[
    datetime.datetime, PlainValidator(_moment), PlainSerializer(datetime.datetime.isoformat, return_type=str)
]
Key = Annotated[str, PlainValidator(_key)]
Slug = Annotated[str, PlainValidator(_text(low=1, high=255))]
Name = Annotated[str, PlainValidator(_text(low=0, high=250))]
LongText = Annotated[str, PlainValidator(_text(low=0, high=2000))]
PointWord = Annotated[str, PlainValidator(_text(low=1, high=100))]
Currency = Annotated[str, PlainValidator(_currency)]
TimeZone = Annotated[str, PlainValidator(_time_zone)]
