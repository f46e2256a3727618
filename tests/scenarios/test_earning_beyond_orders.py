"""Stories of what customers earn by joining, by reviews, on their birthday, and of what is taken back."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

import pytest
from django.utils import timezone

from saleor_loyalty.tasks import award_activities_task, follow_changed_customers_task
from tests.scenarios.drivers.protocol import STAFF, ShopDriver
from tests.scenarios.stories import DANA, ask, moves, open_club

pytestmark = pytest.mark.django_db(transaction=True)

NEWCOMER = "newcomer@example.com"
ACTIVITIES = [
    {"key": "welcome", "name": "Welcome", "event": "SIGNED_UP", "points": 100},
    {"key": "confirmed", "name": "Address confirmed", "event": "ACCOUNT_CONFIRMED", "points": 20},
    {"key": "birthday", "name": "Happy birthday", "event": "BIRTHDAY", "points": 200},
    {
        "key": "review",
        "name": "A review",
        "event": "REVIEW_APPROVED",
        "points": 50,
        "customerCaps": [{"points": 80, "period": "YEAR"}],
    },
    {"key": "app", "name": "Our app", "event": "app.installed", "points": 5},
    {"key": "profile", "name": "All about you", "event": "PROFILE_COMPLETED", "points": 30},
]
REPORT = """mutation($input: LoyaltyEventReportInput!) { loyaltyEventReport(input: $input) { isNew event { points
    receipt { summary lines { code } } transactions { id pointsChange source reason } } errors { field code } } }"""
REVERSE = """mutation($id: ID!, $key: String!) { loyaltyTransactionReverse(
    id: $id, reason: "The review was deleted.", idempotencyKey: $key) { unrecoveredPoints errors { field code } } }"""
WAYS = """{ me { loyaltyAccount { points { available pending }
    waysToEarn { name points times pointsLeft caps { period points earned } } } } }"""


def report(shop: ShopDriver, event: str, reference: str, *, email: str = DANA) -> Mapping[str, Any]:
    values = {"event": event, "email": email, "externalReference": reference, "idempotencyKey": f"{event}-{reference}"}
    reported: Mapping[str, Any] = ask(shop, REPORT, input=values)["event"]
    return reported


def points_of(shop: ShopDriver, email: str) -> tuple[int, int]:
    """Return what the customer sees as available and as pending."""
    points = ask(shop, WAYS, by=email)["loyaltyAccount"]["points"]
    return points["available"], points["pending"]


def test_who_registers_is_welcomed_and_can_spend_it_once_the_address_is_confirmed(shop: ShopDriver) -> None:
    # given
    open_club(shop, points=0, activities=ACTIVITIES)

    # when
    shop.register(NEWCOMER)

    # then
    assert moves(shop, NEWCOMER) == [("EARN", 100)]

    # when
    shop.confirm_account(NEWCOMER)

    # then
    assert points_of(shop, NEWCOMER) == (120, 0)
    assert moves(shop, NEWCOMER) == [("EARN", 100), ("EARN", 20)]
    follow_changed_customers_task()
    assert moves(shop, NEWCOMER) == [("EARN", 100), ("EARN", 20)]
    assert shop.audit_findings() == []


def test_a_customer_of_whom_no_hook_told_is_welcomed_by_the_walk(shop: ShopDriver) -> None:
    open_club(shop, points=0, activities=ACTIVITIES)
    shop.add_customer(NEWCOMER)
    follow_changed_customers_task()
    assert points_of(shop, NEWCOMER) == (120, 0)


def test_reviews_earn_within_the_cap_each_once_and_what_was_deleted_is_taken_back(shop: ShopDriver) -> None:
    # given
    open_club(shop, points=0, activities=ACTIVITIES)

    # when
    first = report(shop, "REVIEW_APPROVED", "review-1")
    again = report(shop, "REVIEW_APPROVED", "review-1")
    second = report(shop, "REVIEW_APPROVED", "review-2")
    third = report(shop, "REVIEW_APPROVED", "review-3")
    installed = report(shop, "app.installed", "phone")

    # then
    assert [event["points"] for event in (first, again, second, third, installed)] == [50, 50, 30, 0, 5]
    assert again == first
    assert [line["code"] for line in second["receipt"]["lines"]] == ["RULE_APPLIED", "CAPPED"]
    assert (third["transactions"], [line["code"] for line in third["receipt"]["lines"]]) == ([], ["LIMIT_REACHED"])
    award = first["transactions"][0]
    assert (award["pointsChange"], award["source"], award["reason"]) == (50, "REVIEW", "A review")
    assert points_of(shop, DANA) == (85, 0)

    # and the customer sees what is left
    ways = {way["name"]: way for way in ask(shop, WAYS, by=DANA)["loyaltyAccount"]["waysToEarn"]}
    assert ways["A review"] == {
        "name": "A review",
        "points": 50,
        "times": 2,
        "pointsLeft": 0,
        "caps": [{"period": "YEAR", "points": 80, "earned": 80}],
    }
    assert (ways["Our app"]["times"], ways["Our app"]["pointsLeft"]) == (1, None)

    # when
    assert ask(shop, REVERSE, id=award["id"], key="deleted")["unrecoveredPoints"] == 0

    # then
    assert points_of(shop, DANA) == (35, 0)
    assert shop.audit_findings() == []


def test_a_visitors_points_wait_until_the_visitor_joins(shop: ShopDriver) -> None:
    open_club(shop, points=0, activities=ACTIVITIES[3:])
    report(shop, "app.installed", "phone", email=NEWCOMER)
    shop.register(NEWCOMER)
    shop.confirm_account(NEWCOMER)
    assert points_of(shop, NEWCOMER) == (5, 0)


def fill_card(shop: ShopDriver, key: str, value: str) -> None:
    """Staff writes something into a ready-made field of the only card."""
    program = ask(shop, "{ loyaltyPrograms(first: 1) { edges { node { id } } } }")["edges"][0]["node"]["id"]
    listed = shop.query(
        "query($program: ID!) { loyaltyCustomFields(program: $program) { id key } }", {"program": program}, by=STAFF
    )
    assert listed.data is not None
    field = next(field["id"] for field in listed.data["loyaltyCustomFields"] if field["key"] == key)
    account = ask(shop, "{ loyaltyAccounts(first: 1) { edges { node { id } } } }")["edges"][0]["node"]["id"]
    set_values = """mutation($account: ID!, $field: ID!, $value: String!) { loyaltyCustomFieldValuesSet(
        input: {account: $account, values: [{field: $field, value: $value}]}) { errors { code } } }"""
    ask(shop, set_values, account=account, field=field, value=value)


def test_a_card_that_says_all_that_the_rules_ask_for_earns_once(shop: ShopDriver) -> None:
    # given
    open_club(shop, points=1, activities=ACTIVITIES, profile={"requiredFields": ["company", "phone"]})

    # when / then
    fill_card(shop, "company", "Acme")
    assert moves(shop) == [("GIVE", 1)]
    fill_card(shop, "phone", "+39 02 123456")
    fill_card(shop, "phone", "")
    fill_card(shop, "phone", "+39 02 654321")
    assert moves(shop) == [("GIVE", 1), ("EARN", 30)]
    assert points_of(shop, DANA) == (31, 0)


def test_a_birthday_on_the_card_is_paid_on_its_day(shop: ShopDriver) -> None:
    # given
    open_club(shop, points=1, activities=ACTIVITIES)
    today = timezone.now().date()
    fill_card(shop, "birthday", datetime.date(1992, today.month, today.day).isoformat())

    # when
    for _ in range(2):
        award_activities_task()

    # then
    assert moves(shop) == [("GIVE", 1), ("EARN", 200)]
    assert points_of(shop, DANA) == (201, 0)
