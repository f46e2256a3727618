"""The voucher that counts on a checkout now, and what it asks of the cart.

Never writes. Says whether a voucher is usable as Saleor does when it fetches a checkout: an active code of an active
voucher that is listed in an active channel. A code that is not usable gives no discount, and it stays on the checkout
until the next edit of the cart. Held by ``tests/saleor/test_discount_thresholds.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Literal

from django.db.models import F, prefetch_related_objects
from django.utils import timezone
from prices import Money
from saleor.discount import VoucherType
from saleor.discount.interface import VoucherInfo, fetch_voucher_info
from saleor.discount.models import Voucher
from saleor.discount.utils.voucher import attach_voucher_to_line_info


def read_vouchers(checkouts: Iterable[Any], *, using: str = "default") -> dict[Any, Any]:
    """Return the usable voucher by the primary key of the checkout, in a number of statements that does not grow."""
    with_code = [checkout for checkout in checkouts if checkout.voucher_code]
    counted = [checkout for checkout in with_code if checkout.is_voucher_usage_increased]
    others = [checkout for checkout in with_code if not checkout.is_voucher_usage_increased]
    vouchers: dict[Any, Any] = {}
    manager = Voucher.objects.using(using)
    # Once a use is counted for this checkout, Saleor no longer asks whether the voucher is active.
    for group, qs in ((others, manager.active(timezone.now())), (counted, manager.all())):
        if not group:
            continue
        by_code = _by_code(qs, {checkout.voucher_code for checkout in group})
        vouchers.update({c.pk: by_code[c.voucher_code] for c in group if c.voucher_code in by_code})
    if vouchers:
        _prefetch(list(vouchers.values()))
    for checkout in others:
        voucher = vouchers.get(checkout.pk)
        if voucher is not None and not (checkout.channel.is_active and find_listing(voucher, checkout.channel)):
            del vouchers[checkout.pk]
    return vouchers


def _by_code(qs: Any, codes: set[str]) -> dict[str, Any]:
    found = qs.filter(codes__code__in=codes, codes__is_active=True).annotate(found_code=F("codes__code"))
    return {voucher.found_code: voucher for voucher in found}


def _prefetch(vouchers: Sequence[Any]) -> None:
    prefetch_related_objects(vouchers, "channel_listings")
    by_product = [voucher for voucher in vouchers if voucher.type == VoucherType.SPECIFIC_PRODUCT]
    if by_product:
        prefetch_related_objects(by_product, "products", "collections", "categories", "variants")


def find_listing(voucher: Any, channel: Any) -> Any:
    """Return the voucher's listing in the channel, or None."""
    return next((listing for listing in voucher.channel_listings.all() if listing.channel_id == channel.pk), None)


def attach_voucher(voucher: Any, code: str, lines: Sequence[Any]) -> None:
    """Mark the lines that the voucher discounts one by one; an order-level or shipping voucher marks none."""
    if not lines:
        return
    if voucher.type == VoucherType.SPECIFIC_PRODUCT:
        attach_voucher_to_line_info(fetch_voucher_info(voucher, code), lines)
    elif voucher.apply_once_per_order:
        # Not fetch_voucher_info: it would read four lists that such a voucher does not look at.
        info = VoucherInfo(
            voucher=voucher, voucher_code=code, product_pks=[], variant_pks=[], collection_pks=[], category_pks=[]
        )
        attach_voucher_to_line_info(info, lines)


class VoucherOrderDiscount:
    """What a voucher does to the whole cart. A voucher on lines or on shipping only has its threshold here."""

    def __init__(self, voucher: Any, channel: Any) -> None:
        self._voucher = voucher
        self._channel = channel
        listing = find_listing(voucher, channel)
        self._min_spent: Decimal | None = listing.min_spent_amount if listing else None
        self.is_on_every_line = voucher.type == VoucherType.ENTIRE_ORDER and not voucher.apply_once_per_order
        self._is_listed = listing is not None

    def benefit(self, subtotal: Decimal) -> Literal["", "VOUCHER"]:
        return "VOUCHER" if self.is_on_every_line else ""

    def amount(self, subtotal: Decimal) -> Decimal:
        """Return what Saleor takes off a subtotal of this size."""
        if not self.is_on_every_line or not self._is_listed:
            return Decimal(0)
        price = Money(subtotal, self._channel.currency_code)
        return min(self._voucher.get_discount_amount_for(price, self._channel).amount, subtotal)

    def broken_threshold(self, before: Decimal, after: Decimal) -> str:
        """Return the reason where ``before`` reaches the voucher's minimum and ``after`` does not, else ''."""
        if self._min_spent and before >= self._min_spent > after:
            return "VOUCHER_THRESHOLD"
        return ""
