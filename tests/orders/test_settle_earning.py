"""Settling what an order earns: by trigger, once, and back again."""

from __future__ import annotations

import datetime

import pytest

from playground import refunds, shop
from playground.models import Order
from saleor_loyalty.ledger import deduct_points
from saleor_loyalty.models import AccountStatus, Lot, LoyaltyAccount, LoyaltyTransaction, OrderRecord
from tests import club

pytestmark = pytest.mark.django_db


def numbers(record):
    record.refresh_from_db()
    return record.state, record.earnable, record.awarded, record.reversed


def test_before_the_trigger_nothing_is_in_the_ledger(dana, variant):
    record = club.settle(club.order_of(dana, variant, 4))

    assert numbers(record) == ("PENDING", 400, 0, 0)
    assert club.movements() == []
    assert not LoyaltyAccount.objects.exists()


def test_each_fulfilment_awards_its_share_and_the_last_the_rest(dana, variant):
    order = club.order_of(dana, variant, 3)
    club.settle(order)

    club.fulfill(order, 1)
    record = club.settle(order)
    assert numbers(record) == ("PENDING", 300, 100, 0)

    club.fulfill(order)
    record = club.settle(order)
    assert numbers(record) == ("AWARDED", 300, 300, 0)
    assert club.movements(dana) == [("EARN", 100), ("EARN", 200)]
    assert club.points_of(dana) == (300, 0, 0, 0)


def test_the_award_says_what_it_is_for(dana, variant, program):
    order = club.order_of(dana, variant, 4)
    club.fulfill(order)
    at = club.now()

    club.settle(order, at=at)

    award = LoyaltyTransaction.objects.get()
    assert (award.order_id, award.source, award.channel_slug) == (str(order.pk), "ORDER", club.CHANNEL)
    assert (award.program_version_id, award.occurred_at) == (program.published_version_id, at)
    assert (award.receipt["points"], award.receipt["posted"], award.receipt["standing"]) == (400, 400, 400)
    assert award.receipt["program_version"] == 1
    assert Lot.objects.get().available_at == at


def test_a_fulfilment_that_waits_for_approval_does_not_count(dana, variant):
    order = club.order_of(dana, variant, 4)
    fulfillment = shop.fulfill(order, None, needs_approval=True)
    assert numbers(club.settle(order)) == ("PENDING", 400, 0, 0)

    shop.approve_fulfillment(fulfillment)

    assert numbers(club.settle(order)) == ("AWARDED", 400, 400, 0)


def test_settling_again_writes_nothing(dana, variant):
    order = club.order_of(dana, variant, 4)
    club.fulfill(order)
    club.settle(order)
    before = club.everything_written(), list(OrderRecord.objects.values())

    club.settle(order)

    assert (club.everything_written(), list(OrderRecord.objects.values())) == before


def test_a_cancelled_fulfilment_takes_the_points_back_and_a_new_one_gives_them_again(dana, variant):
    order = club.order_of(dana, variant, 4)
    fulfillment = club.fulfill(order)
    club.settle(order)

    shop.cancel_fulfillment(fulfillment)
    record = club.settle(order)
    assert numbers(record) == ("PENDING", 400, 400, 400)
    assert club.points_of(dana) == (0, 0, 0, 0)

    club.fulfill(order)
    record = club.settle(order)
    assert numbers(record) == ("AWARDED", 400, 800, 400)
    assert club.movements(dana) == [("EARN", 400), ("REVERSE", -400), ("EARN", 400)]
    assert club.audit() == []


def test_what_was_spent_meanwhile_is_not_taken_back_twice(dana, variant):
    # given 300 of 400 awarded points are spent
    order = club.order_of(dana, variant, 4)
    fulfillment = club.fulfill(order)
    club.settle(order)
    account = LoyaltyAccount.objects.get()
    deduct_points(account.pk, points=300, at=club.now(), idempotency_key="spent")

    # when the fulfilment is cancelled, the customer gets points, and the order is settled again
    shop.cancel_fulfillment(fulfillment)
    record = club.settle(order)
    club.give(dana, 500)
    club.settle(order)

    # then only what was there was taken
    record.refresh_from_db()
    assert (record.awarded, record.reversed, record.unrecovered) == (400, 100, 300)
    assert club.points_of(dana) == (500, 0, 0, 0)

    # when it is fulfilled again, only what was taken comes back
    club.fulfill(order)
    club.settle(order)
    record.refresh_from_db()
    assert (record.awarded, record.reversed, record.unrecovered, record.state) == (500, 100, 0, "AWARDED")
    assert club.points_of(dana) == (600, 0, 0, 0)


