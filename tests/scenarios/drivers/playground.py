"""Tells the stories in the playground: GraphQL through its real view, in this process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from playground import shop
from playground.graphql.requests import make_token
from playground.models import Category, Channel, Collection, Listing, OrderPromotion, Product, User, Variant, Voucher

from . import documents
from .graphql_driver import GraphQLDriver
from .protocol import (
    STAFF,
    STAFF_WITHOUT_PERMISSION,
    STREET,
    Outcome,
)

EVERY_PERMISSION = ["MANAGE_LOYALTY", "MANAGE_USERS", "MANAGE_ORDERS", "MANAGE_CHECKOUTS"]


class PlaygroundDriver(GraphQLDriver):
    """Implements ``ShopDriver``."""

    variant_model = Variant
    lines_update_document = documents.CHECKOUT_LINES_UPDATE

    channel = "default-channel"
    currency = "USD"

    def __init__(self) -> None:
        super().__init__()
        self.row = Channel.objects.create(
            slug=self.channel,
            name="Shop",
            currency=self.currency,
            tax_rate=Decimal("0.23"),
            shipping_price=Decimal(10),
        )
        for email, permissions in ((STAFF, EVERY_PERMISSION), (STAFF_WITHOUT_PERMISSION, EVERY_PERMISSION[1:])):
            User.objects.create_user(email, is_staff=True, permissions=permissions)

    def authorization(self, user: User) -> str:
        return f"Bearer {make_token(user)}"

    # The scene.

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

    def register(self, email: str) -> None:
        shop.register(email)

    def confirm_account(self, email: str) -> None:
        shop.confirm_account(User.objects.get(email=email))

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
        made = self._done(
            documents.CHECKOUT_CREATE,
            {
                "input": {
                    "channel": self.channel,
                    "lines": self._line_inputs(lines),
                    "email": email,
                    "languageCode": language_code.upper().replace("-", "_"),
                    "shippingAddress": {"streetAddress1": street, "postalCode": "53-601", "country": "PL"},
                }
            },
            by=by,
        )
        checkout: str = made["checkout"]["id"]
        self._done(documents.CHECKOUT_DELIVERY, {"id": checkout, "method": "flat"}, by=by)
        return checkout

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
            lines = self._order_lines(order, quantities)
        done = self._done(documents.ORDER_FULFILL, {"order": order, "input": {"lines": lines}}, by=STAFF)
        fulfillment: str = done["fulfillments"][0]["id"]
        return fulfillment

    def cancel_fulfillment(self, fulfillment: str) -> None:
        self._done(documents.FULFILLMENT_CANCEL, {"id": fulfillment}, by=STAFF)

    def hold_new_orders(self) -> None:
        Channel.objects.filter(slug=self.channel).update(confirms_orders=False)

    def confirm_order(self, order: str) -> None:
        self._done(documents.ORDER_CONFIRM, {"id": order}, by=STAFF)

    def set_line_quantity(self, order: str, sku: str, quantity: int) -> None:
        line_id = self._order_line_ids(order)[sku]
        if quantity:
            self._done(documents.ORDER_LINE_UPDATE, {"id": line_id, "input": {"quantity": quantity}}, by=STAFF)
        else:
            self._done(documents.ORDER_LINE_DELETE, {"id": line_id}, by=STAFF)

    def refund_lines(self, order: str, quantities: Mapping[str, int]) -> None:
        self._refund(order, {"orderLines": self._order_lines(order, quantities)})

    def refund_amount(self, order: str, amount: Decimal) -> None:
        self._done(documents.ORDER_REFUND, {"id": order, "amount": str(amount)}, by=STAFF)

    def refund_shipping(self, order: str) -> None:
        self._refund(order, {"includeShippingCosts": True})

    def return_lines(self, order: str, quantities: Mapping[str, int]) -> None:
        values = {"orderLines": self._order_lines(order, quantities), "refund": False}
        self._done(documents.ORDER_RETURN, {"order": order, "input": values}, by=STAFF)

    def promise_refund(self, order: str, quantities: Mapping[str, int]) -> None:
        """It knows no promises."""

    def _refund(self, order: str, values: Mapping[str, Any]) -> None:
        self._done(documents.ORDER_REFUND_PRODUCTS, {"order": order, "input": values}, by=STAFF)

    def _order_lines(self, order: str, quantities: Mapping[str, int]) -> list[dict[str, Any]]:
        line_ids = self._order_line_ids(order)
        return [{"orderLineId": line_ids[sku], "quantity": count} for sku, count in quantities.items()]

    def _order_line_ids(self, order: str) -> Mapping[str, str]:
        answer = self.query(documents.ORDER_LINES, {"id": order}, by=STAFF)
        return {line["productSku"]: line["id"] for line in answer.data["order"]["lines"]}  # type: ignore[index]
