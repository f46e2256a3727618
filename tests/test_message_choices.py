"""The right message for a refused or applied redemption; and every code that the package says exists."""

from __future__ import annotations

import ast
import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from saleor_loyalty.basket import Basket, BasketLine
from saleor_loyalty.errors import AccountFrozen, LoyaltyException, RedemptionRefused, RegistrationRequired
from saleor_loyalty.host import Ceiling
from saleor_loyalty.messages import describe_applied, describe_exception, describe_refusal
from saleor_loyalty.messages.catalog import find_text
from saleor_loyalty.rules import parse_rules, quote_redemption

ROOT = Path(__file__).resolve().parent.parent
AT = datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC)
VALUE = {"type": "VARIABLE_VALUE", "minPoints": 100, "maxPoints": 1000, "maxPercent": 20}


def refuse(amount: str, points: int | None, *, available: int = 5000, ceiling: Ceiling | None = None, **rule) -> str:
    rules = parse_rules(
        {
            "channels": [{"key": "il", "channel": "il", "currency": "ILS"}],
            "redemption": [{"key": "cart", "points": 100, "value": "10", **(rule or VALUE)}],
        }
    )
    price = Decimal(amount)
    line = BasketLine(id="1", product_id="1", variant_id="1", quantity=1, unit_price=price, net=price, gross=price)
    quote = quote_redemption(
        Basket(currency="ILS", channel="il", lines=(line,), at=AT),
        rules=rules,
        available=available,
        requested=points,
        at=AT,
        ceiling=ceiling,
    )
    return describe_refusal(quote, language="en")


def test_a_quote_that_is_not_blocked_has_no_refusal():
    assert refuse("400", 800) is None


@pytest.mark.parametrize(
    ("amount", "points", "text"),
    [
        (
            "400",
            1000,
            (
                "You asked to use 1,000 points, more than 20% of the eligible amount of ₪400.00. "
                "You can use up to 800 points, worth ₪80.00."
            ),
        ),
        ("900", 1100, "You asked to use 1,100 points, more than one purchase allows. You can use up to 1,000 points."),
        ("900", 99, "You asked to use 99 points. The minimum is 100 points."),
        ("900", 0, "Enter a whole number of points, 1 or more."),
        ("30", 100, "This cart is too small to pay with points: at least 100 points, worth ₪10.00, must be used."),
        ("30", None, "This cart is too small to pay with points: at least 100 points, worth ₪10.00, must be used."),
    ],
)
def test_a_refusal_says_the_numbers_that_help(amount, points, text):
    assert refuse(amount, points) == text


def test_too_few_points_are_told_apart_from_too_small_a_cart():
    assert refuse("900", 400, available=300) == "You asked to use 400 points. You have 300 points."
    assert refuse("900", 100, available=30) == "You have 30 points. Points can be used from 100 points on."
    assert refuse("900", None, available=30) == "You have 30 points. Points can be used from 100 points on."


def test_a_fixed_redemption_says_its_exact_points():
    for points in (99, 101, 200):
        assert refuse("900", points, type="FIXED") == (
            f"You asked to use {points} points. Exactly 100 points can be used in one purchase."
        )


def test_points_between_two_steps_are_refused_with_the_step():
    assert refuse("900", 150, type="VARIABLE_VALUE", step=100) == (
        "You asked to use 150 points. Points are used in multiples of 100."
    )


def test_more_than_the_cart_is_worth_is_refused_without_a_share():
    assert refuse("50", 600, type="VARIABLE_VALUE") == (
        "You asked to use 600 points. For this cart you can use up to 500 points, worth ₪50.00."
    )


@pytest.mark.parametrize(
    ("reason", "end"),
    [
        ("VOUCHER_THRESHOLD", "the minimum of your coupon."),
        ("PROMOTION_THRESHOLD", "the minimum of a promotion."),
        ("GIFT_THRESHOLD", "the minimum for the free gift."),
        ("SHIPPING_THRESHOLD", "the minimum of your delivery method."),
    ],
)
def test_a_threshold_is_named(reason, end):
    ceiling = Ceiling(value=Decimal(20), reason=reason)
    assert refuse("900", 600, ceiling=ceiling, type="VARIABLE_VALUE") == (
        f"With more than 200 points your cart would fall below {end}"
    )


def test_what_is_applied_says_when_it_is_less_than_asked_for():
    facts = {"value": Decimal(80), "currency": "ILS", "language": "en"}
    assert describe_applied(points=800, requested_points=800, **facts) == "You are using 800 points: ₪80.00 off."
    assert describe_applied(points=800, requested_points=1000, **facts) == (
        "Your cart has changed: you are now using 800 points instead of 1,000 points, for ₪80.00 off."
    )


def test_an_exception_is_said_in_the_customers_language():
    assert describe_exception(RegistrationRequired(), language="it") == (
        "Per acquistare in questo negozio accedi o registrati."
    )
    assert describe_exception(AccountFrozen(), language="en") == (
        "Your points are blocked at the moment. Please contact the shop."
    )
    # A refused redemption was put into words where its numbers were known.
    refused = RedemptionRefused("ABOVE_MAXIMUM_POINTS", "Said already.", max_points=1, min_points=1)
    assert describe_exception(refused, language="he") == "Said already."


def test_an_exception_without_words_of_its_own_still_says_something():
    assert describe_exception(LoyaltyException("internal"), language="en") == (
        "Enter a whole number of points, 1 or more."
    )
    error = LoyaltyException("internal")
    error.code = "NO_SUCH_CODE"
    assert describe_exception(error, language="en") == "Points cannot be used as requested."


def literal_codes() -> set[str]:
    """Every code that is written out as the first argument of a call that says a message."""
    codes = set()
    for path in [*(ROOT / "saleor_loyalty").rglob("*.py"), *(ROOT / "playground").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and called_name(node) in {"render", "write", "message"}:
                codes |= {
                    part.value
                    for part in ast.walk(node.args[0])
                    if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value.isupper()
                    if not part.value.endswith("_") and not part.value.startswith("_")
                }
    return codes


def called_name(node: ast.Call) -> str:
    return getattr(node.func, "id", None) or getattr(node.func, "attr", "")


def test_every_code_that_the_package_says_has_a_text():
    codes = literal_codes()
    assert "ESTIMATE_EARN" in codes
    for code in sorted(codes):
        assert find_text(code, language="en"), code
