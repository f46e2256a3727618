"""Stories of points beside vouchers and promotions: a point is worth what it says, in whatever order they come."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.scenarios.stories import DANA, buy, open_club

pytestmark = pytest.mark.django_db(transaction=True)

ANYTHING = {"withCoupons": True, "withAutomaticDiscounts": True, "withBuyXGetY": True}


def open_generous_club(shop):
    """Points combine with everything, and may pay up to half of the cart."""
    open_club(shop, redemption={"combination": ANYTHING, "maxPercent": 50})


@pytest.mark.parametrize("voucher", [{"percent": Decimal(10)}, {"amount": Decimal(30)}])
@pytest.mark.parametrize("is_code_first", [True, False])
def test_a_voucher_and_points_in_both_orders(shop, voucher, is_code_first):
    open_generous_club(shop)
    shop.add_voucher("CODE", **voucher)
    checkout = shop.start_checkout({"EYELINER": 3}, by=DANA)

    if is_code_first:
        assert shop.add_promo_code(checkout, "CODE", by=DANA).errors == ()
    assert shop.apply_points(checkout, 700, by=DANA).errors == ()
    if not is_code_first:
        assert shop.add_promo_code(checkout, "CODE", by=DANA).errors == ()

    # 300 less 30 by the voucher, less 70 by points
    cart = shop.read_checkout(checkout, by=DANA)
    assert (cart.applied_value, cart.total) == (Decimal("70.00"), Decimal("210.00"))
    assert cart.voucher_code == "CODE"
    state = shop.read_order(buy(shop, checkout), by=DANA)
    assert (state.total, state.redeemed, state.redeemed_value) == (Decimal("210.00"), 700, Decimal("70.00"))
    assert shop.read_account(DANA).available == 300


def test_a_voucher_that_goes_leaves_the_points_their_worth(shop):
    open_generous_club(shop)
    shop.add_voucher("CODE", percent=Decimal(10))
    checkout = shop.start_checkout({"EYELINER": 3}, by=DANA)
    shop.add_promo_code(checkout, "CODE", by=DANA)
    shop.apply_points(checkout, 700, by=DANA)

    shop.remove_promo_code(checkout, "CODE", by=DANA)

    cart = shop.read_checkout(checkout, by=DANA)
    assert (cart.applied_value, cart.total) == (Decimal("70.00"), Decimal("240.00"))


def test_by_default_points_do_not_combine_with_a_code(shop):
    #
    open_club(shop)
    shop.add_voucher("CODE", amount=Decimal(30))
    checkout = shop.start_checkout({"EYELINER": 5}, by=DANA)
    shop.add_promo_code(checkout, "CODE", by=DANA)

    assert shop.apply_points(checkout, 100, by=DANA).codes == ("NOT_COMBINABLE",)


def test_a_code_that_comes_after_points_which_do_not_combine_takes_them_off(shop):
    open_club(shop)
    shop.add_voucher("CODE", amount=Decimal(30))
    checkout = shop.start_checkout({"EYELINER": 5}, by=DANA)
    shop.apply_points(checkout, 1000, by=DANA)

    assert shop.add_promo_code(checkout, "CODE", by=DANA).errors == ()

    cart = shop.read_checkout(checkout, by=DANA)
    assert (cart.applied_points, cart.total) == (0, Decimal("480.00"))
    assert shop.read_account(DANA).available == 1000


def test_points_never_cost_the_customer_a_vouchers_threshold(shop):
    open_generous_club(shop)
    shop.add_voucher("CODE", amount=Decimal(30), min_spent=Decimal(280))
    checkout = shop.start_checkout({"EYELINER": 3}, by=DANA)
    shop.add_promo_code(checkout, "CODE", by=DANA)
    assert shop.read_checkout(checkout, by=DANA).max_points == 200

    outcome = shop.apply_points(checkout, 700, by=DANA)
    assert (outcome.codes, outcome.errors[0].max_points) == (("ABOVE_MAXIMUM_PERCENT",), 200)
    assert shop.apply_points(checkout, 200, by=DANA).errors == ()

    cart = shop.read_checkout(checkout, by=DANA)
    assert (cart.voucher_code, cart.total) == ("CODE", Decimal("260.00"))


def test_products_on_promotion_are_not_paid_with_points_by_default(shop):
    open_club(shop)
    shop.put_on_promotion("EYELINER", price=Decimal(80))
    checkout = shop.start_checkout({"EYELINER": 5, "BRUSH": 10}, by=DANA)

    # 20 % of the brushes' 500
    assert shop.read_checkout(checkout, by=DANA).max_points == 1000
    assert shop.apply_points(checkout, 1000, by=DANA).errors == ()

    cart = shop.read_checkout(checkout, by=DANA)
    assert dict(cart.line_totals) == {"EYELINER": Decimal("400.00"), "BRUSH": Decimal("400.00")}


def test_an_order_promotion_and_points_together(shop):
    open_generous_club(shop)
    shop.add_order_promotion(percent=Decimal(10), min_subtotal=Decimal(200))
    checkout = shop.start_checkout({"EYELINER": 3}, by=DANA)
    assert shop.read_checkout(checkout, by=DANA).total == Decimal("280.00")

    assert shop.apply_points(checkout, 500, by=DANA).errors == ()

    cart = shop.read_checkout(checkout, by=DANA)
    assert (cart.applied_value, cart.total) == (Decimal("50.00"), Decimal("230.00"))
    assert shop.read_order(buy(shop, checkout), by=DANA).total == Decimal("230.00")
