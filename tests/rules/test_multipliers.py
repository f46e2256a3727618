"""Multipliers and conditions: exact points, receipts that replay, and shares that add up."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleor_loyalty.basket import CustomerFacts, basket_from_json, basket_to_json
from saleor_loyalty.rules import (
    award_share,
    evaluate_earning,
    receipt_from_json,
    receipt_holds,
    receipt_to_json,
    recount_points,
)
from saleor_loyalty.rules.document import find_unknown_words

from .builders import AT, basket, conversion, line, rules

GOLD = CustomerFacts(user_id=1, member_status="MEMBER", plans=("gold",), labels=("vip",))
PLAIN = CustomerFacts(user_id=2, member_status="MEMBER")


def times(multiplier: str, key: str = "more", **more):
    return {"key": key, "type": "MULTIPLIER", "multiplier": multiplier, **more}


def earned(document, customer=PLAIN, *lines):
    cart = dataclasses.replace(basket(*lines), customer=customer)
    receipt = evaluate_earning(cart, rules=document, at=AT)
    assert recount_points(receipt) == receipt.points
    assert receipt_holds(receipt_from_json(receipt_to_json(receipt)), basket=cart, rules=document, at=AT)
    assert sum(receipt.line_points.values()) == receipt.points
    return receipt


def test_what_it_adds_is_rounded_down_once_for_the_order():
    document = rules(earning=[conversion(), times("1.5")])

    receipt = earned(document, PLAIN, line("1", 101), line("2", 50))

    assert receipt.points == 151 + 75
    assert [(entry.order_line_id, entry.points, entry.detail) for entry in receipt.lines if "MULTI" in entry.code] == [
        ("1", 50, "1.5/101"),
        ("2", 25, "1.5/50"),
    ]
    assert receipt.rule_keys == ("earn", "more")


def test_of_several_the_highest_counts_for_a_line_never_their_product():
    document = rules(earning=[conversion(), times("2", "double"), times("3", "triple")])

    receipt = earned(document, PLAIN, line("1", 100))

    assert (receipt.points, receipt.rule_keys) == (300, ("earn", "triple"))


def test_each_line_has_the_highest_that_looks_at_it():
    scope = {"type": "PRODUCT", "slugs": ["set"]}
    document = rules(earning=[conversion(), times("2", "double"), times("3", "triple", scope=scope)])

    receipt = earned(document, PLAIN, line("1", 100, product_slug="set"), line("2", 10, product_slug="cup"))

    assert receipt.line_points == {"1": 300, "2": 20}


def test_it_adds_no_more_than_its_most():
    document = rules(earning=[conversion(), times("2", maxPointsPerOrder=30)])

    receipt = earned(document, PLAIN, line("1", 100))

    assert receipt.points == 130
    assert ("CAPPED", "more", 30) in [(entry.code, entry.rule_key, entry.points) for entry in receipt.lines]


@pytest.mark.parametrize(
    ("conditions", "customer", "points", "detail"),
    [
        ({"plans": ["gold", "silver"]}, GOLD, 200, None),
        ({"plans": ["gold"]}, PLAIN, 100, "PLANS"),
        ({"labels": ["vip"]}, GOLD, 200, None),
        ({"labels": ["vip"]}, PLAIN, 100, "LABELS"),
        ({"labels": ["vip"], "plans": ["silver"]}, GOLD, 100, "PLANS"),
        ({"memberStatus": ["MEMBER"]}, PLAIN, 200, None),
        ({"memberStatus": ["VISITOR"]}, PLAIN, 100, "MEMBER_STATUS"),
        ({"labels": ["vip"]}, CustomerFacts(), 100, "LABELS"),
    ],
)
def test_a_condition_decides_for_whom_it_counts(conditions, customer, points, detail):
    document = rules(earning=[conversion(), times("2", conditions=conditions)])

    receipt = earned(document, customer, line("1", 100))

    assert receipt.points == points
    assert [entry.detail for entry in receipt.lines if entry.code == "CONDITION_NOT_MET"] == [detail] * bool(detail)


def test_conditions_go_with_every_rule():
    special = {**conversion(), "key": "vip", "points": 5, "priority": 1, "conditions": {"labels": ["vip"]}}
    document = rules(earning=[conversion(), special])

    assert earned(document, GOLD, line("1", 10)).points == 50
    assert earned(document, PLAIN, line("1", 10)).points == 10


def test_an_old_basket_without_plans_is_read():
    data = basket_to_json(basket(line("1", 100)))
    del data["customer"]["plans"]

    assert basket_from_json(data).customer.plans == ()


def test_unknown_words_are_doubted_with_their_places():
    document = rules(earning=[conversion(), times("2", conditions={"labels": ["vip", "x"], "plans": ["gold"]})])

    found = find_unknown_words(document, labels={"vip"}, plans=set())

    assert [(doubt.path, doubt.code) for doubt in found] == [
        ("earning[1].conditions.labels[1]", "UNKNOWN_LABEL"),
        ("earning[1].conditions.plans[0]", "UNKNOWN_PLAN"),
    ]


AMOUNTS = st.integers(0, 100_000)
MULTIPLIERS = st.decimals("1.01", "100", places=2)


@given(st.lists(AMOUNTS, min_size=1, max_size=6), MULTIPLIERS)
def test_the_sum_is_the_product_rounded_down(amounts, multiplier):
    document = rules(earning=[conversion(), times(f"{multiplier:f}")])

    receipt = earned(document, PLAIN, *(line(str(number), amount) for number, amount in enumerate(amounts, start=1)))

    assert receipt.points == int(sum(amounts) * multiplier)


@given(st.lists(st.integers(1, 5000), min_size=1, max_size=5), MULTIPLIERS, st.data())
def test_shares_grow_with_delivery_and_end_at_the_whole(amounts, multiplier, data):
    document = rules(earning=[conversion(), times(f"{multiplier:f}")])
    lines = [line(str(number), amount) for number, amount in enumerate(amounts, start=1)]
    receipt = earned(document, PLAIN, *lines)
    ordered = {entry.id: entry.quantity for entry in lines}
    part = {key: data.draw(st.integers(0, quantity)) for key, quantity in ordered.items()}

    some = award_share(receipt, fulfilled=part, ordered=ordered)

    assert 0 <= some <= award_share(receipt, fulfilled=ordered, ordered=ordered) == receipt.points
