"""How long an order's points last: as the rules say that the order was judged by."""

from __future__ import annotations

import datetime

import pytest

from saleor_loyalty.accounts import give_by_hand, set_by_hand
from saleor_loyalty.models import Lot
from tests import club

pytestmark = pytest.mark.django_db


def publish(**expiry):
    return club.publish(club.rules(expiry=expiry, pendingDays=14, listing={"timeZone": "Asia/Jerusalem"}))


def award(dana, variant, at):
    order = club.order_of(dana, variant)
    club.fulfill(order)
    club.settle(order, at=at)
    return Lot.objects.latest("pk")


def test_they_last_from_when_they_are_available(dana, variant):
    # given
    publish(type="ROLLING", months=12)
    at = datetime.datetime(2027, 1, 10, 9, 30, tzinfo=datetime.UTC)

    # when
    lot = award(dana, variant, at)

    # then
    assert lot.available_at == at + datetime.timedelta(days=14)
    assert lot.expires_at == datetime.datetime(2028, 1, 24, 22, 0, tzinfo=datetime.UTC)
    assert not lot.lasts_while_active


def test_new_rules_leave_what_was_earned_before_as_it_was(dana, variant):
    # given
    publish(type="NEVER")
    at = datetime.datetime(2027, 1, 10, 9, 30, tzinfo=datetime.UTC)
    first = award(dana, variant, at)

    # when
    publish(type="CALENDAR_YEAR_END")
    second = award(dana, variant, at)

    # then
    first.refresh_from_db()
    assert first.expires_at is None
    assert second.expires_at == datetime.datetime(2027, 12, 31, 22, 0, tzinfo=datetime.UTC)


def test_under_inactivity_each_order_keeps_the_points_of_those_before(dana, variant):
    # given
    publish(type="INACTIVITY", days=30)
    at = datetime.datetime(2027, 1, 1, 12, 0, tzinfo=datetime.UTC)
    first = award(dana, variant, at)
    assert first.expires_at == datetime.datetime(2027, 2, 14, 22, 0, tzinfo=datetime.UTC)

    # when
    second = award(dana, variant, at + datetime.timedelta(days=20))

    # then
    first.refresh_from_db()
    assert first.expires_at == second.expires_at == datetime.datetime(2027, 3, 6, 22, 0, tzinfo=datetime.UTC)


def test_points_by_hand_last_as_the_rules_say_in_the_first_channel(dana, variant):
    # given
    publish(type="MONTH_END")
    account = club.give(dana, 1)
    at = datetime.datetime(2027, 1, 31, 21, 59, tzinfo=datetime.UTC)

    # when
    for number, moment in enumerate((at, at + datetime.timedelta(minutes=1))):
        give_by_hand(account.pk, points=5, at=moment, idempotency_key=f"gift {number}")

    # then
    assert list(Lot.objects.order_by("pk").values_list("expires_at", flat=True)) == [
        None,
        datetime.datetime(2027, 1, 31, 22, 0, tzinfo=datetime.UTC),
        datetime.datetime(2027, 2, 28, 22, 0, tzinfo=datetime.UTC),
    ]


def test_points_that_are_set_last_as_the_rules_say_too(dana, variant):
    # given
    publish(type="MONTH_END")
    account = club.give(dana, 1)
    at = datetime.datetime(2027, 1, 5, 12, 0, tzinfo=datetime.UTC)

    # when
    set_by_hand(account.pk, points=10, at=at, idempotency_key="set")

    # then
    lot = Lot.objects.latest("pk")
    assert (lot.remaining, lot.expires_at) == (9, datetime.datetime(2027, 1, 31, 22, 0, tzinfo=datetime.UTC))
