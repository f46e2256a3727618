"""Rules for orders: weekdays, caps of one customer, and rules that stop those below them."""

from __future__ import annotations

import dataclasses
import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleor_loyalty.basket import CustomerFacts, EarnedBefore, basket_from_json, basket_to_json
from saleor_loyalty.errors import RulesInvalid
from saleor_loyalty.rules import evaluate_earning, find_warnings, parse_rules, receipt_holds, recount_points

from .builders import AT, basket, conversion, document, fixed, line, listing, rules, scope

WEEKEND = ["SATURDAY", "SUNDAY"]


def times(multiplier, key="more", **more):
    return {"key": key, "type": "MULTIPLIER", "multiplier": multiplier, **more}


def evaluate(parsed, *lines, at=AT, before=()):
    cart = basket(*(lines or (line(),)))
    facts = dataclasses.replace(cart.customer, earned=tuple(EarnedBefore(*one) for one in before))
    cart = dataclasses.replace(cart, customer=facts)
    receipt = evaluate_earning(cart, rules=parsed, at=at)
    assert recount_points(receipt) == receipt.points == sum(receipt.line_points.values())
    assert receipt_holds(receipt, basket=basket_from_json(basket_to_json(cart)), rules=parsed, at=at)
    return receipt


def said(receipt, *codes):
    return [(one.code, one.rule_key, one.points, one.detail) for one in receipt.lines if one.code in codes]


@pytest.mark.parametrize(
    ("moment", "points"),
    [
        ("2026-03-27T23:59:59+03:00", 100),
        ("2026-03-28T00:00:00+03:00", 200),
        ("2026-03-29T23:59:59+03:00", 200),
        ("2026-03-30T00:00:00+03:00", 100),
        # the 25th hour of the Sunday on which clocks go back
        ("2026-10-25T23:30:00+02:00", 200),
        ("2026-10-25T22:30:00+00:00", 100),
    ],
)
def test_a_weekend_bonus_counts_on_the_days_of_the_channels_place(moment, points):
    parsed = rules(channels=[listing(timeZone="Asia/Jerusalem")], earning=[conversion(), times("2", weekdays=WEEKEND)])
    receipt = evaluate(parsed, at=datetime.datetime.fromisoformat(moment))
    assert receipt.points == points
    assert said(receipt, "OUTSIDE_WINDOW") == ([] if points == 200 else [("OUTSIDE_WINDOW", "more", 0, "WEEKDAY")])


@pytest.mark.parametrize("rule", [conversion(), fixed(points=100)])
@pytest.mark.parametrize(
    ("before", "points", "code"), [(0, 100, None), (50, 100, None), (51, 99, "CAPPED"), (150, 0, "LIMIT_REACHED")]
)
def test_the_caps_of_a_customer_are_reached_exactly(rule, before, points, code):
    parsed = rules(earning=[{**rule, "customerCaps": [{"points": 150, "period": "YEAR"}]}])
    receipt = evaluate(parsed, before=[(rule["key"], "YEAR", before)])
    assert receipt.points == points
    assert [one[0] for one in said(receipt, "CAPPED", "LIMIT_REACHED")] == ([code] if code else [])


def test_what_a_multiplier_adds_is_capped_by_itself():
    parsed = rules(earning=[conversion(), times("3", customerCaps=[{"points": 250}])])
    assert evaluate(parsed).points == 300
    receipt = evaluate(parsed, before=[("more", "EVER", 100)])
    assert (receipt.points, said(receipt, "CAPPED")) == (250, [("CAPPED", "more", 150, "EVER/250")])
    assert evaluate(parsed, before=[("more", "EVER", 250)]).points == 100


def test_the_cap_of_the_order_holds_beside_that_of_the_customer():
    parsed = rules(earning=[conversion(maxPointsPerOrder=40, customerCaps=[{"points": 100}])])
    assert said(evaluate(parsed), "CAPPED") == [("CAPPED", "earn", 40, "")]
    receipt = evaluate(parsed, before=[("earn", "EVER", 70)])
    assert said(receipt, "CAPPED") == [("CAPPED", "earn", 30, "EVER/100")]


def test_a_rule_that_gave_something_stops_all_below_it():
    parsed = rules(
        earning=[
            conversion(priority=1),
            fixed(points=30, priority=5, stopProcessing=True),
            times("2", priority=0),
        ]
    )
    receipt = evaluate(parsed)
    assert receipt.points == 30
    assert said(receipt, "STOPPED") == [("STOPPED", "earn", 0, "fixed"), ("STOPPED", "more", 0, "fixed")]


def test_a_rule_that_gave_nothing_stops_none():
    parsed = rules(
        earning=[
            conversion(),
            fixed(points=30, priority=5, stopProcessing=True, scope=scope("PRODUCT", "another")),
        ]
    )
    receipt = evaluate(parsed)
    assert (receipt.points, said(receipt, "STOPPED")) == (100, [])


def test_a_multiplier_stops_only_multipliers():
    parsed = rules(
        earning=[
            conversion(),
            times("2", key="weak", priority=5, stopProcessing=True),
            times("3", key="strong"),
        ]
    )
    receipt = evaluate(parsed, line("1"), line("2", "50"))
    # without stopping, the highest would count for each line
    assert receipt.points == 450
    assert said(receipt, "STOPPED") == []
    parsed = rules(
        earning=[
            conversion(),
            times("2", key="weak", priority=5, stopProcessing=True, scope=scope("PRODUCT", "product-1")),
            times("3", key="strong", scope=scope("PRODUCT", "product-2")),
        ]
    )
    receipt = evaluate(parsed, line("1"), line("2", "50"))
    assert (receipt.points, said(receipt, "STOPPED")) == (250, [("STOPPED", "strong", 0, "weak")])


