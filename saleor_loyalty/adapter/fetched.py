"""Reads checkouts with all that their prices depend on, in a number of statements that does not grow with theirs.

Never writes. Saleor's own fetch functions read one checkout at a time and more than a base price needs (tax rates,
translations, product listings); here the same ``CheckoutLineInfo`` is built from five lists. Catalogue promotions are
brought up to date in memory by Saleor's own function, so that prices are those of its next recalculation.
Held by ``tests/saleor/test_discount_statements.py`` and by every exact figure of the other tests.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import prefetch_related_objects
from saleor.checkout.fetch import CheckoutLineInfo
from saleor.checkout.lock_objects import checkout_qs_select_for_update
from saleor.checkout.models import Checkout, CheckoutLine
from saleor.discount.interface import VariantPromotionRuleInfo
from saleor.discount.models import CheckoutLineDiscount
from saleor.discount.utils.checkout import prepare_checkout_line_discount_objects_for_catalogue_promotions
from saleor.product.models import VariantChannelListingPromotionRule

from .order_level import OrderLevel, read_order_levels
from .shipping import with_shipping_minimum
from .vouchers import attach_voucher


@dataclass(frozen=True)
class FetchedCheckout:
    """A checkout, Saleor's line infos in Saleor's order, and its order-level benefit."""

    checkout: Any
    lines: list[Any]
    order_level: OrderLevel


def fetch_checkouts(
    checkout_ids: Iterable[Any], *, for_update: bool = False, using: str = "default"
) -> list[FetchedCheckout]:
    """Return those checkouts that exist; their rows locked if asked for (then inside an atomic block)."""
    qs = checkout_qs_select_for_update() if for_update else Checkout.objects.using(using).order_by("pk")
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
    return [FetchedCheckout(checkout, lines, order_levels[checkout.pk]) for checkout, lines in pairs]


def _fetch_lines(checkouts: Sequence[Any], *, using: str) -> dict[Any, list[Any]]:
    by_checkout: dict[Any, list[Any]] = {checkout.pk: [] for checkout in checkouts}
    known = {checkout.pk: checkout for checkout in checkouts}
    if not known:
        return by_checkout
    qs = CheckoutLine.objects.using(using).filter(checkout_id__in=list(known))
    lines = list(qs.select_related("variant__product__product_type", "variant__product__category"))
    prefetch_related_objects(lines, "variant__product__collections", "variant__channel_listings", "discounts")
    for line in lines:
        line.checkout = known[line.checkout_id]
        by_checkout[line.checkout_id].append(_line_info(line))
    infos = [info for group in by_checkout.values() for info in group]
    _attach_catalogue_rules(infos, using=using)
    for group in by_checkout.values():
        bring_catalogue_promotions_up_to_date(group)
    return by_checkout


def _line_info(line: Any) -> Any:
    product, channel = line.variant.product, line.checkout.channel
    listings = line.variant.channel_listings.all()
    return CheckoutLineInfo(
        line=line,
        variant=line.variant,
        product=product,
        product_type=product.product_type,
        collections=list(product.collections.all()),
        discounts=list(line.discounts.all()),
        rules_info=[],
        channel_listing=next((listing for listing in listings if listing.channel_id == channel.pk), None),
        channel=channel,
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
