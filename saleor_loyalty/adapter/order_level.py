"""The order-level benefit of a checkout: its voucher, or the running order promotions, or nothing.

Never writes. Saleor applies order promotions only where no code is set, also where the code is not usable now.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, Protocol

from .promotions import PromotionOrderDiscount, read_promotion_rules, rules_read_along
from .vouchers import VoucherOrderDiscount, read_vouchers

Benefit = Literal["", "VOUCHER", "AUTOMATIC", "GIFT"]


class OrderDiscount(Protocol):
    """What an order-level benefit takes off a subtotal, and which subtotal it asks for."""

    def benefit(self, subtotal: Decimal) -> Benefit:
        """Return what touches every line of a cart with this subtotal."""

    def amount(self, subtotal: Decimal) -> Decimal: ...

    def broken_threshold(self, before: Decimal, after: Decimal) -> str: ...


class NoOrderDiscount:
    def benefit(self, subtotal: Decimal) -> Benefit:
        return ""

    def amount(self, subtotal: Decimal) -> Decimal:
        return Decimal(0)

    def broken_threshold(self, before: Decimal, after: Decimal) -> str:
        return ""


@dataclass(frozen=True)
class OrderLevel:
    discount: OrderDiscount
    voucher: Any = None


def read_order_levels(pairs: Sequence[tuple[Any, list[Any]]], *, using: str = "default") -> dict[Any, OrderLevel]:
    """Return by the checkout's primary key what counts on the whole of it."""
    checkouts = [checkout for checkout, _ in pairs]
    vouchers = read_vouchers(checkouts, using=using)
    rules = _promotion_rules([checkout for checkout in checkouts if not checkout.voucher_code], using=using)
    gifts: dict[Any, Any] = {}
    levels: dict[Any, OrderLevel] = {}
    for checkout, lines in pairs:
        voucher = vouchers.get(checkout.pk)
        if voucher is not None:
            levels[checkout.pk] = OrderLevel(VoucherOrderDiscount(voucher, checkout.channel), voucher)
        elif rules_here := rules.get(checkout.pk):
            levels[checkout.pk] = OrderLevel(_promotions(checkout, lines, rules_here, gifts=gifts, using=using))
        else:
            levels[checkout.pk] = OrderLevel(NoOrderDiscount())
    return levels


def _promotion_rules(checkouts: Sequence[Any], *, using: str) -> dict[Any, list[Any]]:
    """Return the rules of running order promotions by the checkout's primary key. One statement for those checkouts
    that were read without them, whatever their number."""
    rules = {checkout.pk: rules_read_along(checkout, using=using) for checkout in checkouts}
    others = {checkout.channel_id for checkout in checkouts if rules[checkout.pk] is None}
    by_channel = read_promotion_rules(others, using=using) if others else {}
    return {
        checkout.pk: by_channel.get(checkout.channel_id, []) if known is None else known
        for checkout in checkouts
        for known in (rules[checkout.pk],)
    }


def _promotions(
    checkout: Any, lines: Sequence[Any], rules: Sequence[Any], *, gifts: dict[Any, Any], using: str
) -> PromotionOrderDiscount:
    needs_shipping = any(info.product_type.is_shipping_required for info in lines)
    return PromotionOrderDiscount(
        rules,
        channel=checkout.channel,
        shipping=checkout.undiscounted_base_shipping_price_amount if needs_shipping else Decimal(0),
        country=_country(checkout),
        applied_rule_ids=_applied_rule_ids(checkout, lines),
        gifts=gifts,
        using=using,
    )


def _country(checkout: Any) -> str:
    address = checkout.shipping_address or checkout.billing_address
    if address is None or not address.country:
        return str(checkout.country.code)
    return str(address.country.code)


def _applied_rule_ids(checkout: Any, lines: Sequence[Any]) -> Callable[[], set[Any]]:
    def applied_rule_ids() -> set[Any]:
        on_gifts = {row.promotion_rule_id for info in lines if info.line.is_gift for row in info.discounts}
        return on_gifts | {row.promotion_rule_id for row in checkout.discounts.all()}

    return applied_rule_ids
