"""Stories of plans that are sold as ordinary products, and of those who bought one."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from saleor_loyalty.tasks import send_expiry_notices_task
from tests.scenarios.drivers.protocol import ShopDriver
from tests.scenarios.stories import DANA, NOA, ask, buy, club_rules, numbers

pytestmark = pytest.mark.django_db(transaction=True)

MINE = """{ me { loyaltyAccount { memberships {
    id name status paymentStatus startDate endDate frozenUntil
    price { amount } plan { key } history { type } } } } }"""
DOUBLE = {"key": "gold", "type": "MULTIPLIER", "multiplier": "1.5", "conditions": {"plans": ["gold"]}}


def open_shop(shop: ShopDriver, *, notice_days: tuple[int, ...] = (), **plan: Any) -> None:
    """Publish a club that gives Gold members half as much again when they pay, and put the plan on sale."""
    rules = club_rules(shop, trigger="ORDER_PAID", memberships={"noticeDays": list(notice_days)})
    rules["earning"].append(DOUBLE)
    shop.publish_program(rules)
    shop.add_product("GOLD", price=Decimal(200))
    shop.add_product("EYELINER", price=Decimal(100))
    shop.add_customer(DANA)
    terms = {"name": "Gold", "durationMonths": 1, "variants": [{"sku": "GOLD"}], **plan}
    document = """mutation($input: LoyaltyMembershipPlanCreateInput!) { loyaltyMembershipPlanCreate(input: $input) {
        plan { key label { name } } errors { field code message } } }"""
    made = ask(shop, document, input=terms)
    assert made["plan"] == {"key": "gold", "label": {"name": "Gold"}}


def change(shop: ShopDriver, name: str, membership: str, **values: Any) -> Mapping[str, Any]:
    given = "".join(f', {key}: "{value}"' for key, value in values.items())
    document = f"""mutation($id: ID!) {{ loyaltyMembership{name}(id: $id{given}) {{
        membership {{ status startDate endDate frozenUntil }} errors {{ field code message }} }} }}"""
    found: Mapping[str, Any] = ask(shop, document, id=membership)["membership"]
    return found


def memberships(shop: ShopDriver, *, by: str = DANA) -> list[dict[str, Any]]:
    answer = shop.query(MINE, by=by)
    assert not answer.errors, answer.errors
    account = answer.data["me"]["loyaltyAccount"]
    return [] if account is None else account["memberships"]


def statuses(shop: ShopDriver, *, by: str = DANA) -> list[tuple[str, str]]:
    return [(row["status"], row["paymentStatus"]) for row in memberships(shop, by=by)]


def labels(shop: ShopDriver) -> list[str]:
    listed = ask(shop, "{ loyaltyAccounts(first: 1) { edges { node { labels { name } } } } }")
    return [label["name"] for label in listed["edges"][0]["node"]["labels"]]


def order_of(shop: ShopDriver, sku: str, quantity: int = 1, *, is_paid: bool) -> str:
    checkout = shop.start_checkout({sku: quantity}, by=DANA)
    outcome = shop.complete(checkout, by=DANA, is_paid=is_paid)
    assert outcome.errors == ()
    assert outcome.order is not None
    return outcome.order


def days_between(start: str, end: str) -> int:
    return (datetime.date.fromisoformat(end) - datetime.date.fromisoformat(start)).days


def test_a_plan_begins_when_its_order_is_paid(shop: ShopDriver):
    # given
    open_shop(shop, durationMonths=None, durationDays=30)
    order = order_of(shop, "GOLD", is_paid=False)
    assert statuses(shop) == [("UPCOMING", "UNPAID")]

    # when
    shop.pay(order)

    # then
    [gold] = memberships(shop)
    assert (gold["name"], gold["status"], gold["paymentStatus"]) == ("Gold", "ACTIVE", "PAID")
    assert days_between(gold["startDate"], gold["endDate"]) == 30
    assert Decimal(str(gold["price"]["amount"])) == 200
    assert gold["history"] is None
    assert labels(shop) == ["Gold"]


def test_a_plan_may_begin_with_its_delivery(shop: ShopDriver):
    open_shop(shop, startsWhen="ORDER_FULFILLED")
    order = order_of(shop, "GOLD", is_paid=True)
    assert statuses(shop) == [("UPCOMING", "PAID")]

    shop.fulfill(order)

    assert statuses(shop) == [("ACTIVE", "PAID")]


def test_two_pieces_are_two_periods(shop: ShopDriver):
    open_shop(shop)

    order_of(shop, "GOLD", 2, is_paid=True)

    second, first = memberships(shop)  # the newest first
    assert (first["status"], second["status"]) == ("ACTIVE", "UPCOMING")
    assert second["startDate"] == first["endDate"]


def test_staff_freezes_unfreezes_and_extends_it(shop: ShopDriver):
    # given
    open_shop(shop)
    order_of(shop, "GOLD", is_paid=True)
    [gold] = memberships(shop)

    # when
    frozen = change(shop, "Freeze", gold["id"])
    running = change(shop, "Unfreeze", gold["id"])
    later = (datetime.date.fromisoformat(gold["endDate"]) + datetime.timedelta(days=5)).isoformat()
    longer = change(shop, "Extend", gold["id"], endDate=later)

    # then
    assert (frozen["status"], frozen["endDate"]) == ("FROZEN", None)
    assert (running["status"], running["endDate"]) == ("ACTIVE", gold["endDate"])
    assert longer["endDate"] == later


def test_a_member_is_told_in_time_that_it_ends_once_for_each_end(shop: ShopDriver):
    # given a membership of thirty days, of which ten are left
    open_shop(shop, notice_days=(14,), durationMonths=None, durationDays=30)
    today = timezone.now().date()
    plan = ask(shop, "{ loyaltyMembershipPlans(first: 1) { edges { node { id } } } }")["edges"][0]["node"]["id"]
    user = ask(shop, "{ me { id } }", by=DANA)["id"]
    document = """mutation($input: LoyaltyMembershipCreateInput!) { loyaltyMembershipCreate(input: $input) {
        membership { id endDate } errors { field code message } } }"""
    values = {"user": user, "plan": plan, "startDate": str(today - datetime.timedelta(days=20)), "isPaid": True}
    gold = ask(shop, document, input=values)["membership"]
    assert days_between(str(today), gold["endDate"]) == 10

    # when / then
    assert [send_expiry_notices_task() for _ in range(2)] == [1, 0]
    change(shop, "Extend", gold["id"], endDate=str(today + datetime.timedelta(days=15)))
    assert send_expiry_notices_task() == 0
    change(shop, "Extend", gold["id"], endDate=str(today + datetime.timedelta(days=20)))
    assert send_expiry_notices_task() == 0


def test_a_cancelled_order_takes_it_back(shop: ShopDriver):
    open_shop(shop, startPoints=40)
    order = order_of(shop, "GOLD", is_paid=True)
    assert statuses(shop) == [("ACTIVE", "PAID")]

    shop.cancel_order(order)

    assert [status for status, _ in statuses(shop)] == ["CANCELED"]
    assert labels(shop) == []
    assert ("GIVE", 40) in [(row.type, row.points) for row in shop.read_movements(DANA)]
    assert shop.read_account(DANA).available == 0


def test_members_earn_more_and_see_it_in_the_cart(shop: ShopDriver):
    # given
    open_shop(shop)
    plain = shop.start_checkout({"EYELINER": 1}, by=DANA)
    assert shop.read_checkout(plain, by=DANA).points_to_earn == 100
    order_of(shop, "GOLD", is_paid=True)

    # when
    cart = shop.start_checkout({"EYELINER": 1}, by=DANA)
    shown = shop.read_checkout(cart, by=DANA).points_to_earn
    order = buy(shop, cart)

    # then
    assert shown == 150
    assert numbers(shop, order)[0] == 150
    assert shop.audit_findings() == []


def test_nobody_sees_the_memberships_of_another(shop: ShopDriver):
    open_shop(shop)
    shop.add_customer(NOA)
    order_of(shop, "GOLD", is_paid=True)

    assert memberships(shop, by=NOA) == []
    answer = shop.query("{ loyaltyMemberships(first: 1) { totalCount } }", by=NOA)
    assert answer.errors
