"""The receipt of a movement adds up to it, and gives it again from what it says alone."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleor_loyalty.rules import (
    Receipt,
    Standing,
    award_share,
    evaluate_earning,
    explain_award,
    explain_return,
    explain_reversal,
    recount_movement,
)

from .builders import AT, basket, conversion, fixed, line, rules

CART = basket(line("a", "30.00", quantity=3), line("b", "20.00"))
RECEIPT = evaluate_earning(CART, rules=rules(earning=[conversion()]), at=AT)
ORDERED = {"a": 3, "b": 1}
REDEMPTION = Receipt(kind="REDEEM", points=1000, currency="ILS")


def standing(a=3, b=1, **values):
    return Standing(units={"a": a, "b": b}, ordered=ORDERED, **values)


def lines_of(data):
    return [(entry["code"], entry["order_line_id"], entry["base"], entry["points"]) for entry in data["lines"]]


def test_a_reversal_says_what_was_refunded_and_adds_up():
    # when one unit of line a and a quarter of the rest's money went back
    now = standing(a=2, loose=Decimal(10), money_share=Fraction(3, 4))
    data = explain_reversal(RECEIPT, standing=now, kept=now, before=50, posted=-20)
    # then
    assert lines_of(data) == [
        ("RULE_APPLIED", "a", "30.00", 30),
        ("RULE_APPLIED", "b", "20.00", 20),
        ("REFUNDED", "a", "10.00", -10),
        ("MONEY_REFUNDED", None, "10", -10),
        ("STOOD_BEFORE", None, "0", -50),
    ]
    assert (data["kind"], data["points"], data["standing"]) == ("REVERSE", -20, 30)
    assert recount_movement(json.loads(json.dumps(data))) == -20


def test_what_is_not_delivered_is_told_apart_from_what_was_refunded():
    data = explain_reversal(RECEIPT, standing=standing(a=1), kept=standing(a=2), before=40, posted=-10)
    assert lines_of(data)[2:] == [
        ("REFUNDED", "a", "10.00", -10),
        ("NOT_FULFILLED", "a", "10.00", -10),
        ("STOOD_BEFORE", None, "0", -40),
    ]
    assert data["lines"][2]["detail"] == "1/3"
    assert recount_movement(data) == -10


def test_what_could_not_be_taken_is_said():
    gone = Standing(units={}, ordered={})
    data = explain_reversal(RECEIPT, standing=gone, kept=gone, before=50, posted=-15, reason="ORDER_ENDED")
    assert lines_of(data)[2:] == [
        ("ORDER_ENDED", None, "0", -50),
        ("UNRECOVERED", None, "0", 35),
        ("STOOD_BEFORE", None, "0", -50),
    ]
    assert (data["left"], recount_movement(data)) == (35, -15)


def test_a_second_award_says_which_part_it_is():
    data = explain_award(RECEIPT, standing=standing(), before=20, posted=30)
    assert (data["kind"], data["points"], data["posted"], data["standing"]) == ("EARN", 30, 30, 50)
    assert lines_of(data)[2:] == [("STOOD_BEFORE", None, "0", -20)]
    assert recount_movement(data) == 30


def test_a_first_part_says_what_is_not_delivered_yet_and_what_was_refunded():
    data = explain_award(RECEIPT, standing=standing(a=1), kept=standing(a=2), before=0, posted=30)
    assert lines_of(data) == [
        ("RULE_APPLIED", "a", "30.00", 30),
        ("RULE_APPLIED", "b", "20.00", 20),
        ("REFUNDED", "a", "10.00", -10),
        ("NOT_FULFILLED", "a", "10.00", -10),
    ]
    assert (data["points"], data["awarded"]) == (30, 50)
    assert recount_movement(json.loads(json.dumps(data))) == 30


def test_a_whole_award_is_its_judgement():
    data = explain_award(RECEIPT, standing=standing(), before=0, posted=50)
    assert [entry["code"] for entry in data["lines"]] == [entry.code for entry in RECEIPT.lines]
    assert "awarded" not in data
    assert recount_movement(data) == 50


def test_a_return_says_the_value_line_by_line_and_what_went_back_before():
    # given 60 + 40 paid with 1000 points, of which 200 are back; 10 of the rows were taken off since
    values = {"a": Fraction(50), "b": Fraction(40)}
    # when
    data = explain_return(
        REDEMPTION,
        redeemed=1000,
        value=Decimal(100),
        values=values,
        standing=standing(a=0, loose=Decimal(5), money_share=Fraction(3, 4)),
        before=200,
        posted=500,
    )
    # then
    assert lines_of(data) == [
        ("DISCOUNT_REMOVED", None, "10.00", 100),
        ("REFUNDED", "a", "50.00", 500),
        ("MONEY_REFUNDED", None, "5", 100),
        ("RETURNED_BEFORE", None, "0", -200),
    ]
    assert recount_movement(data) == 500


def test_the_return_of_an_ended_order_has_one_line():
    gone = Standing(units={}, ordered={})
    data = explain_return(
        REDEMPTION,
        redeemed=1000,
        value=Decimal(100),
        values={"a": Fraction(100)},
        standing=gone,
        before=0,
        posted=1000,
        reason="ORDER_ENDED",
    )
    assert lines_of(data) == [("ORDER_ENDED", None, "100", 1000)]
    assert recount_movement(data) == 1000


@pytest.mark.parametrize("earning", [[conversion()], [fixed()], [conversion(points=3), fixed()]])
@given(
    a=st.integers(0, 3), kept=st.integers(0, 3), b=st.integers(0, 1), share=st.fractions(0, 1), left=st.integers(0, 9)
)
def test_every_reversal_adds_up_and_is_replayed(earning, a, kept, b, share, left):
    # given
    receipt = evaluate_earning(CART, rules=rules(earning=earning), at=AT)
    now, whole = standing(min(a, kept), b, loose=Decimal(1), money_share=share), standing(kept, b)
    target = award_share(receipt, fulfilled=now.units, ordered=ORDERED, money_share=share)
    posted = min(target + left, receipt.points) - receipt.points
    # when
    data = explain_reversal(receipt, standing=now, kept=whole, before=receipt.points, posted=posted)
    # then
    assert sum(entry["points"] for entry in data["lines"]) == posted
    assert recount_movement(data) == posted


@pytest.mark.parametrize("earning", [[conversion()], [fixed()], [conversion(points=3), fixed()]])
@given(a=st.integers(0, 3), kept=st.integers(0, 3), b=st.integers(0, 1), share=st.fractions(0, 1), data=st.data())
def test_every_part_of_an_award_adds_up_and_is_replayed(earning, a, kept, b, share, data):
    # given
    receipt = evaluate_earning(CART, rules=rules(earning=earning), at=AT)
    now, whole = standing(min(a, kept), b, loose=Decimal(1), money_share=share), standing(kept, b)
    target = award_share(receipt, fulfilled=now.units, ordered=ORDERED, money_share=share)
    if target == 0:
        return
    before = data.draw(st.integers(0, target - 1))
    # when
    written = explain_award(receipt, standing=now, kept=whole, before=before, posted=target - before)
    # then
    if before or target < receipt.points:
        assert sum(entry["points"] for entry in written["lines"]) == target - before
    assert written["points"] == target - before
    assert recount_movement(json.loads(json.dumps(written))) == target - before
