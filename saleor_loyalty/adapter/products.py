"""Products and variants of Saleor as baskets of one unit, at the price that the channel asks today.

Never writes. A number of statements that does not grow with the products: the channel, the listings with their
variants, collections, category ancestors, tax rates. Catalogue promotions are in the listing's discounted price,
where Saleor keeps it; order promotions and vouchers are nothing that one product has. Tax is the flat rate of the
channel's default country, as on Saleor's own product page; with a tax app the product page knows no tax, and neither
does this.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Q, prefetch_related_objects
from saleor.channel.models import Channel
from saleor.product.models import Product, ProductVariantChannelListing
from saleor.tax import TaxCalculationStrategy
from saleor.tax.models import TaxClassCountryRate

from ..basket import Basket, BasketLine, CustomerFacts
from ..rules import minor_unit
from .basket import customer_facts, net_and_gross, product_words
from .categories import read_category_paths

ZERO = Decimal(0)
TaxRates = Mapping[int | None, Decimal]


def read_product_baskets(
    instances: Sequence[Any], *, channel: str, customer: Any, at: datetime.datetime, using: str = "default"
) -> list[Basket | None]:
    """Return for each product or variant its basket; for a product that of its cheapest variant.

    None where it is not sold in the channel.
    """
    nodes = [getattr(instance, "node", instance) for instance in instances]
    shop_channel = Channel.objects.using(using).select_related("tax_configuration").filter(slug=channel).first()
    if shop_channel is None:
        return [None] * len(nodes)
    listings = _read_listings(nodes, channel=shop_channel, using=using)
    products = [listing.variant.product for listing in listings]
    prefetch_related_objects(products, "collections")
    paths = read_category_paths({product.category for product in products}, using=using)
    rates = _read_tax_rates(shop_channel, using=using)
    facts = customer if isinstance(customer, CustomerFacts) else _facts_of(customer)
    cheapest: dict[tuple[bool, int], Any] = {}
    for listing in sorted(listings, key=lambda listing: (listing.discounted_price_amount, listing.variant_id)):
        cheapest.setdefault((True, listing.variant.product_id), listing)
        cheapest.setdefault((False, listing.variant_id), listing)
    baskets: list[Basket | None] = []
    for node in nodes:
        listing = cheapest.get((isinstance(node, Product), node.pk))
        baskets.append(
            _unit_basket(listing, shop_channel, paths=paths, rates=rates, customer=facts, at=at) if listing else None
        )
    return baskets


def _facts_of(user: Any) -> CustomerFacts:
    return customer_facts(user, email=user.email) if user else CustomerFacts()


def _read_listings(nodes: Iterable[Any], *, channel: Any, using: str) -> list[Any]:
    products = {node.pk for node in nodes if isinstance(node, Product)}
    variants = {node.pk for node in nodes if not isinstance(node, Product)}
    return list(
        ProductVariantChannelListing.objects.using(using)
        .filter(Q(variant__product__in=products) | Q(variant__in=variants), channel_id=channel.pk)
        .filter(price_amount__isnull=False, discounted_price_amount__isnull=False)
        .select_related("variant__product__product_type", "variant__product__category")
    )


def _read_tax_rates(channel: Any, *, using: str) -> TaxRates:
    """Return the flat rates of the channel's default country by tax class, in hundredths.

    None is the default rate.
    """
    configuration = channel.tax_configuration
    strategy = configuration.tax_calculation_strategy or TaxCalculationStrategy.FLAT_RATES
    if not configuration.charge_taxes or strategy != TaxCalculationStrategy.FLAT_RATES:
        return {}
    rates = TaxClassCountryRate.objects.using(using).filter(country=channel.default_country.code).order_by()
    return dict(rates.values_list("tax_class_id", "rate"))


def _rate_of(product: Any, rates: TaxRates) -> Decimal:
    tax_class = product.tax_class_id or product.product_type.tax_class_id
    rate = rates.get(tax_class, rates.get(None, ZERO))
    return Decimal(rate) / 100


def _unit_basket(
    listing: Any,
    channel: Any,
    *,
    paths: Mapping[int, tuple[str, ...]],
    rates: TaxRates,
    customer: CustomerFacts,
    at: datetime.datetime,
) -> Basket:
    variant, unit = listing.variant, minor_unit(channel.currency_code)
    with_tax = channel.tax_configuration.prices_entered_with_tax
    net, gross = net_and_gross(
        listing.discounted_price_amount, rate=_rate_of(variant.product, rates), with_tax=with_tax, unit=unit
    )
    line = BasketLine(
        id=str(variant.pk),
        quantity=1,
        unit_price=listing.price_amount.quantize(unit),
        net=net,
        gross=gross,
        has_automatic_discount=listing.discounted_price_amount < listing.price_amount,
        **product_words(
            variant,
            category_paths=paths,
            collections=[collection.slug for collection in variant.product.collections.all()],
        ),
    )
    return Basket(
        currency=channel.currency_code,
        channel=channel.slug,
        prices_entered_with_tax=with_tax,
        lines=(line,),
        customer=customer,
        at=at,
    )
