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

SEARCH_MAX = 10_000
"""Combinations of quantities that are looked at before settling for the nearest."""


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
    """Return the shares in minor units."""
    if amount == sum(totals):
        return totals
    groups: dict[int, list[int]] = {}
    for position, quantity in enumerate(quantities):
        if totals[position]:
            groups.setdefault(quantity, []).append(position)
    by_quantity = [_Group(quantity, groups[quantity], totals, amount) for quantity in sorted(groups, reverse=True)]
    shares = [0] * len(totals)
    for group, count in zip(by_quantity, _choose_counts(amount, by_quantity), strict=True):
        for position, multiple in zip(group.positions, _split_capped(count, group), strict=True):
            shares[position] = multiple * group.quantity
    _place_rest(amount - sum(shares), shares, totals, quantities)
    return shares


class _Group:
    """The lines of one quantity. Together they take a number of multiples of it, at most ``count_max``."""

    def __init__(self, quantity: int, positions: list[int], totals: list[int], amount: int) -> None:
        self.quantity = quantity
        self.positions = positions
        self.totals = [totals[position] for position in positions]
        self.counts_max = [total // quantity for total in self.totals]
        self.count_max = sum(self.counts_max)
        self.weight = sum(self.totals)
        self.ideal_count = min(amount * self.weight // (sum(totals) * quantity), self.count_max)


def _choose_counts(amount: int, groups: list[_Group]) -> list[int]:
    """Return for each group a number of multiples.

    Their sum is as near below ``amount`` as can be, and among those the shares are as near to the proportion as can
    be. Groups are sorted by falling quantity; the last takes what the others leave. The search is bounded, so that
    many different and large quantities may miss a combination.
    """
    weight_sum = sum(group.weight for group in groups)
    radius = max(group.quantity for group in groups)
    if len(groups) > 1:
        radius = min(radius, max(2, int(SEARCH_MAX ** (1 / (len(groups) - 1))) // 2))
    # What is left to place -> (deviation so far, counts so far).
    states: dict[int, tuple[int, tuple[int, ...]]] = {amount: (0, ())}
    for group in groups[:-1]:
        reached: dict[int, tuple[int, tuple[int, ...]]] = {}
        nearest = range(max(group.ideal_count - radius, 0), min(group.ideal_count + radius, group.count_max) + 1)
        for left, (deviation, counts) in states.items():
            for count in nearest:
                rest = left - count * group.quantity
                if rest < 0:
                    break
                cost = deviation + abs(count * group.quantity * weight_sum - amount * group.weight)
                known = reached.get(rest)
                if known is None or cost < known[0]:
                    reached[rest] = (cost, (*counts, count))
        states = reached
    last = groups[-1]
    best: tuple[int, int, tuple[int, ...]] | None = None
    for left, (deviation, counts) in states.items():
        count = min(left // last.quantity, last.count_max)
        missing = left - count * last.quantity
        cost = deviation + abs(count * last.quantity * weight_sum - amount * last.weight)
        if best is None or (missing, cost) < best[:2]:
            best = (missing, cost, (*counts, count))
    return list(best[2]) if best is not None else [0] * len(groups)


def _split_capped(count: int, group: _Group) -> list[int]:
    """Return each line's number of multiples; proportional, none above what its total holds."""
    shares = split_by_largest_remainder(count, group.totals)
    excess = 0
    for position, most in enumerate(group.counts_max):
        if shares[position] > most:
            excess += shares[position] - most
            shares[position] = most
    for position, most in enumerate(group.counts_max):
        moved = min(excess, most - shares[position])
        shares[position] += moved
        excess -= moved
    return shares


def _place_rest(rest: int, shares: list[int], totals: list[int], quantities: list[int]) -> None:
    """Put what no combination of multiples reaches on as few lines as possible, smallest quantity first."""
    room = [total - share for total, share in zip(totals, shares, strict=True)]
    for position in sorted(range(len(room)), key=lambda position: (room[position] < rest, quantities[position])):
        moved = min(rest, room[position])
        shares[position] += moved
        rest -= moved
