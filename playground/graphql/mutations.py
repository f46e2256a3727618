"""The shop's mutations, under Saleor's names: thin calls of ``playground.shop``."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import graphene

from saleor_loyalty.errors import LoyaltyException, RegistrationRequired
from saleor_loyalty.messages import describe_exception

from .. import refunds, shop
from ..carts import valid_uuid
from ..models import Channel, Checkout, Fulfillment, Order, OrderLine, User
from . import types
from .payloads import ShopMutation, checkout_key, checkout_mutation, order_mutation
from .requests import key_of, make_token, number_of
from .scalars import Decimal as DecimalScalar
from .scalars import LanguageCodeEnum


class CheckoutLineInput(graphene.InputObjectType):
    quantity = graphene.Int(required=True)
    variant_id = graphene.ID(required=True)


class AddressInput(graphene.InputObjectType):
    first_name = graphene.String()
    last_name = graphene.String()
    street_address1 = graphene.String()
    city = graphene.String()
    postal_code = graphene.String()
    country = graphene.String(description="The country's code; Saleor has an enum for it.")
    phone = graphene.String()


class CheckoutCreateInput(graphene.InputObjectType):
    channel = graphene.String()
    lines = graphene.List(graphene.NonNull(CheckoutLineInput), required=True)
    email = graphene.String()
    language_code = LanguageCodeEnum()
    shipping_address = AddressInput()


class OrderFulfillLineInput(graphene.InputObjectType):
    order_line_id = graphene.ID(required=True)
    quantity = graphene.Int(required=True)


class OrderFulfillInput(graphene.InputObjectType):
    lines = graphene.List(graphene.NonNull(OrderFulfillLineInput), description="Left out: all that is left.")
    needs_approval = graphene.Boolean(description="Saleor has this as a setting of the shop.")


class OrderRefundLineInput(graphene.InputObjectType):
    order_line_id = graphene.ID(required=True)
    quantity = graphene.Int(required=True)


class OrderRefundProductsInput(graphene.InputObjectType):
    order_lines = graphene.List(graphene.NonNull(OrderRefundLineInput))
    amount_to_refund = DecimalScalar(description="Instead of what the lines cost.")
    include_shipping_costs = graphene.Boolean()


class OrderReturnProductsInput(graphene.InputObjectType):
    order_lines = graphene.List(graphene.NonNull(OrderRefundLineInput), required=True)
    refund = graphene.Boolean(description="Pay for them too.")


class OrderLineInput(graphene.InputObjectType):
    quantity = graphene.Int(required=True)


class TokenCreate(ShopMutation):
    class Arguments:
        email = graphene.String(required=True)
        password = graphene.String(required=True)

    token = graphene.String()
    user = graphene.Field(types.User)

    @classmethod
    def perform(cls, info: Any, email: str, password: str) -> TokenCreate:
        user = User.objects.filter(email=email.lower(), is_active=True).first()
        if user is None or not user.check_password(password):
            raise shop.Refused("INVALID_CREDENTIALS", "Please, enter valid credentials", field="email")
        info.context.user = user
        return cls(token=make_token(user), user=user)


class CheckoutCreate(ShopMutation):
    class Arguments:
        input = CheckoutCreateInput(required=True)

    checkout = graphene.Field(types.Checkout)

    @classmethod
    def perform(cls, info: Any, input: Any) -> CheckoutCreate:
        channel = Channel.objects.filter(slug=input.get("channel") or "default-channel").first()
        if channel is None:
            raise shop.Refused("NOT_FOUND", "There is no such channel.", field="channel")
        checkout = shop.create_checkout(
            channel,
            user=info.context.user,
            email=input.get("email") or "",
            language_code=input.get("language_code") or "en",
            quantities=_quantities(input["lines"]),
            address=dict(input.get("shipping_address") or {}),
        )
        return cls(checkout=checkout)


class CheckoutComplete(ShopMutation):
    class Arguments:
        id = graphene.ID(required=True)

    order = graphene.Field(types.Order)

    @classmethod
    def perform(cls, info: Any, id: str) -> CheckoutComplete:
        key = checkout_key(id)
        language = Checkout.objects.filter(pk=key).values_list("language_code", flat=True).first() or "en"
        try:
            order = shop.complete_checkout(key, user=info.context.user)
        except RegistrationRequired as error:
            # The same codes as in Saleor, whose enums are closed.
            raise shop.Refused("EMAIL_NOT_SET", describe_exception(error, language=language), field="id") from error
        except LoyaltyException as error:
            raise shop.Refused("VOUCHER_NOT_APPLICABLE", error.message, field="id") from error
        return cls(order=order)


LINES = graphene.List(graphene.NonNull(CheckoutLineInput), required=True)


@checkout_mutation(lines=LINES)
def checkout_lines_add(info: Any, checkout: Checkout, lines: list[Any]) -> None:
    shop.set_lines(checkout, _quantities(lines), is_addition=True)


@checkout_mutation(lines=LINES)
def checkout_lines_update(info: Any, checkout: Checkout, lines: list[Any]) -> None:
    shop.set_lines(checkout, _quantities(lines), is_addition=False)


@checkout_mutation(lines_ids=graphene.List(graphene.NonNull(graphene.ID), required=True))
def checkout_lines_delete(info: Any, checkout: Checkout, lines_ids: list[str]) -> None:
    keys = [valid_uuid(key_of(line_id, "CheckoutLine", field="lineId")) for line_id in lines_ids]
    checkout.lines.filter(pk__in=[key for key in keys if key], is_gift=False).delete()


@checkout_mutation(promo_code=graphene.String(required=True))
def checkout_add_promo_code(info: Any, checkout: Checkout, promo_code: str) -> None:
    shop.add_voucher(checkout, promo_code)


@checkout_mutation(promo_code=graphene.String())
def checkout_remove_promo_code(info: Any, checkout: Checkout, promo_code: str = "") -> None:
    if checkout.voucher and checkout.voucher.code == promo_code:
        checkout.voucher = None


@checkout_mutation(delivery_method_id=graphene.ID(description="Any will do: a channel has one flat price."))
def checkout_delivery_method_update(info: Any, checkout: Checkout, delivery_method_id: str | None = None) -> None:
    checkout.has_shipping = delivery_method_id is not None


@checkout_mutation(language_code=LanguageCodeEnum(required=True))
def checkout_language_code_update(info: Any, checkout: Checkout, language_code: str) -> None:
    checkout.language_code = language_code


@checkout_mutation()
def checkout_customer_attach(info: Any, checkout: Checkout) -> None:
    user = info.context.user
    if user is None:
        raise types.PermissionDenied("You need to be authenticated.")
    if checkout.user_id not in (None, user.pk):
        raise types.PermissionDenied("You cannot reassign a checkout that is attached to somebody.")
    checkout.user, checkout.email = user, user.email


@checkout_mutation()
def checkout_customer_detach(info: Any, checkout: Checkout) -> None:
    if info.context.user is None or checkout.user_id != info.context.user.pk:
        raise types.PermissionDenied("This checkout is not yours.")
    checkout.user = None


@order_mutation()
def order_confirm(order: Order) -> None:
    if order.status != "UNCONFIRMED":
        raise shop.Refused("INVALID", "Only an unconfirmed order can be confirmed.", field="id")
    order.status = "CONFIRMED"


@order_mutation()
def order_mark_as_paid(order: Order) -> None:
    if order.is_paid:
        raise shop.Refused("PAYMENT_ERROR", "This order is paid already.")
    order.is_paid = True


@order_mutation()
def order_cancel(order: Order) -> None:
    shop.cancel_order(order)


@order_mutation("order", input=OrderFulfillInput(required=True))
def order_fulfill(order: Order, input: Any) -> Fulfillment:
    lines = input.get("lines")
    quantities = None if lines is None else _line_quantities(lines)
    return shop.fulfill(order, quantities, needs_approval=bool(input.get("needs_approval")))


@order_mutation("fulfillment")
def order_fulfillment_approve(order: Order, fulfillment: Fulfillment) -> Fulfillment:
    return shop.approve_fulfillment(fulfillment)


@order_mutation("fulfillment")
def order_fulfillment_cancel(order: Order, fulfillment: Fulfillment) -> Fulfillment:
    return shop.cancel_fulfillment(fulfillment)


@order_mutation("order", input=OrderRefundProductsInput(required=True))
def order_fulfillment_refund_products(order: Order, input: Any) -> Fulfillment:
    return refunds.refund_lines(
        order,
        _line_quantities(input.get("order_lines") or []),
        amount=input.get("amount_to_refund"),
        with_shipping=bool(input.get("include_shipping_costs")),
    )


@order_mutation("order", input=OrderReturnProductsInput(required=True))
def order_fulfillment_return_products(order: Order, input: Any) -> Fulfillment:
    return refunds.return_lines(order, _line_quantities(input["order_lines"]), with_money=bool(input.get("refund")))


@order_mutation(amount=DecimalScalar(required=True))
def order_refund(order: Order, amount: Decimal) -> Fulfillment:
    return refunds.refund_amount(order, amount)


@order_mutation("line", input=OrderLineInput(required=True))
def order_line_update(order: Order, line: OrderLine, input: Any) -> None:
    refunds.set_line_quantity(order, line, input["quantity"])


@order_mutation("line")
def order_line_delete(order: Order, line: OrderLine) -> None:
    refunds.set_line_quantity(order, line, 0)


def _quantities(lines: list[Any]) -> dict[int, int]:
    quantities: dict[int, int] = {}
    for line in lines:
        pk = number_of(line["variant_id"], "ProductVariant", field="variantId")
        quantities[pk] = quantities.get(pk, 0) + line["quantity"]
    return quantities


def _line_quantities(lines: list[Any]) -> dict[int, int]:
    return {number_of(line["order_line_id"], "OrderLine"): line["quantity"] for line in lines}


MUTATIONS: tuple[type[ShopMutation], ...] = (
    TokenCreate,
    CheckoutCreate,
    CheckoutComplete,
    checkout_lines_add,
    checkout_lines_update,
    checkout_lines_delete,
    checkout_add_promo_code,
    checkout_remove_promo_code,
    checkout_delivery_method_update,
    checkout_language_code_update,
    checkout_customer_attach,
    checkout_customer_detach,
    order_confirm,
    order_mark_as_paid,
    order_cancel,
    order_fulfill,
    order_fulfillment_approve,
    order_fulfillment_cancel,
    order_fulfillment_refund_products,
    order_fulfillment_return_products,
    order_refund,
    order_line_update,
    order_line_delete,
)
