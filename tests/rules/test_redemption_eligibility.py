"""When nothing can be spent at all, and on which lines something can."""

import datetime
from decimal import Decimal

import pytest

from saleor_loyalty.rules import quote_redemption

from .builders import AT, basket, line, listing, redemption, rules, scope


def quote(cart, *, requested=100, at=AT, rule=None, **parts):
    document = rules(redemption=[rule or redemption()], **parts)
    return quote_redemption(cart, rules=document, available=5000, requested=requested, at=at)


SWITCHES = {
    "withCoupons": {"has_voucher": True},
    "withAutomaticDiscounts": {"has_automatic_discount": True},
    "withBuyXGetY": {"has_buy_x_get_y": True},
}


@pytest.mark.parametrize("switch", SWITCHES)
def test_a_discounted_line_can_be_paid_only_where_its_switch_is_on(switch):
    # given
    cart = basket(line("plain", "30"), line("other", "70", **SWITCHES[switch]))
    # when
    off = quote(cart, requested=None)
    on = quote(cart, requested=None, rule=redemption(combination={switch: True}))
    others_on = quote(cart, requested=None, rule=redemption(combination={name: name != switch for name in SWITCHES}))
    # then
    assert off.eligible_line_ids == others_on.eligible_line_ids == ("plain",)
    assert (on.eligible_line_ids, on.eligible_base) == (("plain", "other"), Decimal(100))


@pytest.mark.parametrize("facts", SWITCHES.values())
@pytest.mark.parametrize("requested", [None, 100, 10**9])
def test_a_cart_of_discounted_lines_alone_cannot_be_combined(facts, requested):
    found = quote(basket(line("1", "100", **facts)), requested=requested)
    assert (found.blocked_code, found.max_points, found.applied_points) == ("NOT_COMBINABLE", 0, 0)
    assert found.eligible_line_ids == ()


@pytest.mark.parametrize(
    "cart",
    [
        basket(),
        basket(line("1", "0")),
        basket(line("1", "100", is_gift_card=True)),
        basket(line("1", "0", is_gift=True)),
        basket(shipping_gross="50"),
    ],
)
def test_a_cart_with_nothing_to_pay_is_not_eligible(cart):
    found = quote(cart)
    assert (found.blocked_code, found.max_points) == ("NOTHING_ELIGIBLE", 0)
    assert found.receipt.points == 0
    assert found.receipt.lines


def test_lines_out_of_scope_are_not_eligible_and_the_receipt_says_so():
    rule = redemption(scope=scope("CATEGORY", "clothes"))
    cart = basket(line("1", "100", category_slugs=("toys",)), line("2", "100"))
    found = quote(cart, rule=rule)
    assert found.blocked_code == "NOTHING_ELIGIBLE"
    assert [(entry.code, entry.order_line_id) for entry in found.receipt.lines][:2] == [
        ("LINE_NOT_IN_SCOPE", "1"),
        ("LINE_NOT_IN_SCOPE", "2"),
    ]
    inside = basket(line("1", "100", category_slugs=("clothes", "shirts")), line("2", "100"))
    assert quote(inside, rule=rule).eligible_line_ids == ("1",)


@pytest.mark.parametrize(
    ("parts", "code", "detail"),
    [
        ({"channels": [listing(isActive=False)]}, "PROGRAM_INACTIVE", "CHANNEL"),
        ({"channels": [listing("other")]}, "PROGRAM_INACTIVE", "CHANNEL"),
        ({"endsAt": AT.isoformat()}, "PROGRAM_INACTIVE", "DATES"),
        ({"startsAt": (AT + datetime.timedelta(seconds=1)).isoformat()}, "PROGRAM_INACTIVE", "DATES"),
        ({"channels": [listing(currency="USD")]}, "CURRENCY_MISMATCH", "CURRENCY_MISMATCH"),
    ],
)
def test_nothing_can_be_spent_where_the_program_is_not_active(parts, code, detail):
    found = quote(basket(line("1", "100")), **parts)
    assert (found.blocked_code, found.max_points, found.applied_points) == (code, 0, 0)
    assert [(entry.code, entry.detail) for entry in found.receipt.lines] == [("PROGRAM_INACTIVE", detail)]


def test_a_senseless_number_is_told_first():
    assert quote(basket(), requested=0).blocked_code == "INVALID"
    assert quote(basket(), requested=-1, channels=[listing(isActive=False)]).blocked_code == "INVALID"


def test_a_channel_without_a_rule_offers_nothing():
    cart = basket(line("1", "100"), channel="second")
    rule = redemption(channels=["default"])
    found = quote(cart, rule=rule, channels=[listing(), listing("second")])
    assert (found.rule_key, found.blocked_code, found.max_points) == ("", "NOTHING_ELIGIBLE", 0)


def test_a_channel_has_its_own_rate():
    rule = redemption(channelRates={"second": {"points": 50, "value": "20"}})
    parts = {"rule": rule, "channels": [listing(), listing("second")]}
    found = quote(basket(line("1", "100"), channel="second"), **parts)
    assert (found.rate_points, found.rate_value, found.applied_value) == (50, Decimal(20), Decimal(40))
    assert quote(basket(line("1", "100")), **parts).applied_value == Decimal(10)
