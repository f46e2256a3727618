"""Saleor's GraphQL types that our schema refers to, and what they resolve from.

Importing this module imports much of ``saleor.graphql``; it is imported while Saleor builds its schema, when all of
it is there, and never before.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Model
from saleor.account.models import User as UserModel
from saleor.app.models import App as AppModel
from saleor.channel.models import Channel as ChannelModel
from saleor.checkout.models import Checkout as CheckoutModel
from saleor.graphql.account.types import User
from saleor.graphql.app.types import App
from saleor.graphql.channel.types import Channel
from saleor.graphql.checkout.types import Checkout
from saleor.graphql.core import scalars
from saleor.graphql.core.context import SyncWebhookControlContext
from saleor.graphql.core.enums import ErrorPolicyEnum, LanguageCodeEnum, OrderDirection
from saleor.graphql.core.fields import JSONString
from saleor.graphql.core.types import Money, Upload
from saleor.graphql.core.types.common import DateRangeInput, DateTimeRangeInput, IntRangeInput
from saleor.graphql.order.types import Order
from saleor.graphql.product.types import Product, ProductVariant
from saleor.order.models import Order as OrderModel

from ..host import GraphQLTypes

GRAPHQL_TYPES = GraphQLTypes(
    User=User,
    App=App,
    Channel=Channel,
    Checkout=Checkout,
    Order=Order,
    Product=Product,
    ProductVariant=ProductVariant,
    Money=Money,
    DateTime=scalars.DateTime,
    Date=scalars.Date,
    Decimal=scalars.Decimal,
    UUID=scalars.UUID,
    JSONString=JSONString,
    LanguageCodeEnum=LanguageCodeEnum,
    OrderDirection=OrderDirection,
    DateRangeInput=DateRangeInput,
    DateTimeRangeInput=DateTimeRangeInput,
    IntRangeInput=IntRangeInput,
    ErrorPolicyEnum=ErrorPolicyEnum,
    Upload=Upload,
)


def graphql_roots(type_name: str, keys: Iterable[str], *, using: str) -> dict[str, Any]:
    """Return by key what the type resolves from, wrapped as Saleor's own resolvers wrap it. One statement."""
    if type_name == "Channel":
        return {channel.slug: channel for channel in ChannelModel.objects.using(using).filter(slug__in=set(keys))}
    model, is_wrapped = _MODELS[type_name]
    rows = model._default_manager.using(using).in_bulk(_valid_keys(model, keys))
    return {str(key): SyncWebhookControlContext(node=row) if is_wrapped else row for key, row in rows.items()}


_MODELS: dict[str, tuple[Any, bool]] = {
    "App": (AppModel, False),
    "Checkout": (CheckoutModel, True),
    "Order": (OrderModel, True),
}


def _valid_keys(model: type[Model], keys: Iterable[str]) -> set[int | UUID]:
    valid = set()
    for key in keys:
        try:
            valid.add(model._meta.pk.to_python(key))
        except ValidationError:
            continue
    return valid


def user_instances(user_ids: Iterable[int], *, using: str) -> dict[int, UserModel]:
    return UserModel.objects.using(using).in_bulk(set(user_ids))
