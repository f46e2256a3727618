"""A basket of one unit of a product or variant at today's price, for the product page."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django.db.models import Q

from saleor_loyalty.basket import Basket, CustomerFacts

from .carts import Paths, basket_line, category_paths, customer_facts
from .models import Channel, Listing, OrderPromotion, Product, Variant
from .pricing import PricedLine, Terms, price_cart


def product_baskets(
    instances: Sequence[Any], *, channel: str, customer: Any, at: datetime.datetime, using: str
) -> list[Basket | None]:
    """Return a basket of one unit for each product or variant; None where it is not sold in the channel."""
    nodes = [getattr(instance, "node", instance) for instance in instances]
    products = {node.pk for node in nodes if isinstance(node, Product)}
    variants = {node.pk for node in nodes if isinstance(node, Variant)}
    shop_channel = Channel.objects.using(using).filter(slug=channel).first()
    if shop_channel is None:
        return [None] * len(nodes)
    listings = list(
        Listing.objects.using(using)
        .filter(Q(variant__product__in=products) | Q(variant__in=variants), channel=shop_channel)
        .select_related("variant__product")
        .prefetch_related("variant__product__collections")
    )
    listings.sort(key=lambda listing: (listing.price_now, listing.variant_id))
    paths = category_paths(using=using)
    promotion = (
        OrderPromotion.objects.using(using)
        .filter(channel=shop_channel, is_active=True, percent__isnull=False, min_subtotal=0)
        .first()
    )
    facts = (
        customer if isinstance(customer, CustomerFacts) else customer_facts(customer, getattr(customer, "email", ""))
    )
    baskets = []
    for node in nodes:
        is_product = isinstance(node, Product)
        found = next(
            (one for one in listings if (one.variant.product_id if is_product else one.variant_id) == node.pk), None
        )
        baskets.append(_unit_basket(found, shop_channel, paths, promotion, facts, at) if found else None)
    return baskets


def _unit_basket(
    listing: Listing, channel: Any, paths: Paths, promotion: OrderPromotion | None, customer: CustomerFacts, at: Any
) -> Basket:
    priced = PricedLine(id=str(listing.variant_id), quantity=1, list_price=listing.price, price=listing.price_now)
    terms = Terms(
        currency=channel.currency,
        prices_entered_with_tax=channel.prices_entered_with_tax,
        tax_rate=channel.tax_rate,
        percent=promotion.percent if promotion else None,
    )
    totals = price_cart([priced], terms)
    line = basket_line(
        listing,
        priced,
        path=paths.get(listing.variant.product.category_id or 0, ()),
        amounts=(totals, totals),
        has_promotion=totals.has_order_discount,
    )
    return Basket(
        currency=channel.currency,
        channel=channel.slug,
        prices_entered_with_tax=channel.prices_entered_with_tax,
        lines=(line,),
        customer=customer,
        at=at,
    )
