"""Hooks are hints: however often and in whatever order settlements run, the ledger ends up the same.

A story is a list of things that happen to one order of a customer who paid a part with points. After each of them the
shop may settle the order once, several times, or not at all (a lost event); at the end it is settled once more, as the
reconciliation does. The reference is the same story with a settlement after its last step only.
"""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playground import refunds, shop
from playground.models import Fulfillment, FulfillmentStatus, Order
from saleor_loyalty.models import LoyaltyAccount, LoyaltyTransaction, OrderRecord, Reservation
from saleor_loyalty.programs.active_program import forget_versions
from saleor_loyalty.rules import recount_movement
from tests import club

pytestmark = pytest.mark.django_db

STEPS = (
    "fulfill one",
    "fulfill rest",
    "cancel fulfilment",
    "refund one",
    "refund money",
    "refund shipping",
    "return one",
    "pay",
    "cancel order",
    "nothing",
)
# A return without money may claim money that was refunded for no line before: then less of the rest is taken back than
# before, and what went back meanwhile stays with the customer. So a story has either the one or the other.
NO_MONEY_ALONE = tuple(step for step in STEPS if step != "refund money")
NO_RETURNS = tuple(step for step in STEPS if step != "return one")

stories = st.sampled_from((NO_MONEY_ALONE, NO_RETURNS)).flatmap(
    lambda steps: st.lists(st.tuples(st.sampled_from(steps), st.integers(0, 3)), max_size=8)
)


def new_order(trigger):
    forget_versions()
    club.open_channel()
    club.publish(club.rules(trigger=trigger))
    dana, variant = club.add_customer(), club.add_variant(price="33.33")
    club.give(dana, 1000)
    checkout = club.fill_cart(dana, variant, 7)
    club.apply(checkout, 400)
    return club.complete(checkout)


def happen(step, order):
    """Let it happen where the shop allows it."""
    order.refresh_from_db()
    try:
        if step == "fulfill one":
            club.fulfill(order, 1)
        elif step == "fulfill rest":
            club.fulfill(order)
        elif step == "cancel fulfilment":
            fulfillment = Fulfillment.objects.filter(order=order, status=FulfillmentStatus.FULFILLED).last()
            if fulfillment:
                shop.cancel_fulfillment(fulfillment)
        elif step in ("refund one", "return one", "refund money", "refund shipping"):
            give_back(step, order)
            order.save()
        elif step == "pay":
            Order.objects.filter(pk=order.pk).update(is_paid=True)
        elif step == "cancel order":
            shop.cancel_order(order)
            order.save()
    except shop.Refused:
        pass


def give_back(step, order):
    one = {order.lines.get().pk: 1}
    if step == "refund one":
        refunds.refund_lines(order, one)
    elif step == "return one":
        refunds.return_lines(order, one, with_money=False)
    elif step == "refund money":
        refunds.refund_amount(order, Decimal("17.77"))
    else:
        refunds.refund_lines(order, {}, with_shipping=True)


def tell(story, trigger, *, settles):
    order = new_order(trigger)
    for step, times in story:
        happen(step, order)
        for _ in range(times if settles else 0):
            club.settle(order)
    club.settle(order)
    return outcome()


def outcome():
    """What counts at the end: points, not the number of rows that led there."""
    record = OrderRecord.objects.get()
    account = LoyaltyAccount.objects.get()
    result = {
        "points": club.points_of(account),
        "standing": record.awarded - record.reversed,
        "redeemed": record.redeemed,
        "returned": record.returned,
        "forfeited": record.forfeited,
        "unrecovered": record.unrecovered,
        "state": record.state,
        "net": {
            kind: sum(LoyaltyTransaction.objects.filter(type__in=kind).values_list("points", flat=True))
            for kind in (("EARN", "REVERSE"), ("REDEEM", "RETURN"))
        },
    }
    assert club.audit() == []
    for row in LoyaltyTransaction.objects.all():
        assert recount_movement(row.receipt) == row.points
    return result


@pytest.mark.parametrize("trigger", ["ORDER_FULFILLED", "ORDER_PAID", "ORDER_PLACED"])
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=stories)
def test_lost_doubled_and_late_events_end_in_the_same_ledger(db, trigger, story):
    from django.db import transaction

    class Undo(Exception):
        pass

    results = []
    for settles in (True, False):
        try:
            with transaction.atomic():
                results.append(tell(story, trigger, settles=settles))
                raise Undo
        except Undo:
            assert not Reservation.objects.exists()
    assert results[0] == results[1]


def test_a_story_in_full(db):
    order = new_order("ORDER_FULFILLED")
    # 7 x 33.33 = 233.31, 40.00 of it paid with points: 193 points
    for step in ("fulfill one", "fulfill one", "cancel fulfilment", "fulfill rest"):
        happen(step, order)
        club.settle(order)

    assert OrderRecord.objects.get().redeemed_value == Decimal(40)
    assert outcome()["standing"] == 193
