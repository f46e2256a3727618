"""Refunds, returns and granted refunds in a real Saleor, in both of its payment flows."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from graphene import Node
from saleor.order.models import Fulfillment, Order, OrderEvent
from saleor.payment.models import TransactionItem

from saleor_loyalty.host import get_host
from saleor_loyalty.models import LoyaltyTransaction
from saleor_loyalty.rules import recount_movement
from tests.scenarios.drivers.documents import ORDER_REFUND_PRODUCTS, ORDER_RETURN
from tests.scenarios.drivers.protocol import STAFF
from tests.scenarios.drivers.saleor_refunds import (
    ORDER_REFUND,
    REPORT,
    delivered_lines,
    grant,
    ordered_lines,
    report,
    send,
)
from tests.scenarios.stories import DANA, moves, numbers

from .test_order_facts import facts_of

PREVIEW = """query($order: ID!, $lines: [LoyaltyRefundLineInput!]) {
    loyaltyRefundPreview(order: $order, lines: $lines) { amount { amount } reversed debt unrecovered returned } }"""


def buy(shop, lines, *, points=0, by_transaction=False):
    """A paid and delivered order, with 10.00 for the delivery."""
    checkout = shop.start_checkout(lines, by=DANA)
    if points:
        assert shop.apply_points(checkout, points, by=DANA).errors == ()
    outcome = shop.complete(checkout, by=DANA, is_paid=not by_transaction)
    assert outcome.errors == ()
    if by_transaction:
        shop.pay(outcome.order)
    shop.fulfill(outcome.order)
    return outcome.order


def paying_shop(shop):
    if not shop.has_payment_flow:
        pytest.skip("This Saleor has no gateway for payments.")
    return shop


# --- the payment flow ---


def test_units_paid_back_by_a_payment_take_and_give_back_their_share(club):
    # given 100 eyeliner units' 200.00 and 50.00 of a brush, 30.00 of it paid with points
    order = buy(paying_shop(club), {"EYELINER": 2, "BRUSH": 1}, points=300)
    assert numbers(club, order) == (220, 0, 300, 0, 0)

    # when
    lines = delivered_lines(order, {"EYELINER": 1})
    send(club, ORDER_REFUND_PRODUCTS, order=order, input={"fulfillmentLines": lines})

    # then 88 of 220 and 120 of 300
    assert numbers(club, order) == (132, 0, 300, 88, 120)
    facts = facts_of(order)
    assert (facts.refunds.money, facts.refunds.worth, facts.refunds.shipping) == (88, 88, 0)

    # when the rest
    lines = delivered_lines(order, {"EYELINER": 1, "BRUSH": 1})
    send(club, ORDER_REFUND_PRODUCTS, order=order, input={"fulfillmentLines": lines, "includeShippingCosts": True})

    # then
    assert numbers(club, order) == (0, 0, 300, 220, 300)
    assert facts_of(order).refunds.shipping == 10
    assert club.read_account(DANA).available == 1000
    assert club.audit_findings() == []


def test_an_amount_paid_back_by_a_payment_takes_its_share(club):
    order = buy(paying_shop(club), {"BRUSH": 1})

    send(club, ORDER_REFUND, id=order, amount="10")
    assert numbers(club, order) == (40, 0, 0, 10, 0)

    send(club, ORDER_REFUND, id=order, amount="50")
    assert numbers(club, order) == (0, 0, 0, 50, 0)


def test_the_shipping_alone_takes_nothing_in_the_payment_flow(club):
    order = buy(paying_shop(club), {"BRUSH": 1})

    send(club, ORDER_REFUND_PRODUCTS, order=order, input={"includeShippingCosts": True})

    assert facts_of(order).refunds.money == 10
    assert numbers(club, order) == (50, 0, 0, 0, 0)


@pytest.mark.parametrize("refund", [False, True], ids=["without money", "with money"])
def test_returned_units_take_their_share(club, refund):
    order = buy(paying_shop(club) if refund else club, {"EYELINER": 2}, points=200)
    lines = [{**line, "replace": False} for line in delivered_lines(order, {"EYELINER": 1})]

    send(club, ORDER_RETURN, order=order, input={"fulfillmentLines": lines, "refund": refund})

    assert numbers(club, order) == (90, 0, 200, 90, 100)
    assert facts_of(order).refunds.money == (90 if refund else 0)


def test_replaced_units_take_nothing(club):
    order = buy(club, {"EYELINER": 2})
    lines = [{**line, "replace": True} for line in delivered_lines(order, {"EYELINER": 1})]

    send(club, ORDER_RETURN, order=order, input={"fulfillmentLines": lines, "refund": False})

    assert numbers(club, order) == (200, 0, 0, 0, 0)


# --- the transaction flow ---


def test_a_granted_refund_that_is_never_paid_changes_nothing(club):
    order = buy(club, {"EYELINER": 2}, points=200, by_transaction=True)

    grant(club, order, {"EYELINER": 1})
    club.reconcile()

    assert facts_of(order).refunds.units == {}
    assert numbers(club, order) == (180, 0, 200, 0, 0)


def test_a_granted_refund_counts_by_its_lines_once_it_is_paid_and_no_longer_when_it_is_reversed(club):
    # given
    order = buy(club, {"EYELINER": 2, "BRUSH": 1}, by_transaction=True)
    granted = grant(club, order, {"BRUSH": 1})

    # when
    reference = report(club, order, "REFUND_SUCCESS", 50, granted=granted)
    # then
    assert list(facts_of(order).refunds.units.values()) == [1]
    assert numbers(club, order) == (200, 0, 0, 50, 0)

    # when the refund is taken back: the state is the truth
    report(club, order, "REFUND_REVERSE", 50, reference=reference)
    # then
    assert facts_of(order).refunds.money == 0
    assert numbers(club, order) == (250, 0, 0, 50, 0)
    assert moves(club)[1:] == [("EARN", 250), ("REVERSE", -50), ("EARN", 50)]


def test_a_granted_refund_is_judged_by_its_lines_and_not_by_its_money(club):
    # given a brush that earns nothing, being on promotion
    club.put_on_promotion("BRUSH", price=Decimal(40))
    order = buy(club, {"EYELINER": 1, "BRUSH": 1}, by_transaction=True)
    assert numbers(club, order) == (100, 0, 0, 0, 0)

    # when the brush is paid back
    report(club, order, "REFUND_SUCCESS", 40, granted=grant(club, order, {"BRUSH": 1}))

    # then
    assert moves(club)[1:] == [("EARN", 100)]
    assert numbers(club, order) == (100, 0, 0, 0, 0)


def test_a_granted_refund_whose_payment_fails_changes_nothing(club):
    order = buy(club, {"BRUSH": 2}, by_transaction=True)
    granted = grant(club, order, {"BRUSH": 1})

    report(club, order, "REFUND_FAILURE", 50, granted=granted)

    assert numbers(club, order) == (100, 0, 0, 0, 0)


def test_the_shipping_alone_takes_nothing_in_the_transaction_flow(club):
    order = buy(club, {"BRUSH": 1}, by_transaction=True)
    granted = grant(club, order, amount=10, shipping=True)

    report(club, order, "REFUND_SUCCESS", 10, granted=granted)

    facts = facts_of(order)
    assert (facts.refunds.money, facts.refunds.shipping, facts.refunds.loose) == (10, 10, 0)
    assert numbers(club, order) == (50, 0, 0, 0, 0)


def test_money_that_no_granted_refund_explains_takes_its_share_of_everything(club):
    order = buy(club, {"EYELINER": 2}, points=200, by_transaction=True)

    report(club, order, "REFUND_SUCCESS", 36)
    assert numbers(club, order) == (144, 0, 200, 36, 40)

    report(club, order, "REFUND_SUCCESS", 36)
    assert numbers(club, order) == (108, 0, 200, 72, 80)


def test_goods_that_came_back_and_money_that_followed_count_once(club):
    # given
    order = buy(club, {"EYELINER": 2}, by_transaction=True)
    lines = [{**line, "replace": False} for line in delivered_lines(order, {"EYELINER": 1})]
    send(club, ORDER_RETURN, order=order, input={"fulfillmentLines": lines, "refund": False})
    assert numbers(club, order) == (100, 0, 0, 100, 0)

    # when
    granted = grant(club, order, {"EYELINER": 1})
    report(club, order, "REFUND_SUCCESS", 100, granted=granted)

    # then
    assert numbers(club, order) == (100, 0, 0, 100, 0)


def test_what_goes_back_of_an_overpaid_order_is_no_refund_of_it(club):
    order = buy(club, {"BRUSH": 1}, by_transaction=True)
    club.pay_by_transaction(order, Decimal(20))

    item = TransactionItem.objects.filter(charged_value=20).get()
    token = Node.to_global_id("TransactionItem", item.token)
    send(club, REPORT, id=token, type="REFUND_SUCCESS", amount="20", reference="overpaid")

    assert facts_of(order).refunds.money == 0
    assert numbers(club, order) == (50, 0, 0, 0, 0)


# --- what staff see, cost, and healing ---


def test_each_movement_is_a_note_in_the_order_s_history(club):
    order = buy(club, {"EYELINER": 2}, points=200, by_transaction=True)
    report(club, order, "REFUND_SUCCESS", 36)
    club.reconcile()

    notes = OrderEvent.objects.filter(type="note_added").order_by("pk").values_list("parameters", flat=True)

    assert [note["message"] for note in notes] == [
        "Loyalty: 200 points used, worth $20.00.",
        "Loyalty: 180 points earned.",
        "Loyalty: 36 points taken back.",
        "Loyalty: 40 points given back.",
    ]


def test_the_receipts_of_a_refund_give_its_numbers_again(club):
    order = buy(club, {"EYELINER": 2, "BRUSH": 1}, points=300, by_transaction=True)
    granted = grant(club, order, {"BRUSH": 1})
    report(club, order, "REFUND_SUCCESS", granted.amount_value, granted=granted)

    rows = LoyaltyTransaction.objects.exclude(order_id="").exclude(type="REDEEM").order_by("pk")

    assert [row.type for row in rows] == ["EARN", "REVERSE", "RETURN"]
    assert [recount_movement(row.receipt) for row in rows] == [row.points for row in rows]


def test_the_facts_of_refunds_cost_one_statement_however_many_there_are(club):
    order = buy(club, {"EYELINER": 3, "BRUSH": 3}, by_transaction=True)
    counts = []
    for _ in range(3):
        with CaptureQueriesContext(connection) as captured:
            facts_of(order)
        counts.append(len(captured))
        report(club, order, "REFUND_SUCCESS", 50, granted=grant(club, order, {"BRUSH": 1}))
    assert counts == [3, 3, 3]


@pytest.mark.parametrize("flow", ["payment", "transaction"])
def test_what_a_refund_will_do_is_told_before(club, flow):
    # given
    shop = paying_shop(club) if flow == "payment" else club
    order = buy(shop, {"EYELINER": 2, "BRUSH": 1}, points=300, by_transaction=flow == "transaction")
    [line] = ordered_lines(order, {"EYELINER": 1})

    # when
    lines = [{"orderLine": line["id"], "quantity": 1}]
    answer = club.query(PREVIEW, {"order": order, "lines": lines}, by=STAFF)

    # then
    assert answer.errors == ()
    assert answer.data["loyaltyRefundPreview"] == {
        "amount": {"amount": 88},
        "reversed": 88,
        "debt": 0,
        "unrecovered": 0,
        "returned": 120,
    }
    club.refund_lines(order, {"EYELINER": 1})
    assert (numbers(club, order), facts_of(order).refunds.money) == ((132, 0, 300, 88, 120), 88)


@pytest.mark.parametrize("flow", ["payment", "transaction"])
def test_a_refund_makes_its_order_a_changed_one_so_that_a_lost_event_heals(club, flow, monkeypatch):
    # given
    order = buy(paying_shop(club) if flow == "payment" else club, {"BRUSH": 1}, by_transaction=flow == "transaction")
    long_ago = timezone.now() - datetime.timedelta(days=30)
    Order.objects.update(updated_at=long_ago)
    Fulfillment.objects.update(created_at=long_ago)
    OrderEvent.objects.update(date=long_ago)
    since = timezone.now()

    # when nobody is told
    with monkeypatch.context() as patch:
        patch.setattr("saleor_loyalty.tasks.schedule_settlement", lambda order_id: None)
        if flow == "payment":
            send(club, ORDER_REFUND, id=order, amount="10")
        else:
            report(club, order, "REFUND_SUCCESS", 10)
    assert numbers(club, order) == (50, 0, 0, 0, 0)

    # then
    found = get_host().changed_orders(since=since, after_id="", limit=100)
    assert {order_id for _, order_id in found} == {Node.from_global_id(order)[1]}
    club.reconcile()
    assert numbers(club, order) == (40, 0, 0, 10, 0)
