"""The answer to the very request that changes a cart shows the redemption fitted to it, and stores it."""

from __future__ import annotations

import graphene
import pytest
from saleor.checkout.models import Checkout, CheckoutLine

from saleor_loyalty.models import Reservation

from .discount_carts import cart, make_voucher, money, open_club  # noqa: F401
from .discount_customers import spend  # noqa: F401

# With real commits: in an open transaction Saleor calls its hooks only after the answer.
pytestmark = pytest.mark.django_db(transaction=True)

CHECKOUT = """
    checkout { totalPrice { gross { amount } } discount { amount } lines { totalPrice { gross { amount } } } }
    errors { field code message }
"""
LINES_UPDATE = """
mutation($id: ID!, $lines: [CheckoutLineUpdateInput!]!) { result: checkoutLinesUpdate(id: $id, lines: $lines) {%s} }
"""
ADD_CODE = "mutation($id: ID!, $code: String!) { result: checkoutAddPromoCode(id: $id, promoCode: $code) {%s} }"
REMOVE_CODE = "mutation($id: ID!, $code: String!) { result: checkoutRemovePromoCode(id: $id, promoCode: $code) {%s} }"


@pytest.fixture
def ask(cart, user_api_client):  # noqa: F811
    def ask(mutation, **variables):
        variables["id"] = graphene.Node.to_global_id("Checkout", cart.pk)
        content = user_api_client.post_graphql(mutation % CHECKOUT, variables).json()
        result = content["data"]["result"]
        assert result["errors"] == []
        return result["checkout"]

    return ask


def quantity(cart, position, number):  # noqa: F811
    line = CheckoutLine.objects.filter(checkout_id=cart.pk)[position]
    return [{"lineId": graphene.Node.to_global_id("CheckoutLine", line.pk), "quantity": number}]


def total(checkout):
    return money(str(checkout["totalPrice"]["gross"]["amount"])).quantize(money("0.01"))


def stored_total(cart):  # noqa: F811
    return Checkout.objects.get(pk=cart.pk).total_gross_amount


def test_a_smaller_cart_shows_the_smaller_redemption(cart, spend, ask):  # noqa: F811
    # given
    spend(350)
    assert cart.total() == money("15.00")

    # when
    answer = ask(LINES_UPDATE, lines=quantity(cart, 0, 1))

    # then 20.00 are left to pay with points
    assert total(answer) == money("10.00") == stored_total(cart)
    reservation = Reservation.objects.get(status="RESERVED")
    assert (reservation.points, reservation.value) == (200, money("20.00"))


def test_a_larger_cart_gets_back_what_was_asked_for(cart, spend, ask):  # noqa: F811
    # given
    spend(350)
    ask(LINES_UPDATE, lines=quantity(cart, 0, 1))

    # when
    answer = ask(LINES_UPDATE, lines=quantity(cart, 0, 3))

    # then
    assert total(answer) == money("15.00") == stored_total(cart)
    assert Reservation.objects.get(status="RESERVED").points == 350


def test_a_percentage_voucher_that_is_added_later_does_not_change_what_points_are_worth(cart, spend, ask):  # noqa: F811
    # given
    spend(70)
    code = make_voucher(cart, percent="10")

    # when
    answer = ask(ADD_CODE, code=code)

    # then 40.00 less 10 % less 7.00, and shipping
    assert total(answer) == money("39.00") == stored_total(cart)
    assert Reservation.objects.get(status="RESERVED").value == money("7.00")

    # and when the cart changes
    answer = ask(LINES_UPDATE, lines=quantity(cart, 0, 1))

    # then 20.00 less 10 % less 7.00, and shipping
    assert total(answer) == money("21.00") == stored_total(cart)

    # and when the code is removed
    answer = ask(REMOVE_CODE, code=code)

    # then
    assert total(answer) == money("23.00") == stored_total(cart)
    assert Reservation.objects.get(status="RESERVED").value == money("7.00")


def test_a_voucher_that_the_points_would_cost_stays(cart, spend, ask):  # noqa: F811
    # given
    code = make_voucher(cart, fixed="4", min_spent="18")
    ask(ADD_CODE, code=code)
    spend(100)
    assert cart.total() == money("36.00")

    # when 20.00 less 10.00 would be below the minimum
    answer = ask(LINES_UPDATE, lines=quantity(cart, 0, 1))

    # then
    assert total(answer) == money("24.00") == stored_total(cart)
    assert Checkout.objects.get(pk=cart.pk).voucher_code == code
    assert Reservation.objects.get(status="RESERVED").points == 20
