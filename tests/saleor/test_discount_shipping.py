"""Points never cost the cart its delivery method: Saleor offers a price-based one by the subtotal after discounts."""

from __future__ import annotations

from decimal import Decimal

import pytest
from saleor.shipping import ShippingMethodType
from saleor.shipping.models import ShippingMethodChannelListing

from saleor_loyalty.adapter.checkout import open_checkout

from .discount_carts import cart, make_voucher, money  # noqa: F401
from .test_discount_statements import cart_lines, statements

pytestmark = pytest.mark.django_db
MUCH = Decimal(1000)


def ask_at_least(cart, shipping_method, amount, *, type=ShippingMethodType.PRICE_BASED):  # noqa: F811
    """Let the method on the cart be for orders from this amount."""
    shipping_method.type = type
    shipping_method.save(update_fields=["type"])
    listings = ShippingMethodChannelListing.objects.filter(shipping_method=shipping_method, channel=cart.channel)
    listings.update(minimum_order_price_amount=money(amount))


def is_offered(cart, shipping_method):  # noqa: F811
    """Return whether Saleor still offers the method for the cart as it is now."""
    try:
        from saleor.checkout import delivery_context as offers
    except ImportError:
        from saleor.checkout import fetch as offers
    cart.totals()
    _, info, _ = cart.infos()
    methods = offers.get_available_built_in_shipping_methods_for_checkout_info(info)
    return str(shipping_method.pk) in {method.id for method in methods}


def greatest(cart, value=MUCH):  # noqa: F811
    ceiling = cart.open().ceiling(value, cart.line_ids())
    return ceiling.value, ceiling.reason


def test_the_chosen_delivery_method_stays_valid(cart, shipping_method):  # noqa: F811
    # given a method for carts from 35.00 on a cart of 40.00
    ask_at_least(cart, shipping_method, "35")
    assert is_offered(cart, shipping_method)

    # then
    assert greatest(cart) == (money("5.00"), "SHIPPING_THRESHOLD")
    assert greatest(cart, money("4.00")) == (money("4.00"), "")
    with pytest.raises(ValueError, match=r"at most 5\.00 can be taken off, not 7\.00"):
        cart.put("7.00")
    cart.put("5.00")
    assert is_offered(cart, shipping_method)


def test_what_saleor_judges_is_left_after_the_order_level_discount(cart, shipping_method):  # noqa: F811
    # given 40.00 less 10 % are 36.00
    cart.add_code(make_voucher(cart, percent="10"))
    ask_at_least(cart, shipping_method, "34")
    assert is_offered(cart, shipping_method)

    # then
    assert greatest(cart) == (money("2.00"), "SHIPPING_THRESHOLD")
    cart.put("2.00")
    assert is_offered(cart, shipping_method)


def test_a_method_whose_minimum_is_missed_anyway_lowers_nothing(cart, shipping_method):  # noqa: F811
    ask_at_least(cart, shipping_method, "41")

    assert greatest(cart) == (money("40.00"), "")


def test_the_minimum_of_a_method_by_weight_does_not_count(cart, shipping_method):  # noqa: F811
    ask_at_least(cart, shipping_method, "35", type=ShippingMethodType.WEIGHT_BASED)

    assert greatest(cart) == (money("40.00"), "")


def test_a_recalculation_lowers_rows_that_would_cost_the_method(cart, shipping_method):  # noqa: F811
    # given points that were put before the shop raised the minimum
    cart.put("7.00")
    assert cart.total() == money("43.00")
    ask_at_least(cart, shipping_method, "35")

    # then
    assert cart.total(force=True) == money("45.00")
    assert is_offered(cart, shipping_method)


def test_knowing_the_minimum_costs_no_statement_more(cart, shipping_method):  # noqa: F811
    ask_at_least(cart, shipping_method, "35")

    with statements(3):
        handle = open_checkout(str(cart.pk))
    with statements(0):
        assert handle.ceiling(MUCH, cart_lines(handle)).reason == "SHIPPING_THRESHOLD"
