"""Sets the scene in a real Saleor: what a story needs to be there, written to Saleor's own tables.

No story is told here. What Saleor computes in the background (catalogue prices of promotions) is computed at once, by
Saleor's own functions, and stored checkout prices are marked as expired, as if their hour had passed.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.contrib.sites.models import Site
from django.utils import timezone
from saleor.account.models import Address, Group, User
from saleor.channel.models import Channel
from saleor.checkout.models import Checkout
from saleor.core.tokens import account_confirm_token_generator
from saleor.discount import DiscountValueType, PromotionType, RewardType, RewardValueType, VoucherType
from saleor.discount.models import Promotion, PromotionRule, Voucher, VoucherChannelListing, VoucherCode
from saleor.permission.models import Permission
from saleor.product.models import (
    Category,
    Collection,
    CollectionChannelListing,
    Product,
    ProductChannelListing,
    ProductType,
    ProductVariant,
    ProductVariantChannelListing,
)
from saleor.product.utils.variant_prices import update_discounted_prices_for_promotion
from saleor.product.utils.variants import fetch_variants_for_promotion_rules
from saleor.shipping import ShippingMethodType
from saleor.shipping.models import ShippingMethod, ShippingMethodChannelListing, ShippingZone
from saleor.site.models import SiteSettings
from saleor.tax import TaxCalculationStrategy
from saleor.tax.models import TaxClassCountryRate, TaxConfiguration
from saleor.warehouse.models import Stock, Warehouse

from .protocol import STAFF, STAFF_WITHOUT_PERMISSION, STREET

PASSWORD = "a long password"
CHANNEL, CURRENCY, COUNTRY = "default-channel", "USD", "PL"
SHIPPING_PRICE, TAX_PERCENT = Decimal(10), Decimal(23)
ADDRESS = {
    "firstName": "Anna",
    "lastName": "Nowak",
    "streetAddress1": STREET,
    "city": "WROCŁAW",
    "postalCode": "53-601",
    "country": COUNTRY,
}


def open_shop() -> tuple[Any, Any]:
    """Make a channel with flat tax, a warehouse, one shipping method and the staff. Returns channel and warehouse."""
    Site.objects.clear_cache()
    site = Site.objects.get_current()
    # Kept on the cached site, where Saleor looks for them in each request.
    site.settings, _ = SiteSettings.objects.update_or_create(
        site=site, defaults={"fulfillment_auto_approve": True, "fulfillment_allow_unpaid": True}
    )
    channel, _ = Channel.objects.update_or_create(
        slug=CHANNEL,
        defaults={
            "name": "Shop",
            "currency_code": CURRENCY,
            "default_country": COUNTRY,
            "is_active": True,
            "allow_unpaid_orders": True,
            "automatically_confirm_all_new_orders": True,
        },
    )
    TaxConfiguration.objects.update_or_create(
        channel=channel,
        defaults={
            "charge_taxes": True,
            "prices_entered_with_tax": True,
            "tax_calculation_strategy": TaxCalculationStrategy.FLAT_RATES,
        },
    )
    TaxClassCountryRate.objects.update_or_create(country=COUNTRY, tax_class=None, defaults={"rate": TAX_PERCENT})
    zone = ShippingZone.objects.create(name="Poland", countries=[COUNTRY])
    zone.channels.add(channel)
    method = ShippingMethod.objects.create(name="Courier", shipping_zone=zone, type=ShippingMethodType.PRICE_BASED)
    ShippingMethodChannelListing.objects.create(
        shipping_method=method,
        channel=channel,
        currency=CURRENCY,
        price_amount=SHIPPING_PRICE,
        minimum_order_price_amount=0,
    )
    address = Address.objects.create(
        country=COUNTRY, city="WROCŁAW", postal_code="53-601", street_address_1="Tęczowa 7"
    )
    warehouse = Warehouse.objects.create(name="Warehouse", slug="warehouse", address=address, email="")
    warehouse.channels.add(channel)
    warehouse.shipping_zones.add(zone)
    add_staff()
    return channel, warehouse


def add_staff() -> None:
    everything = Group.objects.create(name="Everything")
    everything.permissions.set(Permission.objects.all())
    everything_else = Group.objects.create(name="Everything but loyalty")
    everything_else.permissions.set(Permission.objects.exclude(content_type__app_label="saleor_loyalty"))
    for email, group in ((STAFF, everything), (STAFF_WITHOUT_PERMISSION, everything_else)):
        group.user_set.add(User.objects.create(email=email, is_staff=True, is_active=True, is_confirmed=True))


def add_customer(email: str, *, is_confirmed: bool, language_code: str) -> None:
    User.objects.create(email=email, is_active=True, is_confirmed=is_confirmed, language_code=language_code)


STOREFRONT = "http://www.example.com/confirm"
"""Where the link of the mail leads; the client that the settings of the tests allow."""


def confirmation_of(email: str) -> dict[str, str]:
    """Return what a new customer has: the token that was sent to the address, and the password."""
    user = User.objects.get(email=email)
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    return {"email": email, "token": account_confirm_token_generator.make_token(user), "password": PASSWORD}


def add_product(
    channel: Any, warehouse: Any, sku: str, *, price: Decimal, category: str | None, collections: Sequence[str]
) -> None:
    kind, _ = ProductType.objects.get_or_create(
        slug="thing", defaults={"name": "Thing", "is_shipping_required": True, "has_variants": True}
    )
    parent = None
    if category:
        parent = Category.objects.filter(slug=category).first() or Category.objects.create(
            slug=category, name=category
        )
    product = Product.objects.create(slug=sku.lower(), name=sku, product_type=kind, category=parent)
    ProductChannelListing.objects.create(
        product=product,
        channel=channel,
        currency=CURRENCY,
        is_published=True,
        visible_in_listings=True,
        published_at=timezone.now() - datetime.timedelta(days=1),
        available_for_purchase_at=timezone.now() - datetime.timedelta(days=1),
        discounted_price_amount=price,
    )
    variant = ProductVariant.objects.create(product=product, sku=sku, name=sku)
    product.default_variant = variant
    product.save(update_fields=["default_variant"])
    ProductVariantChannelListing.objects.create(
        variant=variant, channel=channel, currency=CURRENCY, price_amount=price, discounted_price_amount=price
    )
    Stock.objects.create(product_variant=variant, warehouse=warehouse, quantity=1000)
    for slug in collections:
        add_to_collection(channel, product, slug)


def add_to_collection(channel: Any, product: Any, slug: str) -> None:
    collection, is_new = Collection.objects.get_or_create(slug=slug, defaults={"name": slug})
    if is_new:
        CollectionChannelListing.objects.create(collection=collection, channel=channel, is_published=True)
    collection.products.add(product)


def change_price(channel: Any, sku: str, *, price: Decimal) -> None:
    listings = ProductVariantChannelListing.objects.filter(variant__sku=sku, channel=channel)
    listings.update(price_amount=price, discounted_price_amount=price)
    expire_prices()


def put_on_promotion(channel: Any, sku: str, *, price: Decimal) -> None:
    variant = ProductVariant.objects.get(sku=sku)
    full_price = variant.channel_listings.get(channel=channel).price_amount
    promotion = Promotion.objects.create(name=f"Sale of {sku}", type=PromotionType.CATALOGUE)
    rule = promotion.rules.create(
        name=f"Sale of {sku}",
        catalogue_predicate={"variantPredicate": {"ids": [to_global_id("ProductVariant", variant.pk)]}},
        reward_value_type=RewardValueType.FIXED,
        reward_value=full_price - price,
    )
    rule.channels.add(channel)
    fetch_variants_for_promotion_rules(PromotionRule.objects.filter(pk=rule.pk))
    update_discounted_prices_for_promotion(Product.objects.filter(pk=variant.product_id))
    expire_prices()


def add_voucher(
    channel: Any, code: str, *, percent: Decimal | None, amount: Decimal | None, min_spent: Decimal | None
) -> None:
    voucher = Voucher.objects.create(
        type=VoucherType.ENTIRE_ORDER,
        discount_value_type=DiscountValueType.FIXED if percent is None else DiscountValueType.PERCENTAGE,
    )
    VoucherCode.objects.create(voucher=voucher, code=code)
    VoucherChannelListing.objects.create(
        voucher=voucher,
        channel=channel,
        currency=CURRENCY,
        discount_value=amount if percent is None else percent,
        min_spent_amount=min_spent,
    )


def add_order_promotion(
    channel: Any, *, min_subtotal: Decimal, percent: Decimal | None = None, gift_sku: str | None = None
) -> None:
    """Take a percentage off the subtotal, or give a variant as a gift, from a subtotal on."""
    promotion = Promotion.objects.create(name="Order promotion", type=PromotionType.ORDER)
    reward = (
        {"reward_type": RewardType.GIFT}
        if percent is None
        else {
            "reward_type": RewardType.SUBTOTAL_DISCOUNT,
            "reward_value_type": RewardValueType.PERCENTAGE,
            "reward_value": percent,
        }
    )
    predicate = {"discountedObjectPredicate": {"baseSubtotalPrice": {"range": {"gte": str(min_subtotal)}}}}
    rule = promotion.rules.create(name="Order promotion", order_predicate=predicate, **reward)
    rule.channels.add(channel)
    if gift_sku:
        rule.gifts.add(ProductVariant.objects.get(sku=gift_sku))
    expire_prices()


def expire_prices() -> None:
    now = timezone.now()
    Checkout.objects.update(price_expiration=now, discount_expiration=now)


def to_global_id(type_name: str, pk: Any) -> str:
    from graphene import Node

    return str(Node.to_global_id(type_name, pk))
