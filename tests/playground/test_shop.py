"""The playground's shop without and with points, through its GraphQL."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.scenarios.drivers.playground import PlaygroundDriver
from tests.scenarios.drivers.protocol import Movement

RULES = {
    "schemaVersion": 1,
    "channels": [{"key": "main", "channel": "default-channel", "currency": "USD"}],
    "earning": [{"key": "base", "name": "Base", "type": "CONVERSION_RATE", "points": 1}],
    "redemption": [
        {
            "key": "pay",
            "type": "VARIABLE_VALUE",
            "points": 100,
            "value": "10",
            "minPoints": 100,
            "maxPoints": 1000,
            "maxPercent": 20,
        }
    ],
}
TOTAL = "query($id: ID!) { order(id: $id) { total { gross { amount } } loyalty { earned } } }"
NORA = "nora@example.com"


@pytest.fixture
def shop(transactional_db):
    driver = PlaygroundDriver()
    driver.add_customer(NORA)
    driver.add_product("TABLE", price=Decimal(400))
    driver.add_product("CUP", price=Decimal("12.50"))
    return driver


def test_a_sale_without_a_program(shop):
    checkout = shop.start_checkout({"CUP": 2}, by=NORA)
    outcome = shop.complete(checkout, by=NORA)
    answer = shop.query(TOTAL, {"id": outcome.order}, by=NORA)
    assert outcome.codes == ()
    assert answer.data == {"order": {"total": {"gross": {"amount": 35}}, "loyalty": None}}


def test_points_are_earned_spent_and_returned(shop):
    # given
    shop.publish_program(RULES)
    assert shop.give_points(NORA, 1000).codes == ()
    checkout = shop.start_checkout({"TABLE": 1}, by=NORA)

    # when: more than a fifth is asked for
    refused = shop.apply_points(checkout, 1000, by=NORA)
    # then
    assert [(error.code, error.max_points) for error in refused.errors] == [("ABOVE_MAXIMUM_PERCENT", 800)]
    assert shop.read_checkout(checkout, by=NORA).applied_points == 0

    # when
    assert shop.apply_points(checkout, 800, by=NORA).codes == ()
    state = shop.read_checkout(checkout, by=NORA)
    # then
    assert (state.applied_points, state.applied_value, state.subtotal, state.total) == (
        800,
        Decimal("80.00"),
        Decimal("320.00"),
        Decimal("330.00"),
    )
    assert shop.read_account(NORA).available == 200

    # when
    outcome = shop.complete(checkout, by=NORA)
    order = shop.read_order(outcome.order, by=NORA)
    # then
    assert outcome.codes == ()
    assert (outcome.pending, order.pending, order.earned, order.redeemed, order.redeemed_value) == (
        320,
        320,
        0,
        800,
        Decimal("80.00"),
    )
    fulfillment = shop.fulfill(outcome.order)
    assert shop.read_account(NORA).available == 520
    shop.cancel_fulfillment(fulfillment)
    shop.cancel_order(outcome.order)
    assert shop.read_movements(NORA) == [
        Movement(type="GIVE", points=1000, balance=1000),
        Movement(type="REDEEM", points=-800, balance=200),
        Movement(type="EARN", points=320, balance=520),
        Movement(type="REVERSE", points=-320, balance=200),
        Movement(type="RETURN", points=800, balance=1000),
    ]
    assert shop.audit_findings() == []
