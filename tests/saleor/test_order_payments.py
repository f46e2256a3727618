"""Whether an order of Saleor was charged in full, in both of its payment flows: refunds leave it as it was."""

from __future__ import annotations

from decimal import Decimal

import pytest
from graphene import Node
from saleor.order.models import Order
from saleor.order.utils import update_order_charge_data
from saleor.payment.models import TransactionItem

from tests.scenarios.drivers.protocol import STAFF

from .test_order_facts import buy, facts_of

ORDER_REFUND = """mutation($id: ID!, $amount: PositiveDecimal!) {
    orderRefund(id: $id, amount: $amount) { errors { field code message } } }"""
TRANSACTION_UPDATE = """mutation($id: ID!, $transaction: TransactionUpdateInput!) {
    transactionUpdate(id: $id, transaction: $transaction) { errors { field code message } } }"""


@pytest.mark.parametrize("amount", [Decimal(10), Decimal(60)], ids=["a part", "all"])
def test_an_order_that_was_paid_by_a_payment_stays_charged_in_full_when_it_is_refunded(club, amount):
    # given
    if not club.has_payment_flow:
        pytest.skip("This Saleor has no gateway for payments.")
    order = buy(club, {"BRUSH": 1})
    row = Order.objects.get()
    assert (row.total_gross_amount, row.charge_status) == (Decimal(60), "full")

    # when
    answer = club.query(ORDER_REFUND, {"id": order, "amount": str(amount)}, by=STAFF)

    # then
    assert answer.data["orderRefund"]["errors"] == []
    row.refresh_from_db()
    assert (row.total_charged_amount, row.charge_status != "full") == (60 - amount, True)
    assert facts_of(order).is_charged_in_full is True


@pytest.mark.parametrize(
    ("refunded", "pending", "charged", "expected"),
    [(10, 0, 50, True), (60, 0, 0, True), (0, 10, 50, True), (5, 5, 50, True), (5, 0, 50, False), (0, 0, 50, False)],
)
def test_an_order_that_was_paid_by_transactions_stays_charged_in_full_when_it_is_refunded(
    club, refunded, pending, charged, expected
):
    """The last but one: 5 of 10 came back by a chargeback, not by a refund."""
    # given
    order = buy(club, {"BRUSH": 1}, is_paid=False)
    club.pay(order)
    assert facts_of(order).is_charged_in_full is True

    # when
    transaction_item = TransactionItem.objects.get(charged_value=60)
    amounts = {"amountCharged": charged, "amountRefunded": refunded}
    values = {name: {"amount": str(amount), "currency": "USD"} for name, amount in amounts.items()}
    variables = {"id": Node.to_global_id("TransactionItem", transaction_item.token), "transaction": values}
    answer = club.query(TRANSACTION_UPDATE, variables, by=STAFF)
    TransactionItem.objects.filter(pk=transaction_item.pk).update(refund_pending_value=pending)

    # then
    assert answer.data["transactionUpdate"]["errors"] == []
    assert Order.objects.get().charge_status == ("partial" if charged else "none")
    assert facts_of(order).is_charged_in_full is expected


def test_an_order_that_was_never_paid_is_not_charged_though_all_of_it_is_granted_as_a_refund(club):
    # given
    order = buy(club, {"BRUSH": 1}, is_paid=False)
    row = Order.objects.get()

    # when
    row.granted_refunds.create(amount_value=row.total_gross_amount, currency="USD")
    update_order_charge_data(row)

    # then
    assert row.charge_status == "full"
    assert facts_of(order).is_charged_in_full is False
