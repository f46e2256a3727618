"""Reads checkouts with all that their prices depend on, in a number of statements that does not grow with theirs.

Never writes. Saleor's own fetch functions read one checkout at a time and more than a base price needs (tax rates,
translations, product listings); here the same ``CheckoutLineInfo`` is built from one list of lines, which brings along
the few rows that belong to each of them. Catalogue promotions are brought up to date in memory by Saleor's own
function, so that prices are those of its next recalculation.
Held by ``tests/saleor/test_discount_statements.py`` and by every exact figure of the other tests.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef
from saleor.checkout.fetch import CheckoutLineInfo
from saleor.checkout.lock_objects import checkout_qs_select_for_update
from saleor.checkout.models import Checkout, CheckoutLine
from saleor.discount.interface import VariantPromotionRuleInfo
from saleor.discount.models import CheckoutLineDiscount
from saleor.discount.utils.checkout import prepare_checkout_line_discount_objects_for_catalogue_promotions
from saleor.product.models import Collection, ProductVariantChannelListing, VariantChannelListingPromotionRule

from .categories import CategoryPaths, category_slugs
from .nested import nested, nested_rows
from .order_level import OrderLevel, read_order_levels
from .promotions import with_promotion_rules
from .shipping import with_shipping_minimum
from .vouchers import attach_voucher

COLLECTION_FIELDS = ("id", "slug")


@dataclass(frozen=True)
class FetchedCheckout:
    """A checkout, Saleor's line infos in Saleor's order, and its order-level benefit."""

    checkout: Any
    lines: list[Any]
    order_level: OrderLevel
    category_paths: CategoryPaths


def fetch_checkouts(
    checkout_ids: Iterable[Any], *, for_update: bool = False, using: str = "default"
) -> list[FetchedCheckout]:
    """Return those checkouts that exist; their rows locked if asked for (then inside an atomic block)."""
    # Of many checkouts the promotions are read once for all of a channel.
    locked = with_promotion_rules(checkout_qs_select_for_update()) if for_update else None
    qs = Checkout.objects.using(using).order_by("pk") if locked is None else locked
    qs = (
        with_shipping_minimum(qs)
        .filter(pk__in=list(checkout_ids))
        .select_related("user", "channel__tax_configuration", "shipping_address", "billing_address")
    )
    checkouts = list(qs)
    lines = _fetch_lines(checkouts, using=using)
    return complete_checkouts([(checkout, lines[checkout.pk]) for checkout in checkouts], using=using)


def complete_checkouts(pairs: Sequence[tuple[Any, list[Any]]], *, using: str = "default") -> list[FetchedCheckout]:
    """Return the pairs of checkout and line infos with what their order-level benefits need."""
    order_levels = read_order_levels(pairs, using=using)
    for checkout, lines in pairs:
        voucher = order_levels[checkout.pk].voucher
        if voucher is not None:
            attach_voucher(voucher, checkout.voucher_code, lines)
    return [FetchedCheckout(checkout, lines, order_levels[checkout.pk], _paths(lines)) for checkout, lines in pairs]


def _paths(lines: Iterable[Any]) -> CategoryPaths:
    return {info.product.category_id: tuple(info.line.loyalty_category_path) for info in lines}


def _fetch_lines(checkouts: Sequence[Any], *, using: str) -> dict[Any, list[Any]]:
    by_checkout: dict[Any, list[Any]] = {checkout.pk: [] for checkout in checkouts}
    known = {checkout.pk: checkout for checkout in checkouts}
    if not known:
        return by_checkout
    qs = _with_their_rows(CheckoutLine.objects.using(using).filter(checkout_id__in=list(known)))
    for line in qs.select_related("variant__product__product_type", "variant__product__category"):
        line.checkout = known[line.checkout_id]
        by_checkout[line.checkout_id].append(_line_info(line, using=using))
    infos = [info for group in by_checkout.values() for info in group]
    _attach_catalogue_rules(infos, using=using)
    for group in by_checkout.values():
        bring_catalogue_promotions_up_to_date(group)
    return by_checkout


def _with_their_rows(lines: Any) -> Any:
    listings = ProductVariantChannelListing.objects.filter(
        variant_id=OuterRef("variant_id"), channel_id=OuterRef("checkout__channel_id")
    )
    collections = Collection.objects.filter(collectionproduct__product_id=OuterRef("variant__product_id"))
    return lines.annotate(
        loyalty_listings=nested(listings),
        loyalty_collections=nested(collections.order_by("slug"), *COLLECTION_FIELDS),
        loyalty_discounts=nested(CheckoutLineDiscount.objects.filter(line_id=OuterRef("pk"))),
        loyalty_category_path=category_slugs("variant__product__category"),
    )


def _line_info(line: Any, *, using: str) -> Any:
    product = line.variant.product
    listings = nested_rows(ProductVariantChannelListing, line.loyalty_listings, using=using)
    return CheckoutLineInfo(
        line=line,
        variant=line.variant,
        product=product,
        product_type=product.product_type,
        collections=nested_rows(Collection, line.loyalty_collections, *COLLECTION_FIELDS, using=using),
        discounts=nested_rows(CheckoutLineDiscount, line.loyalty_discounts, using=using),
        rules_info=[],
        channel_listing=listings[0] if listings else None,
        channel=line.checkout.channel,
        voucher=None,
        voucher_code=None,
    )


def _attach_catalogue_rules(infos: Sequence[Any], *, using: str) -> None:
    """Give the lines whose variant is discounted now their catalogue rule; no statement where none is."""
    discounted = [info for info in infos if not info.line.is_gift and _is_discounted(info.channel_listing)]
    if not discounted:
        return
    listing_pks = {info.channel_listing.pk for info in discounted}
    qs = VariantChannelListingPromotionRule.objects.using(using).filter(variant_channel_listing_id__in=listing_pks)
    best: dict[int, Any] = {}
    for found in qs.select_related("promotion_rule__promotion").order_by("pk"):
        current = best.get(found.variant_channel_listing_id)
        if current is None or found.discount_amount > current.discount_amount:
            best[found.variant_channel_listing_id] = found
    for info in discounted:
        found = best.get(info.channel_listing.pk)
        if found is not None:
            rule = found.promotion_rule
            info.rules_info = [VariantPromotionRuleInfo(rule, found, rule.promotion, None, None)]


def _is_discounted(listing: Any) -> bool:
    return listing is not None and listing.discounted_price_amount not in (None, listing.price_amount)


def bring_catalogue_promotions_up_to_date(infos: Sequence[Any]) -> None:
    """Change the lines' catalogue rows, in memory only, to what Saleor's next recalculation will write."""
    changes = prepare_checkout_line_discount_objects_for_catalogue_promotions(list(infos))
    if not changes:
        return
    created, _, removed, _, _ = changes
    gone = {discount.pk for discount in removed}
    for info in infos:
        added = [CheckoutLineDiscount(**values) for values in created if values["line"] is info.line]
        if added or gone:
            info.discounts = [discount for discount in info.discounts if discount.pk not in gone] + added
