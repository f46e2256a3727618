"""Stories of receipts: whoever asks why an order earned what it earned is told, shortly or with all the arithmetic."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from saleor_loyalty.models import LoyaltyTransaction, OrderRecord
from saleor_loyalty.rules import receipt_from_json, recount_movement, recount_points
from tests.scenarios.drivers.protocol import STAFF, ShopDriver
from tests.scenarios.stories import DANA, ask, buy, club_rules, moves, numbers, open_club

pytestmark = pytest.mark.django_db(transaction=True)

RECEIPT = """query($id: ID!) { order(id: $id) { loyalty { receipt { points summary
    lines { code points staffMessage } } } } }"""
MONDAY_TO_SUNDAY = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")


def receipt(shop: ShopDriver, order: str, *, by: str = DANA) -> dict[str, Any]:
    return dict(ask(shop, RECEIPT, by=by, id=order)["loyalty"]["receipt"])


def test_an_order_that_earned_nothing_says_why_in_its_own_language(shop):
    # given
    open_club(shop, points=0)
    shop.put_on_promotion("BRUSH", price=40)

    # when
    order = buy(shop, shop.start_checkout({"BRUSH": 1}, by=DANA, language_code="it"))
    shop.fulfill(order)

    # then
    found = receipt(shop, order)
    assert (found["points"], found["summary"]) == (0, "Nessun punto. I prodotti in promozione non contano.")
    assert all(line["staffMessage"] is None for line in found["lines"])
    assert moves(shop) == []
    assert shop.audit_findings() == []


def test_a_bonus_counts_in_its_window_and_stops_what_is_below_it(shop):
    # given double points today, triple ones on another weekday and last year, and more that is stopped
    today = timezone.now().date()
    other_days = [day for number, day in enumerate(MONDAY_TO_SUNDAY) if abs(number - today.weekday()) not in (0, 1, 6)]
    last_year = (timezone.now() - datetime.timedelta(days=365)).isoformat()
    at_work = [day for day in MONDAY_TO_SUNDAY if day not in other_days]
    basic = {"key": "basic", "name": "Basic", "type": "CONVERSION_RATE", "points": 1, "priority": 9}
    rules = [
        {"key": "today", "type": "MULTIPLIER", "multiplier": "2", "weekdays": at_work, "priority": 8},
        {"key": "never", "type": "MULTIPLIER", "multiplier": "3", "weekdays": other_days, "priority": 7},
        {"key": "over", "type": "MULTIPLIER", "multiplier": "4", "endsAt": last_year, "priority": 6},
        {"key": "gift", "name": "Gift", "type": "FIXED_AMOUNT", "points": 7, "priority": 5, "stopProcessing": True},
        {"key": "below", "name": "Below", "type": "FIXED_AMOUNT", "points": 1000, "priority": 1},
    ]
    open_club(shop, points=0)
    shop.publish_program({**club_rules(shop), "earning": [basic, *rules]})

    # when
    checkout = shop.start_checkout({"EYELINER": 1}, by=DANA)
    assert shop.read_checkout(checkout, by=DANA).points_to_earn == 214
    order = buy(shop, checkout)
    shop.fulfill(order)

    # then
    assert numbers(shop, order) == (214, 0, 0, 0, 0)
    told = {line["code"]: line["staffMessage"] for line in receipt(shop, order, by=STAFF)["lines"]}
    assert {"RULE_APPLIED", "MULTIPLIER_APPLIED", "OUTSIDE_WINDOW", "STOPPED"} <= told.keys()
    assert all(told.values())
    assert sum(line["points"] for line in receipt(shop, order)["lines"]) == 214


def test_every_number_can_be_computed_again_from_its_receipt_alone(shop):
    # given
    open_club(shop, points=0)
    shop.put_on_promotion("BRUSH", price=40)
    assert shop.give_points(DANA, 500).errors == ()
    assert shop.deduct_points(DANA, 50).errors == ()
    assert shop.set_balance(DANA, 700).errors == ()
    checkout = shop.start_checkout({"EYELINER": 3, "BRUSH": 1}, by=DANA)
    assert shop.apply_points(checkout, 300, by=DANA).errors == ()
    order = buy(shop, checkout)
    shop.fulfill(order)
    shop.refund_lines(order, {"EYELINER": 1})

    # when
    rows = list(LoyaltyTransaction.objects.order_by("pk"))

    # then
    assert [row.type for row in rows] == ["GIVE", "DEDUCT", "SET", "REDEEM", "EARN", "REVERSE", "RETURN"]
    assert [recount_movement(row.receipt) for row in rows] == [row.points for row in rows]
    record = OrderRecord.objects.get()
    assert recount_points(receipt_from_json(record.receipt)) == record.earnable == 270
    assert shop.audit_findings() == []
