"""Tells the stories in a real Saleor: over its own GraphQL endpoint, through all of its middleware.

An order that is paid before it is made goes through the payment flow where this Saleor has its dummy gateway, else
through the transaction flow; one that is not has a payment transaction without an amount, as a bank transfer has it.
"""

from __future__ import annotations

import datetime
import json
import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import saleor.graphql.api  # noqa: F401  (before any of its parts: they import each other in a circle)
from django.conf import settings
from django.test import Client
from django.utils import timezone
from graphene import Node
from saleor.account.models import User
from saleor.channel.models import Channel
from saleor.core.jwt import create_access_token
from saleor.product.models import ProductVariant

from saleor_loyalty.models import LoyaltyAccount, LoyaltyProgram, Reservation
from saleor_loyalty.programs import create_program, pause_program, publish_draft, update_draft
from saleor_loyalty.tasks import reconcile_orders_task

from . import documents, saleor_scene
from . import saleor_documents as own
from .protocol import STAFF, AccountState, Answer, CheckoutState, Movement, OrderState, Outcome

DUMMY_GATEWAY = "mirumee.payments.dummy"


class SaleorDriver:
    """Implements ``ShopDriver``."""

    channel = saleor_scene.CHANNEL
    currency = saleor_scene.CURRENCY

    def __init__(self) -> None:
        self.client = Client()
        self.has_payment_flow = any(".gateways.dummy." in path for path in settings.PLUGINS)
        self.row, self.warehouse = saleor_scene.open_shop()
        self.transferred: set[str] = set()

    # The scene.

    def publish_program(self, rules: Mapping[str, Any], *, slug: str = "club", name: str = "Club") -> None:
        now = timezone.now()
        program = LoyaltyProgram.objects.filter(slug=slug).first() or create_program(name=name, slug=slug, at=now)
        update_draft(program.pk, data=rules, at=now)
        publish_draft(program.pk, at=now)

    def pause_program(self, *, slug: str = "club") -> None:
        pause_program(LoyaltyProgram.objects.get(slug=slug).pk, at=timezone.now())

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

    # The checkout.

    def start_checkout(
        self, lines: Mapping[str, int], *, by: str | None, email: str | None = None, language_code: str = "en"
    ) -> str:
        values: dict[str, Any] = {
            "channel": self.channel,
            "lines": self._line_inputs(lines),
            "languageCode": language_code.upper().replace("-", "_"),
            "shippingAddress": saleor_scene.ADDRESS,
            "billingAddress": saleor_scene.ADDRESS,
        }
        if email is not None:
            values["email"] = email
        checkout: str = self._done(documents.CHECKOUT_CREATE, {"input": values}, by=by)["checkout"]["id"]
        methods = self._read(own.SHIPPING_METHODS, {"id": checkout}, by=by)["checkout"]["shippingMethods"]
        self._done(documents.CHECKOUT_DELIVERY, {"id": checkout, "method": methods[0]["id"]}, by=by)
        return checkout

    def add_lines(self, checkout: str, lines: Mapping[str, int], *, by: str | None) -> None:
        self._done(documents.CHECKOUT_LINES_ADD, {"id": checkout, "lines": self._line_inputs(lines)}, by=by)

    def set_quantity(self, checkout: str, sku: str, quantity: int, *, by: str | None) -> None:
        self._done(own.CHECKOUT_LINES_UPDATE, {"id": checkout, "lines": self._line_inputs({sku: quantity})}, by=by)

    def add_promo_code(self, checkout: str, code: str, *, by: str | None) -> Outcome:
        return self._outcome(documents.CHECKOUT_ADD_PROMO_CODE, {"id": checkout, "code": code}, by=by)

    def remove_promo_code(self, checkout: str, code: str, *, by: str | None) -> None:
        self._done(documents.CHECKOUT_REMOVE_PROMO_CODE, {"id": checkout, "code": code}, by=by)

    def attach_customer(self, checkout: str, *, by: str) -> None:
        self._done(documents.CHECKOUT_CUSTOMER_ATTACH, {"id": checkout}, by=by)

    def detach_customer(self, checkout: str, *, by: str) -> None:
        self._done(documents.CHECKOUT_CUSTOMER_DETACH, {"id": checkout}, by=by)

    def apply_points(
        self, checkout: str, points: int, *, by: str | None, idempotency_key: str | None = None
    ) -> Outcome:
        variables = {"id": checkout, "points": points, "key": idempotency_key}
        return self._outcome(documents.POINTS_APPLY, variables, by=by)

    def remove_points(self, checkout: str, *, by: str | None) -> Outcome:
        return self._outcome(documents.POINTS_REMOVE, {"id": checkout}, by=by)

    def read_checkout(self, checkout: str, *, by: str | None, points: int | None = None) -> CheckoutState:
        return documents.checkout_state(
            self._read(documents.CHECKOUT, {"id": checkout, "points": points}, by=by)["checkout"]
        )

    def let_reservation_lapse(self, checkout: str) -> None:
        past = timezone.now() - datetime.timedelta(seconds=1)
        reservations = Reservation.objects.filter(checkout_id=Node.from_global_id(checkout)[1], status="RESERVED")
        LoyaltyAccount.objects.filter(reservations__in=reservations).update(next_due_at=past)
        assert reservations.update(expires_at=past) == 1

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

    def cancel_order(self, order: str) -> None:
        self._done(documents.ORDER_CANCEL, {"id": order}, by=STAFF)

    def read_order(self, order: str, *, by: str | None) -> OrderState | None:
        return documents.order_state(self._read(documents.ORDER, {"id": order}, by=by)["order"])

    def reconcile(self) -> None:
        reconcile_orders_task()

    # The account.

    def read_account(self, email: str) -> AccountState:
        me = self._read(documents.ACCOUNT, {"channel": self.channel}, by=email)["me"]
        return documents.account_state(me["loyaltyAccount"])

    def read_movements(self, email: str) -> list[Movement]:
        me = self._read(documents.ACCOUNT, {"channel": self.channel}, by=email)["me"]
        return documents.movements(me["loyaltyAccount"])

    def give_points(
        self,
        email: str,
        points: int,
        *,
        reason: str = "a present",
        idempotency_key: str | None = None,
        by: str = STAFF,
    ) -> Outcome:
        return self._move(documents.POINTS_GIVE, email, {"points": points, "reason": reason}, idempotency_key, by)

    def deduct_points(
        self,
        email: str,
        points: int,
        *,
        reason: str = "a mistake",
        idempotency_key: str | None = None,
        by: str = STAFF,
    ) -> Outcome:
        return self._move(documents.POINTS_DEDUCT, email, {"points": points, "reason": reason}, idempotency_key, by)

    def set_balance(
        self,
        email: str,
        points: int,
        *,
        expected_revision: int | None = None,
        reason: str = "counted anew",
        idempotency_key: str | None = None,
        by: str = STAFF,
    ) -> Outcome:
        values = {"balance": points, "reason": reason, "expectedRevision": expected_revision}
        return self._move(documents.BALANCE_SET, email, values, idempotency_key, by)

    def audit_findings(self) -> list[str]:
        program = saleor_scene.to_global_id("LoyaltyProgram", LoyaltyProgram.objects.get().pk)
        audit = self._read(documents.AUDIT, {"program": program}, by=STAFF)["loyaltyAudit"]
        return [finding["code"] for finding in audit["findings"]]

    # GraphQL.

    def query(self, document: str, variables: Mapping[str, Any] | None = None, *, by: str | None) -> Answer:
        headers = {"Authorization": f"JWT {create_access_token(User.objects.get(email=by))}"} if by else {}
        response = self.client.post(
            "/graphql/",
            json.dumps({"query": document, "variables": variables or {}}),
            content_type="application/json",
            headers=headers,
        )
        body = json.loads(response.content, parse_float=Decimal)
        return Answer(data=body.get("data"), errors=tuple(body.get("errors", ())))

    def _read(self, document: str, variables: Mapping[str, Any], *, by: str | None) -> Mapping[str, Any]:
        answer = self.query(document, variables, by=by)
        assert not answer.errors, answer.errors
        return answer.data  # type: ignore[return-value]

    def _done(self, document: str, variables: Mapping[str, Any], *, by: str | None) -> dict[str, Any]:
        payload: dict[str, Any] = next(iter(self._read(document, variables, by=by).values()))
        assert not payload["errors"], payload["errors"]
        return payload

    def _outcome(self, document: str, variables: Mapping[str, Any], *, by: str | None) -> Outcome:
        answer = self.query(document, variables, by=by)
        if answer.errors:
            return Outcome(errors=tuple(map(documents.top_level_refusal, answer.errors)))
        return documents.outcome(next(iter(answer.data.values())))  # type: ignore[union-attr]

    def _move(self, document: str, email: str, values: dict[str, Any], key: str | None, by: str) -> Outcome:
        user = saleor_scene.to_global_id("User", User.objects.get(email=email).pk)
        values |= {"user": user, "idempotencyKey": key or str(uuid.uuid4())}
        return self._outcome(document, {"input": values}, by=by)

    def _line_inputs(self, lines: Mapping[str, int]) -> list[dict[str, Any]]:
        variants = dict(ProductVariant.objects.filter(sku__in=lines).values_list("sku", "pk"))
        return [
            {"variantId": saleor_scene.to_global_id("ProductVariant", variants[sku]), "quantity": quantity}
            for sku, quantity in lines.items()
        ]
