"""What goes back: money by line, by amount and for shipping, goods without money; and lines edited before they count.

Each verb works on an order that ``shop.changing_order`` has locked. As in Saleor, units that are refunded or returned
move from the fulfilments that stand to one of their own, and a unit costs its line's price divided by its quantity,
rounded to the minor unit.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from .models import Fulfillment, FulfillmentStatus, Order, OrderLine
from .order_facts import freeze_line, frozen_line, unit_price
from .pricing import ZERO
from .shop import Refused, quantities_left, write_fulfillment

CENT = Decimal("0.01")


def refund_lines(
    order: Order, quantities: Mapping[int, int], *, amount: Decimal | None = None, with_shipping: bool = False
) -> Fulfillment:
    """Pay quantities back, delivered or not, or ``amount`` for them; ``with_shipping`` also what the delivery cost."""
    worth = sum((unit_price(line) * quantities[line.pk] for line in order.lines.filter(pk__in=quantities)), ZERO)
    shipping = order.shipping_gross - order.refunded_shipping if with_shipping and amount is None else ZERO
    _pay_back(order, worth + shipping if amount is None else amount)
    order.refunded_shipping += shipping
    return _move(order, quantities, FulfillmentStatus.REFUNDED)


def refund_amount(order: Order, amount: Decimal) -> Fulfillment:
    """Pay money back for no line in particular."""
    if amount <= 0:
        raise Refused("ZERO_QUANTITY", "Amount should be a positive number.", field="amount")
    _pay_back(order, amount)
    return _move(order, {}, FulfillmentStatus.REFUNDED)


def return_lines(order: Order, quantities: Mapping[int, int], *, with_money: bool) -> Fulfillment:
    """Take delivered quantities back, and pay for them only ``with_money``."""
    if not with_money:
        return _move(order, quantities, FulfillmentStatus.RETURNED)
    fulfillment = refund_lines(order, quantities)
    Fulfillment.objects.filter(pk=fulfillment.pk).update(status=FulfillmentStatus.REFUNDED_AND_RETURNED)
    return fulfillment


def set_line_quantity(order: Order, line: OrderLine, quantity: int) -> None:
    """Change a line of an order that is not confirmed yet; 0 deletes it. What points pay goes with its units."""
    if order.status not in ("DRAFT", "UNCONFIRMED"):
        raise Refused("NOT_EDITABLE", "Only draft and unconfirmed orders can be edited.", field="id")
    if quantity < 0:
        raise Refused("ZERO_QUANTITY", "The quantity must be positive.", field="quantity")
    rows = sum((row.points_row for row in order.lines.all()), ZERO)
    share = Decimal(quantity) / line.quantity
    taken_off = line.points_row - _scaled(line.points_row, share)
    if rows:
        order.points_value -= (order.points_value * taken_off / rows).quantize(CENT, rounding=ROUND_HALF_UP)
    if quantity == 0:
        line.delete()
        return
    facts = frozen_line(line)
    amounts = {
        name: _scaled(getattr(facts, name), share) for name in ("net", "gross", "redeemed_net", "redeemed_gross")
    }
    line.facts = freeze_line(facts, at=order.created_at, quantity=quantity, **amounts)
    line.quantity, line.points_row = quantity, line.points_row - taken_off
    line.net, line.gross = _scaled(line.net, share), _scaled(line.gross, share)
    line.save()


def _scaled(amount: Decimal, share: Decimal) -> Decimal:
    return (amount * share).quantize(CENT, rounding=ROUND_HALF_UP)


def _pay_back(order: Order, amount: Decimal) -> None:
    left = sum((line.gross for line in order.lines.all()), order.shipping_gross) - order.refunded
    order.refunded += min(amount, left)


def _move(order: Order, quantities: Mapping[int, int], status: str) -> Fulfillment:
    left = quantities_left(order)
    for line in order.lines.filter(pk__in=quantities):
        wanted = quantities[line.pk]
        rows = line.fulfillment_lines.filter(fulfillment__status=FulfillmentStatus.FULFILLED).order_by("-pk")
        for row in rows.select_for_update():
            moved = min(wanted, row.quantity)
            row.quantity, wanted = row.quantity - moved, wanted - moved
            row.save(update_fields=["quantity"])
        if wanted > left.get(line.pk, 0):
            raise Refused("INVALID_QUANTITY", "More than was ordered cannot be given back.", field="lines")
    return write_fulfillment(order, quantities, status)
