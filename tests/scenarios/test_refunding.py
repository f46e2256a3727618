"""Stories of refunds: what was earned goes with what goes back, what was spent comes back with it, to the unit."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.scenarios.drivers.protocol import STAFF
from tests.scenarios.stories import DANA, buy, moves, numbers, open_club

pytestmark = pytest.mark.django_db(transaction=True)


def delivered(shop, lines, *, points=0):
    checkout = shop.start_checkout(lines, by=DANA)
    if points:
        assert shop.apply_points(checkout, points, by=DANA).errors == ()
    order = buy(shop, checkout)
    shop.fulfill(order)
    return order


def test_a_refund_by_line_takes_the_share_of_its_line_and_the_last_takes_the_rest(shop):
    open_club(shop)
    order = delivered(shop, {"EYELINER": 2, "BRUSH": 1}, points=300)
    assert numbers(shop, order) == (220, 0, 300, 0, 0)

    shop.refund_lines(order, {"EYELINER": 1})
    assert numbers(shop, order) == (132, 0, 300, 88, 120)

    shop.refund_lines(order, {"EYELINER": 1, "BRUSH": 1})
    assert numbers(shop, order) == (0, 0, 300, 220, 300)
    assert shop.read_account(DANA).available == 1000
    assert moves(shop)[1:] == [
        ("REDEEM", -300),
        ("EARN", 220),
        ("REVERSE", -88),
        ("RETURN", 120),
        ("REVERSE", -132),
        ("RETURN", 180),
    ]
    assert shop.audit_findings() == []


def test_two_refunds_of_a_fifth_are_one_of_two_fifths(shop):
    open_club(shop, points=0)
    once, twice = (delivered(shop, {"EYELINER": 2}) for _ in range(2))

    shop.refund_amount(once, Decimal(80))
    shop.refund_amount(twice, Decimal(40))
    assert numbers(shop, twice) == (160, 0, 0, 40, 0)
    shop.refund_amount(twice, Decimal(40))

    assert numbers(shop, once) == numbers(shop, twice) == (120, 0, 0, 80, 0)


def test_the_shipping_alone_takes_nothing(shop):
    open_club(shop)
    order = delivered(shop, {"EYELINER": 2}, points=200)

    shop.refund_shipping(order)

    assert numbers(shop, order) == (180, 0, 200, 0, 0)


def test_goods_that_come_back_without_money_take_their_share(shop):
    open_club(shop)
    order = delivered(shop, {"EYELINER": 2}, points=200)

    shop.return_lines(order, {"EYELINER": 1})

    assert numbers(shop, order) == (90, 0, 200, 90, 100)


def test_a_refund_that_is_promised_and_never_paid_changes_nothing(shop):
    open_club(shop)
    order = delivered(shop, {"EYELINER": 2}, points=200)

    shop.promise_refund(order, {"EYELINER": 1})
    shop.reconcile()

    assert numbers(shop, order) == (180, 0, 200, 0, 0)


def test_points_for_paying_go_with_the_money(shop):
    open_club(shop, points=0, trigger="ORDER_PAID")
    order = buy(shop, shop.start_checkout({"BRUSH": 2}, by=DANA))
    assert numbers(shop, order) == (100, 0, 0, 0, 0)

    shop.refund_amount(order, Decimal(50))

    assert numbers(shop, order) == (50, 0, 0, 50, 0)


def test_a_debt_is_paid_by_the_next_purchase(shop):
    open_club(shop, points=0, refund={"reversal": "ALLOW_NEGATIVE"})
    order = delivered(shop, {"EYELINER": 2})
    assert shop.deduct_points(DANA, 150).errors == ()

    shop.refund_lines(order, {"EYELINER": 1})
    account = shop.read_account(DANA)
    assert (account.available, account.debt, account.balance) == (0, 50, -50)

    delivered(shop, {"BRUSH": 2})
    account = shop.read_account(DANA)
    assert (account.available, account.debt) == (50, 0)
    assert shop.audit_findings() == []


def test_what_was_spent_meanwhile_is_left_by_default(shop):
    open_club(shop, points=0)
    order = delivered(shop, {"EYELINER": 2})
    assert shop.deduct_points(DANA, 150).errors == ()

    shop.refund_lines(order, {"EYELINER": 1})

    assert numbers(shop, order) == (150, 0, 0, 50, 0)
    assert shop.read_account(DANA).available == 0


def test_a_cancelled_order_gives_all_of_it_back_whatever_the_refund_rules_say(shop):
    open_club(shop, refund={"returnSpentPoints": False})
    checkout = shop.start_checkout({"EYELINER": 2}, by=DANA)
    assert shop.apply_points(checkout, 200, by=DANA).errors == ()
    order = buy(shop, checkout)

    shop.cancel_order(order)

    assert numbers(shop, order) == (0, 0, 200, 0, 200)
    assert shop.read_account(DANA).available == 1000


def test_a_line_that_staff_delete_gives_its_points_back_and_earns_nothing(shop):
    # given an order that waits for staff: 24.00 of 200.00 and 6.00 of 50.00 are paid with points
    open_club(shop)
    shop.hold_new_orders()
    checkout = shop.start_checkout({"EYELINER": 2, "BRUSH": 1}, by=DANA)
    assert shop.apply_points(checkout, 300, by=DANA).errors == ()
    order = shop.complete(checkout, by=DANA).order

    # when
    shop.set_line_quantity(order, "BRUSH", 0)
    assert shop.read_account(DANA).available == 760
    shop.confirm_order(order)
    shop.fulfill(order)

    # then
    assert numbers(shop, order, by=STAFF) == (176, 0, 300, 0, 60)
    assert shop.audit_findings() == []


def test_a_quantity_that_staff_change_before_they_confirm_earns_as_changed(shop):
    open_club(shop, points=0)
    shop.hold_new_orders()
    order = shop.complete(shop.start_checkout({"BRUSH": 2}, by=DANA), by=DANA).order

    shop.set_line_quantity(order, "BRUSH", 5)
    shop.confirm_order(order)
    shop.fulfill(order)

    assert numbers(shop, order) == (250, 0, 0, 0, 0)
    assert moves(shop) == [("EARN", 250)]
