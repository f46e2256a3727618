"""Settling refunds: what is taken back and given back, by line, by amount and for shipping, to the unit."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from playground import refunds, shop
from playground.models import Order
from saleor_loyalty.ledger import deduct_points
from saleor_loyalty.models import Lot, LoyaltyAccount, LoyaltyTransaction, OrderRecord
from saleor_loyalty.rules import recount_movement
from tests import club

pytestmark = pytest.mark.django_db


def open_club(**parts):
    club.open_channel()
    club.publish(club.rules(**parts))
    return club.add_customer(), club.add_variant()


def delivered(dana, variant, quantity=5, *, points=0):
    """A paid and delivered order of units at 100.00, with 30.00 for the delivery."""
    return club.deliver(dana, variant, quantity, points=points)


def refund(order, units=0, *, amount=None, with_shipping=False):
    with shop.changing_order(order.pk) as row:
        if units or with_shipping:
            quantities = {row.lines.get().pk: units} if units else {}
            refunds.refund_lines(row, quantities, amount=amount, with_shipping=with_shipping)
        else:
            refunds.refund_amount(row, amount)
    return club.settle(order)


def numbers(record):
    return record.awarded - record.reversed, record.redeemed - record.returned, record.forfeited, record.state


@pytest.mark.parametrize("trigger", ["ORDER_PLACED", "ORDER_PAID", "ORDER_FULFILLED"])
def test_units_take_their_share_whatever_the_trigger(db, trigger):
    dana, variant = open_club(trigger=trigger)
    order = delivered(dana, variant)
    assert club.points_of(dana) == (500, 0, 0, 0)

    assert numbers(refund(order, 1)) == (400, 0, 100, "AWARDED")
    assert numbers(refund(order, 4)) == (0, 0, 500, "AWARDED")
    assert club.movements(dana) == [("EARN", 500), ("REVERSE", -100), ("REVERSE", -400)]
    assert club.audit() == []


@pytest.mark.parametrize("trigger", ["ORDER_PLACED", "ORDER_PAID", "ORDER_FULFILLED"])
def test_money_for_no_line_takes_its_share_too(db, trigger):
    dana, variant = open_club(trigger=trigger)
    order = delivered(dana, variant)

    # two refunds of a fifth are one of two fifths
    assert numbers(refund(order, amount=Decimal(100))) == (400, 0, 100, "AWARDED")
    assert numbers(refund(order, amount=Decimal(100))) == (300, 0, 200, "AWARDED")
    assert numbers(refund(order, amount=Decimal(330))) == (0, 0, 500, "AWARDED")


def test_one_refund_of_two_fifths(db):
    dana, variant = open_club()
    assert numbers(refund(delivered(dana, variant), amount=Decimal(200))) == (300, 0, 200, "AWARDED")


def test_the_shipping_alone_takes_nothing(db):
    dana, variant = open_club()
    order = delivered(dana, variant)

    assert numbers(refund(order, with_shipping=True)) == (500, 0, 0, "AWARDED")

    assert Order.objects.get().refunded == Decimal(30)
    assert club.movements(dana) == [("EARN", 500)]


def test_a_return_without_money_takes_its_units_and_the_money_that_follows_takes_nothing_more(db):
    dana, variant = open_club()
    order = delivered(dana, variant)

    with shop.changing_order(order.pk) as row:
        refunds.return_lines(row, {row.lines.get().pk: 2}, with_money=False)
    assert numbers(club.settle(order)) == (300, 0, 200, "AWARDED")

    assert numbers(refund(order, amount=Decimal(200))) == (300, 0, 200, "AWARDED")
    assert numbers(refund(order, amount=Decimal(30))) == (270, 0, 230, "AWARDED")


def test_units_that_are_refunded_before_they_are_delivered_never_earn(db):
    dana, variant = open_club()
    order = club.order_of(dana, variant, 5, is_paid=True)
    club.settle(order)

    assert numbers(refund(order, 2)) == (0, 0, 200, "PENDING")

    club.fulfill(order)
    assert numbers(club.settle(order)) == (300, 0, 200, "AWARDED")
    assert club.movements(dana) == [("EARN", 300)]


def test_spent_points_go_back_with_their_units_and_the_last_brings_the_rest(account, dana, variant):
    # given 700 points pay 70.00 of 500.00, none of it divisible by 3 units
    order = delivered(dana, variant, points=700)
    assert numbers(OrderRecord.objects.get()) == (430, 700, 0, "AWARDED")

    assert numbers(refund(order, 3)) == (172, 280, 258, "AWARDED")
    assert numbers(refund(order, amount=Decimal(43))) == (129, 210, 301, "AWARDED")
    assert numbers(refund(order, 2)) == (0, 0, 430, "AWARDED")

    assert club.movements(dana)[1:] == [
        ("REDEEM", -700),
        ("EARN", 430),
        ("REVERSE", -258),
        ("RETURN", 420),
        ("REVERSE", -43),
        ("RETURN", 70),
        ("REVERSE", -129),
        ("RETURN", 210),
    ]
    assert club.points_of(dana) == (1000, 0, 0, 0)
    assert club.audit() == []


def test_every_receipt_of_a_refund_gives_its_number_again(account, dana, variant):
    order = delivered(dana, variant, points=700)
    refund(order, 3)
    refund(order, amount=Decimal("12.34"))
    Order.objects.filter(pk=order.pk).update(status="CANCELED")
    club.settle(order)

    rows = LoyaltyTransaction.objects.filter(order_id=str(order.pk)).exclude(type="REDEEM")

    assert len(rows) == 7
    for row in rows:
        assert recount_movement(row.receipt) == row.points
        if row.type != "EARN":
            assert sum(line["points"] for line in row.receipt["lines"]) == row.points


def test_spent_points_stay_spent_where_the_program_says_so_but_not_when_the_order_ends(db):
    dana, variant = open_club(refund={"returnSpentPoints": False})
    club.give(dana, 1000)
    order = delivered(dana, variant, points=1000)

    assert numbers(refund(order, 5)) == (0, 1000, 400, "AWARDED")

    Order.objects.filter(pk=order.pk).update(status="CANCELED")
    assert numbers(club.settle(order))[:2] == (0, 0)


def test_only_pending_points_are_taken_where_the_program_says_so(db):
    dana, variant = open_club(refund={"reversal": "PENDING_ONLY"}, pendingDays=14)
    order = delivered(dana, variant)
    assert numbers(refund(order, 1))[0] == 400

    later = club.now() + datetime.timedelta(days=15)
    with shop.changing_order(order.pk) as row:
        refunds.refund_lines(row, {row.lines.get().pk: 1})
    record = club.settle(order, at=later)

    assert (numbers(record)[0], record.unrecovered) == (400, 100)
    assert club.points_of(dana, at=later) == (400, 0, 0, 0)


def spend_all(dana):
    account = LoyaltyAccount.objects.get(user=dana)
    deduct_points(account.pk, points=account.available, at=club.now(), idempotency_key="spent")


def test_within_the_balance_what_was_spent_is_left(db):
    dana, variant = open_club()
    order = delivered(dana, variant)
    spend_all(dana)
    club.give(dana, 30)

    record = refund(order, 1)

    assert (record.reversed, record.unrecovered) == (30, 70)
    assert club.points_of(dana) == (0, 0, 0, 0)
    assert LoyaltyTransaction.objects.last().receipt["lines"][-2]["points"] == 70


def test_a_debt_is_paid_by_what_is_earned_later(db):
    dana, variant = open_club(refund={"reversal": "ALLOW_NEGATIVE"})
    order = delivered(dana, variant)
    spend_all(dana)

    record = refund(order, 1)
    assert (record.reversed, record.unrecovered) == (100, 0)
    assert club.points_of(dana) == (0, 0, 0, 100)

    delivered(dana, variant, 3)
    assert club.points_of(dana) == (200, 0, 0, 0)
    assert club.audit() == []


@pytest.mark.parametrize(
    ("refund_rules", "kinds", "left"),
    [
        ({}, ["RETURN", "EXPIRE"], 0),
        ({"expiredLots": "GRACE", "graceDays": 10}, ["RETURN"], 200),
    ],
)
def test_returned_points_whose_date_has_passed(db, refund_rules, kinds, left):
    # given points that expire after they were spent
    dana, variant = open_club(refund=refund_rules)
    soon = club.now() + datetime.timedelta(days=5)
    account = club.give(dana, 1000, expires_at=soon)
    order = delivered(dana, variant, points=1000)
    Lot.objects.exclude(transaction__type="GIVE").update(expires_at=None)
    later = soon + datetime.timedelta(days=1)

    # when a fifth is refunded a day too late
    with shop.changing_order(order.pk) as row:
        refunds.refund_lines(row, {row.lines.get().pk: 1})
    before = LoyaltyTransaction.objects.last().pk
    club.settle(order, at=later)

    # then
    moved = LoyaltyTransaction.objects.filter(pk__gt=before).exclude(type="REVERSE")
    assert [row.type for row in moved] == kinds
    assert club.points_of(account, at=later)[0] == 320 + left
    assert club.points_of(account, at=later + datetime.timedelta(days=10))[0] == 320
    assert club.audit() == []


def test_money_paid_out_for_what_points_paid_is_remembered_for_staff(account, dana, variant):
    # given a unit costs 80.00 and 200 points
    order = delivered(dana, variant, points=1000)

    assert refund(order, 1, amount=Decimal(80)).refund_excess == 0
    assert refund(order, 1, amount=Decimal(100)).refund_excess == Decimal(20)


def test_settling_a_refund_again_writes_nothing(account, dana, variant):
    order = delivered(dana, variant, points=1000)
    refund(order, 2)
    before = club.everything_written(), list(OrderRecord.objects.values()), Order.objects.get().notes

    club.settle(order)

    assert (club.everything_written(), list(OrderRecord.objects.values()), Order.objects.get().notes) == before
