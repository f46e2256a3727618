"""The receipt of a redemption says how its points were found, and gives them again."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleor_loyalty.rules import SetAside, explain_redemption, points_taken, recount_movement

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


def test_a_receipt_whose_numbers_were_changed_gives_another_number():
    data = explain_redemption(
        800, value=Decimal(80), currency="ILS", rule_key="cart", **RATE, program_version=3, reserved=None
    )
    assert recount_movement(data) == -800
    data["lines"][0]["base"] = "70"
    assert recount_movement(data) == -700
