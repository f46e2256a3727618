"""Stories of points that expire: on their day, without surprise, and with their own dates wherever they have been."""

from __future__ import annotations

import datetime
import zoneinfo
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from saleor_loyalty.tasks import expire_lots_task, send_expiry_notices_task
from tests.scenarios.drivers.protocol import STAFF, ShopDriver
from tests.scenarios.stories import DANA, ask, buy, moves, open_club

pytestmark = pytest.mark.django_db(transaction=True)

JERUSALEM = "Asia/Jerusalem"
MINE = """{ me { loyaltyAccount { points { available expiringSoon expired } messages { code }
    lots(first: 9) { edges { node { id remaining expiresAt } } } } } }"""
GIVE = """mutation($user: ID!, $points: Int!, $expiresAt: DateTime, $key: String!) { loyaltyPointsGive(input: {
    user: $user, points: $points, expiresAt: $expiresAt, reason: "a present", idempotencyKey: $key}) {
    errors { field code message } } }"""
EXTEND = """mutation($user: ID!, $until: DateTime!) { loyaltyLotsExtend(input: {
    user: $user, expiresAt: $until, reason: "The shop was closed"}) {
    extended errors { field code message } } }"""
TIMELINE = """{ loyaltyAccounts(first: 1) { edges { node { timeline(first: 20, types: [POINTS_EXTENDED]) {
    edges { node { type } } } } } } }"""
ME = "{ me { id } }"
DAY = datetime.timedelta(days=1)


def mine(shop: ShopDriver) -> dict[str, Any]:
    return dict(ask(shop, MINE, by=DANA)["loyaltyAccount"])


def lots(shop: ShopDriver) -> list[tuple[int, datetime.date | None]]:
    """Return what is left of each lot, and the last day of Jerusalem on which it can be used."""
    found = []
    for edge in mine(shop)["lots"]["edges"]:
        text = edge["node"]["expiresAt"]
        midnight = datetime.datetime.fromisoformat(text).astimezone(zoneinfo.ZoneInfo(JERUSALEM)) if text else None
        assert midnight is None or midnight.time() == datetime.time()
        found.append((edge["node"]["remaining"], midnight.date() - DAY if midnight else None))
    return sorted(found, key=lambda lot: (lot[1] or datetime.date.max, lot[0]))


def today() -> datetime.date:
    return timezone.now().astimezone(zoneinfo.ZoneInfo(JERUSALEM)).date()


def give(shop: ShopDriver, points: int, *, last_day: datetime.date) -> None:
    midnight = datetime.datetime.combine(last_day + DAY, datetime.time(), tzinfo=zoneinfo.ZoneInfo(JERUSALEM))
    user = ask(shop, ME, by=DANA)["id"]
    ask(shop, GIVE, user=user, points=points, expiresAt=midnight.isoformat(), key=f"{points} {last_day}")


def open_expiring_club(shop: ShopDriver, *, points: int = 1000, **parts: Any) -> None:
    parts = {"expiry": {"type": "ROLLING", "days": 60, "noticeDays": [30, 7]}, **parts}
    open_club(shop, points=points, listing={"timeZone": JERUSALEM}, **parts)


def bought_with(shop: ShopDriver, points: int) -> str:
    checkout = shop.start_checkout({"EYELINER": 2, "BRUSH": 1}, by=DANA)
    assert shop.apply_points(checkout, points, by=DANA).errors == ()
    return buy(shop, checkout)


def test_points_count_through_their_last_day_and_no_longer_though_no_task_has_run(shop):
    # given
    open_expiring_club(shop)
    assert lots(shop) == [(1000, today() + 60 * DAY)]
    shop.let_days_pass(DANA, 60)
    assert mine(shop)["points"] == {"available": 1000, "expiringSoon": 1000, "expired": 0}
    assert "ACCOUNT_EXPIRING" in [message["code"] for message in mine(shop)["messages"]]

    # when the day is over
    shop.let_days_pass(DANA, 1)

    # then they count no more, and cannot be spent
    assert mine(shop)["points"] == {"available": 0, "expiringSoon": 0, "expired": 1000}
    assert moves(shop) == [("GIVE", 1000)]
    checkout = shop.start_checkout({"EYELINER": 2}, by=DANA)
    assert shop.apply_points(checkout, 200, by=DANA).codes == ("INSUFFICIENT_POINTS",)

    # and the task writes it down, once
    expire_lots_task()
    expire_lots_task()
    assert moves(shop) == [("GIVE", 1000), ("EXPIRE", -1000)]
    assert shop.audit_findings() == []


