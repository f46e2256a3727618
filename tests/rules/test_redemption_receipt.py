"""The receipt of a redemption says how its points were found, and gives them again."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleor_loyalty.rules import SetAside, explain_redemption, points_taken, recount_movement, recount_shortfall

RATE = {"rate_points": 100, "rate_value": Decimal(10)}


@pytest.mark.parametrize(
    ("value", "reserved", "points"),
    [
        ("80.00", None, 800),
        ("80.09", None, 800),
        ("80.10", None, 801),
        ("0.00", None, 0),
        # The rows are worth all that was set aside: every point of it, also where the value was rounded.
        ("80.00", SetAside(points=805, value=Decimal("80.00")), 805),
        ("90.00", SetAside(points=805, value=Decimal("80.00")), 805),
        # The clamp has lowered the rows.
        ("79.99", SetAside(points=805, value=Decimal("80.00")), 799),
        ("0.00", SetAside(points=805, value=Decimal("80.00")), 0),
        # Never more than was set aside.
        ("79.99", SetAside(points=700, value=Decimal("80.00")), 700),
    ],
)
def test_points_taken_are_those_set_aside_or_what_the_rows_are_worth(value, reserved, points):
    assert points_taken(Decimal(value), **RATE, reserved=reserved) == points


@given(
    value=st.decimals(0, 1000, places=2),
    rate_points=st.integers(1, 1000),
    rate_value=st.decimals("0.01", 100, places=2),
    reserved=st.none() | st.builds(SetAside, points=st.integers(1, 10_000), value=st.decimals(0, 1000, places=2)),
)
def test_the_receipt_alone_gives_the_points_again(value, rate_points, rate_value, reserved):
    rate = {"rate_points": rate_points, "rate_value": rate_value}
    points = points_taken(value, **rate, reserved=reserved)
    data = explain_redemption(
        points, value=value, currency="ILS", rule_key="cart", **rate, program_version=3, reserved=reserved
    )
    assert recount_movement(json.loads(json.dumps(data))) == -points


def explained(value, reserved, points):
    return explain_redemption(
        points, value=Decimal(value), currency="ILS", rule_key="cart", **RATE, program_version=3, reserved=reserved
    )


def lines_of(data):
    return [(line["code"], line["base"], line["points"], line["detail"]) for line in data["lines"]]


def test_fewer_points_than_were_set_aside_have_a_line_of_their_own():
    data = explained("77.77", SetAside(points=1000, value=Decimal("100.00")), 777)
    assert lines_of(data) == [("RULE_APPLIED", "77.77", 777, "100/10"), ("RELEASED", "22.23", 223, "1000")]
    assert (data["points"], recount_movement(data), recount_shortfall(data)) == (777, -777, 0)


@pytest.mark.parametrize("reserved", [None, SetAside(points=805, value=Decimal("80.50"))])
def test_where_nothing_is_left_over_no_line_says_so(reserved):
    assert [code for code, *_ in lines_of(explained("80.50", reserved, 805))] == ["RULE_APPLIED"]


@given(
    value=st.decimals(0, 1000, places=2),
    reserved=st.builds(SetAside, points=st.integers(1, 10_000), value=st.decimals(0, 1000, places=2)),
)
def test_what_was_used_and_what_is_free_again_is_all_that_was_set_aside(value, reserved):
    data = explained(value, reserved, points_taken(value, **RATE, reserved=reserved))
    assert sum(points for _, _, points, _ in lines_of(data)) == reserved.points


@pytest.mark.parametrize(("available", "short"), [(0, 800), (500, 300), (799, 1)])
def test_the_receipt_alone_gives_again_what_was_not_there(available, short):
    data = explained("80.00", None, 800)
    data["lines"].append({"code": "SHORTFALL", "points": short, "detail": str(available)})
    assert (recount_movement(data), recount_shortfall(json.loads(json.dumps(data)))) == (-800, short)


def test_a_receipt_whose_numbers_were_changed_gives_another_number():
    data = explain_redemption(
        800, value=Decimal(80), currency="ILS", rule_key="cart", **RATE, program_version=3, reserved=None
    )
    assert recount_movement(data) == -800
    data["lines"][0]["base"] = "70"
    assert recount_movement(data) == -700
