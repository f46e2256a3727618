"""The roots, and the one schema that the shop and the loyalty package share."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import graphene
from django.db.models import Q

from ..carts import open_carts, valid_uuid
from ..models import Checkout, Order, Product, User, Variant
from . import types
from .mutations import MUTATIONS
from .requests import key_of, number_of
from .types import ChannelContext, listed, require


class Query(graphene.ObjectType):
    me = graphene.Field(types.User)
    user = graphene.Field(types.User, id=graphene.ID(), email=graphene.String())
    product = graphene.Field(types.Product, id=graphene.ID(), slug=graphene.String(), channel=graphene.String())
    products = graphene.List(graphene.NonNull(types.Product), channel=graphene.String(), first=graphene.Int())
    product_variant = graphene.Field(
        types.ProductVariant, id=graphene.ID(), sku=graphene.String(), channel=graphene.String()
    )
    checkout = graphene.Field(types.Checkout, id=graphene.ID())
    checkouts = graphene.List(graphene.NonNull(types.Checkout), first=graphene.Int())
    order = graphene.Field(types.Order, id=graphene.ID(required=True))
    orders = graphene.List(graphene.NonNull(types.Order), first=graphene.Int())

    def resolve_me(root: Any, info: Any) -> User | None:
        user: User | None = info.context.user
        return user

    def resolve_user(root: Any, info: Any, id: str | None = None, email: str | None = None) -> User | None:
        require(info, "MANAGE_USERS")
        users = User.objects.filter(email=email) if id is None else User.objects.filter(pk=number_of(id, "User"))
        return users.first()

    def resolve_product(root: Any, info: Any, channel: str | None = None, **keys: Any) -> ChannelContext | None:
        rows = Product.objects.filter(**_condition(keys, "Product")).filter(_sold(channel, "variants__"))
        product = rows.prefetch_related("variants__listings__channel").distinct().first()
        return ChannelContext(product, channel) if product else None

    def resolve_products(
        root: Any, info: Any, channel: str | None = None, first: int | None = None
    ) -> list[ChannelContext]:
        rows = Product.objects.filter(_sold(channel, "variants__")).distinct()
        rows = rows.prefetch_related("variants__listings__channel", "variants__product")
        return [ChannelContext(product, channel) for product in listed(rows, first)]

    def resolve_product_variant(
        root: Any, info: Any, channel: str | None = None, **keys: Any
    ) -> ChannelContext | None:
        rows = Variant.objects.filter(**_condition(keys, "ProductVariant")).filter(_sold(channel, ""))
        variant = rows.prefetch_related("listings__channel").first()
        return ChannelContext(variant, channel) if variant else None

    def resolve_checkout(root: Any, info: Any, id: str | None = None) -> Checkout | None:
        key = valid_uuid(key_of(id, "Checkout")) if id else None
        found = Checkout.objects.select_related("channel", "user", "voucher")
        return found.filter(pk=key).first() if key else None

    def resolve_checkouts(root: Any, info: Any, first: int | None = None) -> list[Checkout]:
        require(info, "MANAGE_CHECKOUTS")
        page = Checkout.objects.filter(pk__in=list(listed(Checkout.objects.values_list("pk", flat=True), first)))
        carts = open_carts(page)
        for cart in carts:
            cart.checkout.open_cart = cart  # type: ignore[attr-defined]
        return [cart.checkout for cart in carts]

    def resolve_order(root: Any, info: Any, id: str) -> Order | None:
        return Order.objects.filter(pk=number_of(id, "Order")).select_related("channel", "user").first()

    def resolve_orders(root: Any, info: Any, first: int | None = None) -> Any:
        require(info, "MANAGE_ORDERS")
        rows = Order.objects.select_related("channel", "user").prefetch_related("lines").order_by("-pk")
        return listed(rows, first)


def _condition(keys: dict[str, Any], type_name: str) -> dict[str, Any]:
    if "id" in keys:
        return {"pk": number_of(keys["id"], type_name)}
    return keys or {"pk": None}


def _sold(channel: str | None, prefix: str) -> Any:
    return Q() if channel is None else Q(**{f"{prefix}listings__channel__slug": channel})


Mutation: Any = type(
    "Mutation",
    (graphene.ObjectType,),
    {mutation.__name__[0].lower() + mutation.__name__[1:]: mutation.Field() for mutation in MUTATIONS},
)


@lru_cache(maxsize=1)
def schema() -> graphene.Schema:
    """Return the schema: the shop's roots and types, extended by the loyalty package."""
    from saleor_loyalty.graphql.schema import extend_schema

    extend_schema(Query, Mutation)
    return graphene.Schema(query=Query, mutation=Mutation)
