"""Finds the rows that take an exact value off a checkout.

Never writes and makes no statement of its own. Saleor computes percentages after line discounts, so rows of 7.00 may
lower the total by less; the rows are raised until the value fits. One more minor unit of rows raises the value by one
minor unit or by nothing, so every value up to the greatest one is reached. A row is never larger than its line, and no
row pushes the cart below a threshold that it meets without points. Held by ``tests/saleor/test_discount_fit.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ..rules import SplitLine, split_discount
from .prices import CheckoutPrices

STEPS_MAX = 5_000
"""Enough single minor units to close the gap that is left by rounding on a cart with a discount of 99 %."""


@dataclass(frozen=True, slots=True)
class Fit:
    """Rows by line id, what they take off, and the reason where a threshold allowed no more."""

    rows: Mapping[str, Decimal]
    value: Decimal
    reason: str = ""


class Fitter:
    """Searches over the rows of some lines of one checkout."""

    def __init__(self, prices: CheckoutPrices, line_ids: Sequence[str]) -> None:
        self._prices = prices
        self._unit = prices.unit
        self.capacities = {line_id: room for line_id in line_ids if (room := _capacity(prices, line_id)) > 0}
        self._units_max = int(sum(self.capacities.values()) / self._unit)
        self._splits: dict[int, dict[str, Decimal]] = {}

    def greatest(self, value: Decimal) -> Fit:
        """Return the rows that take off as much as possible, but not more than ``value``."""
        if value <= 0 or not self.capacities:
            return Fit({}, Decimal(0))
        units = min(int(value / self._unit), self._units_max)
        units = _smallest(units, self._units_max, lambda n: self._prices.value(self._split(n)) >= value)
        reason = self._prices.broken_threshold(self._split(units))
        if reason:
            broken = _smallest(0, units, lambda n: bool(self._prices.broken_threshold(self._split(n))))
            units = max(broken - 1, 0)
        rows = self._settle_spread(self._close_gap(self._split(units), value))
        reached = self._prices.value(rows)
        return Fit(rows, reached, reason if reached < value else "")

    def exact(self, value: Decimal) -> Fit:
        """Return the rows that take off exactly ``value``. Raises ValueError where there are none."""
        if value % self._unit:
            raise ValueError(f"{value} is not a whole number of minor units")
        fit = self.greatest(value)
        if fit.value != value:
            raise ValueError(f"at most {fit.value} can be taken off, not {value}")
        return fit

    def _split(self, units: int) -> dict[str, Decimal]:
        if units not in self._splits:
            lines = [
                SplitLine(id=line_id, total=room, quantity=self._prices.quantity(line_id))
                for line_id, room in self.capacities.items()
            ]
            self._splits[units] = split_discount(units * self._unit, lines=lines, currency=self._prices.currency)
        return self._splits[units]

    def _close_gap(self, rows: Mapping[str, Decimal], value: Decimal) -> dict[str, Decimal]:
        """Move single rows by one minor unit until the value fits: what a split rounds between lines."""
        current = dict(rows)
        for _ in range(STEPS_MAX):
            reached = self._prices.value(current)
            if reached > value:
                current = self._moved(current, -self._unit) or {}
            elif reached < value:
                raised = self._moved(current, self._unit)
                if raised is None:
                    break
                current = raised
            else:
                break
        return current

    def _moved(self, rows: Mapping[str, Decimal], step: Decimal) -> dict[str, Decimal] | None:
        """Return the rows with one of them moved by a step, on the line where it disturbs least; None if none can."""
        for line_id in sorted(self.capacities, key=self._prices.quantity):
            moved = {**rows, line_id: rows.get(line_id, Decimal(0)) + step}
            if 0 <= moved[line_id] <= self.capacities[line_id] and not self._prices.broken_threshold(moved):
                return moved
        return None

    def _settle_spread(self, rows: dict[str, Decimal]) -> dict[str, Decimal]:
        """Return rows of the same value which flat tax rates see as the same, where a unit moved between lines helps.

        Saleor gives the last line what rounding left of an order-level discount, even where that line costs nothing.
        """
        value = self._prices.value(rows)
        if self._prices.spread_value(rows) == value:
            return rows
        for source in reversed(list(rows)):
            for target in self.capacities:
                moved = {**rows, source: rows[source] - self._unit}
                moved[target] = moved.get(target, Decimal(0)) + self._unit
                fits = moved[source] >= 0 and moved[target] <= self.capacities[target]
                if fits and self._prices.value(moved) == value == self._prices.spread_value(moved):
                    return moved
        return rows


def _capacity(prices: CheckoutPrices, line_id: str) -> Decimal:
    """Return the smallest row that leaves nothing of the line: with a fixed line voucher less than its price."""
    if prices.is_gift(line_id) or prices.line_total(line_id) <= 0:
        return Decimal(0)
    price = prices.price_before_voucher(line_id)
    if not prices.has_line_voucher(line_id):
        return price
    units = int(price / prices.unit)
    return prices.unit * _smallest(0, units, lambda n: prices.line_total(line_id, n * prices.unit) <= 0)


def _smallest(low: int, high: int, is_enough: Callable[[int], bool]) -> int:
    """Return the smallest number in the range that is enough, or ``high`` where none is."""
    if low >= high or is_enough(low):
        return low
    low += 1
    while low < high:
        middle = (low + high) // 2
        if is_enough(middle):
            high = middle
        else:
            low = middle + 1
    return low
