"""An order as it is now, for ``settle_order``."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, cast

from django.db.models import Q

from saleor_loyalty.basket import Basket, BasketLine, basket_from_json, basket_to_json
from saleor_loyalty.host import AppliedDiscount, OrderFacts, OrderOrigin, OrderStatus

from .carts import customer_facts
from .models import FulfillmentLine, FulfillmentStatus, Order, OrderLine
from .pricing import ZERO


def read_order_facts(order_id: str, *, for_update: bool = False) -> OrderFacts | None:
    """Return the order as it is now, its row locked if asked for; None if it is gone. Three statements."""
    orders = Order.objects.filter(pk=valid_id(order_id) or 0).select_related("channel", "user")
    order = (orders.select_for_update(of=("self",)) if for_update else orders).first()
    if order is None:
        return None
    lines = list(OrderLine.objects.filter(order=order))
    rows = {str(line.pk): line.points_row for line in lines if line.points_row}
    email = order.user.email if order.user else order.email
    return OrderFacts(
        id=str(order.pk),
        number=order.number,
        checkout_id=str(order.checkout_id) if order.checkout_id else None,
        channel=order.channel.slug,
        currency=order.channel.currency,
        language_code=order.language_code,
        user_id=order.user_id,
        email=email,
        status=cast(OrderStatus, order.status),
        origin=cast(OrderOrigin, order.origin),
        is_charged_in_full=order.is_paid,
        created_at=order.created_at,
        basket=Basket(
            currency=order.channel.currency,
            channel=order.channel.slug,
            prices_entered_with_tax=order.channel.prices_entered_with_tax,
            lines=tuple(_line_of_order(line) for line in lines),
            shipping_net=order.shipping_net,
            shipping_gross=order.shipping_gross,
            customer=customer_facts(order.user, email),
            at=order.created_at,
        ),
        fulfilled=standing_quantities(lines),
        ordered={str(line.pk): line.quantity for line in lines},
        discount=AppliedDiscount(value=order.points_value, rows=sum(rows.values(), ZERO), shares=rows)
        if rows
        else None,
    )


def changed_orders(*, since: datetime.datetime, after_id: str, limit: int) -> Sequence[tuple[datetime.datetime, str]]:
    """Return (updated at, id) of orders changed after ``since``, or at that moment with an id past ``after_id``."""
    later = Q(updated_at__gt=since) | Q(updated_at=since, pk__gt=valid_id(after_id) or 0)
    rows = Order.objects.filter(later).order_by("updated_at", "pk").values_list("updated_at", "pk")[:limit]
    return [(updated_at, str(pk)) for updated_at, pk in rows]


def standing_quantities(lines: Sequence[OrderLine]) -> dict[str, int]:
    """Return by line what was delivered and neither cancelled nor refunded; lines without are left out."""
    rows = FulfillmentLine.objects.filter(
        order_line__in=lines, fulfillment__status=FulfillmentStatus.FULFILLED
    ).values_list("order_line_id", "quantity")
    quantities: dict[str, int] = {}
    for line_id, quantity in rows:
        quantities[str(line_id)] = quantities.get(str(line_id), 0) + quantity
    return {key: quantity for key, quantity in quantities.items() if quantity}


def freeze_line(line: BasketLine, *, at: datetime.datetime) -> dict[str, Any]:
    """Return the line as JSON, for ``OrderLine.facts``."""
    frozen: dict[str, Any] = basket_to_json(Basket(currency="", channel="", lines=(line,), at=at))["lines"][0]
    return frozen


def _line_of_order(line: OrderLine) -> BasketLine:
    basket = {"currency": "", "channel": "", "lines": [line.facts], "customer": {"labels": []}}
    amounts = {"shipping_net": Decimal(0), "shipping_gross": Decimal(0), "at": line.order.created_at.isoformat()}
    return dataclasses.replace(basket_from_json(basket | amounts).lines[0], id=str(line.pk))


def valid_id(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
