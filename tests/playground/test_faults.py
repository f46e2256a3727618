"""A failure of loyalty never breaks a sale without points; what was missed is settled later."""

from __future__ import annotations

from decimal import Decimal
from typing import NoReturn

import pytest

from playground import loyalty
from playground.models import Checkout, Order
from saleor_loyalty.models import LoyaltyTransaction, OrderRecord
from saleor_loyalty.orders import failure
from tests.playground.test_shop import NORA, RULES
from tests.scenarios.drivers.playground import PlaygroundDriver


@pytest.fixture
def shop(transactional_db):
    driver = PlaygroundDriver()
    driver.add_customer(NORA)
    driver.add_product("TABLE", price=Decimal(400))
    driver.publish_program(RULES)
    return driver


def break_it(*args: object, **kwargs: object) -> NoReturn:
    raise RuntimeError("loyalty is broken")


def test_a_sale_without_points_goes_through_while_every_verb_fails_and_heals(shop, monkeypatch):
    # given
    for name in ("refit_redemption", "check_redemption"):
        monkeypatch.setattr(loyalty, name, break_it)
    settle = failure.settle_order_now
    monkeypatch.setattr(failure, "settle_order_now", break_it)

    # when
    checkout = shop.start_checkout({"TABLE": 1}, by=NORA)
    shop.add_lines(checkout, {"TABLE": 1}, by=NORA)
    outcome = shop.complete(checkout, by=NORA)
    shop.fulfill(outcome.order)

    # then
    assert outcome.codes == ()
    assert Order.objects.count() == 1
    assert not LoyaltyTransaction.objects.exists()

    # when: the bug is mended, and the night comes
    monkeypatch.setattr(failure, "settle_order_now", settle)
    shop.reconcile()
    shop.reconcile()

    # then
    assert shop.read_account(NORA).available == 800
    assert [(record.awarded, record.failure) for record in OrderRecord.objects.all()] == [(800, "")]


def test_with_points_an_order_that_cannot_be_checked_is_refused_before_it_exists(shop, monkeypatch):
    # given
    shop.give_points(NORA, 1000)
    checkout = shop.start_checkout({"TABLE": 1}, by=NORA)
    assert shop.apply_points(checkout, 800, by=NORA).codes == ()
    monkeypatch.setattr(loyalty, "check_redemption", break_it)

    # when
    outcome = shop.complete(checkout, by=NORA)

    # then
    assert [(error.code, error.message) for error in outcome.errors] == [
        ("VOUCHER_NOT_APPLICABLE", "The points cannot be checked now.")
    ]
    assert (Order.objects.count(), Checkout.objects.count()) == (0, 1)
    assert shop.read_account(NORA).reserved == 800
