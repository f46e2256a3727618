"""How a real Saleor pays back, in both of its flows: the operations of the Dashboard and of payment apps.

In the payment flow units are refunded at once. In the transaction flow a refund is granted, requested of the payment
app, and counts when the app reports that the money went back.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from decimal import Decimal

from graphene import Node
from saleor.order.models import Fulfillment, Order, OrderGrantedRefund
from saleor.payment.models import Payment, TransactionItem

from .documents import ORDER_CONFIRM, ORDER_REFUND_PRODUCTS, ORDER_RETURN
from .documents import ORDER_LINE_DELETE as LINE_DELETE
from .documents import ORDER_LINE_UPDATE as LINE_UPDATE
from .protocol import STAFF

ERRORS = "errors { field code message }"
ORDER_REFUND = (
    f"mutation($id: ID!, $amount: PositiveDecimal!) {{ orderRefund(id: $id, amount: $amount) {{ {ERRORS} }} }}"
)
GRANT = f"""mutation($id: ID!, $input: OrderGrantRefundCreateInput!) {{
    orderGrantRefundCreate(id: $id, input: $input) {{ grantedRefund {{ id }} {ERRORS} }} }}"""
REPORT = f"""mutation($id: ID!, $type: TransactionEventTypeEnum!, $amount: PositiveDecimal!, $reference: String!) {{
    transactionEventReport(id: $id, type: $type, amount: $amount, pspReference: $reference) {{ {ERRORS} }} }}"""


class SaleorRefunds:
    """The part of ``ShopDriver`` that gives and pays back."""

    currency: str

    def refund_lines(self, order: str, quantities: Mapping[str, int]) -> None:
        if paid_by_gateway(order):
            send(
                self,
                ORDER_REFUND_PRODUCTS,
                order=order,
                input={"fulfillmentLines": delivered_lines(order, quantities)},
            )
        else:
            granted = grant(self, order, quantities)
            report(self, order, "REFUND_SUCCESS", granted.amount_value, granted=granted)

    def refund_amount(self, order: str, amount: Decimal) -> None:
        if paid_by_gateway(order):
            send(self, ORDER_REFUND, id=order, amount=str(amount))
        else:
            report(self, order, "REFUND_SUCCESS", amount)

    def refund_shipping(self, order: str) -> None:
        if paid_by_gateway(order):
            send(self, ORDER_REFUND_PRODUCTS, order=order, input={"includeShippingCosts": True})
        else:
            amount = Order.objects.get(pk=Node.from_global_id(order)[1]).shipping_price_gross_amount
            report(self, order, "REFUND_SUCCESS", amount, granted=grant(self, order, amount=amount, shipping=True))

    def return_lines(self, order: str, quantities: Mapping[str, int]) -> None:
        lines = [{**line, "replace": False} for line in delivered_lines(order, quantities)]
        send(self, ORDER_RETURN, order=order, input={"fulfillmentLines": lines, "refund": False})

    def promise_refund(self, order: str, quantities: Mapping[str, int]) -> None:
        if item_of(order) is not None:
            grant(self, order, quantities)
        else:
            # Saleor grants refunds only of orders that were paid by a transaction; older ones may have such rows too.
            row = Order.objects.get(pk=Node.from_global_id(order)[1])
            granted = row.granted_refunds.create(amount_value=row.subtotal_gross_amount, currency=self.currency)
            for line in row.lines.filter(product_sku__in=quantities):
                granted.lines.create(order_line=line, quantity=quantities[line.product_sku])

    def confirm_order(self, order: str) -> None:
        send(self, ORDER_CONFIRM, id=order)

    def set_line_quantity(self, order: str, sku: str, quantity: int) -> None:
        (line,) = ordered_lines(order, {sku: quantity})
        if quantity:
            send(self, LINE_UPDATE, id=line["id"], input={"quantity": quantity})
        else:
            send(self, LINE_DELETE, id=line["id"])


def paid_by_gateway(order: str) -> bool:
    return Payment.objects.filter(order_id=Node.from_global_id(order)[1], is_active=True).exists()


def send(shop, document, **variables):
    answer = shop.query(document, variables, by=STAFF)
    assert answer.errors == (), answer.errors
    ((payload),) = answer.data.values()
    assert payload["errors"] == []
    return payload


def delivered_lines(order, quantities):
    """The fulfilment's lines by SKU, as the refund mutations take them."""
    pk = Node.from_global_id(order)[1]
    rows = [
        row
        for fulfillment in Fulfillment.objects.filter(order_id=pk, status="fulfilled")
        for row in fulfillment.lines.select_related("order_line")
    ]
    by_sku = {row.order_line.product_sku: row for row in rows}
    return [
        {"fulfillmentLineId": Node.to_global_id("FulfillmentLine", by_sku[sku].pk), "quantity": quantity}
        for sku, quantity in quantities.items()
    ]


def ordered_lines(order, quantities):
    rows = {row.product_sku: row for row in Order.objects.get(pk=Node.from_global_id(order)[1]).lines.all()}
    return [
        {"id": Node.to_global_id("OrderLine", rows[sku].pk), "quantity": quantity}
        for sku, quantity in quantities.items()
    ]


def item_of(order):
    return TransactionItem.objects.filter(order_id=Node.from_global_id(order)[1], charged_value__gt=0).first() or (
        TransactionItem.objects.filter(order_id=Node.from_global_id(order)[1]).last()
    )


def grant(shop, order, quantities=None, *, amount=None, shipping=False):
    """Grant a refund, and let the transaction ask for it as the request mutation does."""
    item = item_of(order)
    values = {"transactionId": Node.to_global_id("TransactionItem", item.token), "grantRefundForShipping": shipping}
    if quantities:
        values["lines"] = ordered_lines(order, quantities)
    if amount is not None:
        values["amount"] = str(amount)
    payload = send(shop, GRANT, id=order, input=values)
    return OrderGrantedRefund.objects.get(pk=Node.from_global_id(payload["grantedRefund"]["id"])[1])


def report(shop, order, kind, amount, *, granted=None, reference=None):
    """Report what became of a refund, as a payment app does; of a granted one by the reference of its request."""
    item, reference = item_of(order), reference or str(uuid.uuid4())
    if granted is not None:
        item.events.create(
            type="refund_request",
            amount_value=amount,
            currency="USD",
            psp_reference=reference,
            include_in_calculations=True,
            related_granted_refund=granted,
        )
    token = Node.to_global_id("TransactionItem", item.token)
    send(shop, REPORT, id=token, type=kind, amount=str(amount), reference=reference)
    return reference
