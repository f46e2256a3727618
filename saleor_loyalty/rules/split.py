"""Splitting a discount over lines.

The sum is exact and no line goes below zero. Each share is a multiple of quantity x minor unit where the amounts allow
it, because a host that keeps unit prices rounds anything else when it computes the line again.
Deterministic: ties are settled by position. Held by the properties in ``tests/rules/test_split.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from .largest_remainder import split_by_largest_remainder
from .money import minor_unit, to_minor_units


@dataclass(frozen=True, kw_only=True, slots=True)
class SplitLine:
    """A line that takes a share."""

    id: str
    total: Decimal
    """Major units; the share is at most this."""
    quantity: int


def split_discount(amount: Decimal, *, lines: Sequence[SplitLine], currency: str) -> dict[str, Decimal]:
    """Return line id -> share of ``amount`` in proportion to the totals; every line is in it, in the order given.

    Raises ValueError where ``amount`` is negative, above the sum of the totals, or not in whole minor units.
    """
    unit = minor_unit(currency)
    whole = to_minor_units(amount, currency)
    totals = [to_minor_units(line.total, currency) for line in lines]
    if whole < 0 or whole > sum(totals) or any(total < 0 for total in totals):
        raise ValueError(f"{amount} cannot be split over lines of {sum(totals) * unit} {currency} together")
    shares = _split(whole, totals, [max(line.quantity, 1) for line in lines])
    return {line.id: share * unit for line, share in zip(lines, shares, strict=True)}


def _split(amount: int, totals: list[int], quantities: list[int]) -> list[int]:
    return split_by_largest_remainder(amount, totals) if totals else []
