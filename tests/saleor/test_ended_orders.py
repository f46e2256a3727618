"""Orders that a real Saleor ends by itself, that staff mark as paid, and that staff edit without any hook."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone
from saleor.channel.models import Channel
from saleor.order.models import Order
from saleor.order.tasks import expire_orders_task
from saleor.payment.models import TransactionItem

from tests.scenarios.drivers.documents import ORDER_MARK_AS_PAID
from tests.scenarios.drivers.protocol import STAFF
from tests.scenarios.drivers.saleor_refunds import ORDER_REFUND, grant, ordered_lines, report, send
from tests.scenarios.stories import DANA, moves, numbers

LINE_DISCOUNT = """mutation($id: ID!, $input: OrderDiscountCommonInput!) {
    orderLineDiscountUpdate(orderLineId: $id, input: $input) { errors { field code message } } }"""


def unpaid(shop, lines):
    """An order of which nothing is paid, and 20.00 of it with points."""
    checkout = shop.start_checkout(lines, by=DANA)
    assert shop.apply_points(checkout, 200, by=DANA).errors == ()
    order = shop.complete(checkout, by=DANA).order
    TransactionItem.objects.all().delete()
    return order


def test_an_order_that_saleors_own_task_lets_expire_gives_all_of_it_back(club):
    # given
    order = unpaid(club, {"EYELINER": 2})
    Channel.objects.update(expire_orders_after=1)
    Order.objects.update(created_at=timezone.now() - datetime.timedelta(hours=2), status="unconfirmed")

    # when
    expire_orders_task()

    # then
    assert Order.objects.get().status == "expired"
    assert numbers(club, order) == (0, 0, 200, 0, 200)
    assert moves(club) == [("GIVE", 1000), ("REDEEM", -200), ("RETURN", 200)]
    assert club.audit_findings() == []


def test_what_staff_marked_as_paid_is_refunded_like_any_other(club):
    if not club.has_payment_flow:
        pytest.skip("This Saleor has no gateway for payments.")
    # given
    order = unpaid(club, {"EYELINER": 2})
    Channel.objects.update(order_mark_as_paid_strategy="payment_flow")
    send(club, ORDER_MARK_AS_PAID, id=order)
    club.fulfill(order)
    assert numbers(club, order) == (180, 0, 200, 0, 0)

    # when / then a half of what was paid for the goods, and the rest
    send(club, ORDER_REFUND, id=order, amount="90")
    assert numbers(club, order) == (90, 0, 200, 90, 100)
    send(club, ORDER_REFUND, id=order, amount="100")
    assert numbers(club, order) == (0, 0, 200, 180, 200)
    assert club.audit_findings() == []


def test_a_discount_of_staff_that_takes_points_off_a_line_is_found_though_no_hook_tells(club):
    # given 16.00 of 200.00 and 4.00 of 50.00 are paid with points
    club.hold_new_orders()
    order = unpaid(club, {"EYELINER": 2, "BRUSH": 1})

    # when
    [line] = ordered_lines(order, {"EYELINER": 2})
    send(club, LINE_DISCOUNT, id=line["id"], input={"valueType": "FIXED", "value": "5"})
    assert numbers(club, order, by=STAFF) == (0, 0, 200, 0, 0)
    club.confirm_order(order)

    # then
    assert numbers(club, order, by=STAFF)[2:] == (200, 0, 160)
    assert club.read_account(DANA).available == 960
    assert club.audit_findings() == []


def test_a_granted_refund_that_is_paid_in_part_counts_as_money_until_it_is_paid(club):
    # given 250 points, 50 of them of the brush
    checkout = club.start_checkout({"EYELINER": 2, "BRUSH": 1}, by=DANA)
    order = club.complete(checkout, by=DANA).order
    club.pay(order)
    club.fulfill(order)
    granted = grant(club, order, {"BRUSH": 1})

    # when / then
    report(club, order, "REFUND_SUCCESS", 30, granted=granted)
    assert numbers(club, order) == (220, 0, 0, 30, 0)
    report(club, order, "REFUND_SUCCESS", 20, granted=granted)
    assert numbers(club, order) == (200, 0, 0, 50, 0)
