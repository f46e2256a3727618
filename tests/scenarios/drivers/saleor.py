"""Tells the stories in a real Saleor: over its own GraphQL endpoint, through all of its middleware.

An order that is paid before it is made goes through the payment flow where this Saleor has its dummy gateway, else
through the transaction flow; one that is not has a payment transaction without an amount, as a bank transfer has it.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import saleor.graphql.api  # noqa: F401  (before any of its parts: they import each other in a circle)
from django.conf import settings
from saleor.channel.models import Channel
from saleor.core.jwt import create_access_token
from saleor.product.models import ProductVariant

from . import documents, saleor_scene
from . import saleor_documents as own
from .graphql_driver import GraphQLDriver
from .protocol import STAFF, STREET, Outcome
from .saleor_refunds import SaleorRefunds

DUMMY_GATEWAY = "mirumee.payments.dummy"


class SaleorDriver(SaleorRefunds, GraphQLDriver):
    """Implements ``ShopDriver``."""

    variant_model = ProductVariant
    lines_update_document = own.CHECKOUT_LINES_UPDATE

    channel = saleor_scene.CHANNEL
    currency = saleor_scene.CURRENCY

    def __init__(self) -> None:
        super().__init__()
        self.has_payment_flow = any(".gateways.dummy." in path for path in settings.PLUGINS)
        self.row, self.warehouse = saleor_scene.open_shop()
        self.transferred: set[str] = set()

    def authorization(self, user: Any) -> str:
        return f"JWT {create_access_token(user)}"

    # The scene.

    def add_product(
        self, sku: str, *, price: Decimal, category: str | None = None, collections: Sequence[str] = ()
    ) -> None:
        saleor_scene.add_product(
            self.row, self.warehouse, sku, price=price, category=category, collections=collections
        )

    def change_price(self, sku: str, *, price: Decimal) -> None:
        saleor_scene.change_price(self.row, sku, price=price)

    def put_on_promotion(self, sku: str, *, price: Decimal) -> None:
        saleor_scene.put_on_promotion(self.row, sku, price=price)

    def add_voucher(
        self,
        code: str,
        *,
        percent: Decimal | None = None,
        amount: Decimal | None = None,
        min_spent: Decimal | None = None,
    ) -> None:
        saleor_scene.add_voucher(self.row, code, percent=percent, amount=amount, min_spent=min_spent)

    def add_gift_promotion(self, *, gift_sku: str, min_subtotal: Decimal) -> None:
        saleor_scene.add_order_promotion(self.row, min_subtotal=min_subtotal, gift_sku=gift_sku)

    def add_order_promotion(self, *, percent: Decimal, min_subtotal: Decimal) -> None:
        saleor_scene.add_order_promotion(self.row, min_subtotal=min_subtotal, percent=percent)

    def add_customer(self, email: str, *, is_confirmed: bool = True, language_code: str = "en") -> None:
        saleor_scene.add_customer(email, is_confirmed=is_confirmed, language_code=language_code)

    def register(self, email: str) -> None:
        values = {"email": email, "password": saleor_scene.PASSWORD, "channel": self.channel}
        self._done(own.ACCOUNT_REGISTER, {"input": values | {"redirectUrl": saleor_scene.STOREFRONT}}, by=None)

    def confirm_account(self, email: str) -> None:
        self._done(own.CONFIRM_ACCOUNT, saleor_scene.confirmation_of(email), by=None)

    # The checkout.

    def start_checkout(
        self,
        lines: Mapping[str, int],
        *,
        by: str | None,
        email: str | None = None,
        language_code: str = "en",
        street: str = STREET,
    ) -> str:
        address = {**saleor_scene.ADDRESS, "streetAddress1": street}
        values: dict[str, Any] = {
            "channel": self.channel,
            "lines": self._line_inputs(lines),
            "languageCode": language_code.upper().replace("-", "_"),
            "shippingAddress": address,
            "billingAddress": address,
        }
        if email is not None:
            values["email"] = email
        checkout: str = self._done(documents.CHECKOUT_CREATE, {"input": values}, by=by)["checkout"]["id"]
        methods = self._read(own.SHIPPING_METHODS, {"id": checkout}, by=by)["checkout"]["shippingMethods"]
        self._done(documents.CHECKOUT_DELIVERY, {"id": checkout, "method": methods[0]["id"]}, by=by)
        return checkout

    def complete(self, checkout: str, *, by: str | None, is_paid: bool = False) -> Outcome:
        total = self.read_total(checkout, by=by)
        # A channel that allows unpaid orders never goes through the payment flow; the flows cannot be mixed either.
        Channel.objects.filter(pk=self.row.pk).update(allow_unpaid_orders=not is_paid)
        if is_paid and self.has_payment_flow and checkout not in self.transferred:
            self.pay_by_gateway(checkout, total, by=by)
        else:
            self.pay_by_transaction(checkout, total if is_paid else Decimal(0))
        return self._outcome(documents.CHECKOUT_COMPLETE, {"id": checkout}, by=by)

    def read_total(self, checkout: str, *, by: str | None) -> Decimal:
        read = self._read(own.CHECKOUT_TOTAL, {"id": checkout}, by=by)["checkout"]
        return Decimal(read["totalPrice"]["gross"]["amount"])

    def pay_by_gateway(self, checkout: str, amount: Decimal, *, by: str | None) -> None:
        payment = {"gateway": DUMMY_GATEWAY, "token": str(uuid.uuid4()), "amount": str(amount)}
        self._done(own.CHECKOUT_PAYMENT_CREATE, {"id": checkout, "input": payment}, by=by)

    def pay_by_transaction(self, payable: str, amount: Decimal) -> None:
        self.transferred.add(payable)
        transaction: dict[str, Any] = {"name": "Transfer", "pspReference": str(uuid.uuid4())}
        if amount:
            transaction["amountCharged"] = {"amount": str(amount), "currency": self.currency}
        self._done(own.TRANSACTION_CREATE, {"id": payable, "transaction": transaction}, by=STAFF)

    # The order.

    def pay(self, order: str) -> None:
        total = self._read(own.ORDER_TOTAL, {"id": order}, by=STAFF)["order"]["total"]["gross"]["amount"]
        self.pay_by_transaction(order, total)

    def hold_new_orders(self) -> None:
        Channel.objects.filter(pk=self.row.pk).update(automatically_confirm_all_new_orders=False)

    def fulfill(self, order: str, quantities: Mapping[str, int] | None = None) -> str:
        lines = self._read(own.ORDER_LINES, {"id": order}, by=STAFF)["order"]["lines"]
        wanted = (
            {line["id"]: line["quantityToFulfill"] for line in lines if line["quantityToFulfill"]}
            if quantities is None
            else {line["id"]: quantities[line["productSku"]] for line in lines if line["productSku"] in quantities}
        )
        warehouse = saleor_scene.to_global_id("Warehouse", self.warehouse.pk)
        values = [
            {"orderLineId": line_id, "stocks": [{"warehouse": warehouse, "quantity": quantity}]}
            for line_id, quantity in wanted.items()
        ]
        variables = {"order": order, "input": {"lines": values, "notifyCustomer": False}}
        fulfillment: str = self._done(documents.ORDER_FULFILL, variables, by=STAFF)["fulfillments"][0]["id"]
        return fulfillment

    def cancel_fulfillment(self, fulfillment: str) -> None:
        warehouse = saleor_scene.to_global_id("Warehouse", self.warehouse.pk)
        self._done(own.FULFILLMENT_CANCEL, {"id": fulfillment, "input": {"warehouseId": warehouse}}, by=STAFF)
