"""What is read of orders, checkouts and accounts, and in how many statements."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from playground.models import Order
from saleor_loyalty import selectors
from saleor_loyalty.models import LoyaltyAccount
from tests import club

pytestmark = pytest.mark.django_db


def test_an_order_tells_what_it_earned_is_to_earn_and_spent(account, dana, variant):
    checkout = club.fill_cart(dana, variant, 5)
    club.apply(checkout, 1000)
    order = club.complete(checkout)
    club.settle(order)

    def read():
        found = selectors.order_loyalty([str(order.pk), "unknown"])
        assert list(found) == [str(order.pk)]
        return found[str(order.pk)]

    before = read()
    assert (before.earned, before.pending, before.redeemed, before.redeemed_value) == (0, 400, 1000, Decimal(100))
    assert (before.currency, before.account_id, before.receipt["points"]) == ("ILS", account.pk, 400)

    club.fulfill(order, 1)
    club.settle(order)
    part = read()
    assert (part.earned, part.pending) == (80, 320)

    Order.objects.update(status="CANCELED")
    club.settle(order)
    ended = read()
    assert (ended.earned, ended.pending, ended.reversed, ended.returned) == (0, 0, 80, 1000)


def test_many_orders_take_one_statement(dana, variant):
    orders = [club.order_of(dana, variant) for _ in range(5)]
    for order in orders:
        club.settle(order)

    with CaptureQueriesContext(connection) as queries:
        found = selectors.order_loyalty([str(order.pk) for order in orders])

    assert (len(found), len(queries)) == (5, 1)


def test_a_checkouts_open_reservation_is_shown_until_its_deadline(account, dana, variant):
    checkout = club.fill_cart(dana, variant, 5)
    reservation = club.apply(checkout, 500).reservation
    key = str(checkout.pk)

    assert selectors.checkout_loyalty([key, "other"], at=club.now()) == {key: reservation}
    assert selectors.checkout_loyalty([key], at=club.now() + 2 * club.HOUR) == {}
    assert selectors.last_reservation(key) == reservation
    assert selectors.last_reservation("other") is None


def test_an_account_is_found_by_its_customer(account, dana, program):
    assert selectors.account_of_user(dana.pk, program_id=program.pk) == account
    assert selectors.account_of_user(dana.pk, program_id=-1) is None


def test_transactions_of_accounts(account, dana):
    club.give(dana, 5)

    rows = selectors.transactions_of([account.pk]).order_by("sequence")

    assert list(rows.values_list("points", flat=True)) == [1000, 5]
    assert not selectors.transactions_of([-1]).exists()
    assert LoyaltyAccount.objects.get().balance == 1005
