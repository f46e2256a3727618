"""Settling one order at once from several processes gives one award."""

from __future__ import annotations

import pytest
from django.db import transaction

from playground import refunds, shop
from playground.carts import open_cart
from playground.models import Order
from saleor_loyalty.models import OrderRecord
from saleor_loyalty.orders import settle_order_by_id
from tests import club
from tests.sessions import together

pytestmark = pytest.mark.django_db(transaction=True)


def settling(order):
    return lambda: settle_order_by_id(str(order.pk), at=club.now())


def test_an_order_settled_by_four_at_once_is_awarded_once(dana, variant):
    order = club.order_of(dana, variant, 4)
    club.fulfill(order)

    outcomes = together(*[settling(order)] * 4)

    assert [error for _, error in outcomes] == [None] * 4
    assert club.movements() == [("EARN", 400)]
    assert OrderRecord.objects.get().failure == ""


def test_facts_read_by_several_at_once_give_one_record_and_one_award(dana, variant):
    # given nobody holds the order's row: only the record's own lock stands between them
    order = club.order_of(dana, variant, 4)
    club.fulfill(order)

    outcomes = together(*[lambda: club.settle(order)] * 4)

    assert [error for _, error in outcomes] == [None] * 4
    assert club.movements() == [("EARN", 400)]
    assert OrderRecord.objects.count() == 1


def test_a_lost_redemption_healed_by_several_at_once_is_taken_once(account, dana, variant):
    checkout = club.fill_cart(dana, variant, 5)
    club.apply(checkout, 1000)
    order = shop._write_order(open_cart(checkout.pk))

    outcomes = together(*[settling(order)] * 4)

    assert [error for _, error in outcomes] == [None] * 4
    assert club.movements() == [("GIVE", 1000), ("REDEEM", -1000)]
    assert OrderRecord.objects.get().failure == ""


def test_a_cancelled_order_settled_by_several_returns_once(account, dana, variant):
    checkout = club.fill_cart(dana, variant, 5)
    club.apply(checkout, 1000)
    order = club.complete(checkout)
    Order.objects.update(status="CANCELED")

    outcomes = together(*[settling(order)] * 4)

    assert [error for _, error in outcomes] == [None] * 4
    assert club.movements() == [("GIVE", 1000), ("REDEEM", -1000), ("RETURN", 1000)]


def test_a_refund_settled_by_four_at_once_is_taken_back_and_given_back_once(account, dana, variant):
    checkout = club.fill_cart(dana, variant, 5)
    club.apply(checkout, 1000)
    order = club.complete(checkout)
    club.fulfill(order)
    club.settle(order)
    with transaction.atomic():
        row = Order.objects.select_for_update().get()
        refunds.refund_lines(row, {row.lines.get().pk: 2})
        row.save()

    outcomes = together(*[settling(order)] * 4)

    assert [error for _, error in outcomes] == [None] * 4
    assert club.movements() == [("GIVE", 1000), ("REDEEM", -1000), ("EARN", 400), ("REVERSE", -160), ("RETURN", 400)]
    assert len(Order.objects.get().notes) == 4
    assert club.audit() == []


def test_a_refund_settled_while_the_points_are_being_spent_never_overspends(dana, variant):
    # given 400 points earned, and a cart that wants all of them while the order is paid back
    order = club.order_of(dana, variant, 4)
    club.fulfill(order)
    club.settle(order)
    checkout = club.fill_cart(dana, variant, 9)
    with transaction.atomic():
        row = Order.objects.select_for_update().get()
        refunds.refund_lines(row, {row.lines.get().pk: 4})
        row.save()

    (_, settled), (_, applied) = together(settling(order), lambda: club.apply(checkout, 400))

    # then either the points were set aside first, and are left, or they were taken, and cannot be spent
    assert settled is None
    record = OrderRecord.objects.get()
    available, _, reserved, debt = club.points_of(dana)
    assert (available, debt, reserved + record.reversed) == (0, 0, 400)
    assert (applied is None) == (reserved == 400) == (record.unrecovered == 400)
    assert club.audit() == []


def test_many_orders_of_one_customer_settled_at_once_add_up(dana, variant):
    orders = [club.order_of(dana, variant, 1) for _ in range(6)]
    for order in orders:
        club.fulfill(order)

    outcomes = together(*(settling(order) for order in orders))

    assert [error for _, error in outcomes] == [None] * 6
    assert club.points_of(dana) == (600, 0, 0, 0)
    assert club.audit() == []
