"""The worked numbers: 100 points = 10, at least 100, at most 1000, at most 20 % of the cart."""

from decimal import Decimal

import pytest

from saleor_loyalty.host import Ceiling
from saleor_loyalty.rules import quote_redemption

from .builders import AT, basket, line, listing, redemption, rules

VARIABLE = redemption(minPoints=100, maxPoints=1000, maxPercent=20)


def quote(base, requested, *, rule=VARIABLE, available=5000, ceiling=None, **parts):
    document = rules(redemption=[rule] if rule else [], **parts)
    cart = base if not isinstance(base, str) else basket(line("1", base))
    return quote_redemption(cart, rules=document, available=available, requested=requested, at=AT, ceiling=ceiling)


def outcome(found):
    return found.blocked_code, found.max_points, found.applied_points, str(found.applied_value)


@pytest.mark.parametrize(
    ("base", "requested", "expected"),
    [
        ("400", 1000, ("ABOVE_MAXIMUM_PERCENT", 800, 0, "0.00")),
        ("400", 800, (None, 800, 800, "80.00")),
        ("400", 801, ("ABOVE_MAXIMUM_PERCENT", 800, 0, "0.00")),
        ("500", 1000, (None, 1000, 1000, "100.00")),
        ("900", 1000, (None, 1000, 1000, "100.00")),
        ("900", 1100, ("ABOVE_MAXIMUM_POINTS", 1000, 0, "0.00")),
        ("900", 99, ("BELOW_MINIMUM_POINTS", 1000, 0, "0.00")),
        ("900", 100, (None, 1000, 100, "10.00")),
        ("900", 0, ("INVALID", 1000, 0, "0.00")),
        ("900", -100, ("INVALID", 1000, 0, "0.00")),
        ("900", 10**30, ("ABOVE_MAXIMUM_POINTS", 1000, 0, "0.00")),
        ("900", None, (None, 1000, 0, "0.00")),
    ],
)
def test_variable_value(base, requested, expected):
    assert outcome(quote(base, requested)) == expected


@pytest.mark.parametrize(
    ("base", "requested", "expected"),
    [
        ("900", 100, (None, 100, 100, "10.00")),
        ("900", 99, ("BELOW_MINIMUM_POINTS", 100, 0, "0.00")),
        ("900", 101, ("ABOVE_MAXIMUM_POINTS", 100, 0, "0.00")),
        ("900", 200, ("ABOVE_MAXIMUM_POINTS", 100, 0, "0.00")),
        ("10", 100, (None, 100, 100, "10.00")),
        ("9.99", 100, ("ABOVE_MAXIMUM_PERCENT", 0, 0, "0.00")),
        ("900", None, (None, 100, 0, "0.00")),
    ],
)
def test_fixed_takes_exactly_its_points(base, requested, expected):
    assert outcome(quote(base, requested, rule=redemption("FIXED"))) == expected


@pytest.mark.parametrize(
    ("percent", "requested", "expected"),
    [
        (90, 9000, (None, 9000, 9000, "900.00")),
        (90, 9001, ("ABOVE_MAXIMUM_PERCENT", 9000, 0, "0.00")),
        (1, 100, (None, 100, 100, "10.00")),
        (1, 1, (None, 100, 1, "0.10")),
    ],
)
def test_percent_only_has_no_other_limit(percent, requested, expected):
    found = quote("1000", requested, rule=redemption("VARIABLE_PERCENT", maxPercent=percent), available=10_000)
    assert outcome(found) == expected


def test_the_quote_tells_the_rule_the_rate_and_the_lines():
    found = quote(basket(line("1", "300"), line("2", "200"), shipping_gross="50"), 500)
    assert (found.rule_key, found.type, found.over_limit) == ("spend", "VARIABLE_VALUE", "BLOCK")
    assert (found.min_points, found.step, found.available, found.requested) == (100, 1, 5000, 500)
    assert (found.rate_points, found.rate_value, found.max_percent) == (100, Decimal(10), 20)
    assert (found.eligible_base, found.eligible_line_ids) == (Decimal(500), ("1", "2"))
    assert found.receipt.kind == "REDEEM"
    assert found.receipt.points == 500
    assert found.receipt.line_points == {"1": 300, "2": 200}
    assert [(entry.code, entry.order_line_id, entry.base, entry.detail) for entry in found.receipt.lines] == [
        ("RULE_APPLIED", "1", Decimal(300), "100/10"),
        ("RULE_APPLIED", "2", Decimal(200), "100/10"),
        ("SHIPPING_EXCLUDED", None, Decimal(50), ""),
    ]


@pytest.mark.parametrize(
    ("base", "available", "ceiling", "maximum", "reason"),
    [
        ("900", 5000, None, 1000, "POINTS"),
        ("400", 5000, None, 800, "PERCENT"),
        ("500", 5000, None, 1000, "POINTS"),
        ("900", 300, None, 300, "BALANCE"),
        ("900", 1000, None, 1000, "POINTS"),
        ("900", 5000, Ceiling(value=Decimal("55.55"), reason="VOUCHER_THRESHOLD"), 555, "VOUCHER_THRESHOLD"),
        ("900", 5000, Ceiling(value=Decimal(100), reason="GIFT_THRESHOLD"), 1000, "POINTS"),
        ("900", 5000, Ceiling(value=Decimal(50)), 500, ""),
        ("900", 99, None, 0, "BALANCE"),
        ("900", -5, None, 0, "BALANCE"),
    ],
)
def test_the_lowest_limit_bounds_the_maximum_and_is_named(base, available, ceiling, maximum, reason):
    found = quote(base, None, available=available, ceiling=ceiling)
    assert (found.max_points, found.limit_reason) == (maximum, reason)


