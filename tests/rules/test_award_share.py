from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleor_loyalty.rules import Receipt, award_share, evaluate_earning

from .builders import AT, basket, conversion, fixed, line, rules, scope


def award(points, bases):
    return Receipt(
        kind="EARN",
        points=points,
        currency="ILS",
        line_points={},
        line_bases={line_id: Decimal(base) for line_id, base in bases.items()},
    )


@pytest.mark.parametrize(
    ("fulfilled", "points"),
    [
        ({}, 0),
        ({"1": 1}, 16),
        ({"1": 3}, 50),
        ({"1": 3, "2": 1}, 75),
        ({"1": 3, "2": 2}, 100),
        ({"1": 9, "2": 9}, 100),
        ({"1": -1, "absent": 5}, 0),
    ],
)
def test_the_share_follows_the_fulfilled_bases_rounded_down(fulfilled, points):
    receipt = award(100, {"1": "50", "2": "50"})
    assert award_share(receipt, fulfilled=fulfilled, ordered={"1": 3, "2": 2}) == points


def test_a_fixed_award_follows_the_bases_of_its_lines():
    # given
    receipt = evaluate_earning(basket(line("1", "250"), line("2", "50")), rules=rules(earning=[fixed()]), at=AT)
    # when
    small = award_share(receipt, fulfilled={"2": 1}, ordered={"1": 1, "2": 1})
    large = award_share(receipt, fulfilled={"1": 1}, ordered={"1": 1, "2": 1})
    # then
    assert (small, large) == (16, 83)


def test_each_rule_follows_its_own_lines():
    # given ten points per unit on one line, one on the other
    document = rules(earning=[conversion(points=1), conversion("ten", 10, scope=scope("PRODUCT", "product-1"))])
    receipt = evaluate_earning(basket(line("1", "100"), line("2", "100")), rules=document, at=AT)
    assert receipt.points == 1100
    # when
    plain = award_share(receipt, fulfilled={"2": 1}, ordered={"1": 1, "2": 1})
    # then
    assert plain == 100


def test_a_line_deleted_since_counts_as_not_fulfilled():
    receipt = award(100, {"1": "50", "2": "50"})
    assert award_share(receipt, fulfilled={"1": 1}, ordered={"1": 1}) == 50


def test_without_money_the_share_follows_the_quantities():
    assert award_share(award(10, {"1": "0", "2": "0"}), fulfilled={"1": 1}, ordered={"1": 1, "2": 3}) == 2
    assert award_share(award(10, {}), fulfilled={"1": 1}, ordered={"1": 2}) == 5
    assert award_share(award(10, {}), fulfilled={}, ordered={}) == 0


orders = st.dictionaries(
    st.sampled_from("abcdef"), st.tuples(st.integers(0, 10_000), st.integers(1, 9)), min_size=1, max_size=6
)


@given(order=orders, points=st.integers(0, 10**6), data=st.data())
def test_the_share_grows_with_each_fulfilment_and_ends_exactly(order, points, data):
    # given
    receipt = award(points, {line_id: Decimal(base) / 100 for line_id, (base, _) in order.items()})
    ordered = {line_id: quantity for line_id, (_, quantity) in order.items()}
    units = [line_id for line_id, quantity in ordered.items() for _ in range(quantity)]
    # when
    fulfilled: dict[str, int] = {}
    shares = [0]
    for line_id in data.draw(st.permutations(units)):
        fulfilled[line_id] = fulfilled.get(line_id, 0) + 1
        shares.append(award_share(receipt, fulfilled=fulfilled, ordered=ordered))
    # then
    assert shares == sorted(shares)
    assert shares[-1] == points
