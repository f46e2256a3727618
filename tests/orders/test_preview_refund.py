"""What a refund would do is what it does: refunds are foretold, made, settled and compared."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest

from playground import refunds, shop
from playground.models import Order
from playground.order_facts import read_order_facts
from saleor_loyalty.ledger import deduct_points
from saleor_loyalty.models import LoyaltyAccount, LoyaltyTransaction, OrderRecord
from saleor_loyalty.orders import PlannedRefund, preview_refund
from tests import club

pytestmark = pytest.mark.django_db


def delivered(*, points=0, quantity=5, price=100, **parts):
    """A paid and delivered order of units at 100.00, with 30.00 for the delivery."""
    club.open_channel()
    club.publish(club.rules(**parts))
    dana, variant = club.add_customer(), club.add_variant(price=price)
    if points:
        club.give(dana, 1000)
    return club.deliver(dana, variant, quantity, points=points)


def foretell(order, units=0, *, amount=None, with_shipping=False):
    planned = PlannedRefund(
        units={str(order.lines.get().pk): units} if units else {},
        amount=None if amount is None else Decimal(amount),
        with_shipping=with_shipping,
    )
    facts = read_order_facts(str(order.pk))
    assert facts is not None
    record = OrderRecord.objects.select_related("account").get()
    return preview_refund(record, facts, planned=planned, at=club.now())


def refund(order, units=0, *, amount=None, with_shipping=False):
    """Make the refund; return what it moved: (money, taken back, given back, left with the customer, owed)."""
    before, paid_back = OrderRecord.objects.get(), Order.objects.get().refunded
    owed = LoyaltyAccount.objects.get().debt
    with shop.changing_order(order.pk) as row:
        if units or with_shipping:
            quantities = {row.lines.get().pk: units} if units else {}
            refunds.refund_lines(
                row, quantities, amount=None if amount is None else Decimal(amount), with_shipping=with_shipping
            )
        else:
            refunds.refund_amount(row, Decimal(amount))
    club.settle(order)
    after = OrderRecord.objects.get()
    return (
        Order.objects.get().refunded - paid_back,
        after.reversed - before.reversed,
        after.returned - before.returned,
        after.unrecovered - before.unrecovered,
        LoyaltyAccount.objects.get().debt - owed,
        max(after.refund_excess - before.refund_excess, Decimal(0)),
    )


def told(preview):
    return (
        preview.amount,
        preview.reversed_points,
        preview.returned_points,
        preview.unrecovered_points,
        preview.debt,
        preview.excess,
    )


@pytest.mark.parametrize(
    ("planned", "expected"),
    [
        # 1000 points paid 100.00 of 500.00: a unit cost 80.00 in money, and earned 80
        ({"units": 1}, ("80.00", 80, 200, 0, 0, "0")),
        ({"units": 2, "with_shipping": True}, ("190.00", 160, 400, 0, 0, "0")),
        ({"with_shipping": True}, ("30.00", 0, 0, 0, 0, "0")),
        ({"amount": 40}, ("40", 40, 100, 0, 0, "0")),
        # 100.00 for a unit that cost 80.00 in money pays out what 200 points paid; 20.00 takes its part of the rest
        ({"units": 1, "amount": 100}, ("100", 100, 250, 0, 0, "20.00")),
        ({"units": 5, "with_shipping": True}, ("430.00", 400, 1000, 0, 0, "0")),
    ],
)
def test_a_refund_does_what_was_foretold(db, planned, expected):
    # given
    order = delivered(points=1000)
    money, *points, excess = expected
    rows = LoyaltyTransaction.objects.count()

    # when
    foretold = told(foretell(order, **planned))

    # then
    assert foretold == (Decimal(money), *points, Decimal(excess))
    assert LoyaltyTransaction.objects.count() == rows
    assert refund(order, **planned) == foretold


def test_one_refund_after_the_other_is_foretold_from_what_was_posted(db):
    order = delivered(points=1000)
    refund(order, 1)
    refund(order, amount=33)

    for planned in ({"units": 1}, {"amount": "7.77"}, {"units": 3, "with_shipping": True}):
        foretold = told(foretell(order, **planned))
        assert refund(order, **planned) == foretold
    assert (OrderRecord.objects.get().reversed, OrderRecord.objects.get().returned) == (400, 1000)


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("PENDING_ONLY", (0, 100, 0)),
        ("WITHIN_BALANCE", (50, 50, 0)),
        ("ALLOW_NEGATIVE", (100, 0, 50)),
    ],
)
def test_what_was_spent_meanwhile_is_told_by_the_policy(db, policy, expected):
    # given 450 of 500 points are spent
    order = delivered(refund={"reversal": policy})
    account = LoyaltyAccount.objects.get()
    deduct_points(account.pk, points=450, at=club.now(), idempotency_key="spent")

    # when
    preview = foretell(order, 1)

    # then
    assert (preview.reversed_points, preview.unrecovered_points, preview.debt) == expected
    assert refund(order, 1) == told(preview)


def test_where_spent_points_stay_spent_none_come_back(db):
    order = delivered(points=1000, refund={"returnSpentPoints": False})
    assert told(foretell(order, 1)) == (Decimal(80), 80, 0, 0, 0, Decimal(0))


def test_what_is_more_than_was_ordered_or_paid_is_all_of_it(db):
    order = delivered()
    assert told(foretell(order, 99)) == (Decimal(500), 500, 0, 0, 0, Decimal(0))
    assert told(foretell(order, amount=10_000)) == (Decimal(530), 500, 0, 0, 0, Decimal(0))


def test_an_order_that_has_earned_nothing_yet_loses_nothing(db):
    club.open_channel()
    club.publish()
    order = club.complete(club.fill_cart(club.add_customer(), club.add_variant(), 2))
    club.settle(order)
    assert told(foretell(order, 1)) == (Decimal(100), 0, 0, 0, 0, Decimal(0))


@pytest.mark.parametrize("seed", range(5))
def test_random_refunds_do_what_was_foretold(db, seed):
    dice = random.Random(seed)
    order = delivered(points=dice.randrange(100, 300, 10), quantity=7, price="33.33")
    left = 7
    while left:
        units = dice.randint(0, left)
        planned = dice.choice(
            [
                {"units": units, "with_shipping": dice.random() < 0.2},
                {"amount": Decimal(dice.randint(1, 900)) / 100},
                {"units": units, "amount": Decimal(dice.randint(1, 5000)) / 100},
            ]
        )
        if not planned.get("units") and not planned.get("amount"):
            planned = {"amount": Decimal(1)}
        foretold = told(foretell(order, **planned))
        assert refund(order, **planned) == foretold, planned
        left -= planned.get("units", 0)
    record = OrderRecord.objects.get()
    assert (record.awarded - record.reversed, record.redeemed - record.returned) == (0, 0)
    assert club.audit() == []


def test_it_costs_two_statements_beside_the_facts(db, django_assert_num_queries):
    order = delivered(points=1000)
    facts, record = read_order_facts(str(order.pk)), OrderRecord.objects.select_related("account").get()
    planned = PlannedRefund(units={str(order.lines.get().pk): 1})
    preview_refund(record, facts, planned=planned, at=club.now())
    with django_assert_num_queries(2):
        preview_refund(record, facts, planned=planned, at=club.now())
