"""What of an order of Saleor was delivered, given back and paid back, in both of its payment flows.

The payment flow leaves fulfilments (refunded, returned, both) and its gateways' transactions; the transaction flow
leaves transaction items and granted refunds. A granted refund counts once its money went back, not before. Saleor's
own charge status compares what is charged now, so a refund of a part turns it back: what ever came in is counted here.
Never writes; one statement, and none where the order's row tells that nothing can have happened. Held by
``tests/saleor/test_refund_facts.py`` and ``tests/saleor/test_order_payments.py``.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Case, CharField, DecimalField, F, IntegerField, UUIDField, Value, When
from django.db.models.functions import Cast
from saleor.order import FulfillmentStatus, OrderChargeStatus, OrderGrantedRefundStatus, OrderStatus
from saleor.order.models import Fulfillment, FulfillmentLine, OrderGrantedRefund, OrderGrantedRefundLine
from saleor.payment import TransactionKind
from saleor.payment.models import Transaction, TransactionItem

from ..host import RefundFacts

ZERO = Decimal(0)
CHARGED = (OrderChargeStatus.FULL, OrderChargeStatus.OVERCHARGED)
NEVER_FULFILLED = (OrderStatus.DRAFT, OrderStatus.UNCONFIRMED, OrderStatus.UNFULFILLED)
# Saleor moves units from the fulfilled fulfilment to another one when they are refunded, returned or replaced. What
# was given back or paid back no longer stands; for a replaced unit the customer has paid and has its replacement.
STANDING = (FulfillmentStatus.FULFILLED, FulfillmentStatus.REPLACED)
PAID_BACK = (FulfillmentStatus.REFUNDED, FulfillmentStatus.REFUNDED_AND_RETURNED)


class _Row(NamedTuple):
    kind: str
    line_id: Any = None
    number: int | None = None
    amount: Decimal | None = None
    pending: Decimal | None = None
    grant_id: int | None = None
    item_id: int | None = None


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
    rows = _read_rows(order)
    paid_back = sum((row.amount or ZERO for row in rows if row.kind in ("item", "payment")), ZERO)
    under_way = sum((row.pending or ZERO for row in rows if row.kind == "item"), ZERO)
    received = charged + paid_back + under_way
    return Delivery(
        fulfilled=_units(rows, STANDING),
        refunds=_refunds(order, lines, rows, paid_back=paid_back),
        is_charged_in_full=is_covered or (received > 0 and (order.charge_status in CHARGED or received >= total)),
    )


def _refunds(order: Any, lines: Sequence[Any], rows: Sequence[_Row], *, paid_back: Decimal) -> RefundFacts:
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


def _paid_grants(order: Any, rows: Sequence[_Row]) -> tuple[Counter[str], Decimal]:
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


def _units(rows: Sequence[_Row], statuses: Sequence[str]) -> dict[str, int]:
    units: Counter[str] = Counter()
    for row in rows:
        if row.kind in statuses:
            units[str(row.line_id)] += row.number or 0
    return {line_id: number for line_id, number in units.items() if number}


def _no(output_field: Any) -> Cast:
    # PostgreSQL takes a plain NULL for text before it sees the next part.
    return Cast(Value(None), output_field)


def _read_rows(order: Any) -> list[_Row]:
    no_line, no_number, no_money = (
        _no(UUIDField()),
        _no(IntegerField()),
        _no(DecimalField(max_digits=20, decimal_places=3)),
    )
    signed = Case(When(kind=TransactionKind.REFUND, then=F("amount")), default=-F("amount"))
    paid = {"status": OrderGrantedRefundStatus.SUCCESS}
    grants = OrderGrantedRefund.objects.filter(order_id=order.pk, **paid)
    has_shipping = Case(When(shipping_costs_included=True, then=1), default=0, output_field=IntegerField())
    parts = [
        FulfillmentLine.objects.filter(fulfillment__order_id=order.pk).values_list(
            F("fulfillment__status"), "order_line_id", "quantity", no_money, no_money, no_number, no_number
        ),
        Fulfillment.objects.filter(order_id=order.pk, shipping_refund_amount__gt=0).values_list(
            _kind("shipping"), no_line, no_number, "shipping_refund_amount", no_money, no_number, no_number
        ),
        grants.values_list(
            _kind("grant"), no_line, has_shipping, "amount_value", no_money, "pk", "transaction_item_id"
        ),
        OrderGrantedRefundLine.objects.filter(granted_refund__in=grants).values_list(
            _kind("grant line"), "order_line_id", "quantity", no_money, no_money, "granted_refund_id", no_number
        ),
        TransactionItem.objects.filter(order_id=order.pk).values_list(
            _kind("item"), no_line, no_number, "refunded_value", "refund_pending_value", no_number, "pk"
        ),
        # The older payments keep only what is left; their gateway's transactions tell what went back, and what of
        # that came again.
        Transaction.objects.filter(
            payment__order_id=order.pk,
            kind__in=(TransactionKind.REFUND, TransactionKind.REFUND_REVERSED),
            is_success=True,
            action_required=False,
        ).values_list(_kind("payment"), no_line, no_number, signed, no_money, no_number, no_number),
    ]
    first, *others = (part.order_by() for part in parts)
    return [_Row(*values) for values in first.union(*others, all=True)]


def _kind(name: str) -> Value:
    return Value(name, output_field=CharField())
