"""The shop's mutations, under Saleor's names: thin calls of ``playground.shop``."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import graphene

from saleor_loyalty.errors import LoyaltyException, RegistrationRequired
from saleor_loyalty.messages import describe_exception

from .. import shop
from ..carts import valid_uuid
from ..models import Channel, Fulfillment, User
from ..models import Checkout as CheckoutRow
from ..models import Order as OrderRow
from . import types
from .requests import key_of, make_token, number_of
from .scalars import LanguageCodeEnum
from .types import require


class ShopError(graphene.ObjectType):  # type: ignore[misc]
    """Saleor has one error type for each app; their fields are these."""

    field = graphene.String()
    message = graphene.String()
    code = graphene.String(required=True)


class ShopMutation(graphene.Mutation):  # type: ignore[misc]
    """A mutation whose refusals are ``errors``."""

    class Meta:
        abstract = True

    @classmethod
    def __init_subclass_with_meta__(cls, **options: Any) -> None:
        cls.errors = graphene.List(graphene.NonNull(ShopError), required=True)
        super().__init_subclass_with_meta__(**options)

    @classmethod
    def mutate(cls, root: Any, info: Any, **data: Any) -> Any:
        try:
            result = cls.perform(info, **data)
        except shop.Refused as refusal:
            return cls(errors=[ShopError(field=refusal.field, message=str(refusal), code=refusal.code)])
        result.errors = []
        return result

    @classmethod
    def perform(cls, info: Any, **data: Any) -> Any:
        raise NotImplementedError


def _checkout_key(global_id: str) -> UUID:
    key = valid_uuid(key_of(global_id, "Checkout"))
    if key is None:
        raise shop.Refused("NOT_FOUND", f"Couldn't resolve to a node: {global_id}", field="id")
    return key


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


class CheckoutLineInput(graphene.InputObjectType):  # type: ignore[misc]
    quantity = graphene.Int(required=True)
    variant_id = graphene.ID(required=True)


class CheckoutCreateInput(graphene.InputObjectType):  # type: ignore[misc]
    channel = graphene.String()
    lines = graphene.List(graphene.NonNull(CheckoutLineInput), required=True)
    email = graphene.String()
    language_code = LanguageCodeEnum()


def _quantities(lines: list[Any]) -> dict[int, int]:
    quantities: dict[int, int] = {}
    for line in lines:
        pk = number_of(line["variant_id"], "ProductVariant", field="variantId")
        quantities[pk] = quantities.get(pk, 0) + line["quantity"]
    return quantities


class CheckoutMutation(ShopMutation):
    """A change of the cart; its answer is the cart as it is after loyalty re-fitted it."""

    checkout = graphene.Field(types.Checkout)

    class Meta:
        abstract = True

    @classmethod
    def perform(cls, info: Any, id: str, **data: Any) -> CheckoutMutation:
        with shop.changing(_checkout_key(id)) as checkout:
            cls.change(info, checkout, **data)
        return cls(checkout=CheckoutRow.objects.select_related("channel", "user", "voucher").get(pk=checkout.pk))

    @classmethod
    def change(cls, info: Any, checkout: CheckoutRow, **data: Any) -> None:
        raise NotImplementedError


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
        )
        return cls(checkout=checkout)


class CheckoutLinesAdd(CheckoutMutation):
    class Arguments:
        id = graphene.ID(required=True)
        lines = graphene.List(graphene.NonNull(CheckoutLineInput), required=True)

    @classmethod
    def change(cls, info: Any, checkout: CheckoutRow, lines: list[Any]) -> None:  # type: ignore[override]
        shop.set_lines(checkout, _quantities(lines), is_addition=True)


class CheckoutLinesUpdate(CheckoutLinesAdd):
    class Arguments:
        id = graphene.ID(required=True)
        lines = graphene.List(graphene.NonNull(CheckoutLineInput), required=True)

    @classmethod
    def change(cls, info: Any, checkout: CheckoutRow, lines: list[Any]) -> None:  # type: ignore[override]
        shop.set_lines(checkout, _quantities(lines), is_addition=False)


class CheckoutLinesDelete(CheckoutMutation):
    class Arguments:
        id = graphene.ID(required=True)
        lines_ids = graphene.List(graphene.NonNull(graphene.ID), required=True)

    @classmethod
    def change(cls, info: Any, checkout: CheckoutRow, lines_ids: list[str]) -> None:  # type: ignore[override]
        keys = [valid_uuid(key_of(line_id, "CheckoutLine", field="lineId")) for line_id in lines_ids]
        checkout.lines.filter(pk__in=keys, is_gift=False).delete()


class CheckoutAddPromoCode(CheckoutMutation):
    class Arguments:
        id = graphene.ID(required=True)
        promo_code = graphene.String(required=True)

    @classmethod
    def change(cls, info: Any, checkout: CheckoutRow, promo_code: str) -> None:  # type: ignore[override]
        shop.add_voucher(checkout, promo_code)


class CheckoutRemovePromoCode(CheckoutMutation):
    class Arguments:
        id = graphene.ID(required=True)
        promo_code = graphene.String()

    @classmethod
    def change(cls, info: Any, checkout: CheckoutRow, promo_code: str = "") -> None:  # type: ignore[override]
        if checkout.voucher and checkout.voucher.code == promo_code:
            checkout.voucher = None


class CheckoutDeliveryMethodUpdate(CheckoutMutation):
    """Any method will do: each channel has one flat price."""

    class Arguments:
        id = graphene.ID(required=True)
        delivery_method_id = graphene.ID()

    @classmethod
    def change(cls, info: Any, checkout: CheckoutRow, delivery_method_id: str | None = None) -> None:  # type: ignore[override]
        checkout.has_shipping = delivery_method_id is not None


class CheckoutLanguageCodeUpdate(CheckoutMutation):
    class Arguments:
        id = graphene.ID(required=True)
        language_code = LanguageCodeEnum(required=True)

    @classmethod
    def change(cls, info: Any, checkout: CheckoutRow, language_code: str) -> None:  # type: ignore[override]
        checkout.language_code = language_code


class CheckoutCustomerAttach(CheckoutMutation):
    class Arguments:
        id = graphene.ID(required=True)

    @classmethod
    def change(cls, info: Any, checkout: CheckoutRow) -> None:  # type: ignore[override]
        user = info.context.user
        if user is None:
            raise types.PermissionDenied("You need to be authenticated.")
        if checkout.user_id not in (None, user.pk):
            raise types.PermissionDenied("You cannot reassign a checkout that is attached to somebody.")
        checkout.user, checkout.email = user, user.email


class CheckoutCustomerDetach(CheckoutMutation):
    class Arguments:
        id = graphene.ID(required=True)

    @classmethod
    def change(cls, info: Any, checkout: CheckoutRow) -> None:  # type: ignore[override]
        if info.context.user is None or checkout.user_id != info.context.user.pk:
            raise types.PermissionDenied("This checkout is not yours.")
        checkout.user = None


class CheckoutComplete(ShopMutation):
    class Arguments:
        id = graphene.ID(required=True)

    order = graphene.Field(types.Order)

    @classmethod
    def perform(cls, info: Any, id: str) -> CheckoutComplete:
        key = _checkout_key(id)
        language = CheckoutRow.objects.filter(pk=key).values_list("language_code", flat=True).first() or "en"
        try:
            order = shop.complete_checkout(key, user=info.context.user)
        except RegistrationRequired as error:
            # The same codes as in Saleor, whose enums are closed.
            raise shop.Refused("EMAIL_NOT_SET", describe_exception(error, language=language), field="id") from error
        except LoyaltyException as error:
            raise shop.Refused("VOUCHER_NOT_APPLICABLE", error.message, field="id") from error
        return cls(order=order)


class OrderMutation(ShopMutation):
    """A change by staff or an app with MANAGE_ORDERS."""

    order = graphene.Field(types.Order)

    class Meta:
        abstract = True

    @classmethod
    def perform(cls, info: Any, **data: Any) -> OrderMutation:
        require(info, "MANAGE_ORDERS")
        result = cls()
        with shop.changing_order(cls.find_order(**data)) as row:
            cls.change(result, row, **{name: value for name, value in data.items() if name != "order"})
        result.order = OrderRow.objects.select_related("channel", "user").get(pk=row.pk)
        return result

    @classmethod
    def find_order(cls, id: str, **data: Any) -> int:
        return number_of(id, "Order")

    @classmethod
    def change(cls, result: Any, order: OrderRow, **data: Any) -> None:
        raise NotImplementedError


class OrderConfirm(OrderMutation):
    class Arguments:
        id = graphene.ID(required=True)

    @classmethod
    def change(cls, result: Any, order: OrderRow, **data: Any) -> None:
        if order.status != "UNCONFIRMED":
            raise shop.Refused("INVALID", "Only an unconfirmed order can be confirmed.", field="id")
        order.status = "CONFIRMED"


class OrderMarkAsPaid(OrderMutation):
    class Arguments:
        id = graphene.ID(required=True)

    @classmethod
    def change(cls, result: Any, order: OrderRow, **data: Any) -> None:
        if order.is_paid:
            raise shop.Refused("PAYMENT_ERROR", "This order is paid already.")
        order.is_paid = True


class OrderCancel(OrderMutation):
    class Arguments:
        id = graphene.ID(required=True)

    @classmethod
    def change(cls, result: Any, order: OrderRow, **data: Any) -> None:
        shop.cancel_order(order)


class OrderFulfillLineInput(graphene.InputObjectType):  # type: ignore[misc]
    order_line_id = graphene.ID(required=True)
    quantity = graphene.Int(required=True)


class OrderFulfillInput(graphene.InputObjectType):  # type: ignore[misc]
    lines = graphene.List(graphene.NonNull(OrderFulfillLineInput))
    needs_approval = graphene.Boolean(description="Saleor has this as a setting of the shop.")


def _line_quantities(lines: list[Any] | None) -> dict[int, int]:
    return {number_of(line["order_line_id"], "OrderLine"): line["quantity"] for line in lines or []}


class OrderFulfill(OrderMutation):
    class Arguments:
        order = graphene.ID(required=True)
        input = OrderFulfillInput(required=True)

    fulfillments = graphene.List(types.Fulfillment)

    @classmethod
    def find_order(cls, order: str, **data: Any) -> int:  # type: ignore[override]
        return number_of(order, "Order")

    @classmethod
    def change(cls, result: Any, order: OrderRow, input: Any, **data: Any) -> None:  # type: ignore[override]
        quantities = _line_quantities(input.get("lines")) if input.get("lines") is not None else None
        result.fulfillments = [shop.fulfill(order, quantities, needs_approval=bool(input.get("needs_approval")))]


class FulfillmentMutation(OrderMutation):
    class Meta:
        abstract = True

    fulfillment = graphene.Field(types.Fulfillment)

    @classmethod
    def find_order(cls, id: str, **data: Any) -> int:
        found = Fulfillment.objects.filter(pk=number_of(id, "Fulfillment")).values_list("order_id", flat=True).first()
        if found is None:
            raise shop.Refused("NOT_FOUND", f"Couldn't resolve to a node: {id}", field="id")
        return int(found)

    @classmethod
    def change(cls, result: Any, order: OrderRow, id: str, **data: Any) -> None:  # type: ignore[override]
        result.fulfillment = order.fulfillments.get(pk=number_of(id, "Fulfillment"))
        cls.apply(result.fulfillment)

    @classmethod
    def apply(cls, fulfillment: Fulfillment) -> None:
        raise NotImplementedError


class OrderFulfillmentCancel(FulfillmentMutation):
    class Arguments:
        id = graphene.ID(required=True)

    @classmethod
    def apply(cls, fulfillment: Fulfillment) -> None:
        shop.cancel_fulfillment(fulfillment)


class OrderFulfillmentApprove(FulfillmentMutation):
    class Arguments:
        id = graphene.ID(required=True)

    @classmethod
    def apply(cls, fulfillment: Fulfillment) -> None:
        shop.approve_fulfillment(fulfillment)


class OrderRefundLineInput(graphene.InputObjectType):  # type: ignore[misc]
    order_line_id = graphene.ID(required=True)
    quantity = graphene.Int(required=True)


class OrderRefundProductsInput(graphene.InputObjectType):  # type: ignore[misc]
    order_lines = graphene.List(graphene.NonNull(OrderRefundLineInput), required=True)


class OrderFulfillmentRefundProducts(OrderMutation):
    class Arguments:
        order = graphene.ID(required=True)
        input = OrderRefundProductsInput(required=True)

    fulfillment = graphene.Field(types.Fulfillment)

    @classmethod
    def find_order(cls, order: str, **data: Any) -> int:  # type: ignore[override]
        return number_of(order, "Order")

    @classmethod
    def change(cls, result: Any, order: OrderRow, input: Any, **data: Any) -> None:  # type: ignore[override]
        result.fulfillment = shop.refund_lines(order, _line_quantities(input["order_lines"]))