def test_without_other_limits_the_base_itself_bounds_the_maximum():
    found = quote("12.34", None, rule=redemption())
    assert (found.max_points, found.limit_reason, found.min_points) == (123, "", 1)


@pytest.mark.parametrize(
    ("requested", "available", "code"),
    [
        (1100, 0, "ABOVE_MAXIMUM_POINTS"),
        (900, 0, "ABOVE_MAXIMUM_PERCENT"),
        (750, 0, "NOT_MULTIPLE_OF_STEP"),
        (700, 699, "INSUFFICIENT_POINTS"),
        (50, 0, "BELOW_MINIMUM_POINTS"),
        (700, 700, None),
    ],
)
def test_refusals_are_judged_in_their_order(requested, available, code):
    rule = redemption(minPoints=100, maxPoints=1000, maxPercent=20, step=100)
    found = quote("400", requested, rule=rule, available=available)
    assert found.blocked_code == code


def test_a_maximum_below_the_minimum_offers_nothing_and_says_why():
    # given 20 % of 40 is worth 80 points, fewer than the 100 one must use
    # when
    found = quote("40", None)
    # then
    assert outcome(found) == ("ABOVE_MAXIMUM_PERCENT", 0, 0, "0.00")
    assert (found.min_points, found.limit_reason) == (100, "PERCENT")
    assert outcome(quote("40", 80)) == ("BELOW_MINIMUM_POINTS", 0, 0, "0.00")
    assert quote("900", None, available=50).blocked_code == "INSUFFICIENT_POINTS"


@pytest.mark.parametrize(
    ("base", "requested", "available", "expected"),
    [
        ("400", 1000, 5000, (None, 800, 800, "80.00")),
        ("900", 1100, 5000, (None, 1000, 1000, "100.00")),
        ("900", 1000, 300, (None, 300, 300, "30.00")),
        ("40", 1000, 5000, ("ABOVE_MAXIMUM_PERCENT", 0, 0, "0.00")),
        ("900", 99, 5000, ("BELOW_MINIMUM_POINTS", 1000, 0, "0.00")),
        ("900", 0, 5000, ("INVALID", 1000, 0, "0.00")),
    ],
)
def test_clamp_lowers_too_much_to_the_maximum_and_refuses_the_rest(base, requested, available, expected):
    found = quote(base, requested, rule={**VARIABLE, "overLimit": "CLAMP"}, available=available)
    assert outcome(found) == expected
    assert found.requested == requested


def test_clamp_lands_on_a_whole_step():
    rule = redemption(step=50, overLimit="CLAMP")
    assert outcome(quote("23.00", 1000, rule=rule)) == (None, 200, 200, "20.00")
    assert outcome(quote("23.00", 130, rule=rule)) == ("NOT_MULTIPLE_OF_STEP", 200, 0, "0.00")


@pytest.mark.parametrize(
    ("currency", "rate", "base", "requested", "expected"),
    [
        ("JPY", (100, "10"), "1000", 105, ("NOT_MULTIPLE_OF_STEP", 10_000, 0, "0")),
        ("JPY", (100, "10"), "1000", 110, (None, 10_000, 110, "11")),
        ("KWD", (1000, "1"), "1.234", 1234, (None, 1234, 1234, "1.234")),
        ("KWD", (1000, "1"), "1.234", 1235, ("ABOVE_MAXIMUM_PERCENT", 1234, 0, "0.000")),
    ],
)
def test_the_default_step_is_worth_whole_minor_units(currency, rate, base, requested, expected):
    cart = basket(line("1", base), currency=currency)
    rule = redemption(points=rate[0], value=rate[1])
    found = quote(cart, requested, rule=rule, available=10**6, channels=[listing(currency=currency)])
    assert outcome(found) == expected


def test_the_minimum_is_raised_to_the_channels_step():
    # given a minimum that is no multiple of the ten points that one yen takes
    cart = basket(line("1", "1000"), currency="JPY")
    found = quote(cart, None, rule=redemption(minPoints=105), channels=[listing(currency="JPY")])
    assert (found.min_points, found.step) == (110, 10)


@pytest.mark.parametrize(("with_tax", "base"), [(True, "122"), (False, "100")])
def test_the_base_is_in_the_channels_entry_kind(with_tax, base):
    cart = basket(line("1", "122", net="100"), prices_entered_with_tax=with_tax)
    assert quote(cart, None, rule=redemption()).eligible_base == Decimal(base)


def test_the_percentage_is_of_the_whole_base_not_of_what_points_leave():
    cart = basket(line("1", "400", redeemed_gross="80", redeemed_net="80"))
    assert outcome(quote(cart, 800)) == (None, 800, 800, "80.00")


@pytest.mark.parametrize(
    ("requested", "rule", "limit"),
    [
        (None, VARIABLE, (800, "PERCENT")),
        (1000, VARIABLE, (800, "PERCENT")),
        (1000, {**VARIABLE, "overLimit": "CLAMP"}, (800, "PERCENT")),
        (800, VARIABLE, None),
        (500, VARIABLE, None),
    ],
)
def test_the_receipt_names_the_limit_that_was_met(requested, rule, limit):
    receipt = quote("400", requested, rule=rule).receipt
    limits = [(entry.points, entry.detail) for entry in receipt.lines if entry.code == "CAPPED"]
    assert limits == ([limit] if limit else [])


def test_a_whole_cart_is_no_limit_of_its_own():
    found = quote("12.34", None, rule=redemption(maxPercent=100))
    assert (found.max_points, found.limit_reason) == (123, "")


def test_an_empty_cart_is_limited_by_itself():
    found = quote(basket(), None)
    assert (found.blocked_code, found.max_points, found.limit_reason) == ("NOTHING_ELIGIBLE", 0, "")
