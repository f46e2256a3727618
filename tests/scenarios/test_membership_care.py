"""Stories of staff who look after memberships: paid late, about to end, refunded, bought by a visitor."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from tests.scenarios.drivers.protocol import STAFF, ShopDriver
from tests.scenarios.stories import DANA, ask

from .test_memberships import change, labels, memberships, open_shop, order_of, statuses

pytestmark = pytest.mark.django_db(transaction=True)

PAID = """mutation($id: ID!) { loyaltyMembershipMarkAsPaid(id: $id, reason: "Cash") {
    membership { status paymentStatus startDate history { type reason user { email } } } errors { field code } } }"""
EXPIRING = """query($days: Int!) { loyaltyMemberships(first: 10, where: {expiringWithinDays: $days}) {
    totalCount edges { node { name endDate account { email user { email } } } } } }"""
CARD_DELETE = """mutation($id: ID!) { loyaltyCardDelete(accountId: $id, forfeit: true) {
    account { status } errors { field code message } } }"""


def expiring(shop: ShopDriver, days: int) -> int:
    count: int = ask(shop, EXPIRING, days=days)["totalCount"]
    return count


def test_staff_says_that_it_is_paid_and_it_begins(shop: ShopDriver):
    # given
    open_shop(shop)
    order_of(shop, "GOLD", is_paid=False)
    [gold] = memberships(shop)

    # when
    paid, again = (ask(shop, PAID, id=gold["id"])["membership"] for _ in range(2))

    # then
    assert (paid["status"], paid["paymentStatus"], again["paymentStatus"]) == ("ACTIVE", "PAID", "PAID")
    assert paid["startDate"] == timezone.now().date().isoformat()
    said = [row for row in again["history"] if row["type"] == "PAID"]
    assert said == [{"type": "PAID", "reason": "Cash", "user": {"email": STAFF}}]
    assert labels(shop) == ["Gold"]
    shop.reconcile()
    assert statuses(shop) == [("ACTIVE", "PAID")]


def test_those_about_to_end_are_listed_and_a_frozen_one_does_not_run_out(shop: ShopDriver):
    # given
    open_shop(shop, durationMonths=None, durationDays=10)
    order_of(shop, "GOLD", is_paid=True)
    [gold] = memberships(shop)

    # when / then
    assert (expiring(shop, 9), expiring(shop, 10)) == (0, 1)
    change(shop, "Freeze", gold["id"])
    assert expiring(shop, 3660) == 0
    change(shop, "Unfreeze", gold["id"])
    later = (datetime.date.fromisoformat(gold["endDate"]) + datetime.timedelta(days=5)).isoformat()
    change(shop, "Extend", gold["id"], endDate=later)
    assert (expiring(shop, 14), expiring(shop, 15)) == (0, 1)


def test_a_refund_ends_the_last_of_two_and_the_card_can_be_deleted_when_none_runs(shop: ShopDriver):
    # given
    open_shop(shop, stacking="OVERLAP")
    order = order_of(shop, "GOLD", 2, is_paid=True)
    shop.fulfill(order)
    assert statuses(shop) == [("ACTIVE", "PAID"), ("ACTIVE", "PAID")]
    account = ask(shop, "{ loyaltyAccounts(first: 1) { edges { node { id } } } }")["edges"][0]["node"]["id"]

    def delete() -> list[str]:
        answer = shop.query(CARD_DELETE, {"id": account}, by=STAFF)
        assert answer.data is not None, answer.errors
        return [error["code"] for error in answer.data["loyaltyCardDelete"]["errors"]]

    # when / then: the newest comes first
    shop.refund_lines(order, {"GOLD": 1})
    assert statuses(shop) == [("CANCELED", "REFUNDED"), ("ACTIVE", "PAID")]
    assert (labels(shop), delete()) == (["Gold"], ["HAS_ACTIVE_MEMBERSHIP"])
    shop.refund_lines(order, {"GOLD": 1})
    assert statuses(shop) == [("CANCELED", "REFUNDED"), ("CANCELED", "REFUNDED")]
    assert (labels(shop), delete()) == ([], [])
    assert shop.audit_findings() == []


def test_a_visitor_who_buys_a_plan_gets_a_card(shop: ShopDriver):
    # given
    open_shop(shop)
    checkout = shop.start_checkout({"GOLD": 1}, by=None, email="visitor@example.com")

    # when
    assert shop.complete(checkout, by=None, is_paid=True).errors == ()

    # then
    listed: Any = ask(
        shop,
        """{ loyaltyAccounts(first: 5) { edges { node { email memberStatus user { email } labels { name }
            memberships { status paymentStatus } timeline(first: 5, types: [MEMBERSHIP]) { totalCount } } } } }""",
    )
    [card] = [edge["node"] for edge in listed["edges"]]
    assert (card["email"], card["memberStatus"], card["user"]) == ("visitor@example.com", "VISITOR", None)
    assert (card["labels"], card["memberships"]) == (
        [{"name": "Gold"}],
        [{"status": "ACTIVE", "paymentStatus": "PAID"}],
    )
    assert card["timeline"]["totalCount"] > 0
    assert memberships(shop, by=DANA) == []
