"""What should stand of an order: pure, from facts and the recorded receipt."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from saleor_loyalty.basket import Basket, BasketLine
from saleor_loyalty.host import AppliedDiscount, OrderFacts
from saleor_loyalty.orders.targets import award_state, returned_target
from saleor_loyalty.rules import evaluate_earning, parse_rules

AT = datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC)


def order(*, discount=None, currency="ILS", **facts):
    """An order of 3 units at 10 in line a and one at 20 in line b."""
    lines = tuple(
        BasketLine(id=key, product_id=key, variant_id=key, quantity=quantity, unit_price=price, net=total, gross=total)
        for key, quantity, price, total in (
            ("a", 3, Decimal(10), Decimal(30)),
            ("b", 1, Decimal(20), Decimal(20)),
        )
    )
    return OrderFacts(
        **{
            "id": "1",
            "number": "1",
            "checkout_id": "c",
            "channel": "shop",
            "currency": currency,
            "user_id": 1,
            "status": "CONFIRMED",
            "created_at": AT,
            "basket": Basket(currency=currency, channel="shop", lines=lines, at=AT),
            "ordered": {"a": 3, "b": 1},
            "discount": discount,
            **facts,
        }
    )


def rules(trigger="ORDER_FULFILLED"):
    return parse_rules(
        {
            "trigger": trigger,
            "channels": [{"key": "shop", "channel": "shop", "currency": "ILS"}],
            "earning": [{"key": "basic", "name": "Basic", "type": "CONVERSION_RATE", "points": 1}],
        }
    )


def target(trigger="ORDER_FULFILLED", **facts):
    parsed = rules(trigger)
    receipt = evaluate_earning(order().basket, rules=parsed, at=AT)
    assert receipt.points == 50
    return award_state(order(**facts), receipt=receipt, rules=parsed).target


@pytest.mark.parametrize("status", ["DRAFT", "UNCONFIRMED", "CANCELED", "EXPIRED"])
@pytest.mark.parametrize("trigger", ["ORDER_PLACED", "ORDER_PAID", "ORDER_FULFILLED"])
def test_only_a_confirmed_order_earns(status, trigger):
    assert target(trigger, status=status, is_charged_in_full=True, fulfilled={"a": 3, "b": 1}) == 0


def test_placed_earns_at_once():
    assert target("ORDER_PLACED") == 50


def test_paid_earns_when_it_is_charged_in_full():
    assert target("ORDER_PAID") == 0
    assert target("ORDER_PAID", is_charged_in_full=True) == 50


@pytest.mark.parametrize(
    ("fulfilled", "points"),
    [({}, 0), ({"a": 1}, 10), ({"a": 2}, 20), ({"b": 1}, 20), ({"a": 1, "b": 1}, 30), ({"a": 3, "b": 1}, 50)],
)
def test_fulfilled_earns_the_share_of_what_is_fulfilled(fulfilled, points):
    assert target(fulfilled=fulfilled) == points


def discount(value, **shares):
    return AppliedDiscount(
        value=Decimal(value), rows=Decimal(value), shares={key: Decimal(share) for key, share in shares.items()}
    )


def returned(rows, *, redeemed=1000, value=10, **facts):
    return returned_target(order(discount=rows, **facts), redeemed=redeemed, redeemed_value=Decimal(value))


def test_nothing_goes_back_while_the_rows_stand():
    assert returned(discount(10, a=6, b=4)) == 0


@pytest.mark.parametrize("status", ["CANCELED", "EXPIRED"])
def test_an_ended_order_gives_all_of_it_back(status):
    assert returned(discount(10, a=6, b=4), status=status) == 1000


def test_rows_that_are_gone_give_their_share_back():
    assert returned(discount(4, b=4), status="UNCONFIRMED") == 600


def test_without_any_row_all_of_it_goes_back():
    assert returned(None) == 1000


def test_the_share_is_rounded_down():
    assert returned(discount("6.67", b="6.67"), redeemed=100) == 33


def test_rows_that_grew_take_nothing_more():
    assert returned(discount(14, a=10, b=4)) == 0


def test_a_refresh_that_moves_a_line_by_less_than_a_cent_a_piece_is_no_change():
    # three pieces of line a: less than 0.03
    assert returned(discount("9.98", a="9.98")) == 0
    assert returned(discount("9.97", a="9.97")) == 3


def test_the_allowance_is_one_minor_unit_of_the_currency():
    assert returned(discount(8, a=8), currency="JPY") == 0
    assert returned(discount(7, a=7), currency="JPY") == 300


def test_an_order_without_redemption_gives_nothing_back():
    assert returned(None, redeemed=0, value=0) == 0
