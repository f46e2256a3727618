"""An app may keep a checkout after making an order of it: each order of such a checkout pays with its own points."""

from __future__ import annotations

import pytest
from saleor.order.models import Order

from saleor_loyalty.models import LoyaltyTransaction, OrderRecord, Reservation
from tests.scenarios.stories import DANA, moves, open_club

from .test_hooks import _permissions, pk_of, start

KEEPING = """mutation($id: ID!) { orderCreateFromCheckout(id: $id, removeCheckout: false) {
    order { id discounts { amount { amount } } total { gross { amount } } } errors { field code message } } }"""


@pytest.fixture
def make_order(shop, app_api_client, app):
    """Make an order of a checkout as an app does, and keep the checkout. Return the payload."""
    app.permissions.set(_permissions("HANDLE_CHECKOUTS", "HANDLE_PAYMENTS", "MANAGE_ORDERS", "MANAGE_USERS"))
    shop.row.allow_unpaid_orders = True
    shop.row.save()

    def make(checkout):
        return app_api_client.post_graphql(KEEPING, {"id": checkout}).json()["data"]["orderCreateFromCheckout"]

    return make


def redeemed(payload):
    record = OrderRecord.objects.get(order_id=pk_of(payload["order"]["id"]))
    return record.redeemed, str(record.redeemed_value)


def test_a_second_order_takes_points_of_its_own(shop, make_order):
    # given
    open_club(shop, points=2000)
    checkout = start(shop)

    # when
    first, second = make_order(checkout), make_order(checkout)

    # then
    assert (first["errors"], second["errors"]) == ([], [])
    assert (redeemed(first), redeemed(second)) == ((800, "80.000"), (800, "80.000"))
    assert moves(shop) == [("GIVE", 2000), ("REDEEM", -800), ("REDEEM", -800)]
    assert list(Reservation.objects.values_list("status", flat=True)) == ["COMMITTED", "COMMITTED"]
    assert shop.read_account(DANA).available == 400
    assert not LoyaltyTransaction.objects.filter(is_shortfall=True).exists()
    assert shop.audit_findings() == []


def test_a_second_order_that_the_points_do_not_suffice_for_is_refused_once(shop, make_order):
    # given
    open_club(shop)
    checkout = start(shop)
    assert make_order(checkout)["errors"] == []

    # when
    refused = make_order(checkout)

    # then nothing is taken, and the checkout is true again
    assert [error["code"] for error in refused["errors"]] == ["VOUCHER_NOT_APPLICABLE"]
    assert Order.objects.count() == 1
    assert shop.read_checkout(checkout, by=DANA).total == 410
    # when tried again: an order without points
    third = make_order(checkout)
    assert (third["errors"], third["order"]["total"]["gross"]["amount"]) == ([], 410.0)
    assert moves(shop) == [("GIVE", 1000), ("REDEEM", -800)]
    account = shop.read_account(DANA)
    assert (account.available, account.balance, account.reserved) == (200, 200, 0)
    assert shop.audit_findings() == []


def test_a_cart_that_changes_after_its_order_loses_the_points(shop, make_order):
    # given
    open_club(shop, points=2000)
    checkout = start(shop)
    assert make_order(checkout)["errors"] == []

    # when
    shop.add_lines(checkout, {"BRUSH": 1}, by=DANA)

    # then
    assert shop.read_checkout(checkout, by=DANA).total == 460
    assert shop.read_account(DANA).available == 1200
    assert make_order(checkout)["errors"] == []
    assert moves(shop) == [("GIVE", 2000), ("REDEEM", -800)]
