"""The points of a membership's start: how long they last, and which points are taken back, once."""

from __future__ import annotations

import datetime

import pytest

from playground.models import Order
from saleor_loyalty.errors import AlreadyReversed
from saleor_loyalty.ledger import reverse_transaction
from saleor_loyalty.models import Lot, LoyaltyAccount, LoyaltyTransaction
from tests import club

from .builders import a_plan, by_hand, noon

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(dana, variant, program):
    """Dana has bought a plan of 500 points; they are given."""
    a_plan(program, variant, start_points=500)
    order = club.order_of(dana, variant, is_paid=True)
    club.settle(order)
    return order


def cancel_order(order) -> None:
    Order.objects.filter(pk=order.pk).update(status="CANCELED")
    club.settle(order)


def the_give() -> LoyaltyTransaction:
    return LoyaltyTransaction.objects.get(source="PLAN", type="GIVE")


def by_staff(transaction: LoyaltyTransaction):
    return reverse_transaction(transaction.pk, at=club.now(), idempotency_key="staff")


def left(account) -> dict[str, int]:
    return dict(Lot.objects.filter(account=account).values_list("transaction__source", "remaining"))


def test_the_points_of_the_start_are_taken_back_and_no_others(dana, order):
    account = club.give(dana, 500, expires_at=club.now() + datetime.timedelta(days=3))

    cancel_order(order)

    assert left(account) == {"PLAN": 0, "MANUAL": 500}
    reverse = LoyaltyTransaction.objects.get(type="REVERSE")
    assert (reverse.points, reverse.source, reverse.reverses) == (-500, "PLAN", the_give())
    assert club.audit() == []


def test_what_staff_took_back_is_not_taken_twice(dana, order):
    account = club.give(dana, 500)
    by_staff(the_give())

    cancel_order(order)

    assert left(account) == {"PLAN": 0, "MANUAL": 500}
    assert club.movements(dana) == [("GIVE", 500), ("GIVE", 500), ("REVERSE", -500)]


def test_what_the_order_took_back_staff_cannot_take_again(dana, order):
    club.give(dana, 500)
    cancel_order(order)

    with pytest.raises(AlreadyReversed):
        by_staff(the_give())

    assert club.points_of(dana)[0] == 500


def test_an_order_that_stands_again_gives_them_again(dana, order):
    cancel_order(order)
    Order.objects.filter(pk=order.pk).update(status=order.status)
    club.settle(order)
    assert club.points_of(dana)[0] == 500

    cancel_order(order)

    assert club.movements(dana) == [("GIVE", 500), ("REVERSE", -500)] * 2


def test_an_order_of_a_closed_account_is_settled_without_taking_anything(dana, order):
    LoyaltyAccount.objects.update(status="CLOSED", closed_at=club.now())

    cancel_order(order)

    assert club.movements(dana) == [("GIVE", 500)]


def test_they_last_as_long_as_the_program_says(account, program):
    rules = club.rules(expiry={"type": "ROLLING", "months": 12}, listing={"timeZone": "Asia/Jerusalem"})
    club.publish(rules)

    by_hand(account, a_plan(program, start_points=500), at=noon("2026-03-10"))

    assert Lot.objects.get().expires_at == datetime.datetime(2027, 3, 10, 22, tzinfo=datetime.UTC)


def test_they_last_for_ever_where_nothing_is_said(account, program):
    by_hand(account, a_plan(program, start_points=500))

    assert Lot.objects.get().expires_at is None
