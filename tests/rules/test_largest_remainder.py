from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleor_loyalty.rules import split_by_largest_remainder


@pytest.mark.parametrize(
    ("total", "weights", "shares"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (100, [250, 50], [83, 17]),
        (1, [1, 1], [1, 0]),
        (0, [3, 4], [0, 0]),
        (5, [0, 0], [5, 0]),
        (0, [], []),
    ],
)
def test_shares_follow_the_weights(total, weights, shares):
    assert split_by_largest_remainder(total, weights) == shares


def test_something_cannot_be_split_over_nothing():
    with pytest.raises(ValueError, match="nothing to split over"):
        split_by_largest_remainder(1, [])


@given(total=st.integers(0, 10**9), weights=st.lists(st.integers(0, 10**9), min_size=1, max_size=20))
def test_shares_add_up_and_are_each_rounded_once(total, weights):
    shares = split_by_largest_remainder(total, weights)
    assert sum(shares) == total
    if sum(weights):
        for share, weight in zip(shares, weights, strict=True):
            assert abs(share - Fraction(total * weight, sum(weights))) < 1
