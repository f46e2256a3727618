"""Money and points: minor units, rounding, and what a number of points is worth.

All amounts are Decimals in major units; nothing here ever sees a binary float. There is one rounding function and it
rounds down, for an award as for a redemption. Held by ``tests/rules/test_money.py``.
"""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal
from functools import lru_cache
from math import gcd

from babel.numbers import get_currency_precision

POINTS_MAX = 1_000_000_000
"""The most points that one number in a document, or one award, may hold: the ledger's columns are 32 bits wide."""


@lru_cache(maxsize=512)
def minor_unit(currency: str) -> Decimal:
    """Return the smallest amount of ``currency``: 0.01 for ILS, 1 for JPY, 0.001 for KWD."""
    return Decimal(1).scaleb(-get_currency_precision(currency))


def round_down(amount: Decimal, currency: str) -> Decimal:
    """Return the greatest amount in whole minor units that is not above ``amount``."""
    return amount.quantize(minor_unit(currency), rounding=ROUND_FLOOR)


def is_whole(amount: Decimal, currency: str) -> bool:
    """Return whether ``amount`` is a whole number of minor units."""
    return amount % minor_unit(currency) == 0


def to_minor_units(amount: Decimal, currency: str) -> int:
    """Return ``amount`` as a number of minor units. Raises ValueError where it is not a whole number of them."""
    units = amount / minor_unit(currency)
    whole = int(units)
    if whole != units:
        raise ValueError(f"{amount} is not a whole number of minor units of {currency}")
    return whole


def value_of_points(points: int, *, rate_points: int, rate_value: Decimal, currency: str) -> Decimal:
    """Return what ``points`` are worth when ``rate_points`` are worth ``rate_value``, down to the minor unit."""
    unit = minor_unit(currency)
    units, rest = divmod(points * rate_value, rate_points * unit)
    # Decimals are divided towards zero.
    return (units - 1 if rest < 0 else units) * unit


def points_for_value(value: Decimal, *, rate_points: int, rate_value: Decimal) -> int:
    """Return the greatest number of points that are worth at most ``value``, before any rounding of their worth.

    ``value`` is not negative.
    """
    return int(value * rate_points // rate_value)


def smallest_step(*, rate_points: int, rate_value: Decimal, currency: str) -> int:
    """Return the smallest number of points that are worth whole minor units.

    Raises ValueError where ``rate_value`` itself is not a whole number of minor units.
    """
    return rate_points // gcd(rate_points, to_minor_units(rate_value, currency))


def lower_to_step(points: int, step: int) -> int:
    """Return the greatest multiple of ``step`` that is not above ``points``."""
    return points - points % step


def raise_to_step(points: int, step: int) -> int:
    """Return the smallest multiple of ``step`` that is not below ``points``."""
    return points + -points % step
