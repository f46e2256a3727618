"""The discount rows of an order: the host's, as marks on lines, and ours, as an ``AppliedDiscount``.

Never writes. An order does not say what its rows are worth (a percentage voucher makes the rows larger than the value,
see ``fit.py``): the record of the commit does, and before it the reservation of the checkout.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal
from typing import Any

from django.db.models import CharField, DecimalField, UUIDField, Value
from saleor.checkout.models import Checkout
from saleor.discount import DiscountType
from saleor.discount.models import OrderDiscount, OrderLineDiscount

from ..host import AppliedDiscount
from ..models import OrderRecord, Reservation
from ..rules import minor_unit
from ..selectors import last_reservation
from .discounts import UNIQUE_TYPE

ZERO = Decimal(0)


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


def read_order_discounts(order: Any) -> OrderDiscounts:
    """Return the order's discounts. One statement; one more where rows of ours stand that no record tells of yet."""
    on_lines = OrderLineDiscount.objects.filter(line__order_id=order.pk, amount_value__gt=0).order_by()
    on_order = OrderDiscount.objects.filter(order_id=order.pk, amount_value__gt=0).order_by()
    redeemed = OrderRecord.objects.filter(order_id=str(order.pk), redeemed_rows__gt=0).order_by()
    no_line, no_text = Value(None, output_field=UUIDField()), Value("", output_field=CharField())
    no_value = Value(ZERO, output_field=DecimalField())
    rows = on_lines.values_list("line_id", "type", "unique_type", "amount_value", no_value).union(
        on_order.values_list(no_line, "type", no_text, "amount_value", no_value),
        redeemed.values_list(no_line, no_text, Value(UNIQUE_TYPE), "redeemed_rows", "redeemed_value"),
        all=True,
    )
    marks: dict[str, set[str]] = {}
    ours: dict[str, Decimal] = {}
    recorded: tuple[Decimal, Decimal] | None = None
    for line_id, kind, unique_type, amount, value in rows:
        if unique_type == UNIQUE_TYPE:
            if line_id is None:
                recorded = (value, amount)
            else:
                ours[str(line_id)] = amount
        else:
            marks.setdefault(kind, set()).add(str(line_id))
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


def _applied(order: Any, shares: dict[str, Decimal], recorded: tuple[Decimal, Decimal] | None) -> AppliedDiscount:
    """``recorded``: the value and the rows that the order's record tells of."""
    total = sum(shares.values(), ZERO)
    if recorded is not None:
        value = _scaled_by(total, value=recorded[0], rows=recorded[1], currency=order.currency)
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
