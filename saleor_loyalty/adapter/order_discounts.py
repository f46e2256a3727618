"""The discount rows of an order: the host's, as marks on lines, and ours, as an ``AppliedDiscount``.

Never writes. An order does not say what its rows are worth (a percentage voucher makes the rows larger than the value,
see ``fit.py``): the record of the commit does, and before it the reservation of the checkout.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal
from typing import Any

from django.db.models import OuterRef
from saleor.checkout.models import Checkout
from saleor.discount import DiscountType
from saleor.discount.models import OrderDiscount, OrderLineDiscount

from ..host import AppliedDiscount
from ..models import OrderRecord, Reservation
from ..rules import minor_unit
from ..selectors import last_reservation
from .discounts import UNIQUE_TYPE
from .nested import nested, nested_rows

ZERO = Decimal(0)
_ON_LINE = ("type", "unique_type", "amount_value")
_ON_ORDER = ("type",)
_REDEEMED = ("redeemed_value", "redeemed_rows")


@dataclass(frozen=True)
class OrderDiscounts:
    """``automatic`` and ``voucher`` are the ids of lines with such a row; the flags are for the whole order."""

    automatic: frozenset[str] = frozenset()
    voucher: frozenset[str] = frozenset()
    has_order_promotion: bool = False
    has_order_voucher: bool = False
    applied: AppliedDiscount | None = None
    values: Mapping[str, Decimal] = field(default_factory=dict)
    """Line id to its part of the value of our rows, exactly ``applied.value`` together."""


def with_discounts(lines: Any, *, order_pk: Any) -> Any:
    """Return the queryset of an order's lines that reads along the discounts of each, and with all of them the same
    rows of the whole order: its discounts, and what its record tells of our rows."""
    on_line = OrderLineDiscount.objects.filter(line_id=OuterRef("pk"), amount_value__gt=0).order_by()
    on_order = OrderDiscount.objects.filter(order_id=order_pk, amount_value__gt=0).order_by()
    redeemed = OrderRecord.objects.filter(order_id=str(order_pk), redeemed_rows__gt=0).order_by()
    return lines.annotate(
        loyalty_discounts=nested(on_line, *_ON_LINE),
        loyalty_order_discounts=nested(on_order, *_ON_ORDER),
        loyalty_redeemed=nested(redeemed, *_REDEEMED),
    )


def read_order_discounts(order: Any, lines: Sequence[Any]) -> OrderDiscounts:
    """Return the order's discounts, of lines that were read ``with_discounts``.

    No statement; one where rows of ours stand that no record tells of yet.
    """
    marks: dict[str, set[str]] = {}
    ours: dict[str, Decimal] = {}
    for line in lines:
        for row in nested_rows(OrderLineDiscount, line.loyalty_discounts, *_ON_LINE, using=line._state.db):
            if row.unique_type == UNIQUE_TYPE:
                ours[str(line.pk)] = row.amount_value
            else:
                marks.setdefault(row.type, set()).add(str(line.pk))
        for row in nested_rows(OrderDiscount, line.loyalty_order_discounts, *_ON_ORDER, using=line._state.db):
            marks.setdefault(row.type, set()).add(str(None))
    recorded = [
        (row.redeemed_value, row.redeemed_rows)
        for line in lines[:1]
        for row in nested_rows(OrderRecord, line.loyalty_redeemed, *_REDEEMED, using=line._state.db)
    ]
    applied = _applied(order, ours, recorded) if ours else None
    whole = str(None)
    promotions = marks.get(DiscountType.PROMOTION, set()) | marks.get(DiscountType.SALE, set())
    order_promotions = marks.get(DiscountType.ORDER_PROMOTION, set())
    return OrderDiscounts(
        automatic=frozenset(promotions | order_promotions) - {whole},
        voucher=frozenset(marks.get(DiscountType.VOUCHER, set())) - {whole},
        has_order_promotion=whole in order_promotions,
        has_order_voucher=whole in marks.get(DiscountType.VOUCHER, set()),
        applied=applied,
        values=spread_value(applied, currency=order.currency) if applied else {},
    )


def read_applied_discount(
    checkout_id: str, shares: Mapping[str, Decimal], reservation: Reservation | None, *, currency: str
) -> AppliedDiscount | None:
    """Return our rows (``shares``) on a checkout whose order is being made. The value is the reservation's.

    Where the rows are no longer those of the reservation (lowered since), the checkout is opened and computed; else
    this makes no statement.
    """
    total = sum(shares.values(), ZERO)
    if total <= 0:
        return None
    if reservation is not None and reservation.rows == total:
        return AppliedDiscount(value=reservation.value, rows=total, shares=shares)
    if Checkout.objects.filter(pk=checkout_id).exists():
        from .checkout import open_checkout

        handle = open_checkout(checkout_id)
        return handle.current_discount() if handle is not None else None
    return AppliedDiscount(value=_scaled(total, reservation, currency=currency), rows=total, shares=shares)


def _applied(order: Any, shares: dict[str, Decimal], recorded: Sequence[tuple[Decimal, Decimal]]) -> AppliedDiscount:
    """``recorded``: the value and the rows that the order's record tells of, if there is one."""
    total = sum(shares.values(), ZERO)
    if recorded:
        value = _scaled_by(total, value=recorded[0][0], rows=recorded[0][1], currency=order.currency)
    else:
        reservation = last_reservation(order.checkout_token) if order.checkout_token else None
        value = _scaled(total, reservation, currency=order.currency)
    return AppliedDiscount(value=value, rows=total, shares=shares)


def _scaled(total: Decimal, reservation: Any, *, currency: str) -> Decimal:
    if reservation is None or reservation.rows <= 0:
        return total
    return _scaled_by(total, value=reservation.value, rows=reservation.rows, currency=currency)


def _scaled_by(total: Decimal, *, value: Decimal, rows: Decimal, currency: str) -> Decimal:
    return total * value / rows if total == rows else _round_down(total * value / rows, currency)


def _round_down(amount: Decimal, currency: str) -> Decimal:
    return amount.quantize(minor_unit(currency), rounding=ROUND_DOWN)


def spread_value(applied: AppliedDiscount, *, currency: str) -> dict[str, Decimal]:
    """Return the value line by line, in proportion to the rows; the last line takes the rest, so the sum is exact."""
    values: dict[str, Decimal] = {}
    rows_so_far, value_so_far = ZERO, ZERO
    for line_id, share in sorted(applied.shares.items()):
        rows_so_far += share
        upto = _round_down(applied.value * rows_so_far / applied.rows, currency)
        if rows_so_far == applied.rows:
            upto = applied.value
        values[line_id] = upto - value_so_far
        value_so_far = upto
    return values
