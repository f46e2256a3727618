"""The shop's object types. Roots are model instances; products carry their channel in a ``ChannelContext``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import graphene
from graphene.types.datetime import Date, DateTime
from graphene.types.json import JSONString
from graphene.types.uuid import UUID
from graphql import GraphQLError

from saleor_loyalty.host import GraphQLTypes, get_host

from ..carts import OpenCart, open_cart
from ..models import Checkout as CheckoutRow
from ..models import FulfillmentStatus
from ..order_facts import standing_quantities
from . import scalars
from .scalars import LanguageCodeEnum, Money, TaxedMoney, money, taxed_money

Node = graphene.relay.Node


@dataclass(frozen=True, slots=True)
class ChannelContext:
    """A product or variant as it is seen in a channel."""

    node: Any
    channel_slug: str | None


class PermissionDenied(GraphQLError):
    """The requester lacks a permission."""


def require(info: Any, permission: str) -> None:
    requester = get_host().requester(info.context)
    if not getattr(requester, f"can_{permission.lower()}"):
        raise PermissionDenied(f"To access this path, you need the following permission: {permission}")


def listed(rows: Any, size: int | None) -> Any:
    """Return the first ``size`` rows, at most 100."""
    return rows[: min(size if size is not None and size >= 0 else 100, 100)]


class Channel(graphene.ObjectType):
    slug = graphene.String(required=True)
    name = graphene.String(required=True)
    currency_code = graphene.String(required=True, resolver=lambda root, info: root.currency)

    class Meta:
        interfaces = (Node,)


class User(graphene.ObjectType):
    email = graphene.String(required=True)
    first_name = graphene.String(required=True)
    last_name = graphene.String(required=True)
    is_staff = graphene.Boolean(required=True)
    is_active = graphene.Boolean(required=True)
    is_confirmed = graphene.Boolean(required=True)
    language_code = graphene.Field(LanguageCodeEnum, required=True)
    orders = graphene.List(graphene.NonNull(lambda: Order), first=graphene.Int())

    class Meta:
        interfaces = (Node,)

    def resolve_orders(root: Any, info: Any, first: int | None = None) -> Any:
        if get_host().requester(info.context).user_id != root.pk:
            require(info, "MANAGE_ORDERS")
        return listed(root.orders.select_related("channel").prefetch_related("lines").order_by("-pk"), first)


class App(graphene.ObjectType):
    name = graphene.String()

    class Meta:
        interfaces = (Node,)


class ProductVariant(graphene.ObjectType):
    sku = graphene.String(resolver=lambda root, info: root.node.sku)
    name = graphene.String(required=True, resolver=lambda root, info: root.node.name)
    product = graphene.Field(
        lambda: Product,
        required=True,
        resolver=lambda root, info: ChannelContext(root.node.product, root.channel_slug),
    )
    price = graphene.Field(
        Money,
        description="Today's price of one unit, as it is entered in the channel.",
        resolver=lambda root, info: _price(root, "price_now"),
    )
    undiscounted_price = graphene.Field(Money, resolver=lambda root, info: _price(root, "price"))

    class Meta:
        interfaces = (Node,)

    def resolve_id(root: Any, info: Any) -> int:
        return int(root.node.pk)


def _price(root: ChannelContext, name: str) -> Money | None:
    listings = root.node.listings.all()
    listing = next((found for found in listings if found.channel.slug == root.channel_slug), None)
    return money(getattr(listing, name), listing.channel.currency) if listing else None


class Product(graphene.ObjectType):
    name = graphene.String(required=True, resolver=lambda root, info: root.node.name)
    slug = graphene.String(required=True, resolver=lambda root, info: root.node.slug)
    variants = graphene.List(graphene.NonNull(ProductVariant))

    class Meta:
        interfaces = (Node,)

    def resolve_id(root: Any, info: Any) -> int:
        return int(root.node.pk)

    def resolve_variants(root: Any, info: Any) -> list[ChannelContext]:
        return [ChannelContext(variant, root.channel_slug) for variant in root.node.variants.all()]


def _cart(checkout: CheckoutRow) -> OpenCart:
    """Return the opened cart of a root: lists attach it, a single checkout is opened once for each answer."""
    cart: OpenCart | None = getattr(checkout, "open_cart", None)
    if cart is None:
        cart = open_cart(checkout.pk)
        if cart is None:
            raise GraphQLError("The checkout is gone.")
        checkout.open_cart = cart  # type: ignore[attr-defined]
    return cart


class CheckoutLine(graphene.ObjectType):
    variant = graphene.Field(
        ProductVariant,
        required=True,
        resolver=lambda root, info: ChannelContext(root.variant, root.checkout.channel.slug),
    )
    quantity = graphene.Int(required=True)
    is_gift = graphene.Boolean(required=True)
    total_price = graphene.Field(TaxedMoney, required=True)
    undiscounted_total_price = graphene.Field(Money, required=True)

    class Meta:
        interfaces = (Node,)

    def resolve_total_price(root: Any, info: Any) -> TaxedMoney:
        cart = _cart(root.checkout)
        amounts = cart.totals.lines[str(root.pk)]
        return taxed_money(amounts.net, amounts.gross, cart.currency)

    def resolve_undiscounted_total_price(root: Any, info: Any) -> Money:
        cart = _cart(root.checkout)
        line = next(line for line in cart.priced_lines if line.id == str(root.pk))
        return money(line.list_price * line.quantity, cart.currency)


def _customer(root: Any, info: Any) -> Any:
    """Whose a checkout or an order is: for the customer and for staff with MANAGE_USERS."""
    if root.user_id and get_host().requester(info.context).user_id != root.user_id:
        require(info, "MANAGE_USERS")
    return root.user


class Checkout(graphene.ObjectType):
    token = graphene.Field(UUID, required=True, resolver=lambda root, info: root.pk)
    email = graphene.String(resolver=lambda root, info: _cart(root).email)
    user = graphene.Field(User, resolver=_customer)
    channel = graphene.Field(Channel, required=True)
    language_code = graphene.Field(LanguageCodeEnum, required=True)
    lines = graphene.List(graphene.NonNull(CheckoutLine), required=True, resolver=lambda root, info: _cart(root).lines)
    voucher_code = graphene.String(resolver=lambda root, info: root.voucher.code if root.voucher else None)
    discount = graphene.Field(Money, description="Of the voucher or promotion on the whole order; points are no part.")
    subtotal_price = graphene.Field(TaxedMoney, required=True)
    shipping_price = graphene.Field(TaxedMoney, required=True)
    total_price = graphene.Field(TaxedMoney, required=True)

    class Meta:
        interfaces = (Node,)

    def resolve_discount(root: Any, info: Any) -> Money:
        return money(_cart(root).totals.order_discount, _cart(root).currency)

    def resolve_subtotal_price(root: Any, info: Any) -> TaxedMoney:
        totals = _cart(root).totals
        return taxed_money(totals.subtotal_net, totals.subtotal_gross, _cart(root).currency)

    def resolve_shipping_price(root: Any, info: Any) -> TaxedMoney:
        totals = _cart(root).totals
        return taxed_money(totals.shipping_net, totals.shipping_gross, _cart(root).currency)

    def resolve_total_price(root: Any, info: Any) -> TaxedMoney:
        totals = _cart(root).totals
        net, gross = totals.subtotal_net + totals.shipping_net, totals.subtotal_gross + totals.shipping_gross
        return taxed_money(net, gross, _cart(root).currency)


class OrderLine(graphene.ObjectType):
    product_name = graphene.String(required=True)
    product_sku = graphene.String(resolver=lambda root, info: root.sku)
    quantity = graphene.Int(required=True)
    quantity_fulfilled = graphene.Int(
        required=True, resolver=lambda root, info: _standing(root.order).get(str(root.pk), 0)
    )
    total_price = graphene.Field(
        TaxedMoney,
        required=True,
        resolver=lambda root, info: taxed_money(root.net, root.gross, root.order.channel.currency),
    )

    class Meta:
        interfaces = (Node,)


class Fulfillment(graphene.ObjectType):
    status = graphene.String(required=True)

    class Meta:
        interfaces = (Node,)


def _standing(order: Any) -> dict[str, int]:
    if not hasattr(order, "standing"):
        order.standing = standing_quantities(list(order.lines.all()))
    standing: dict[str, int] = order.standing
    return standing


class Order(graphene.ObjectType):
    number = graphene.String(required=True)
    status = graphene.String(required=True)
    is_paid = graphene.Boolean(required=True)
    created = graphene.Field(DateTime, required=True, resolver=lambda root, info: root.created_at)
    channel = graphene.Field(Channel, required=True)
    checkout_id = graphene.ID()
    user = graphene.Field(User, resolver=_customer)
    user_email = graphene.String()
    voucher_code = graphene.String()
    lines = graphene.List(graphene.NonNull(OrderLine), required=True, resolver=lambda root, info: root.lines.all())
    fulfillments = graphene.List(
        graphene.NonNull(Fulfillment),
        required=True,
        resolver=lambda root, info: root.fulfillments.exclude(status=FulfillmentStatus.CANCELED),
    )
    shipping_price = graphene.Field(TaxedMoney, required=True)
    notes = graphene.List(graphene.NonNull(graphene.String), description="Its history. Needs MANAGE_ORDERS.")
    total = graphene.Field(TaxedMoney, required=True)
    total_refunded = graphene.Field(
        Money, required=True, resolver=lambda root, info: money(root.refunded, root.channel.currency)
    )

    class Meta:
        interfaces = (Node,)

    def resolve_status(root: Any, info: Any) -> str:
        if root.status != "CONFIRMED":
            return str(root.status)
        standing, ordered = _standing(root), {str(line.pk): line.quantity for line in root.lines.all()}
        if not standing:
            return "UNFULFILLED"
        return "FULFILLED" if standing == ordered else "PARTIALLY_FULFILLED"

    def resolve_notes(root: Any, info: Any) -> list[str] | None:
        return root.notes if get_host().requester(info.context).can_manage_orders else None

    def resolve_checkout_id(root: Any, info: Any) -> str | None:
        return Node.to_global_id("Checkout", root.checkout_id) if root.checkout_id else None

    def resolve_user_email(root: Any, info: Any) -> str | None:
        requester = get_host().requester(info.context)
        is_own = root.user_id is not None and requester.user_id == root.user_id
        return root.email if is_own or requester.can_manage_orders else None

    def resolve_shipping_price(root: Any, info: Any) -> TaxedMoney:
        return taxed_money(root.shipping_net, root.shipping_gross, root.channel.currency)

    def resolve_total(root: Any, info: Any) -> TaxedMoney:
        lines = list(root.lines.all())
        net, gross = sum(line.net for line in lines), sum(line.gross for line in lines)
        return taxed_money(net + root.shipping_net, gross + root.shipping_gross, root.channel.currency)


GRAPHQL_TYPES = GraphQLTypes(
    User=User,
    App=App,
    Channel=Channel,
    Checkout=Checkout,
    Order=Order,
    Product=Product,
    ProductVariant=ProductVariant,
    Money=Money,
    DateTime=DateTime,
    Date=Date,
    Decimal=scalars.Decimal,
    UUID=UUID,
    JSONString=JSONString,
    LanguageCodeEnum=LanguageCodeEnum,
    OrderDirection=scalars.OrderDirection,
    DateRangeInput=scalars.DateRangeInput,
    DateTimeRangeInput=scalars.DateTimeRangeInput,
    ErrorPolicyEnum=scalars.ErrorPolicyEnum,
    Upload=scalars.Upload,
    IntRangeInput=scalars.IntRangeInput,
)
