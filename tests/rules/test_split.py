import itertools
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saleor_loyalty.rules import SplitLine, minor_unit, split_discount


def split(amount, *lines, currency="ILS"):
    return split_discount(
        Decimal(amount),
        lines=[SplitLine(id=str(i), total=Decimal(total), quantity=q) for i, (total, q) in enumerate(lines)],
        currency=currency,
    )


def texts(shares):
    return [str(share) for share in shares.values()]


@pytest.mark.parametrize(
    ("amount", "lines", "shares"),
    [
        ("5.25", [("30.00", 3)], ["5.25"]),
        ("5.25", [("30.00", 3), ("30.00", 1)], ["2.61", "2.64"]),
        ("5.00", [("30.00", 3), ("20.00", 2)], ["3.00", "2.00"]),
        ("10.00", [("10.00", 3)], ["10.00"]),
        ("3.03", [("0.05", 3), ("3.00", 3)], ["0.03", "3.00"]),
        ("0.00", [("10.00", 3), ("0.00", 1)], ["0.00", "0.00"]),
        ("0.01", [("0.00", 1), ("5.00", 1)], ["0.00", "0.01"]),
    ],
)
def test_shares_are_proportional_multiples_of_the_quantity(amount, lines, shares):
    assert texts(split(amount, *lines)) == shares


def test_an_amount_that_no_multiples_reach_goes_over_by_less_than_the_quantity():
    # given an odd amount over quantities that are all even
    # when
    shares = split("5.01", ("30.00", 2), ("30.00", 4))
    # then
    assert texts(shares) == ["2.53", "2.48"]
    assert sum(shares.values()) == Decimal("5.01")


@pytest.mark.parametrize(("currency", "amount"), [("JPY", "101"), ("KWD", "10.005")])
def test_other_minor_units_are_split_exactly(currency, amount):
    shares = split(amount, ("300", 1), ("700", 1), currency=currency)
    assert sum(shares.values()) == Decimal(amount)
    assert all(share % minor_unit(currency) == 0 for share in shares.values())


@pytest.mark.parametrize("amount", ["-0.01", "100.01", "0.001"])
def test_an_amount_that_cannot_be_split_is_refused(amount):
    with pytest.raises(ValueError, match=r"cannot be split|whole number of minor units"):
        split(amount, ("100.00", 1))


def test_nothing_can_be_split_over_no_lines():
    assert split("0") == {}
    with pytest.raises(ValueError, match="cannot be split"):
        split("0.01")


def lines_and_amount(total_max, quantity_max, lines_max):
    lines = st.lists(
        st.tuples(st.integers(0, total_max), st.integers(1, quantity_max)), min_size=1, max_size=lines_max
    )
    return lines.flatmap(lambda found: st.tuples(st.just(found), st.integers(0, sum(total for total, _ in found))))


@given(data=lines_and_amount(100_000, 50, 12), currency=st.sampled_from(["ILS", "JPY", "KWD"]))
def test_the_sum_is_exact_and_no_line_goes_below_zero(data, currency):
    # given
    lines, amount = data
    unit = minor_unit(currency)
    # when
    shares = split(amount * unit, *((total * unit, quantity) for total, quantity in lines), currency=currency)
    # then
    assert sum(shares.values()) == amount * unit
    assert all(0 <= share <= total * unit for share, (total, _) in zip(shares.values(), lines, strict=True))
    assert list(shares) == [str(position) for position in range(len(lines))]


@settings(max_examples=200)
@given(data=lines_and_amount(25, 4, 3))
def test_shares_are_multiples_of_the_quantity_wherever_any_such_split_exists(data):
    # given
    lines, amount = data
    choices = itertools.product(*(range(0, total + 1, quantity) for total, quantity in lines))
    is_possible = any(sum(choice) == amount for choice in choices)
    # when
    shares = split(Decimal(amount) / 100, *((Decimal(total) / 100, quantity) for total, quantity in lines))
    # then
    whole = [int(share * 100) for share in shares.values()]
    is_multiple = all(share % quantity == 0 for share, (_, quantity) in zip(whole, lines, strict=True))
    assert is_multiple or not is_possible or amount == sum(total for total, _ in lines)


@given(data=lines_and_amount(100_000, 6, 8))
def test_a_share_stays_near_its_proportion(data):
    # given
    lines, amount = data
    total_sum = sum(total for total, _ in lines)
    # when
    shares = split(Decimal(amount) / 100, *((Decimal(total) / 100, quantity) for total, quantity in lines))
    # then: within a few multiples of the quantities
    for share, (total, _) in zip(shares.values(), lines, strict=True):
        if total_sum:
            assert abs(share * 100 - Decimal(amount * total) / total_sum) <= 60
