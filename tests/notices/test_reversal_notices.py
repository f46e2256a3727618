"""Customers are told that points were taken back, and why, once it is committed; not of what comes again."""

from __future__ import annotations

import logging

import pytest
from django.test import TestCase

from playground import refunds, shop
from saleor_loyalty.ledger import reverse_award
from saleor_loyalty.models import LoyaltyAccount, LoyaltyTransaction
from saleor_loyalty.notices import tell_reversal
from tests import club

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(db):
    """A delivered order of 200.00 by a customer who reads Italian."""
    club.open_channel()
    club.publish()
    order = club.order_of(club.add_customer(language_code="it"), club.add_variant(), 2)
    club.fulfill(order)
    club.settle(order)
    return order


def told(caplog, order, act=lambda: None):
    """Return whom the host was asked to tell what, as the order is settled after ``act``."""
    caplog.set_level(logging.INFO, logger="playground.host")
    caplog.clear()
    act()
    order.save()
    with TestCase.captureOnCommitCallbacks(execute=True):
        club.settle(order)
    return [message for message in caplog.messages if message.startswith("Notification")]


def test_a_refund_is_told_once(caplog, order):
    user = LoyaltyAccount.objects.get().user_id
    refund = told(caplog, order, lambda: refunds.refund_lines(order, {order.lines.get().pk: 1}))
    assert refund == [f"Notification loyalty_points_taken_back for user {user}."]
    assert told(caplog, order) == []


def test_what_is_not_delivered_after_all_is_not_told(caplog, order):
    assert told(caplog, order, lambda: shop.cancel_fulfillment(order.fulfillments.get())) == []
    assert club.movements() == [("EARN", 200), ("REVERSE", -200)]


@pytest.mark.parametrize("status", ["guest", "not confirmed"])
def test_whoever_has_not_joined_is_not_told(caplog, order, status):
    account = LoyaltyAccount.objects.get()
    if status == "guest":
        LoyaltyAccount.objects.update(user=None, email="dana@example.com")
    else:
        type(account.user).objects.update(is_confirmed=False)
    assert told(caplog, order, lambda: refunds.refund_lines(order, {order.lines.get().pk: 1})) == []


def test_nothing_is_told_of_other_movements_or_of_what_is_not_there(order):
    award = LoyaltyTransaction.objects.get()
    by_hand = reverse_award(
        award.account_id, points=5, at=club.now(), idempotency_key="r", order_id=award.order_id
    ).posting
    assert [tell_reversal(pk) for pk in (award.pk, by_hand.transaction.pk, 0)] == [False, False, False]
