"""What a cart costs. Pure: all that it looks at is in its arguments.

Order of things, as in Saleor: catalogue price, points' rows, then the voucher or the order promotion on what is left,
then tax. All amounts are in the channel's entry kind until the tax is worked out, line by line.
Lines never fall below zero, and the shares of a discount sum up to it exactly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from babel.numbers import get_currency_precision

ZERO = Decimal(0)


@dataclass(frozen=True, kw_only=True, slots=True)
class PricedLine:
    id: str
    quantity: int
    list_price: Decimal
    """Of one unit, without any promotion."""
    price: Decimal
    """Of one unit, after a catalogue promotion."""
    is_gift: bool = False

    @property
    def total(self) -> Decimal:
        """The line's total before points and discounts on the order; a gift costs nothing."""
        return ZERO if self.is_gift else self.price * self.quantity


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """What applies to the whole cart."""

    currency: str
    prices_entered_with_tax: bool = True
    tax_rate: Decimal = ZERO
    shipping_price: Decimal = ZERO
    percent: Decimal | None = None
    """Of the voucher or, without a voucher, of the order promotion."""
    amount: Decimal | None = None
    """Of the voucher."""
    threshold: Decimal = ZERO
    """The subtotal from which ``percent`` or ``amount`` applies."""
    is_voucher: bool = False
    gift_threshold: Decimal | None = None
    """The subtotal from which a gift line stays; None without a gift in the cart."""

    @property
    def unit(self) -> Decimal:
        return Decimal(1).scaleb(-get_currency_precision(self.currency))


@dataclass(frozen=True, kw_only=True, slots=True)
class LineTotals:
    net: Decimal
    gross: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class Totals:
    lines: Mapping[str, LineTotals]
    subtotal: Decimal
    """Entry kind: after catalogue promotions and points, before the voucher or promotion on the order."""
    order_discount: Decimal
    shipping_net: Decimal
    shipping_gross: Decimal

    @property
    def has_order_discount(self) -> bool:
        return self.order_discount > 0

    @property
    def subtotal_net(self) -> Decimal:
        return sum((line.net for line in self.lines.values()), ZERO)

    @property
    def subtotal_gross(self) -> Decimal:
        return sum((line.gross for line in self.lines.values()), ZERO)


def price_cart(lines: Sequence[PricedLine], terms: Terms, *, rows: Mapping[str, Decimal] | None = None) -> Totals:
    """Return the totals with ``rows`` (line id -> what points pay of it). A row above its line counts as the line."""
    rows = rows or {}
    totals = {line.id: line.total - min(rows.get(line.id, ZERO), line.total) for line in lines}
    subtotal = sum(totals.values(), ZERO)
    discount = order_discount(subtotal, terms)
    shares = _spread(discount, totals, unit=terms.unit)
    shipping = _taxed(terms.shipping_price, terms)
    return Totals(
        lines={key: _taxed(total - shares[key], terms) for key, total in totals.items()},
        subtotal=subtotal,
        order_discount=discount,
        shipping_net=shipping.net,
        shipping_gross=shipping.gross,
    )


def order_discount(subtotal: Decimal, terms: Terms) -> Decimal:
    """Return what the voucher or the promotion takes off this subtotal."""
    if subtotal < terms.threshold:
        return ZERO
    if terms.amount is not None:
        return min(terms.amount, subtotal)
    if terms.percent is not None:
        return (subtotal * terms.percent / 100).quantize(terms.unit, ROUND_HALF_UP)
    return ZERO


def effect_of_rows(rows: Decimal, *, subtotal: Decimal, terms: Terms) -> Decimal:
    """Return by how much the base total falls when points' rows take ``rows`` off ``subtotal``."""
    before = subtotal - order_discount(subtotal, terms)
    after = subtotal - rows - order_discount(subtotal - rows, terms)
    return before - after


def rows_for_value(value: Decimal, *, subtotal: Decimal, limit: Decimal, terms: Terms) -> Decimal:
    """Return the smallest rows, at most ``limit``, whose effect is at least ``value``; ``limit`` if none is.

    The effect rises by at most one minor unit for each minor unit of rows as long as ``limit`` keeps the cart above
    its thresholds, so the smallest such rows have exactly the effect.
    """
    low, high = 0, int(limit / terms.unit)
    while low < high:
        middle = (low + high) // 2
        if effect_of_rows(middle * terms.unit, subtotal=subtotal, terms=terms) >= value:
            high = middle
        else:
            low = middle + 1
    return low * terms.unit


def _spread(amount: Decimal, totals: Mapping[str, Decimal], *, unit: Decimal) -> dict[str, Decimal]:
    """Return shares of ``amount`` in proportion to ``totals``: exact in sum, none above its total."""
    whole = sum(totals.values(), ZERO)
    shares, seen, spread = {}, ZERO, ZERO
    for key, total in totals.items():
        seen += total
        until_here = (amount * seen / whole).quantize(unit, ROUND_DOWN) if whole else ZERO
        shares[key], spread = until_here - spread, until_here
    return shares


def _taxed(amount: Decimal, terms: Terms) -> LineTotals:
    rate = 1 + terms.tax_rate
    if terms.prices_entered_with_tax:
        return LineTotals(net=(amount / rate).quantize(terms.unit, ROUND_HALF_UP), gross=amount.quantize(terms.unit))
    return LineTotals(net=amount.quantize(terms.unit), gross=(amount * rate).quantize(terms.unit, ROUND_HALF_UP))
