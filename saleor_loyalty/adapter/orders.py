"""An order of Saleor as ``OrderFacts``: what it is now, whatever events led there; and a note in its history.

Writes nothing else. Reads in a number of statements that does not grow with the lines: the order, its lines
with all discount rows, and only where there can be any: what was delivered and refunded, the checkout's reservation.
Held by ``tests/saleor/test_order_facts.py``.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Greatest
from saleor.order import OrderEvents
from saleor.order import OrderOrigin as SaleorOrderOrigin
from saleor.order import OrderStatus as SaleorOrderStatus
from saleor.order.lock_objects import order_qs_select_for_update
from saleor.order.models import Fulfillment, Order, OrderEvent

from ..host import OrderFacts, OrderOrigin, OrderStatus
from .order_basket import build_order_basket, read_order_lines
from .order_discounts import read_order_discounts
from .refunds import read_delivery

STATUSES: dict[str, OrderStatus] = {
    SaleorOrderStatus.DRAFT: "DRAFT",
    SaleorOrderStatus.UNCONFIRMED: "UNCONFIRMED",
    SaleorOrderStatus.CANCELED: "CANCELED",
    SaleorOrderStatus.EXPIRED: "EXPIRED",
}
ORIGINS: dict[str, OrderOrigin] = {
    SaleorOrderOrigin.DRAFT: "DRAFT",
    SaleorOrderOrigin.REISSUE: "REISSUE",
    SaleorOrderOrigin.BULK_CREATE: "IMPORT",
}


def read_order_facts(order_id: str, *, for_update: bool = False) -> OrderFacts | None:
    """Return the order as it is now; None if it is gone. ``for_update`` locks its row and needs an atomic block."""
    try:
        pk = UUID(order_id)
    except ValueError:
        return None
    qs = order_qs_select_for_update() if for_update else Order.objects.all()
    order = qs.select_related("user", "voucher", "channel__tax_configuration").filter(pk=pk).first()
    if order is None:
        return None
    lines = read_order_lines(order)
    discounts = read_order_discounts(order, lines)
    delivery = read_delivery(order, lines)
    return OrderFacts(
        id=str(order.pk),
        number=str(order.number or ""),
        checkout_id=order.checkout_token or None,
        channel=order.channel.slug,
        currency=order.currency,
        language_code=order.language_code,
        user_id=order.user_id,
        voucher_code=order.voucher_code or "",
        email=order.user_email,
        status=STATUSES.get(order.status, "CONFIRMED"),
        origin=ORIGINS.get(order.origin, "CHECKOUT"),
        is_charged_in_full=delivery.is_charged_in_full,
        created_at=order.created_at,
        basket=build_order_basket(order, lines, discounts),
        fulfilled=delivery.fulfilled,
        ordered={str(line.pk): line.quantity for line in lines},
        discount=discounts.applied,
        refunds=delivery.refunds,
    )


def write_note(order_id: str, text: str) -> None:
    """Add a note of nobody's to the order's history, where the Dashboard shows it. One statement, no hook."""
    OrderEvent.objects.create(order_id=UUID(order_id), type=OrderEvents.NOTE_ADDED, parameters={"message": text})


def read_changed_orders(
    *, since: datetime.datetime, after_id: str, limit: int, once: bool = False
) -> Sequence[tuple[datetime.datetime, str]]:
    """Return (changed at, order id), ordered, at most ``limit``, past (``since``, ``after_id``).

    An order is changed when its row is, when a fulfilment is made, or when anything is written into its history: a
    second partial fulfilment leaves the row alone, and so does the cancellation of one of two. An order may appear
    once for each of these moments; with ``once`` it comes once, with the last of them, and orders come by id.
    """
    if once:
        return _changed_once(since=since, after_id=after_id, limit=limit)
    sources = (
        _after(Order.objects.all(), "updated_at", "pk", since=since, after_id=after_id),
        _after(Fulfillment.objects.all(), "created_at", "order_id", since=since, after_id=after_id).distinct(),
        _after(OrderEvent.objects.all(), "date", "order_id", since=since, after_id=after_id).distinct(),
    )
    found = {(at, str(pk)) for rows in sources for at, pk in rows[:limit]}
    return sorted(found)[:limit]


def _after(qs: Any, at_field: str, pk_field: str, *, since: datetime.datetime, after_id: str) -> Any:
    qs = qs.filter(**{f"{at_field}__gte": since})
    if after_id:
        qs = qs.filter(Q(**{f"{at_field}__gt": since}) | Q(**{f"{pk_field}__gt": UUID(after_id)}))
    return qs.order_by(at_field, pk_field).values_list(at_field, pk_field)


def _changed_once(*, since: datetime.datetime, after_id: str, limit: int) -> Sequence[tuple[datetime.datetime, str]]:
    last_event = OrderEvent.objects.filter(order=OuterRef("pk")).order_by("-date").values("date")[:1]
    last_made = Fulfillment.objects.filter(order=OuterRef("pk")).order_by("-created_at").values("created_at")[:1]
    changed_at = Greatest("updated_at", Subquery(last_event), Subquery(last_made))
    orders = Order.objects.annotate(changed_at=changed_at).filter(changed_at__gte=since)
    if after_id:
        orders = orders.filter(pk__gt=UUID(after_id))
    rows = orders.order_by("pk").values_list("changed_at", "pk")[:limit]
    return [(moment, str(pk)) for moment, pk in rows]
