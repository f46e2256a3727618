"""Stories of earning: points come with what is fulfilled, once, and go with what is not."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.scenarios.drivers.protocol import STAFF
from tests.scenarios.stories import DANA, buy, moves, numbers, open_club

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_answer_of_the_completion_already_shows_the_points(shop):
    open_club(shop, points=0)
    checkout = shop.start_checkout({"EYELINER": 2, "BRUSH": 1}, by=DANA)
    assert shop.read_checkout(checkout, by=DANA).points_to_earn == 250

    outcome = shop.complete(checkout, by=DANA, is_paid=True)

    assert (outcome.errors, outcome.pending) == ((), 250)
    assert numbers(shop, outcome.order) == (0, 250, 0, 0, 0)


def test_points_come_with_each_fulfilment_and_the_last_brings_the_rest(shop):
    open_club(shop, points=0)
    order = buy(shop, shop.start_checkout({"EYELINER": 2, "BRUSH": 1}, by=DANA))

    shop.fulfill(order, {"EYELINER": 1})
    assert numbers(shop, order) == (100, 150, 0, 0, 0)
    assert shop.read_account(DANA).available == 100

    shop.fulfill(order)
    assert numbers(shop, order) == (250, 0, 0, 0, 0)
    assert moves(shop) == [("EARN", 100), ("EARN", 150)]
    assert shop.audit_findings() == []


def test_a_fulfilment_that_is_cancelled_and_done_again(shop):
    open_club(shop, points=0)
    order = buy(shop, shop.start_checkout({"EYELINER": 2}, by=DANA))
    fulfillment = shop.fulfill(order)
    assert shop.read_account(DANA).available == 200

    shop.cancel_fulfillment(fulfillment)
    assert numbers(shop, order) == (0, 200, 0, 200, 0)
    assert shop.read_account(DANA).available == 0

    shop.fulfill(order)
    assert numbers(shop, order) == (200, 0, 0, 200, 0)
    assert moves(shop) == [("EARN", 200), ("REVERSE", -200), ("EARN", 200)]
    assert shop.audit_findings() == []


def test_a_fixed_award_is_the_same_for_a_large_and_a_small_order(shop):
    # 100 points for 250 and for 50
    open_club(shop, points=0, earning={"type": "FIXED_AMOUNT", "points": 100})

    for lines in ({"EYELINER": 2, "BRUSH": 1}, {"BRUSH": 1}):
        order = buy(shop, shop.start_checkout(lines, by=DANA))
        shop.fulfill(order)
        assert numbers(shop, order) == (100, 0, 0, 0, 0)

    assert shop.read_account(DANA).earned == 200


def test_points_for_placing_an_order_come_at_once(shop):
    open_club(shop, points=0, trigger="ORDER_PLACED")

    order = buy(shop, shop.start_checkout({"EYELINER": 1}, by=DANA))

    assert numbers(shop, order) == (100, 0, 0, 0, 0)


def test_points_for_paying_come_when_it_is_paid(shop):
    open_club(shop, points=0, trigger="ORDER_PAID")

    order = buy(shop, shop.start_checkout({"EYELINER": 1}, by=DANA))

    assert numbers(shop, order) == (100, 0, 0, 0, 0)


def test_pending_points_are_counted_but_cannot_be_spent_yet(shop):
    open_club(shop, points=0, pendingDays=14)
    order = buy(shop, shop.start_checkout({"EYELINER": 3}, by=DANA))

    shop.fulfill(order)

    account = shop.read_account(DANA)
    assert (account.available, account.pending, account.balance) == (0, 300, 300)
    checkout = shop.start_checkout({"EYELINER": 5}, by=DANA)
    assert shop.apply_points(checkout, 100, by=DANA).codes == ("INSUFFICIENT_POINTS",)


def test_what_is_paid_with_points_earns_nothing(shop):
    open_club(shop)
    checkout = shop.start_checkout({"EYELINER": 5}, by=DANA)
    assert shop.apply_points(checkout, 1000, by=DANA).errors == ()
    assert shop.read_checkout(checkout, by=DANA).points_to_earn == 400

    order = buy(shop, checkout)
    shop.fulfill(order)

    assert numbers(shop, order) == (400, 0, 1000, 0, 0)


def test_products_on_promotion_earn_nothing_by_default(shop):
    open_club(shop, points=0)
    shop.put_on_promotion("BRUSH", price=40)

    order = buy(shop, shop.start_checkout({"EYELINER": 1, "BRUSH": 1}, by=DANA))
    shop.fulfill(order)

    assert numbers(shop, order) == (100, 0, 0, 0, 0)


def test_the_reconciliation_changes_nothing_that_is_right(shop):
    open_club(shop, points=0)
    order = buy(shop, shop.start_checkout({"EYELINER": 1}, by=DANA))
    shop.fulfill(order)

    shop.reconcile()
    shop.reconcile()

    assert moves(shop) == [("EARN", 100)]
    assert numbers(shop, order) == (100, 0, 0, 0, 0)
    assert numbers(shop, order, by=STAFF) == (100, 0, 0, 0, 0)


def test_a_cancelled_order_earns_nothing(shop):
    open_club(shop, points=0, trigger="ORDER_PLACED")
    order = buy(shop, shop.start_checkout({"EYELINER": 1}, by=DANA))

    shop.cancel_order(order)

    assert numbers(shop, order) == (0, 0, 0, 100, 0)
    assert moves(shop) == [("EARN", 100), ("REVERSE", -100)]


def test_a_product_without_a_category_is_in_the_scope_of_no_category(shop):
    open_club(shop, points=0, earning={"scope": {"type": "CATEGORY", "slugs": ["care"]}})
    shop.add_product("SOAP", price=Decimal(30), category="care")
    shop.add_product("RIBBON", price=Decimal(7))

    checkout = shop.start_checkout({"SOAP": 1, "RIBBON": 1}, by=DANA)
    assert shop.read_checkout(checkout, by=DANA).points_to_earn == 30

    order = buy(shop, checkout)
    shop.fulfill(order)
    assert numbers(shop, order) == (30, 0, 0, 0, 0)
    assert moves(shop) == [("EARN", 30)]
