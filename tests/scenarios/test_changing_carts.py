"""Stories of carts that change under a redemption: the answer of the same request shows the fitted one."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.scenarios.stories import DANA, buy, open_club

pytestmark = pytest.mark.django_db(transaction=True)


def start(shop, *, quantity=5, points=1000, **parts):
    open_club(shop, **parts)
    checkout = shop.start_checkout({"EYELINER": quantity}, by=DANA)
    assert shop.apply_points(checkout, points, by=DANA).errors == ()
    return checkout


def test_a_smaller_cart_lowers_the_redemption(shop):
    checkout = start(shop)

    shop.set_quantity(checkout, "EYELINER", 2, by=DANA)

    cart = shop.read_checkout(checkout, by=DANA)
    assert (cart.applied_points, cart.subtotal) == (400, Decimal("160.00"))
    account = shop.read_account(DANA)
    assert (account.available, account.reserved) == (600, 400)


def test_under_block_the_order_is_refused_once_after_that(shop):
    checkout = start(shop)
    shop.set_quantity(checkout, "EYELINER", 2, by=DANA)

    outcome = shop.complete(checkout, by=DANA, is_paid=True)

    assert (outcome.codes, outcome.order) == (("VOUCHER_NOT_APPLICABLE",), None)
    state = shop.read_order(buy(shop, checkout), by=DANA)
    assert (state.redeemed, state.total) == (400, Decimal("170.00"))


def test_under_clamp_the_order_goes_through(shop):
    checkout = start(shop, redemption={"overLimit": "CLAMP"})
    shop.set_quantity(checkout, "EYELINER", 2, by=DANA)

    state = shop.read_order(buy(shop, checkout), by=DANA)

    assert (state.redeemed, state.total) == (400, Decimal("170.00"))


def test_a_cart_that_grows_again_restores_what_was_asked_for(shop):
    checkout = start(shop)
    shop.set_quantity(checkout, "EYELINER", 2, by=DANA)

    shop.set_quantity(checkout, "EYELINER", 9, by=DANA)

    assert shop.read_checkout(checkout, by=DANA).applied_points == 1000
    assert shop.read_order(buy(shop, checkout), by=DANA).redeemed == 1000


def test_another_product_in_the_cart_keeps_the_redemption(shop):
    checkout = start(shop, points=500)

    shop.add_lines(checkout, {"BRUSH": 1}, by=DANA)

    cart = shop.read_checkout(checkout, by=DANA)
    assert (cart.applied_points, cart.subtotal) == (500, Decimal("500.00"))


def test_a_cart_too_small_for_points_loses_them(shop):
    checkout = start(shop)
    shop.add_lines(checkout, {"BRUSH": 1}, by=DANA)

    shop.set_quantity(checkout, "EYELINER", 0, by=DANA)

    # 20 % of 50 are 100 points, the minimum
    assert shop.read_checkout(checkout, by=DANA).applied_points == 100
    shop.put_on_promotion("BRUSH", price=Decimal(49))
    shop.set_quantity(checkout, "BRUSH", 2, by=DANA)
    cart = shop.read_checkout(checkout, by=DANA)
    assert (cart.applied_points, cart.subtotal) == (0, Decimal("98.00"))
    assert shop.read_account(DANA).available == 1000


def test_a_detached_checkout_loses_its_points(shop):
    checkout = start(shop)

    shop.detach_customer(checkout, by=DANA)

    assert shop.read_account(DANA).available == 1000
    cart = shop.read_checkout(checkout, by=None)
    assert (cart.subtotal, cart.max_points) == (Decimal("500.00"), None)


def test_a_price_that_falls_unseen_is_refused_once_and_put_right(shop):
    checkout = start(shop)
    shop.change_price("EYELINER", price=Decimal(50))

    assert shop.complete(checkout, by=DANA, is_paid=True).codes == ("VOUCHER_NOT_APPLICABLE",)

    state = shop.read_order(buy(shop, checkout), by=DANA)
    # 20 % of 250
    assert (state.redeemed, state.redeemed_value) == (500, Decimal("50.00"))
    assert shop.read_account(DANA).available == 500
