"""Points never cost the cart a voucher, a promotion or a gift: the greatest value is lowered, and it says why."""

from __future__ import annotations

from decimal import Decimal

import pytest
from saleor.checkout.models import CheckoutLine

from .discount_carts import cart, make_order_promotion, make_voucher, money  # noqa: F401

pytestmark = pytest.mark.django_db
MUCH = Decimal(1000)


def greatest(cart, value=MUCH, line_ids=None):  # noqa: F811
    ceiling = cart.open().ceiling(value, line_ids or cart.line_ids())
    return ceiling.value, ceiling.reason


def test_without_thresholds_everything_but_shipping_can_be_paid(cart):  # noqa: F811
    assert greatest(cart) == (money("40.00"), "")
    cart.put("40.00")
    assert cart.total() == money("10.00")
    assert cart.line_totals() == [0, 0]


def test_only_the_given_lines_are_paid(cart):  # noqa: F811
    _, second = cart.line_ids()
    assert greatest(cart, line_ids=[second]) == (money("10.00"), "")

    applied = cart.put("4.00", [second])

    assert applied.shares == {second: money("4.00")}
    assert cart.line_totals() == [money("30.00"), money("6.00")]


def test_lines_of_another_checkout_are_refused(cart):  # noqa: F811
    with pytest.raises(ValueError, match="not lines of checkout"):
        cart.open().ceiling(MUCH, ["4a0f2f0e-0000-4000-8000-000000000000"])


def test_a_voucher_keeps_its_minimum(cart):  # noqa: F811
    # given
    cart.add_code(make_voucher(cart, percent="10", min_spent="38"))
    assert cart.total() == money("46.00")

    # then 40.00 may fall to 38.00; of these 2.00 the voucher would have given 0.20
    assert greatest(cart) == (money("1.80"), "VOUCHER_THRESHOLD")
    assert greatest(cart, money("1.00")) == (money("1.00"), "")

    # when
    cart.put("1.80")
    cart.edit()

    # then the voucher is still there after the next edit of the cart
    assert cart.total() == money("44.20")
    assert cart.checkout.voucher_code is not None


def test_a_voucher_whose_minimum_is_missed_anyway_lowers_nothing(cart):  # noqa: F811
    # given
    cart.add_code(make_voucher(cart, percent="10", min_spent="38"))
    CheckoutLine.objects.filter(checkout_id=cart.pk).update(quantity=1)

    # then
    assert greatest(cart) == (money("18.00"), "")


def test_the_minimum_of_a_line_voucher_counts_after_its_own_discount(cart):  # noqa: F811
    cart.add_code(make_voucher(cart, type="specific_product", fixed="1", min_spent="30"))

    assert greatest(cart) == (money("7.00"), "VOUCHER_THRESHOLD")


def test_an_order_promotion_keeps_its_subtotal(cart):  # noqa: F811
    # given
    make_order_promotion(cart, percent="25")
    cart.edit()
    assert cart.total() == money("40.00")

    # then 40.00 may fall to 20.00, three quarters of it count
    assert greatest(cart) == (money("15.00"), "PROMOTION_THRESHOLD")
    cart.put("15.00")
    assert cart.total() == money("25.00")
    assert cart.totals().discount_amount == money("5.00")


def test_a_gift_stays(cart, product_list):  # noqa: F811
    # given
    make_order_promotion(cart, gift=product_list[1].variants.get())
    cart.edit()
    assert CheckoutLine.objects.filter(checkout_id=cart.pk, is_gift=True).count() == 1

    # then
    assert greatest(cart) == (money("20.00"), "GIFT_THRESHOLD")
    cart.put("20.00")
    assert cart.total(force=True) == money("30.00")
    assert CheckoutLine.objects.filter(checkout_id=cart.pk, is_gift=True).count() == 1


def test_points_do_not_turn_a_promotion_into_a_gift(cart, product_list):  # noqa: F811
    # given 25 % of 40.00 is better than a gift worth 8.00
    gift = product_list[1].variants.get()
    gift.channel_listings.filter(channel=cart.channel).update(discounted_price_amount=8, price_amount=8)
    make_order_promotion(cart, percent="25")
    make_order_promotion(cart, gift=gift)
    cart.edit()
    assert cart.total() == money("40.00")

    # then 31.98 is the smallest subtotal of which 25 % round to 8.00
    assert greatest(cart) == (money("6.02"), "PROMOTION_THRESHOLD")
    cart.put("6.02")
    assert cart.total(force=True) == money("33.98")
    assert cart.totals().discount_amount == money("8.00")


def test_a_better_rule_may_take_over(cart):  # noqa: F811
    # given 25 % of 40.00 is 10.00, below 36.00 the fixed 9.00 is better
    make_order_promotion(cart, percent="25")
    make_order_promotion(cart, fixed="9")
    cart.edit()
    assert cart.total() == money("40.00")

    # then the total falls from 40.00 to 21.00 where the subtotal falls from 40.00 to 20.00
    assert greatest(cart) == (money("19.00"), "PROMOTION_THRESHOLD")
    cart.put("7.00")
    assert cart.total(force=True) == money("33.00")


@pytest.mark.parametrize(
    ("predicate", "expected"),
    [
        ({"AND": [{"discountedObjectPredicate": {"baseSubtotalPrice": {"range": {"gte": "30"}}}}]}, "7.50"),
        (
            {
                "OR": [
                    {"discountedObjectPredicate": {"baseSubtotalPrice": {"eq": "40"}}},
                    {"discountedObjectPredicate": {"baseTotalPrice": {"range": {"gte": "35"}}}},
                ]
            },
            "11.25",
        ),
        ({"discountedObjectPredicate": {"AND": [{"baseTotalPrice": {"range": {"gte": 45}}}]}}, "3.75"),
        ({"discountedObjectPredicate": {"baseSubtotalPrice": {"range": {"gte": "40", "lte": "50"}}}}, "0"),
    ],
)
def test_predicates_are_judged_as_saleor_judges_them(cart, predicate, expected):  # noqa: F811
    # given
    make_order_promotion(cart, percent="25", predicate=predicate)
    cart.edit()
    assert cart.total() == money("40.00")

    # then
    assert greatest(cart) == (money(expected), "PROMOTION_THRESHOLD")
    if Decimal(expected):
        cart.put(expected)
        assert cart.total(force=True) == money("40.00") - money(expected)


def test_a_predicate_that_saleor_does_not_match_counts_for_nothing(cart):  # noqa: F811
    # given
    make_order_promotion(
        cart, percent="25", predicate={"discountedObjectPredicate": {"baseSubtotalPrice": {"oneOf": ["40"]}}}
    )
    cart.edit()
    assert cart.total() == money("50.00")

    # then
    assert greatest(cart) == (money("40.00"), "")
    cart.put("7.00")
    assert cart.total(force=True) == money("43.00")
