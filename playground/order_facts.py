"""An order as it is now, for ``settle_order``."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, cast

from django.db.models import Q

from saleor_loyalty.basket import Basket, BasketLine, basket_from_json, basket_to_json
from saleor_loyalty.host import AppliedDiscount, OrderFacts, OrderOrigin, OrderStatus, RefundFacts

from .carts import customer_facts
from .models import GIVEN_BACK, FulfillmentLine, FulfillmentStatus, Order, OrderLine
from .pricing import ZERO


def read_order_facts(order_id: str, *, for_update: bool = False) -> OrderFacts | None:
    """Return the order as it is now, its row locked if asked for; None if it is gone. Three statements."""
    orders = Order.objects.filter(pk=valid_id(order_id) or 0).select_related("channel", "user")
    order = (orders.select_for_update(of=("self",)) if for_update else orders).first()
    if order is None:
        return None
    lines = list(OrderLine.objects.filter(order=order))
    moved = _moved_units(lines)
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
        voucher_code=order.voucher_code,
        email=email,
        status=cast(OrderStatus, order.status),
        origin=cast(OrderOrigin, order.origin),
        is_charged_in_full=order.is_paid,
        created_at=order.created_at,
        basket=Basket(
            currency=order.channel.currency,
            channel=order.channel.slug,
            prices_entered_with_tax=order.channel.prices_entered_with_tax,
            lines=tuple(frozen_line(line) for line in lines),
            shipping_net=order.shipping_net,
            shipping_gross=order.shipping_gross,
            customer=customer_facts(order.user, email),
            at=order.created_at,
        ),
        fulfilled=_quantities(moved, (FulfillmentStatus.FULFILLED,)),
        ordered={str(line.pk): line.quantity for line in lines},
        refunds=_refunds(order, lines, moved),
        discount=AppliedDiscount(value=order.points_value, rows=sum(rows.values(), ZERO), shares=rows)
        if rows
        else None,
    )


def changed_orders(
    *, since: datetime.datetime, after_id: str, limit: int, once: bool
) -> Sequence[tuple[datetime.datetime, str]]:
    """Return (updated at, id) of orders changed after ``since``, or at that moment with an id past ``after_id``; with
    ``once`` of orders changed since then, by id."""
    after = valid_id(after_id) or 0
    if once:
        rows = Order.objects.filter(updated_at__gte=since, pk__gt=after).order_by("pk")
    else:
        later = Q(updated_at__gt=since) | Q(updated_at=since, pk__gt=after)
        rows = Order.objects.filter(later).order_by("updated_at", "pk")
    return [(updated_at, str(pk)) for updated_at, pk in rows.values_list("updated_at", "pk")[:limit]]


def standing_quantities(lines: Sequence[OrderLine]) -> dict[str, int]:
    """Return by line what was delivered and neither cancelled nor given back; lines without are left out."""
    return _quantities(_moved_units(lines), (FulfillmentStatus.FULFILLED,))


def unit_price(line: OrderLine) -> Decimal:
    """Return what one unit of the line cost in money, with tax, rounded to the cent."""
    return (line.gross / line.quantity).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def _refunds(order: Order, lines: Sequence[OrderLine], moved: Sequence[tuple[int, int, str]]) -> RefundFacts:
    total = sum((line.gross for line in lines), order.shipping_gross)
    units = _quantities(moved, GIVEN_BACK)
    return RefundFacts(
        units=units,
        worth=sum((unit_price(line) * units.get(str(line.pk), 0) for line in lines), ZERO),
        money=order.refunded,
        shipping=order.refunded_shipping,
        charged=total if order.is_paid else ZERO,
    )


def _moved_units(lines: Sequence[OrderLine]) -> list[tuple[int, int, str]]:
    """Return line, units and status of all fulfilments' lines."""
    rows = FulfillmentLine.objects.filter(order_line__in=lines)
    return list(rows.values_list("order_line_id", "quantity", "fulfillment__status"))


def _quantities(moved: Sequence[tuple[int, int, str]], statuses: Sequence[str]) -> dict[str, int]:
    quantities: dict[str, int] = {}
    for line_id, quantity, status in moved:
        if quantity and status in statuses:
            quantities[str(line_id)] = quantities.get(str(line_id), 0) + quantity
    return quantities


def freeze_line(line: BasketLine, *, at: datetime.datetime, **changes: Any) -> dict[str, Any]:
    """Return the line as JSON, for ``OrderLine.facts``, with other values where they are given."""
    line = dataclasses.replace(line, **changes)
    frozen: dict[str, Any] = basket_to_json(Basket(currency="", channel="", lines=(line,), at=at))["lines"][0]
    return frozen


def frozen_line(line: OrderLine) -> BasketLine:
    """Return the line of the basket that ``freeze_line`` kept."""
    basket = {"currency": "", "channel": "", "lines": [line.facts], "customer": {"labels": []}}
    amounts = {"shipping_net": Decimal(0), "shipping_gross": Decimal(0), "at": line.order.created_at.isoformat()}
    return dataclasses.replace(basket_from_json(basket | amounts).lines[0], id=str(line.pk))


def valid_id(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
