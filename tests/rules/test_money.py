from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleor_loyalty.rules import (
    lower_to_step,
    minor_unit,
    points_for_value,
    raise_to_step,
    round_down,
    smallest_step,
    to_minor_units,
    value_of_points,
)


@pytest.mark.parametrize(("currency", "unit"), [("ILS", "0.01"), ("JPY", "1"), ("KWD", "0.001")])
def test_minor_unit_follows_the_currency(currency, unit):
    assert minor_unit(currency) == Decimal(unit)


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [("10.999", "ILS", "10.99"), ("10.999", "JPY", "10"), ("10.9999", "KWD", "10.999"), ("-0.001", "ILS", "-0.01")],
)
def test_amounts_are_rounded_down(amount, currency, expected):
    assert round_down(Decimal(amount), currency) == Decimal(expected)
    assert str(round_down(Decimal(amount), currency)) == expected


def test_minor_units_of_a_fraction_of_one_are_refused():
    assert to_minor_units(Decimal("10.50"), "ILS") == 1050
    with pytest.raises(ValueError, match=r"0\.5 is not a whole number of minor units of JPY"):
        to_minor_units(Decimal("0.5"), "JPY")


@pytest.mark.parametrize(
    ("points", "rate", "currency", "value"),
    [
        (100, (100, "10"), "ILS", "10.00"),
        (1, (100, "10"), "ILS", "0.10"),
        (1, (3, "0.01"), "ILS", "0.00"),
        (5, (3, "0.01"), "ILS", "0.01"),
        (15, (100, "10"), "JPY", "1"),
        (1, (1000, "1"), "KWD", "0.001"),
    ],
)
def test_points_are_worth_their_rate_rounded_down(points, rate, currency, value):
    worth = value_of_points(points, rate_points=rate[0], rate_value=Decimal(rate[1]), currency=currency)
    assert str(worth) == value


@pytest.mark.parametrize(
    ("rate", "currency", "step"),
    [
        ((100, "10"), "ILS", 1),
        ((100, "10"), "JPY", 10),
        ((3, "0.01"), "ILS", 3),
        ((1000, "1"), "KWD", 1),
        ((7, "3"), "JPY", 7),
    ],
)
def test_smallest_step_is_the_fewest_points_worth_whole_minor_units(rate, currency, step):
    assert smallest_step(rate_points=rate[0], rate_value=Decimal(rate[1]), currency=currency) == step


@given(
    points=st.integers(1, 10_000),
    rate_points=st.integers(1, 1000),
    minor=st.integers(1, 100_000),
    currency=st.sampled_from(["ILS", "JPY", "KWD"]),
)
def test_a_multiple_of_the_smallest_step_goes_to_money_and_back_without_loss(points, rate_points, minor, currency):
    # given
    value = minor * minor_unit(currency)
    step = smallest_step(rate_points=rate_points, rate_value=value, currency=currency)
    whole = points * step
    # when
    worth = value_of_points(whole, rate_points=rate_points, rate_value=value, currency=currency)
    # then
    assert worth * rate_points == whole * value
    assert points_for_value(worth, rate_points=rate_points, rate_value=value) == whole


@given(points=st.integers(0, 10**9), step=st.integers(1, 10**6))
def test_lowering_and_raising_to_the_step_enclose_the_points(points, step):
    low, high = lower_to_step(points, step), raise_to_step(points, step)
    assert low <= points <= high
    assert low % step == high % step == 0
    assert high - low in {0, step}


def test_the_largest_numbers_are_exact():
    value = Decimal("999999999999.99")
    assert value_of_points(10**9 - 1, rate_points=10**9, rate_value=value, currency="ILS") == Decimal(
        "999999998999.99"
    )
    assert points_for_value(value, rate_points=10**9, rate_value=value) == 10**9
    assert points_for_value(value - Decimal("0.01"), rate_points=10**9, rate_value=value) == 10**9 - 1


@pytest.mark.parametrize(("points", "value"), [(-100, "-10.00"), (-5, "-0.02"), (0, "0.00")])
def test_a_debt_is_worth_its_rate_rounded_down_too(points, value):
    rate = (100, "10") if points == -100 else (3, "0.01")
    worth = value_of_points(points, rate_points=rate[0], rate_value=Decimal(rate[1]), currency="ILS")
    assert worth == Decimal(value)
