"""``loyaltyRefundPreview``: what staff see before they refund."""

from __future__ import annotations

import pytest

from playground.models import Checkout, Order, User
from saleor_loyalty.ledger import deduct_points
from saleor_loyalty.models import LoyaltyAccount
from tests import club
from tests.graphql.api import ALL_PERMISSIONS, DENIED, Api, gid

PREVIEW = """query($order: ID!, $lines: [LoyaltyRefundLineInput!], $amount: Decimal, $shipping: Boolean) {
    loyaltyRefundPreview(order: $order, lines: $lines, amount: $amount, shipping: $shipping) {
        amount { amount currency } reversed debt unrecovered returned messages { code severity text } } }"""


def delivered(checkout: Checkout) -> Order:
    club.apply(checkout, 800)
    order = club.complete(checkout)
    Order.objects.filter(pk=order.pk).update(is_paid=True)
    club.fulfill(order)
    club.settle(order)
    return order


@pytest.fixture
def order(checkout: Checkout) -> Order:
    """A chair of 400.00, 800 points paid 80.00 of it; 30.00 for the delivery. It is delivered: 320 points."""
    return delivered(checkout)


def preview(api: Api, order: Order, **variables):
    return api(PREVIEW, order=gid("Order", order), **variables)["loyaltyRefundPreview"]


def chair(order: Order, quantity: int = 1):
    return [{"orderLine": gid("OrderLine", order.lines.get()), "quantity": quantity}]


def test_staff_see_what_a_refund_would_do_before_they_make_it(staff: Api, order: Order):
    # given the customer has spent 100 of the 320 points meanwhile, and has 200 others left
    account = LoyaltyAccount.objects.get()
    deduct_points(account.pk, points=420, at=club.now(), idempotency_key="spent")
    before = club.everything_written()

    # when
    found = preview(staff, order, lines=chair(order), shipping=True)

    # then
    assert found == {
        "amount": {"amount": 350, "currency": "ILS"},
        "reversed": 100,
        "debt": 0,
        "unrecovered": 220,
        "returned": 800,
        "messages": [],
    }
    assert club.everything_written() == before


def test_an_amount_that_pays_out_points_is_warned_of(staff: Api, order: Order):
    found = preview(staff, order, lines=chair(order), amount="350")
    assert found["messages"] == [
        {
            "code": "REFUND_WOULD_EXCEED",
            "severity": "WARNING",
            "text": "More than the customer paid in money: ₪30.00 of this refund is for what points paid, "
            "and the points go back as points.",
        }
    ]


def test_the_same_line_twice_is_the_sum(staff: Api, checkout: Checkout):
    # given three chairs, of which 80.00 is paid with points
    club.set_quantity(checkout, 3)
    order = delivered(checkout)

    # when / then
    one, two = preview(staff, order, lines=chair(order)), preview(staff, order, lines=chair(order, 2))
    assert preview(staff, order, lines=chair(order) * 2) == two != one


@pytest.mark.parametrize(
    "change",
    [
        {"order": gid("Order", 999_999)},
        {"order": "nonsense"},
        {"lines": [{"orderLine": "nonsense", "quantity": 1}]},
        {"lines": [{"orderLine": gid("OrderLine", 999_999), "quantity": 1}]},
        {"quantity": 0},
        {"quantity": -1},
        {"amount": "-1"},
    ],
)
def test_what_does_not_exist_is_nothing(staff: Api, order: Order, change):
    variables = {"order": gid("Order", order), "lines": chair(order, change.pop("quantity", 1)), **change}
    assert staff(PREVIEW, **variables) == {"loyaltyRefundPreview": None}


def test_an_order_without_points_has_none_to_tell_of(staff: Api, order: Order):
    other = club.order_of(None, order.lines.get().variant)
    assert preview(staff, other) is None


def test_customers_and_staff_without_both_permissions_are_denied(owner: Api, loyalty_only_staff: Api, order: Order):
    needs = "To access this path, you need the following permissions: MANAGE_LOYALTY"
    for api, message in ((owner, needs), (loyalty_only_staff, f"{needs} and MANAGE_ORDERS")):
        assert api.error(PREVIEW, order=gid("Order", order)) == (DENIED, message)


def test_orders_of_other_channels_are_not_there_for_staff_of_some(order: Order):
    def staff_of(channel: str) -> Api:
        user = User.objects.create_user(
            f"{channel}@example.com", is_staff=True, permissions=ALL_PERMISSIONS, channels=[channel]
        )
        return Api(user=user)

    assert preview(staff_of("outlet"), order) is None
    assert preview(staff_of(club.CHANNEL), order) is not None
