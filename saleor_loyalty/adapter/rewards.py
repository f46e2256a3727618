"""Rewards as Saleor has them: vouchers with one code that one order uses up, and gift cards.

Saleor's vouchers know no customer whom they are for (only staff, or once per customer whoever it is), so
``plugin.preprocess_order_creation`` asks ``rewards.check_reward_code`` before an order is made. Made in the running
transaction, our rows and Saleor's are written together or not at all; Saleor's webhooks go out on commit.
``usage_limit`` makes Saleor lock the code as it completes a checkout: whoever revokes it at the same moment waits.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from saleor.channel.models import Channel
from saleor.discount import DiscountValueType, VoucherType
from saleor.discount.models import Voucher, VoucherChannelListing, VoucherCode, VoucherCustomer, VoucherTranslation
from saleor.order import OrderStatus
from saleor.order.models import Order
from saleor.plugins.manager import get_plugins_manager
from saleor.product.models import ProductVariant

from ..reward_terms import IssuedReward, RewardState, RewardTerms
from ..rewards import RewardRefused
from .reward_codes import new_code
from .reward_gift_cards import gift_card_states, issue_gift_card, revoke_gift_card

_TYPES = {
    "VOUCHER": VoucherType.ENTIRE_ORDER,
    "FREE_SHIPPING": VoucherType.SHIPPING,
    "GIFT_PRODUCT": VoucherType.SPECIFIC_PRODUCT,
}
_ENDED = (OrderStatus.CANCELED, OrderStatus.EXPIRED)


def issue_reward(terms: RewardTerms, *, at: datetime.datetime) -> IssuedReward:
    """Make it. Raises RewardRefused REWARD_UNAVAILABLE: the variant is gone or not sold, or there is no channel."""
    return issue_gift_card(terms, at=at) if terms.type == "GIFT_CARD" else _issue_voucher(terms, at=at)


def _issue_voucher(terms: RewardTerms, *, at: datetime.datetime) -> IssuedReward:
    channels = list(Channel.objects.filter(slug__in=terms.channels))
    variant = _gift_variant(terms, channels) if terms.type == "GIFT_PRODUCT" else None
    if not channels:
        raise RewardRefused("REWARD_UNAVAILABLE")
    is_fixed = terms.type == "VOUCHER" and terms.percent is None
    voucher = Voucher.objects.create(
        type=_TYPES[terms.type],
        name=terms.name,
        start_date=at,
        end_date=terms.expires_at,
        usage_limit=1,
        # One unit of the gift, however many are in the cart.
        apply_once_per_order=terms.type == "GIFT_PRODUCT",
        discount_value_type=DiscountValueType.FIXED if is_fixed else DiscountValueType.PERCENTAGE,
    )
    if variant is not None:
        voucher.variants.add(variant)
    VoucherChannelListing.objects.bulk_create(
        VoucherChannelListing(
            voucher=voucher,
            channel=channel,
            currency=channel.currency_code,
            discount_value=terms.amounts[channel.slug] if is_fixed else terms.percent or 100,
            min_spent_amount=terms.min_order.get(channel.slug),
        )
        for channel in channels
    )
    VoucherTranslation.objects.bulk_create(
        VoucherTranslation(voucher=voucher, language_code=language, name=name)
        for language, name in terms.names.items()
    )
    code = VoucherCode.objects.create(voucher=voucher, code=new_code())
    _announce("voucher_created", voucher, code.code)
    return IssuedReward(reference=str(code.pk), code=code.code)


def _gift_variant(terms: RewardTerms, channels: list[Channel]) -> ProductVariant:
    """Return the variant that is free. Raises RewardRefused where a channel does not sell it."""
    variant = ProductVariant.objects.filter(sku=terms.variant_sku).first()
    sold_in = set() if variant is None else set(_sold_in(variant))
    channels[:] = [channel for channel in channels if channel.pk in sold_in]
    if variant is None or not channels:
        raise RewardRefused("REWARD_UNAVAILABLE")
    return variant


def _sold_in(variant: ProductVariant) -> Iterable[int]:
    listings = variant.channel_listings.filter(price_amount__isnull=False)
    return listings.values_list("channel_id", flat=True)


def revoke_reward(type: str, reference: str, *, at: datetime.datetime) -> RewardState:
    """Lock it and switch it off, if nothing used it.

    What stands on an order counts as used, also where Saleor did not count it, and on a draft: Saleor completes drafts
    with the discount that they have, whatever became of the code.
    """
    if type == "GIFT_CARD":
        return revoke_gift_card(reference)
    code = VoucherCode.objects.select_for_update(of=("self",)).filter(pk=UUID(reference)).first()
    if code is None:
        return "GONE"
    if code.used:
        return "USED"
    is_on_order = _standing_orders(code.code).exists()
    if not code.is_active:
        return "USED" if is_on_order else "GONE"
    code.is_active = False
    code.save(update_fields=["is_active"])
    _announce("voucher_updated", code.voucher, code.code)
    return "USED" if is_on_order else "UNUSED"


def _standing_orders(code: Any) -> QuerySet[Order]:
    return Order.objects.filter(voucher_code=code).exclude(status__in=_ENDED)


def reopen_reward(type: str, reference: str) -> None:
    """Let the code be used again. Gift cards are not used up by one order: Saleor itself gives their money back."""
    if type == "GIFT_CARD":
        return
    code = VoucherCode.objects.select_for_update(of=("self",)).filter(pk=UUID(reference)).first()
    if code is None:
        return
    VoucherCustomer.objects.filter(voucher_code=code).delete()
    code.used, code.is_active = 0, True
    code.save(update_fields=["used", "is_active"])
    _announce("voucher_updated", code.voucher, code.code)


def reward_states(references: Iterable[tuple[str, str]], *, using: str) -> dict[tuple[str, str], RewardState]:
    asked = list(references)
    cards = [reference for type, reference in asked if type == "GIFT_CARD"]
    states = gift_card_states(cards, using=using) if cards else {}
    codes = {UUID(reference) for type, reference in asked if type != "GIFT_CARD"}
    rows = VoucherCode.objects.using(using).filter(pk__in=codes) if codes else VoucherCode.objects.none()
    rows = rows.annotate(is_on_order=Exists(_standing_orders(OuterRef("code"))))
    for pk, used, is_on_order, is_active in rows.values_list("pk", "used", "is_on_order", "is_active"):
        states[str(pk)] = "USED" if used or is_on_order else "UNUSED" if is_active else "GONE"
    return {(type, reference): states.get(reference, "GONE") for type, reference in asked}


def _announce(event: str, *arguments: Any) -> None:
    manager = get_plugins_manager(allow_replica=False)
    transaction.on_commit(partial(getattr(manager, event), *arguments))
