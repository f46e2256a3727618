"""The rows of Saleor that say what of an order was delivered, given back and paid back, in one statement.

Never writes and judges nothing: ``refunds.py`` does.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import (
    Case,
    CharField,
    DecimalField,
    F,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    UUIDField,
    Value,
    When,
)
from django.db.models.functions import Cast
from saleor.order.models import Fulfillment, FulfillmentLine, OrderGrantedRefund, OrderGrantedRefundLine
from saleor.payment import TransactionEventType, TransactionKind
from saleor.payment.models import Transaction, TransactionEvent, TransactionItem

REFUND_EVENTS = (
    TransactionEventType.REFUND_REQUEST,
    TransactionEventType.REFUND_SUCCESS,
    TransactionEventType.REFUND_REVERSE,
    TransactionEventType.REFUND_FAILURE,
)


class RefundRow(NamedTuple):
    kind: str
    """A fulfilment's status, shipping, grant, grant line, item or payment."""
    line_id: Any = None
    number: int | None = None
    amount: Decimal | None = None
    pending: Decimal | None = None
    grant_id: int | None = None
    item_id: int | None = None


def _no(output_field: Any) -> Cast:
    # PostgreSQL takes a plain NULL for text before it sees the next part.
    return Cast(Value(None), output_field)


def read_refund_rows(order: Any) -> list[RefundRow]:
    """Return all of them. One statement."""
    no_line, no_number, no_money = (
        _no(UUIDField()),
        _no(IntegerField()),
        _no(DecimalField(max_digits=20, decimal_places=3)),
    )
    signed = Case(When(kind=TransactionKind.REFUND, then=F("amount")), default=-F("amount"))
    grants = _successful_grants(order)
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
        OrderGrantedRefundLine.objects.filter(granted_refund__in=grants.values("pk")).values_list(
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
    return [RefundRow(*values) for values in first.union(*others, all=True)]


def _successful_grants(order: Any) -> QuerySet[Any]:
    """Return the granted refunds whose last event says that the money went back.

    Saleor writes that into their status only after it has called the hooks.
    """
    events = TransactionEvent.objects.filter(
        related_granted_refund=OuterRef("pk"), transaction_id=OuterRef("transaction_item_id"), type__in=REFUND_EVENTS
    )
    last = Subquery(events.order_by("-created_at", "-pk").values("type")[:1])
    granted = OrderGrantedRefund.objects.filter(order_id=order.pk)
    return granted.annotate(last_event=last).filter(last_event=TransactionEventType.REFUND_SUCCESS)


def _kind(name: str) -> Value:
    return Value(name, output_field=CharField())
