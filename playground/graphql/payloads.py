"""What all mutations of the shop share: refusals become ``errors``, and a function becomes a mutation.

``checkout_mutation`` and ``order_mutation`` are decorators. The function's name is the mutation's; its keyword
arguments are the GraphQL arguments that the decorator declares; it changes a row that is locked already.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import graphene

from .. import shop
from ..carts import valid_uuid
from ..models import Checkout, Fulfillment, Order, OrderLine
from . import types
from .requests import key_of, number_of


class ShopError(graphene.ObjectType):
    """Saleor has one error type for each app; their fields are these."""

    field = graphene.String()
    message = graphene.String()
    code = graphene.String(required=True)


class ShopMutation(graphene.Mutation):
    """A mutation whose refusals are ``errors``. Implements ``perform``."""

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


def checkout_mutation(**arguments: Any) -> Callable[[Callable[..., None]], type[ShopMutation]]:
    """Make a mutation of a function ``(info, checkout, **data)``. It answers with the cart as loyalty re-fitted it."""

    def make(change: Callable[..., None]) -> type[ShopMutation]:
        def perform(cls: Any, info: Any, id: str, **data: Any) -> Any:
            with shop.changing(checkout_key(id)) as checkout:
                change(info, checkout, **data)
            return cls(checkout=Checkout.objects.select_related("channel", "user", "voucher").get(pk=checkout.pk))

        return _make_mutation(
            change, perform, {"id": graphene.ID(required=True), **arguments}, checkout=graphene.Field(types.Checkout)
        )

    return make


def order_mutation(key: str = "id", **arguments: Any) -> Callable[[Callable[..., Any]], type[ShopMutation]]:
    """Make a mutation of a function ``(order, **data)`` for MANAGE_ORDERS. What it returns is the fulfilment, if any.

    ``key`` is the argument that names the order: ``id``, ``order``, or ``fulfillment`` or ``line`` for the id of one
    of its own.
    """

    def make(change: Callable[..., Any]) -> type[ShopMutation]:
        def perform(cls: Any, info: Any, **data: Any) -> Any:
            types.require(info, "MANAGE_ORDERS")
            global_id = data.pop("order" if key == "order" else "id")
            if key == "fulfillment":
                data["fulfillment"] = _find_fulfillment(global_id)
            if key == "line":
                data["line"] = _find_line(global_id)
            order_id = data[key].order_id if key in data else number_of(global_id, "Order")
            with shop.changing_order(order_id) as row:
                fulfillment = change(row, **data)
            order = Order.objects.select_related("channel", "user").get(pk=row.pk)
            return cls(order=order, fulfillment=fulfillment, fulfillments=[fulfillment] if fulfillment else [])

        names = {"order" if key == "order" else "id": graphene.ID(required=True), **arguments}
        return _make_mutation(
            change,
            perform,
            names,
            order=graphene.Field(types.Order),
            fulfillment=graphene.Field(types.Fulfillment),
            fulfillments=graphene.List(types.Fulfillment),
        )

    return make


def _make_mutation(
    change: Callable[..., Any], perform: Callable[..., Any], arguments: dict[str, Any], **payload: Any
) -> type[ShopMutation]:
    name = "".join(word.title() for word in change.__name__.split("_"))
    members = {"Arguments": type("Arguments", (), arguments), "perform": classmethod(perform), **payload}
    return type(name, (ShopMutation,), members)


def checkout_key(global_id: str) -> UUID:
    key = valid_uuid(key_of(global_id, "Checkout"))
    if key is None:
        raise shop.Refused("NOT_FOUND", f"Couldn't resolve to a node: {global_id}", field="id")
    return key


def _find_line(global_id: str) -> OrderLine:
    found = OrderLine.objects.filter(pk=number_of(global_id, "OrderLine")).first()
    if found is None:
        raise shop.Refused("NOT_FOUND", f"Couldn't resolve to a node: {global_id}", field="id")
    return found


def _find_fulfillment(global_id: str) -> Fulfillment:
    found = Fulfillment.objects.filter(pk=number_of(global_id, "Fulfillment")).first()
    if found is None:
        raise shop.Refused("NOT_FOUND", f"Couldn't resolve to a node: {global_id}", field="id")
    return found
