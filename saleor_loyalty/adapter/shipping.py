"""The least a cart must come to for the delivery method that is chosen on it.

Never writes. Saleor offers a price-based method by the subtotal after all discounts, ours too; a method that is no
longer offered stops the checkout. 3.21 and 3.22 keep the choice on the checkout, later ones in a delivery of its own.
Held by ``tests/saleor/test_discount_shipping.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db.models import F, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from saleor.checkout.models import Checkout
from saleor.shipping import ShippingMethodType
from saleor.shipping.models import ShippingMethodChannelListing

ANNOTATION = "loyalty_shipping_minimum"
CHOICES = {
    "assigned_delivery": "assigned_delivery__built_in_shipping_method_id",
    "shipping_method": "shipping_method_id",
}
"""Field of the checkout -> where the built-in method's key is."""


def with_shipping_minimum(checkouts: Any) -> Any:
    """Return the queryset of checkouts that reads the minimum of each one's delivery method along with it."""
    method_ids = [F(CHOICES[field]) for field in _choice_fields()]
    method_id = Coalesce(*method_ids, output_field=IntegerField()) if len(method_ids) > 1 else method_ids[0]
    qs = checkouts.annotate(loyalty_method_id=method_id)
    listings = ShippingMethodChannelListing.objects.filter(
        shipping_method__type=ShippingMethodType.PRICE_BASED,
        shipping_method_id=OuterRef("loyalty_method_id"),
        channel_id=OuterRef("channel_id"),
    )
    return qs.annotate(**{ANNOTATION: Subquery(listings.values("minimum_order_price_amount")[:1])})


def shipping_minimum(checkout: Any, *, using: str = "default") -> Callable[[], Decimal | None]:
    """Return a reader of the minimum; None: there is none.

    Cost: nothing where the checkout was read with it, or has no delivery method; else one statement.
    """

    def read() -> Decimal | None:
        if ANNOTATION in checkout.__dict__:
            known: Decimal | None = checkout.__dict__[ANNOTATION]
            return known
        if not any(getattr(checkout, f"{field}_id") for field in _choice_fields()):
            return None
        qs = with_shipping_minimum(Checkout.objects.using(using).filter(pk=checkout.pk))
        found: Decimal | None = qs.values_list(ANNOTATION, flat=True).first()
        return found

    return read


def _choice_fields() -> list[str]:
    names = {field.name for field in Checkout._meta.get_fields()}
    return [field for field in CHOICES if field in names]
