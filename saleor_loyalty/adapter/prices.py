"""The base prices of one checkout as a function of our rows, computed by Saleor's own functions in memory.

Never writes. A base price is before added tax and before gift cards, in the channel's entry kind (gross or net).
``value`` is the F of the invariant "a point is worth what it says": the base total without our rows less the same with
them. Shipping is the same in both and is left out. All amounts are Decimals in whole minor units.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from prices import Money
from saleor.checkout import base_calculations

from ..rules import minor_unit
from .discounts import is_ours
from .order_level import Benefit, OrderDiscount

NO_ROWS: Mapping[str, Decimal] = {}


@dataclass(slots=True)
class ImaginedRow:
    """All that Saleor's base calculation looks at of a discount row."""

    amount_value: Decimal


class CheckoutPrices:
    """The prices of line infos of Saleor, whose own discounts it does not touch."""

    def __init__(
        self,
        lines: Sequence[Any],
        *,
        currency: str,
        order_discount: OrderDiscount,
        shipping_minimum: Callable[[], Decimal | None],
    ) -> None:
        self.currency = currency
        self.unit = minor_unit(currency)
        self._order_discount = order_discount
        self._read_shipping_minimum = shipping_minimum
        self._lines = {str(info.line.pk): self._probe(info) for info in lines}
        self._others = {line_id: info.discounts for line_id, info in self._lines.items()}
        self._totals: dict[tuple[str, Decimal], Decimal] = {}
        self._subtotal = self.subtotal(NO_ROWS)
        self._base_total = self._subtotal - order_discount.amount(self._subtotal)

    @staticmethod
    def _probe(info: Any) -> Any:
        """Return a copy that may be given imagined rows; Saleor's cached prices are filled in before."""
        _ = info.undiscounted_unit_price
        probe = copy.copy(info)
        probe.discounts = [discount for discount in info.discounts if not is_ours(discount)]
        return probe

    def line_total(self, line_id: str, row: Decimal = Decimal(0)) -> Decimal:
        """Return a line's base total, line voucher included, with a row of this size. It may be below zero."""
        key = (line_id, row)
        if key not in self._totals:
            probe = self._imagine(line_id, row)
            self._totals[key] = base_calculations.calculate_base_line_total_price(probe).amount
        return self._totals[key]

    def price_before_voucher(self, line_id: str) -> Decimal:
        """Return a line's base total before a line voucher: no row may be larger."""
        probe = self._imagine(line_id, Decimal(0))
        return base_calculations.calculate_base_line_total_price(probe, include_voucher=False).amount

    def _imagine(self, line_id: str, row: Decimal) -> Any:
        probe = self._lines[line_id]
        probe.discounts = [*self._others[line_id], ImaginedRow(row)] if row else self._others[line_id]
        return probe

    def has_line_voucher(self, line_id: str) -> bool:
        return self._lines[line_id].voucher is not None

    def quantity(self, line_id: str) -> int:
        return int(self._lines[line_id].line.quantity)

    def is_gift(self, line_id: str) -> bool:
        return bool(self._lines[line_id].line.is_gift)

    def subtotal(self, rows: Mapping[str, Decimal]) -> Decimal:
        """Return what Saleor judges thresholds by: all lines, before an order-level discount."""
        return sum((self.line_total(line_id, rows.get(line_id, Decimal(0))) for line_id in self._lines), Decimal(0))

    def value(self, rows: Mapping[str, Decimal]) -> Decimal:
        """Return by how much these rows lower the base total."""
        subtotal = self.subtotal(rows)
        return self._base_total - (subtotal - self._order_discount.amount(subtotal))

    def broken_threshold(self, rows: Mapping[str, Decimal]) -> str:
        """Return the reason where these rows cost the cart a benefit that it has without them, else ''."""
        reason = self._order_discount.broken_threshold(self._subtotal, self.subtotal(rows))
        return reason or ("SHIPPING_THRESHOLD" if self._breaks_shipping(rows) else "")

    def _breaks_shipping(self, rows: Mapping[str, Decimal]) -> bool:
        """Saleor judges a delivery method by what is left after the order-level discount."""
        value = self.value(rows)
        minimum = self._shipping_minimum if value > 0 else None
        return minimum is not None and self._base_total >= minimum > self._base_total - value

    @cached_property
    def _shipping_minimum(self) -> Decimal | None:
        return self._read_shipping_minimum()

    def benefit(self) -> Benefit:
        """Return what touches every line of the cart without our rows."""
        return self._order_discount.benefit(self._subtotal)

    def order_discount(self, rows: Mapping[str, Decimal]) -> Decimal:
        """Return the order-level discount that Saleor computes with these rows."""
        return self._order_discount.amount(self.subtotal(rows))

    def stored_discount(self, rows: Mapping[str, Decimal]) -> Decimal | None:
        """Return what ``Checkout.discount_amount`` must be with these rows; None where it does not depend on them."""
        if self._order_discount.benefit(self.subtotal(rows)) in ("VOUCHER", "AUTOMATIC"):
            return self.order_discount(rows)
        return None

    def spread(self, rows: Mapping[str, Decimal]) -> dict[str, Decimal]:
        """Return each line's total after its share of the order-level discount, as Saleor spreads it."""
        discount = self.order_discount(rows)
        probes = [self._imagine(line_id, rows.get(line_id, Decimal(0))) for line_id in self._lines]
        if not discount:
            return {line_id: self.line_total(line_id, rows.get(line_id, Decimal(0))) for line_id in self._lines}
        spread = base_calculations._propagate_checkout_discount_on_checkout_lines_prices(
            probes, Money(discount, self.currency), self.currency
        )
        return {str(line.pk): total.amount for line, total in spread}

    def spread_value(self, rows: Mapping[str, Decimal]) -> Decimal:
        """Return the value as flat tax rates see it: they add up the spread lines, which may round differently."""
        before, after = self.spread(NO_ROWS).values(), self.spread(rows).values()
        return sum(before, Decimal(0)) - sum(after, Decimal(0))