def test_what_is_spent_expires_soonest_and_comes_back_with_its_own_date(shop):
    # given
    open_expiring_club(shop, points=0)
    for points, days in ((300, 90), (200, 10), (500, 40)):
        give(shop, points, last_day=today() + days * DAY)
    before = [(200, today() + 10 * DAY), (500, today() + 40 * DAY), (300, today() + 90 * DAY)]
    assert lots(shop) == before

    # when
    order = bought_with(shop, 400)
    assert lots(shop) == [(300, before[1][1]), before[2]]
    shop.cancel_order(order)

    # then
    assert lots(shop) == before
    assert shop.audit_findings() == []


@pytest.mark.parametrize(
    ("policy", "movements", "left"),
    [
        ({"expiredLots": "EXPIRE"}, [("RETURN", 200), ("EXPIRE", -200)], 0),
        ({"expiredLots": "GRACE", "graceDays": 5}, [("RETURN", 200)], 200),
    ],
    ids=["EXPIRE", "GRACE"],
)
def test_what_comes_back_after_its_date_follows_the_program(shop, policy, movements, left):
    # given
    open_expiring_club(shop, points=0, refund=policy)
    give(shop, 200, last_day=today() + 10 * DAY)
    order = bought_with(shop, 200)
    shop.let_days_pass(DANA, 11)

    # when
    shop.cancel_order(order)

    # then
    assert moves(shop)[2:] == movements
    assert shop.read_account(DANA).available == left
    shop.let_days_pass(DANA, 6)
    assert shop.read_account(DANA).available == 0
    assert shop.audit_findings() == []


def test_an_order_keeps_the_points_of_an_active_customer(shop):
    # given points that last while something happens in 60 days, 50 of which have passed
    open_expiring_club(shop, expiry={"type": "INACTIVITY", "days": 60})
    shop.let_days_pass(DANA, 50)
    assert lots(shop) == [(1000, today() + 10 * DAY)]

    # when
    shop.fulfill(buy(shop, shop.start_checkout({"BRUSH": 1}, by=DANA)))

    # then
    assert lots(shop) == [(50, today() + 60 * DAY), (1000, today() + 60 * DAY)]


def test_the_customer_is_told_in_time_in_the_own_language_and_once(shop, settings):
    # given
    settings.LOYALTY_EXPIRY_EMAILS = True
    settings.LOYALTY_EMAIL_FROM = "club@example.com"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    shop.add_customer("giulia@example.com", language_code="it")
    open_expiring_club(shop)
    assert shop.give_points("giulia@example.com", 70).errors == ()
    mail.outbox = []

    # when 30, 31 and 54 of the 60 days have passed, and what is left of the first one
    told = []
    for days in (30, 1, 23):
        for email in (DANA, "giulia@example.com"):
            shop.let_days_pass(email, days)
        told += [send_expiry_notices_task(), send_expiry_notices_task()]

    # then
    assert told == [0, 0, 2, 0, 2, 0]
    assert [message.to for message in mail.outbox] == [["dana@example.com"], ["giulia@example.com"]] * 2
    subjects = {message.subject.replace("\u2068", "").replace("\u2069", "") for message in mail.outbox}
    assert subjects == {"1,000 points expire soon", "70 punti in scadenza"}


def test_staff_let_points_last_longer_and_it_is_written_down(shop):
    # given
    open_expiring_club(shop)
    shop.let_days_pass(DANA, 55)
    midnight = datetime.datetime.combine(today() + 31 * DAY, datetime.time(), tzinfo=zoneinfo.ZoneInfo(JERUSALEM))

    # when
    user = ask(shop, ME, by=DANA)["id"]
    assert ask(shop, EXTEND, user=user, until=midnight.isoformat())["extended"] == 1

    # then
    assert lots(shop) == [(1000, today() + 30 * DAY)]
    [edge] = ask(shop, TIMELINE, by=STAFF)["edges"]
    assert [entry["node"]["type"] for entry in edge["node"]["timeline"]["edges"]] == ["POINTS_EXTENDED"]
    assert shop.audit_findings() == []
