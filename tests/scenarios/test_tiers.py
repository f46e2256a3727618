"""Stories of tiers: up by what is bought, more points there, and back again after a refund and its grace."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from saleor_loyalty.tasks import review_tiers_task
from saleor_loyalty.tiers import review_due_tiers
from tests.scenarios.drivers.protocol import STAFF, ShopDriver
from tests.scenarios.stories import DANA, buy, club_rules, numbers, open_club

pytestmark = pytest.mark.django_db(transaction=True)

TIERS = [
    {"key": "silver", "name": "Silver", "requiredPoints": 100},
    {"key": "gold", "name": "Gold", "requiredPoints": 500, "multiplier": "2", "benefits": ["A gift on your birthday"]},
]
MINE = """{ me { loyaltyAccount { tier { key name benefits multiplier }
    tierProgress { graceUntil nextTier { key } qualifyingPoints missingPoints qualifyingSpend { amount }
        missingSpend { amount currency } } } } }"""
HISTORY = """{ loyaltyAccounts(first: 1) { edges { node { tierHistory { fromKey toKey reason } } } } }"""
GOLD_ONES = """{ loyaltyAccounts(first: 5, where: {tier: {eq: "gold"}}) { totalCount } }"""


def delivered(shop: ShopDriver, quantity: int) -> str:
    order = buy(shop, shop.start_checkout({"EYELINER": quantity}, by=DANA))
    shop.fulfill(order)
    return order


def mine(shop: ShopDriver) -> tuple[str | None, dict[str, Any]]:
    answer = shop.query(MINE, by=DANA)
    assert not answer.errors, answer.errors
    assert answer.data is not None
    account = answer.data["me"]["loyaltyAccount"]
    return (account["tier"] or {}).get("key"), account["tierProgress"]


def history(shop: ShopDriver) -> list[tuple[str | None, str | None, str]]:
    answer = shop.query(HISTORY, by=STAFF)
    assert not answer.errors, answer.errors
    assert answer.data is not None
    [edge] = answer.data["loyaltyAccounts"]["edges"]
    return [tuple(change.values()) for change in reversed(edge["node"]["tierHistory"])]


def test_earned_to_gold_where_orders_earn_double_and_back_after_the_grace(shop):
    # given
    open_club(shop, points=0, tiers=TIERS, tierPolicy={"graceDays": 10})

    # when she buys for gold
    large = delivered(shop, 5)

    # then
    tier, progress = mine(shop)
    assert (tier, progress["qualifyingPoints"], progress["nextTier"]) == ("gold", 500, None)
    assert shop.query(GOLD_ONES, by=STAFF).data == {"loyaltyAccounts": {"totalCount": 1}}

    # when she buys more, it earns double
    assert numbers(shop, delivered(shop, 1))[0] == 200

    # when the large order goes back, she has gold until the grace is over
    shop.refund_lines(large, {"EYELINER": 5})
    tier, progress = mine(shop)
    assert (tier, progress["qualifyingPoints"]) == ("gold", 200)
    assert progress["graceUntil"] is not None
    assert numbers(shop, delivered(shop, 1))[0] == 200

    # then
    review_due_tiers(at=timezone.now() + datetime.timedelta(days=10), limit=10)
    tier, progress = mine(shop)
    assert (tier, progress["missingPoints"], progress["nextTier"]) == ("silver", 100, {"key": "gold"})
    assert history(shop) == [(None, "gold", "EARNED"), ("gold", "silver", "REVERSED")]
    assert shop.audit_findings() == []


def test_what_is_spent_does_not_lower_a_tier(shop):
    open_club(shop, points=1000, tiers=TIERS)
    delivered(shop, 5)
    checkout = shop.start_checkout({"EYELINER": 5}, by=DANA)
    assert shop.apply_points(checkout, 1000, by=DANA).errors == ()
    buy(shop, checkout)

    assert mine(shop)[0] == "gold"
    assert history(shop) == [(None, "gold", "EARNED")]


def test_by_money_a_tier_is_reached_when_the_order_is_paid_and_lost_when_it_is_paid_back(shop):
    tiers = [{"key": "silver", "name": "Silver", "requiredSpend": {shop.currency: "300"}}]
    open_club(shop, points=0, tiers=tiers, tierPolicy={"basis": "MONEY_SPENT"})

    order = buy(shop, shop.start_checkout({"EYELINER": 3}, by=DANA))
    tier, progress = mine(shop)
    assert (tier, progress["qualifyingSpend"]) == ("silver", [{"amount": 310.0}])  # with the shipping

    shop.fulfill(order)
    shop.refund_lines(order, {"EYELINER": 1})

    tier, progress = mine(shop)
    assert (tier, progress["qualifyingSpend"]) == (None, [{"amount": 210.0}])
    assert progress["missingSpend"] == [{"amount": 90.0, "currency": shop.currency}]


def test_tiers_that_are_published_later_find_what_was_bought_before(shop):
    open_club(shop, points=0)
    delivered(shop, 5)
    assert mine(shop) == (None, None)

    shop.publish_program(club_rules(shop, tiers=TIERS))
    review_tiers_task()

    assert mine(shop)[0] == "gold"
    assert history(shop) == [(None, "gold", "RULES_CHANGED")]
