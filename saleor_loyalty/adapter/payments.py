"""Whether an order of Saleor was charged in full, whatever was paid back since.

Saleor's own charge status compares what is charged now, so a refund of a part turns it back. What a refund undoes is
judged by its lines, not by its money. Never writes; one statement, and only where Saleor's status does not tell it
already. Held by ``tests/saleor/test_order_payments.py``.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import Case, F, When
from saleor.order import OrderChargeStatus
from saleor.payment import TransactionKind
from saleor.payment.models import Transaction, TransactionItem

CHARGED = (OrderChargeStatus.FULL, OrderChargeStatus.OVERCHARGED)


def was_charged_in_full(order: Any) -> bool:
    """Return whether the money that ever came in reaches the total, or what was left of it after granted refunds.

    Money that was taken back otherwise than by a refund (a chargeback, a failed capture) did not come in.
    """
    if order.total_gross_amount <= 0 or (order.charge_status in CHARGED and order.total_charged_amount > 0):
        return True
    received = order.total_charged_amount + _paid_back(order)
    return received > 0 and (order.charge_status in CHARGED or received >= order.total_gross_amount)


def _paid_back(order: Any) -> Decimal:
    """Return what was refunded or is being refunded: Saleor has subtracted it from what is charged.

    A transaction says it itself. The older payments keep only what is left; their gateway's transactions tell what
    went back, and what of that came again.
    """
    amounts = TransactionItem.objects.filter(order_id=order.pk).values_list(
        F("refunded_value") + F("refund_pending_value")
    )
    signed = Case(When(kind=TransactionKind.REFUND, then=F("amount")), default=-F("amount"))
    by_gateways = Transaction.objects.filter(
        payment__order_id=order.pk,
        kind__in=(TransactionKind.REFUND, TransactionKind.REFUND_REVERSED),
        is_success=True,
        action_required=False,
    )
    rows = amounts.order_by().union(by_gateways.order_by().values_list(signed), all=True)
    return sum((amount for (amount,) in rows), Decimal(0))
