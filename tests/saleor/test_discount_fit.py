"""A point is worth what it says: the base total falls by exactly the value, next to every discount of Saleor."""

from __future__ import annotations

from decimal import Decimal

import pytest
from saleor.discount.models import CheckoutLineDiscount

from .discount_carts import CASES, cart, money, use_net_prices  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def gift(product_list):
    return product_list[1].variants.get()


@pytest.fixture(params=["gross", "net"])
def entry_kind(request, cart):  # noqa: F811
    if request.param == "net":
        use_net_prices(cart.channel)
    return request.param


@pytest.mark.parametrize("case", CASES)
def test_points_put_last_lower_the_total_by_their_value(case, cart, gift, entry_kind):  # noqa: F811
    # given
    before, discount_the_cart = CASES[case]
    discount_the_cart(cart, gift)
    assert cart.total(force=True) == money(before)

    # when
    applied = cart.put("7.00")

    # then
    assert applied.value == money("7.00")
    assert cart.total() == money(before) - money("7.00")
    assert cart.total(force=True) == money(before) - money("7.00")
    cart.edit()
    assert cart.total() == money(before) - money("7.00")
    assert cart.open().current_discount() == applied


@pytest.mark.parametrize("case", CASES)
def test_points_put_first_lower_the_total_by_their_value(case, cart, gift, entry_kind):  # noqa: F811
    # given
    before, discount_the_cart = CASES[case]
    cart.put("7.00")
    assert cart.total() == money("43.00")
    discount_the_cart(cart, gift)

    # when
    applied = cart.put("7.00")

    # then
    assert applied.value == money("7.00")
    assert cart.total() == money(before) - money("7.00")
    assert cart.total(force=True) == money(before) - money("7.00")
    cart.edit()
    assert cart.total() == money(before) - money("7.00")


@pytest.mark.parametrize("case", CASES)
def test_both_orders_of_entry_give_the_same_rows(case, cart, gift):  # noqa: F811
    # given
    _, discount_the_cart = CASES[case]
    cart.put("7.00")
    discount_the_cart(cart, gift)
    points_first = cart.put("7.00")

    # when
    cart.take_off()
    points_last = cart.put("7.00")

    # then
    assert points_last == points_first


@pytest.mark.parametrize("case", CASES)
def test_taking_the_points_off_restores_the_total(case, cart, gift, entry_kind):  # noqa: F811
    # given
    before, discount_the_cart = CASES[case]
    cart.put("7.00")
    discount_the_cart(cart, gift)
    cart.put("7.00")

    # when
    cart.take_off()

    # then
    assert cart.total() == money(before)
    assert cart.open().current_discount() is None
    assert not CheckoutLineDiscount.objects.filter(unique_type="loyalty").exists()


@pytest.mark.parametrize("case", CASES)
def test_every_value_up_to_the_greatest_is_reached_and_no_line_is_below_zero(case, cart, gift):  # noqa: F811
    # given
    before, discount_the_cart = CASES[case]
    discount_the_cart(cart, gift)
    greatest = cart.open().ceiling(Decimal(1000), cart.line_ids()).value

    # when / then
    for value in (money("0.01"), money("3.33"), greatest - money("0.01"), greatest):
        assert cart.put(value).value == value
        assert cart.total() == money(before) - value
        assert min(cart.line_totals()) >= 0
    with pytest.raises(ValueError, match="at most"):
        cart.put(greatest + money("0.01"))
