"""What may be said in a field, by its type, and the one text that it is stored as. Pure."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from ..models import CustomFieldType
from ..storable_text import is_storable

TEXT_MAX = 10_000
EMAIL_MAX = 254
PHONE_MAX = 40
_NUMBER = re.compile(r"[+-]?[0-9]{1,20}(?:\.[0-9]{1,10})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PHONE = re.compile(r"\+?[0-9 ()./-]+")
_PHONE_DIGITS = range(3, 16)


def stored_value(value: str, *, type: str, options: Sequence[str] = ()) -> str:
    """Return the text by which a value is stored; it is the same for equal numbers, dates and booleans.

    Raises ValueError with the reason, for people, where the type does not allow the value.
    """
    value = value.strip()
    if not value or len(value) > TEXT_MAX or not is_storable(value):
        raise ValueError(f"This must be a text of 1 to {TEXT_MAX} characters that can be stored.")
    if type == CustomFieldType.NUMBER:
        return _number(value)
    if type == CustomFieldType.DATE:
        return _date(value)
    if type == CustomFieldType.BOOLEAN:
        return _boolean(value)
    if type == CustomFieldType.CHOICE:
        return _choice(value, options)
    if type == CustomFieldType.EMAIL:
        return _email(value)
    if type == CustomFieldType.PHONE:
        return _phone(value)
    return value


def _number(value: str) -> str:
    if not _NUMBER.fullmatch(value):
        raise ValueError("This must be a number: at most 20 digits, and 10 after a point.")
    number = Decimal(value)
    whole, _point, fraction = format(number.copy_abs(), "f").partition(".")
    fraction = fraction.rstrip("0")
    return ("-" if number < 0 else "") + whole + (f".{fraction}" if fraction else "")


def _date(value: str) -> str:
    try:
        if not _DATE.fullmatch(value):
            raise ValueError(value)
        return datetime.date.fromisoformat(value).isoformat()
    except ValueError:
        raise ValueError("This must be a date such as 2026-12-31.") from None


def _boolean(value: str) -> str:
    if value.lower() not in ("true", "false"):
        raise ValueError("This must be true or false.")
    return value.lower()


def _choice(value: str, options: Sequence[str]) -> str:
    if value not in options:
        raise ValueError("This is not one of the options.")
    return value


def _email(value: str) -> str:
    try:
        if len(value) > EMAIL_MAX:
            raise ValidationError("too long")
        validate_email(value)
    except ValidationError:
        raise ValueError("This must be an e-mail address.") from None
    return value


def _phone(value: str) -> str:
    digits = sum(character.isdigit() for character in value)
    if len(value) > PHONE_MAX or not _PHONE.fullmatch(value) or digits not in _PHONE_DIGITS:
        raise ValueError("This must be a phone number: 3 to 15 digits, with a plus sign before them if need be.")
    return value