def test_a_cancelled_order_loses_its_award(db):
    club.open_channel()
    club.publish(club.rules(trigger="ORDER_PLACED"))
    dana, variant = club.add_customer(), club.add_variant()
    order = club.order_of(dana, variant, 4)
    assert numbers(club.settle(order)) == ("AWARDED", 400, 400, 0)

    Order.objects.filter(pk=order.pk).update(status="CANCELED")

    assert numbers(club.settle(order)) == ("CANCELED", 400, 400, 400)
    assert club.movements(dana) == [("EARN", 400), ("REVERSE", -400)]


def test_paid_awards_when_charged_in_full(db):
    club.open_channel()
    club.publish(club.rules(trigger="ORDER_PAID"))
    dana, variant = club.add_customer(), club.add_variant()
    order = club.order_of(dana, variant, 4)
    assert numbers(club.settle(order)) == ("PENDING", 400, 0, 0)

    Order.objects.filter(pk=order.pk).update(is_paid=True)

    assert numbers(club.settle(order)) == ("AWARDED", 400, 400, 0)


def test_a_refund_of_a_part_takes_its_share_of_an_award_for_paying(db):
    # given
    club.open_channel()
    club.publish(club.rules(trigger="ORDER_PAID"))
    dana, variant = club.add_customer(), club.add_variant()
    order = club.order_of(dana, variant, 4, is_paid=True)
    club.fulfill(order)
    assert numbers(club.settle(order)) == ("AWARDED", 400, 400, 0)

    # when
    with shop.changing_order(order.pk) as row:
        refunds.refund_lines(row, {order.lines.get().pk: 1})

    # then
    assert Order.objects.get().refunded == 100
    assert numbers(club.settle(order)) == ("AWARDED", 400, 400, 100)
    assert club.movements(dana) == [("EARN", 400), ("REVERSE", -100)]


def test_pending_days_hold_the_points_back(db):
    club.open_channel()
    club.publish(club.rules(trigger="ORDER_PLACED", pendingDays=14))
    dana, variant = club.add_customer(), club.add_variant()
    at = club.now()

    club.settle(club.order_of(dana, variant, 4), at=at)

    assert Lot.objects.get().available_at == at + datetime.timedelta(days=14)
    assert club.points_of(dana) == (0, 400, 0, 0)
    assert club.points_of(dana, at=at + datetime.timedelta(days=14)) == (400, 0, 0, 0)


@pytest.mark.parametrize("status", ["DRAFT", "UNCONFIRMED", "EXPIRED", "CANCELED"])
def test_an_order_that_is_not_confirmed_is_not_judged(dana, variant, status):
    order = club.order_of(dana, variant, 4, status=status)

    assert club.settle(order) is None

    assert not OrderRecord.objects.exists()


def test_an_unconfirmed_order_earns_once_it_is_confirmed(dana, variant):
    order = club.order_of(dana, variant, 4, status="UNCONFIRMED")
    club.settle(order)

    Order.objects.filter(pk=order.pk).update(status="CONFIRMED")
    club.fulfill(Order.objects.get())

    assert numbers(club.settle(order)) == ("AWARDED", 400, 400, 0)


def test_a_frozen_account_still_earns_and_a_closed_one_does_not(dana, variant):
    account = club.give(dana, 1)
    LoyaltyAccount.objects.update(status=AccountStatus.FROZEN)
    first = club.order_of(dana, variant, 4)
    club.fulfill(first)
    assert numbers(club.settle(first)) == ("AWARDED", 400, 400, 0)

    LoyaltyAccount.objects.update(status=AccountStatus.CLOSED)
    second = club.order_of(dana, variant, 4)
    club.fulfill(second)

    assert numbers(club.settle(second)) == ("PENDING", 400, 0, 0)
    account.refresh_from_db()
    assert account.balance == 401


def test_an_order_of_a_channel_without_program_is_none_of_ours(db):
    club.open_channel()
    variant = club.add_variant()

    assert club.settle(club.order_of(club.add_customer(), variant, 4)) is None

    assert not OrderRecord.objects.exists()
