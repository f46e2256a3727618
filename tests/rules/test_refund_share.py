"""Refunds in any pieces and any order: what stands depends on what is gone and paid back by now, on nothing else."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleor_loyalty.rules import award_share, evaluate_earning, find_standing, returned_share, used_value

from .builders import AT, basket, conversion, fixed, line, rules

TWO_LINES = basket(line("a", "30.00", quantity=3), line("b", "20.00"))


def stands(cart, receipt, *, gone=None, loose="0"):
    standing = find_standing(cart, gone=gone or {}, loose=Decimal(loose))
    return award_share(receipt, fulfilled=standing.units, ordered=standing.ordered, money_share=standing.money_share)


def earned(cart=TWO_LINES, **parts):
    return evaluate_earning(cart, rules=rules(**{"earning": [conversion()], **parts}), at=AT)


@pytest.mark.parametrize(
    ("gone", "loose", "points"),
    [
        ({}, "0", 50),
        ({"a": 1}, "0", 40),
        ({"a": 3}, "0", 20),
        ({"a": 3, "b": 1}, "0", 0),
        ({"a": 9, "absent": 1}, "0", 20),
        ({"a": -1}, "0", 50),
        # 10 of 50 is a fifth of everything
        ({}, "10", 40),
        ({}, "50", 0),
        ({}, "999", 0),
        # 10 of the 20 that are left is a half of it
        ({"a": 3}, "10", 10),
        ({"a": 3, "b": 1}, "10", 0),
        # a cent costs a point: what stands is rounded down
        ({}, "0.01", 49),
    ],
)
def test_what_stands_after_units_and_money_went_back(gone, loose, points):
    assert stands(TWO_LINES, earned(), gone=gone, loose=loose) == points


def test_two_refunds_of_a_fifth_are_one_of_two_fifths():
    receipt = earned()
    assert stands(TWO_LINES, receipt, loose="10") - stands(TWO_LINES, receipt, loose="20") == 10
    assert stands(TWO_LINES, receipt, loose="20") == 30


def test_a_fixed_award_shrinks_like_any_other():
    receipt = earned(earning=[fixed()])
    assert [stands(TWO_LINES, receipt, gone=gone) for gone in ({}, {"a": 1}, {"b": 1})] == [100, 80, 60]


def test_the_part_paid_with_points_is_no_money_that_could_be_refunded():
    # given 40 of 50 are paid with points
    cart = basket(
        line("a", "30.00", quantity=3, redeemed_net=Decimal(24), redeemed_gross=Decimal(24)),
        line("b", "20.00", redeemed_net=Decimal(16), redeemed_gross=Decimal(16)),
    )
    # when 5 of the 10 paid in money go back
    standing = find_standing(cart, gone={}, loose=Decimal(5))
    # then a half stands
    assert standing.money_share == Fraction(1, 2)
    assert returned_share(400, value=Decimal(40), used=used_value({"a": 24, "b": 16}, standing=standing)) == 200


def test_units_added_after_the_order_was_judged_never_count():
    standing = find_standing(TWO_LINES, gone={}, ordered={"a": 5, "b": 1, "c": 2}, judged={"a": 3, "b": 1})
    assert (dict(standing.units), dict(standing.ordered)) == ({"a": 3, "b": 1}, {"a": 3, "b": 1})


def test_units_taken_off_after_the_order_was_judged_are_gone():
    standing = find_standing(TWO_LINES, gone={"a": 1}, ordered={"a": 2}, judged={"a": 3, "b": 1})
    assert dict(standing.units) == {"a": 1, "b": 0}


@pytest.mark.parametrize(
    ("used", "points"), [(Fraction(10), 0), (Fraction(12), 0), (Fraction(20, 3), 33), (Fraction(0), 100)]
)
def test_spent_points_go_back_by_the_value_that_is_gone_rounded_down(used, points):
    assert returned_share(100, value=Decimal(10), used=used) == points


# --- random refunds ---

units = st.tuples(st.integers(0, 5_000), st.integers(1, 6), st.integers(0, 1_500))
"""Cents a unit costs, units, and cents of each that points pay."""


def cart_of(items):
    return basket(
        *(
            line(
                str(number),
                Decimal(cents * quantity) / 100,
                quantity=quantity,
                redeemed_net=Decimal(min(redeemed, cents) * quantity) / 100,
                redeemed_gross=Decimal(min(redeemed, cents) * quantity) / 100,
            )
            for number, (cents, quantity, redeemed) in enumerate(items)
        )
    )


def unit_costs(items):
    """What a unit of each line cost in money, in cents."""
    return {str(number): cents - min(redeemed, cents) for number, (cents, _, redeemed) in enumerate(items)}


def outcome(cart, receipt, *, gone, loose):
    """The points that stand of the award, and of 1000 spent points those that went back."""
    values = {item.id: item.redeemed_gross for item in cart.lines}
    standing = find_standing(cart, gone=gone, loose=Decimal(loose) / 100)
    award = award_share(receipt, fulfilled=standing.units, ordered=standing.ordered, money_share=standing.money_share)
    used = used_value(values, standing=standing)
    return award, returned_share(1000, value=sum(values.values(), Decimal(0)), used=used)


@given(items=st.lists(units, min_size=1, max_size=5), data=st.data())
def test_random_refunds_take_back_ever_more_and_at_the_end_everything(items, data):
    # given
    cart, costs = cart_of(items), unit_costs(items)
    receipt = earned(cart)
    left = sum(costs[item.id] * item.quantity for item in cart.lines)
    gone, loose = {}, 0
    states = [outcome(cart, receipt, gone=gone, loose=loose)]
    steps = [*(item.id for item in cart.lines for _ in range(item.quantity)), *["money"] * 4]
    # when it goes back unit by unit, in between money for no line, never more than was paid
    for step in data.draw(st.permutations(steps)):
        if step == "money":
            amount = data.draw(st.integers(0, left))
            loose, left = loose + amount, left - amount
        elif costs[step] <= left:
            gone, left = {**gone, step: gone.get(step, 0) + 1}, left - costs[step]
        states.append(outcome(cart, receipt, gone=gone, loose=loose))
    states.append(outcome(cart, receipt, gone=gone, loose=loose + left))
    states.append(outcome(cart, receipt, gone={item.id: item.quantity for item in cart.lines}, loose=0))
    # then
    awards, returns = [award for award, _ in states], [returned for _, returned in states]
    assert awards == sorted(awards, reverse=True)
    assert returns == sorted(returns)
    assert (awards[0], awards[-1], returns[-1]) == (receipt.points, 0, 1000)


@given(items=st.lists(units, min_size=1, max_size=5))
def test_all_the_money_back_without_a_word_about_lines_takes_everything(items):
    cart, costs = cart_of(items), unit_costs(items)
    total = sum(costs[item.id] * item.quantity for item in cart.lines)
    if total:
        assert outcome(cart, earned(cart), gone={}, loose=total) == (0, 1000)
