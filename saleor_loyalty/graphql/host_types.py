"""The host's own GraphQL types, under the names by which our types refer to them.

They are read when this module is first imported, so the host must have its schema's classes loaded by then.
The classes' roots, once unwrapped (``unwrap``), have ``pk``; users, checkouts and orders also ``language_code``,
checkouts and orders also ``user_id``.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ..host import get_host

_types = get_host().graphql_types

User = _types.User
App = _types.App
Channel = _types.Channel
Checkout = _types.Checkout
Order = _types.Order
Product = _types.Product
ProductVariant = _types.ProductVariant
Money = _types.Money
DateTime = _types.DateTime
Date = _types.Date
DecimalNumber = _types.Decimal
JSONString = _types.JSONString
LanguageCodeEnum = _types.LanguageCodeEnum
OrderDirection = _types.OrderDirection
DateRangeInput = _types.DateRangeInput
DateTimeRangeInput = _types.DateTimeRangeInput
IntRangeInput = _types.IntRangeInput
Upload = _types.Upload
ErrorPolicyEnum = _types.ErrorPolicyEnum


@dataclass(frozen=True, slots=True)
class MoneyValue:
    """What the host's Money resolves from: an amount in major units and its currency."""

    amount: Decimal
    currency: str


def unwrap(root: Any) -> Any:
    """Return the model instance of a root object, which hosts may wrap with the request's context."""
    return getattr(root, "node", root)
