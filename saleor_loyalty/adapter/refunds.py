"""What of an order of Saleor was delivered, given back and paid back, in both of its payment flows.

The payment flow leaves fulfilments (refunded, returned, both) and its gateways' transactions; the transaction flow
leaves transaction items and granted refunds. A granted refund counts once its money went back, not before. Saleor's
own charge status compares what is charged now, so a refund of a part turns it back: what ever came in is counted here.
Never writes; one statement, and none where the order's row tells that nothing can have happened. Held by
``tests/saleor/test_refunds.py`` and ``tests/saleor/test_order_payments.py``.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from saleor.order import FulfillmentStatus, OrderChargeStatus, OrderStatus

from ..host import RefundFacts
from .refund_rows import RefundRow, read_refund_rows

ZERO = Decimal(0)
CHARGED = (OrderChargeStatus.FULL, OrderChargeStatus.OVERCHARGED)
NEVER_FULFILLED = (OrderStatus.DRAFT, OrderStatus.UNCONFIRMED, OrderStatus.UNFULFILLED)
# Saleor moves units from the fulfilled fulfilment to another one when they are refunded, returned or replaced. What
# was given back or paid back no longer stands; for a replaced unit the customer has paid and has its replacement.
STANDING = (FulfillmentStatus.FULFILLED, FulfillmentStatus.REPLACED)
PAID_BACK = (FulfillmentStatus.REFUNDED, FulfillmentStatus.REFUNDED_AND_RETURNED)


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """What became of an order."""

    fulfilled: Mapping[str, int] = field(default_factory=dict)
    """Line id -> units in fulfilments that stand."""
    refunds: RefundFacts = RefundFacts()  # noqa: RUF009  (frozen)
    is_charged_in_full: bool = False


def read_delivery(order: Any, lines: Sequence[Any]) -> Delivery:
    """Return what was delivered, given back and paid back of the order by now."""
    charged, total = order.total_charged_amount, order.total_gross_amount
    is_covered = total <= 0 or (order.charge_status in CHARGED and charged > 0)
    if order.status in NEVER_FULFILLED and charged >= total and is_covered:
        # All of the price is there, so nothing of it went back.
        return Delivery(is_charged_in_full=True, refunds=RefundFacts(charged=charged))
    rows = read_refund_rows(order)
    paid_back = sum((row.amount or ZERO for row in rows if row.kind in ("item", "payment")), ZERO)
    under_way = sum((row.pending or ZERO for row in rows if row.kind == "item"), ZERO)
    received = charged + paid_back + under_way
    return Delivery(
        fulfilled=_units(rows, STANDING),
        refunds=_refunds(order, lines, rows, paid_back=paid_back),
        is_charged_in_full=is_covered or (received > 0 and (order.charge_status in CHARGED or received >= total)),
    )


def _refunds(order: Any, lines: Sequence[Any], rows: Sequence[RefundRow], *, paid_back: Decimal) -> RefundFacts:
    granted, granted_shipping = _paid_grants(order, rows)
    refunded, returned = _units(rows, PAID_BACK), _units(rows, (FulfillmentStatus.RETURNED,))
    units: dict[str, int] = {}
    worth = ZERO
    for line in lines:
        key = str(line.pk)
        # A granted refund does not say which units it is for: those that came back already, first of all.
        gone = refunded.get(key, 0) + max(returned.get(key, 0), granted.get(key, 0))
        if gone := min(gone, line.quantity):
            units[key] = gone
            worth += line.unit_price_gross_amount * gone
    # What goes back of an overpaid order is not its price.
    missing = max(order.total_gross_amount - order.total_charged_amount, ZERO)
    money = max(min(paid_back, missing), ZERO)
    shipping = granted_shipping + sum((row.amount or ZERO for row in rows if row.kind == "shipping"), ZERO)
    return RefundFacts(
        units=units,
        worth=worth,
        money=money,
        shipping=min(shipping, order.shipping_price_gross_amount, money),
        charged=order.total_charged_amount + paid_back,
    )


def _paid_grants(order: Any, rows: Sequence[RefundRow]) -> tuple[Counter[str], Decimal]:
    """Return the units by line, and the shipping, of granted refunds whose money went back."""
    left: dict[int | None, Decimal] = defaultdict(Decimal)
    for row in rows:
        if row.kind == "item":
            left[row.item_id] += row.amount or ZERO
    units: Counter[str] = Counter()
    shipping = ZERO
    grants = sorted((row for row in rows if row.kind == "grant"), key=lambda row: row.grant_id or 0)
    for grant in grants:
        amount = grant.amount or ZERO
        if amount > left[grant.item_id]:
            continue  # part of it was taken back since: what is left of the money belongs to no line
        left[grant.item_id] -= amount
        for row in rows:
            if row.kind == "grant line" and row.grant_id == grant.grant_id:
                units[str(row.line_id)] += row.number or 0
        if grant.number:
            shipping += order.shipping_price_gross_amount
    return units, shipping


def _units(rows: Sequence[RefundRow], statuses: Sequence[str]) -> dict[str, int]:
    units: Counter[str] = Counter()
    for row in rows:
        if row.kind in statuses:
            units[str(row.line_id)] += row.number or 0
    return {line_id: number for line_id, number in units.items() if number}