def test_a_more_specific_rule_keeps_its_lines_from_a_rule_above_it_until_that_stops_it():
    parsed = rules(
        earning=[
            conversion("shop", 1, priority=5, stopProcessing=True),
            conversion("special", 10, scope=scope("PRODUCT", "product-1")),
        ]
    )
    # the rule for the shop has no line of its own: it gave nothing
    assert evaluate(parsed, line("1")).points == 1000
    # it has one: the rule below it does not count, and all lines are the shop's
    receipt = evaluate(parsed, line("1"), line("2"))
    assert (receipt.points, said(receipt, "STOPPED")) == (200, [("STOPPED", "special", 0, "shop")])


rule_strategy = st.tuples(
    st.sampled_from(["CONVERSION_RATE", "FIXED_AMOUNT", "MULTIPLIER"]),
    st.integers(-2, 2),
    st.booleans(),
    st.sampled_from([None, "product-1", "product-2"]),
    st.integers(2, 9),
)


@given(drawn=st.lists(rule_strategy, max_size=7))
def test_no_rule_gives_anything_below_one_that_stops(drawn):
    """Whatever the rules: of those that gave something, none has a rule that stops, and gave something, above it."""
    earning = []
    for number, (kind, priority, stops, product, points) in enumerate(drawn):
        rule = {"key": f"r{number}", "type": kind, "priority": priority, "stopProcessing": stops}
        rule |= {"multiplier": str(points)} if kind == "MULTIPLIER" else {"points": points}
        earning.append(rule | ({"scope": scope("PRODUCT", product)} if product else {}))
    parsed = rules(earning=earning)
    receipt = evaluate(parsed, line("1"), line("2", "30"))
    rank = {rule.key: (-rule.priority, rule.key) for rule in parsed.earning}
    gave = [rule for rule in parsed.earning if rule.key in receipt.rule_keys]
    for stopping in (rule for rule in gave if rule.stop_processing):
        below = [rule for rule in gave if rank[rule.key] > rank[stopping.key]]
        if stopping.type == "MULTIPLIER":
            below = [rule for rule in below if rule.type == "MULTIPLIER"]
        assert below == []


def problems(**parts):
    with pytest.raises(RulesInvalid) as caught:
        parse_rules(document(**parts))
    return caught.value.problems


def activity(**more):
    return {"key": "review", "event": "REVIEW_APPROVED", "points": 50, **more}


@pytest.mark.parametrize(
    ("parts", "problem"),
    [
        (
            {"earning": [conversion(weekdays=[])]},
            ("earning[0].weekdays", "must name at least one, or be null for every day"),
        ),
        (
            {"earning": [conversion(weekdays=["MONDAY", "MONDAY"])]},
            ("earning[0].weekdays[1]", '"MONDAY" is named twice'),
        ),
        (
            {"earning": [fixed(points=9, customerCaps=[{"points": 8}])]},
            ("earning[0].customerCaps[0].points", "must not be below points"),
        ),
        (
            {"activities": [activity(customerCaps=[{"points": 50}, {"points": 60}])]},
            ("activities[0].customerCaps[1].period", "EVER is named twice"),
        ),
        (
            {"activities": [activity(customerCaps=[{"points": 49, "period": "DAY"}])]},
            ("activities[0].customerCaps[0].points", "must not be below points"),
        ),
        (
            {"activities": [activity(includesEarlierCustomers=True)]},
            ("activities[0].includesEarlierCustomers", "must be set for SIGNED_UP and ACCOUNT_CONFIRMED only"),
        ),
        ({"activities": [activity(), activity()]}, ("activities[1].key", '"review" is already used by activities[0]')),
        (
            {"earning": [conversion("review")], "activities": [activity()]},
            ("activities[0].key", '"review" is already used by earning[0]'),
        ),
        (
            {"activities": [activity(conditions={"labels": []})]},
            ("activities[0].conditions.labels", "must name at least one, or be null for any"),
        ),
        (
            {"activities": [activity(startsAt="2026-01-02T00:00:00+00:00", endsAt="2026-01-01T00:00:00+00:00")]},
            ("activities[0].endsAt", "must be after startsAt"),
        ),
    ],
)
def test_what_must_not_be_said_is_refused_with_its_path(parts, problem):
    assert problem in problems(**parts)


@pytest.mark.parametrize("event", ["review", "instagram.story-2", "x" * 64, "SIGNED_UP", "SOCIAL"])
def test_an_event_is_known_or_the_shops_own(event):
    assert rules(activities=[activity(event=event)]).activities[0].event == event


@pytest.mark.parametrize("event", ["REFERRAL", "Review", "x" * 65, "", "a b", 7, None])
def test_another_event_is_refused(event):
    assert [path for path, _message in problems(activities=[activity(event=event)])] == ["activities[0].event"]


def test_doubts_about_caps():
    parsed = rules(
        earning=[conversion(customerCaps=[{"points": 100, "period": "DAY"}, {"points": 100, "period": "MONTH"}])],
        activities=[activity(), {"key": "welcome", "event": "SIGNED_UP", "points": 5}],
        redemption=[{"key": "spend", "type": "VARIABLE_VALUE", "points": 100, "value": "10"}],
    )
    assert [(found.path, found.code) for found in find_warnings(parsed)] == [
        ("earning[0].customerCaps[0]", "CAP_NEVER_COUNTS"),
        ("activities[0].customerCaps", "NO_CUSTOMER_CAP"),
    ]


def test_the_facts_of_a_customer_survive_json():
    facts = CustomerFacts(user_id=1, earned=(EarnedBefore("earn", "DAY", 7),))
    cart = dataclasses.replace(basket(line()), customer=facts)
    assert basket_from_json(basket_to_json(cart)) == cart
