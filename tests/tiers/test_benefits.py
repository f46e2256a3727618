"""What a tier gives: more points for orders, and what is for its members alone."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from saleor_loyalty.models import OrderRecord
from saleor_loyalty.rules import receipt_from_json, recount_points
from tests import club

from .builders import DAY, buy, changes, publish, tier_of


def receipt_of(order):
    return receipt_from_json(OrderRecord.objects.get(order_id=str(order.pk)).receipt)


def test_an_order_of_a_member_earns_more_and_the_receipt_says_by_what(dana, variant):
    reaching = buy(dana, variant, 5)
    order = buy(dana, variant, 1)

    receipt = receipt_of(order)
    assert (receipt.points, receipt.rule_keys) == (200, ("basic", "tier:gold"))
    line = receipt.lines[1]
    assert (line.code, line.rule_key, line.points, line.detail) == ("MULTIPLIER_APPLIED", "tier:gold", 100, "2/100")
    assert recount_points(receipt) == 200
    # What reached the tier was judged before it had been reached, and silver adds nothing.
    assert (receipt_of(reaching).points, receipt_of(reaching).rule_keys) == (500, ("basic",))
    assert not [entry for entry in receipt_of(reaching).lines if entry.rule_key.startswith("tier:")]


def test_of_the_tier_s_multiplier_and_those_of_rules_the_highest_counts(dana, variant):
    earning = [
        {"key": "basic", "type": "CONVERSION_RATE", "points": 1},
        {"key": "happy-hour", "type": "MULTIPLIER", "multiplier": "3"},
    ]
    buy(dana, variant, 5)
    publish(earning=earning)

    assert receipt_of(buy(dana, variant, 1)).rule_keys == ("basic", "happy-hour")

    earning[1]["multiplier"] = "1.5"
    publish(earning=earning)
    assert receipt_of(buy(dana, variant, 1)).rule_keys == ("basic", "tier:gold")


def test_a_rule_can_be_for_members_of_tiers_alone(dana, variant):
    publish(
        earning=[
            {"key": "basic", "type": "CONVERSION_RATE", "points": 1},
            {"key": "extra", "type": "FIXED_AMOUNT", "points": 7, "conditions": {"tiers": ["silver"]}},
        ]
    )

    assert receipt_of(buy(dana, variant, 1)).points == 100
    assert receipt_of(buy(dana, variant, 1)).points == 107
    assert receipt_of(buy(club.add_customer("omar@example.com"), variant, 1)).points == 100


def test_an_order_is_judged_by_the_tier_of_its_own_moment_however_late_it_is_seen(dana, variant):
    start = club.now()
    late = club.order_of(dana, variant, 1, created_at=start)
    buy(dana, variant, 5, at=start + DAY)
    assert tier_of(dana, at=start + DAY) == "gold"

    club.settle(late, at=start + 2 * DAY)

    assert receipt_of(late).points == 100


def test_a_tier_that_has_ended_by_time_gives_nothing_while_the_sweep_is_late(dana, variant):
    publish(tierPolicy={"windowMonths": 1})
    start = club.now()
    buy(dana, variant, 5, at=start)

    order = buy(dana, variant, 1, at=start + datetime.timedelta(days=40))

    assert receipt_of(order).points == 100
    assert changes(dana) == [("", "gold", "EARNED"), ("gold", "", "LAPSED"), ("", "silver", "EARNED")]


@pytest.mark.parametrize(("tiers", "statements"), [([], 0), (None, 1)])
def test_judging_asks_for_the_tier_only_where_the_rules_do(dana, variant, tiers, statements):
    publish(**({} if tiers is None else {"tiers": tiers}))
    order = club.order_of(dana, variant, 1)
    with CaptureQueriesContext(connection) as queries:
        club.settle(order)

    found = [
        query["sql"]
        for query in queries
        if query["sql"].startswith('SELECT "saleor_loyalty_loyaltyaccount"."user_id"')
    ]
    assert len([sql for sql in found if "tier_key" in sql]) == statements
