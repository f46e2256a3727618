"""Tells the stories in the playground: GraphQL through its real view, in this process."""

from __future__ import annotations

import datetime
import json
import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.test import Client
from django.utils import timezone
from graphene import Node

from playground.graphql.requests import make_token
from playground.models import Category, Channel, Collection, Listing, OrderPromotion, Product, User, Variant, Voucher
from saleor_loyalty.models import LoyaltyAccount, LoyaltyProgram, Reservation
from saleor_loyalty.programs import create_program, pause_program, publish_draft, update_draft
from saleor_loyalty.tasks import reconcile_orders_task

from . import documents
from .protocol import (
    STAFF,
    STAFF_WITHOUT_PERMISSION,
    AccountState,
    Answer,
    CheckoutState,
    Movement,
    OrderState,
    Outcome,
)

EVERY_PERMISSION = ["MANAGE_LOYALTY", "MANAGE_USERS", "MANAGE_ORDERS", "MANAGE_CHECKOUTS"]


class PlaygroundDriver:
    """Implements ``ShopDriver``."""

    channel = "default-channel"
    currency = "USD"

    def __init__(self) -> None:
        self.client = Client()
        self.row = Channel.objects.create(
            slug=self.channel,
            name="Shop",
            currency=self.currency,
            tax_rate=Decimal("0.23"),
            shipping_price=Decimal(10),
        )
        for email, permissions in ((STAFF, EVERY_PERMISSION), (STAFF_WITHOUT_PERMISSION, EVERY_PERMISSION[1:])):
            User.objects.create_user(email, is_staff=True, permissions=permissions)

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
        parent = Category.objects.get_or_create(slug=category, defaults={"name": category})[0] if category else None
        product = Product.objects.create(slug=sku.lower(), name=sku, category=parent)
        for slug in collections:
            product.collections.add(Collection.objects.get_or_create(slug=slug, defaults={"name": slug})[0])
        variant = Variant.objects.create(product=product, sku=sku)
        Listing.objects.create(variant=variant, channel=self.row, price=price)

    def change_price(self, sku: str, *, price: Decimal) -> None:
        Listing.objects.filter(variant__sku=sku, channel=self.row).update(price=price)

    def put_on_promotion(self, sku: str, *, price: Decimal) -> None:
        Listing.objects.filter(variant__sku=sku, channel=self.row).update(promotion_price=price)

    def add_voucher(
        self,
        code: str,
        *,
        percent: Decimal | None = None,
        amount: Decimal | None = None,
        min_spent: Decimal | None = None,
    ) -> None:
        Voucher.objects.create(
            channel=self.row, code=code, percent=percent, amount=amount, min_spent=min_spent or Decimal(0)
        )

    def add_gift_promotion(self, *, gift_sku: str, min_subtotal: Decimal) -> None:
        gift = Variant.objects.get(sku=gift_sku)
        OrderPromotion.objects.create(channel=self.row, name="1+1", gift=gift, min_subtotal=min_subtotal)

    def add_order_promotion(self, *, percent: Decimal, min_subtotal: Decimal) -> None:
        OrderPromotion.objects.create(channel=self.row, name="Sale", percent=percent, min_subtotal=min_subtotal)

    def add_customer(self, email: str, *, is_confirmed: bool = True, language_code: str = "en") -> None:
        User.objects.create_user(email, is_confirmed=is_confirmed, language_code=language_code)

    # The checkout.

    def start_checkout(
        self, lines: Mapping[str, int], *, by: str | None, email: str | None = None, language_code: str = "en"
    ) -> str:
        made = self._done(
            documents.CHECKOUT_CREATE,
            {
                "input": {
                    "channel": self.channel,
                    "lines": self._line_inputs(lines),
                    "email": email,
                    "languageCode": language_code.upper().replace("-", "_"),
                }
            },
            by=by,
        )
        checkout: str = made["checkout"]["id"]
        self._done(documents.CHECKOUT_DELIVERY, {"id": checkout, "method": "flat"}, by=by)
        return checkout

    def add_lines(self, checkout: str, lines: Mapping[str, int], *, by: str | None) -> None:
        self._done(documents.CHECKOUT_LINES_ADD, {"id": checkout, "lines": self._line_inputs(lines)}, by=by)

    def set_quantity(self, checkout: str, sku: str, quantity: int, *, by: str | None) -> None:
        lines = self._line_inputs({sku: quantity})
        self._done(documents.CHECKOUT_LINES_UPDATE, {"id": checkout, "lines": lines}, by=by)

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
        answer = self.query(documents.CHECKOUT, {"id": checkout, "points": points}, by=by)
        assert not answer.errors, answer.errors
        return documents.checkout_state(answer.data["checkout"])  # type: ignore[index]

    def let_reservation_lapse(self, checkout: str) -> None:
        past = timezone.now() - datetime.timedelta(seconds=1)
        checkout_id = Node.from_global_id(checkout)[1]
        reservations = Reservation.objects.filter(checkout_id=checkout_id, status="RESERVED")
        LoyaltyAccount.objects.filter(reservations__in=reservations).update(next_due_at=past)
        assert reservations.update(expires_at=past) == 1

    def complete(self, checkout: str, *, by: str | None, is_paid: bool = False) -> Outcome:
        # The playground takes no payment before an order exists: it is marked as paid right after.
        outcome = self._outcome(documents.CHECKOUT_COMPLETE, {"id": checkout}, by=by)
        if outcome.order and is_paid:
            self.pay(outcome.order)
        return outcome

    # The order.

    def pay(self, order: str) -> None:
        self._done(documents.ORDER_MARK_AS_PAID, {"id": order}, by=STAFF)

    def fulfill(self, order: str, quantities: Mapping[str, int] | None = None) -> str:
        lines = None
        if quantities is not None:
            line_ids = self._order_line_ids(order)
            lines = [{"orderLineId": line_ids[sku], "quantity": count} for sku, count in quantities.items()]
        done = self._done(documents.ORDER_FULFILL, {"order": order, "input": {"lines": lines}}, by=STAFF)
        fulfillment: str = done["fulfillments"][0]["id"]
        return fulfillment

    def cancel_fulfillment(self, fulfillment: str) -> None:
        self._done(documents.FULFILLMENT_CANCEL, {"id": fulfillment}, by=STAFF)

    def cancel_order(self, order: str) -> None:
        self._done(documents.ORDER_CANCEL, {"id": order}, by=STAFF)

    def read_order(self, order: str, *, by: str | None) -> OrderState | None:
        answer = self.query(documents.ORDER, {"id": order}, by=by)
        assert not answer.errors, answer.errors
        return documents.order_state(answer.data["order"])  # type: ignore[index]

    def reconcile(self) -> None:
        reconcile_orders_task()

    # The account.

    def read_account(self, email: str) -> AccountState:
        answer = self.query(documents.ACCOUNT, by=email)
        assert not answer.errors, answer.errors
        return documents.account_state(answer.data["me"]["loyaltyAccount"])  # type: ignore[index]

    def read_movements(self, email: str) -> list[Movement]:
        answer = self.query(documents.ACCOUNT, by=email)
        assert not answer.errors, answer.errors
        return documents.movements(answer.data["me"]["loyaltyAccount"])  # type: ignore[index]

    def give_points(
        self,
        email: str,
        points: int,
        *,
        reason: str = "a present",
        idempotency_key: str | None = None,
        by: str = STAFF,
    ) -> Outcome:
        values = {"points": points, "reason": reason}
        return self._move(documents.POINTS_GIVE, email, values, idempotency_key, by)

    def deduct_points(
        self,
        email: str,
        points: int,
        *,
        reason: str = "a mistake",
        idempotency_key: str | None = None,
        by: str = STAFF,
    ) -> Outcome:
        values = {"points": points, "reason": reason}
        return self._move(documents.POINTS_DEDUCT, email, values, idempotency_key, by)

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
        program = LoyaltyProgram.objects.get()
        answer = self.query(documents.AUDIT, {"program": Node.to_global_id("LoyaltyProgram", program.pk)}, by=STAFF)
        assert not answer.errors, answer.errors
        return [finding["code"] for finding in answer.data["loyaltyAudit"]["findings"]]  # type: ignore[index]

    # GraphQL.

    def query(self, document: str, variables: Mapping[str, Any] | None = None, *, by: str | None) -> Answer:
        headers = {"Authorization": f"Bearer {make_token(User.objects.get(email=by))}"} if by else {}
        response = self.client.post(
            "/graphql/",
            json.dumps({"query": document, "variables": variables or {}}),
            content_type="application/json",
            headers=headers,
        )
        body = json.loads(response.content, parse_float=Decimal)
        return Answer(data=body.get("data"), errors=tuple(body.get("errors", ())))

    def _move(self, document: str, email: str, values: dict[str, Any], key: str | None, by: str) -> Outcome:
        user = Node.to_global_id("User", User.objects.get(email=email).pk)
        values |= {"user": user, "idempotencyKey": key or str(uuid.uuid4())}
        return self._outcome(document, {"input": values}, by=by)

    def _outcome(self, document: str, variables: Mapping[str, Any], *, by: str | None) -> Outcome:
        answer = self.query(document, variables, by=by)
        if answer.errors:
            return Outcome(errors=tuple(map(documents.top_level_refusal, answer.errors)))
        payload = next(iter(answer.data.values()))  # type: ignore[union-attr]
        return documents.outcome(payload)

    def _done(self, document: str, variables: Mapping[str, Any], *, by: str | None) -> dict[str, Any]:
        answer = self.query(document, variables, by=by)
        assert not answer.errors, answer.errors
        payload: dict[str, Any] = next(iter(answer.data.values()))  # type: ignore[union-attr]
        assert not payload["errors"], payload["errors"]
        return payload

    def _line_inputs(self, lines: Mapping[str, int]) -> list[dict[str, Any]]:
        variants = dict(Variant.objects.filter(sku__in=lines).values_list("sku", "pk"))
        return [
            {"variantId": Node.to_global_id("ProductVariant", variants[sku]), "quantity": quantity}
            for sku, quantity in lines.items()
        ]

    def _order_line_ids(self, order: str) -> Mapping[str, str]:
        answer = self.query(documents.ORDER_LINES, {"id": order}, by=STAFF)
        return {line["productSku"]: line["id"] for line in answer.data["order"]["lines"]}  # type: ignore[index]
