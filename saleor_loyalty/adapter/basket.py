"""A Saleor checkout as a ``Basket``: what it would be without our rows, and what they pay of it beside that.

Never writes. Totals come from Saleor's own base calculation, spread over the lines as flat tax rates see them; the
other kind of each amount (net or gross) follows from the line's stored tax rate: no tax is calculated here.
``product_words`` also serves baskets of orders and of single products.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from saleor.product import ProductTypeKind

from ..basket import Basket, BasketLine, CustomerFacts
from .categories import CategoryPaths
from .discounts import own_shares
from .fetched import FetchedCheckout
from .prices import NO_ROWS, CheckoutPrices

ZERO = Decimal(0)


def build_basket(fetched: FetchedCheckout, prices: CheckoutPrices, *, at: datetime.datetime) -> Basket:
    """Return the checkout's basket."""
    checkout = fetched.checkout
    with_tax = checkout.channel.tax_configuration.prices_entered_with_tax
    totals, benefit = prices.spread(NO_ROWS), prices.benefit()
    shares = own_shares(fetched.lines)
    paid = prices.spread(shares) if shares else totals
    lines = []
    for info in fetched.lines:
        key = str(info.line.pk)
        kinds = {"rate": info.line.tax_rate, "with_tax": with_tax, "unit": prices.unit}
        net, gross = net_and_gross(max(totals[key], ZERO), **kinds)
        paid_net, paid_gross = net_and_gross(max(paid[key], ZERO), **kinds)
        line = BasketLine(
            id=key,
            quantity=info.line.quantity,
            unit_price=info.undiscounted_unit_price.amount.quantize(prices.unit),
            net=net,
            gross=gross,
            redeemed_net=net - paid_net,
            redeemed_gross=gross - paid_gross,
            has_automatic_discount=_is_on_catalogue_promotion(info) or benefit == "AUTOMATIC",
            has_voucher=info.voucher is not None or benefit == "VOUCHER",
            has_buy_x_get_y=benefit == "GIFT",
            is_gift=info.line.is_gift,
            **product_words(
                info.variant,
                category_paths=fetched.category_paths,
                collections=[collection.slug for collection in info.collections],
            ),
        )
        lines.append(line)
    return Basket(
        currency=checkout.currency,
        channel=checkout.channel.slug,
        prices_entered_with_tax=with_tax,
        lines=tuple(lines),
        shipping_net=checkout.shipping_price_net_amount,
        shipping_gross=checkout.shipping_price_gross_amount,
        customer=customer_facts(checkout.user, email=checkout.email or ""),
        at=at,
    )


def product_words(variant: Any, *, category_paths: CategoryPaths, collections: Iterable[str]) -> dict[str, Any]:
    """Return what the rules may know of a variant: ids, its category's path, its collections' slugs as given. Makes
    no statement where ``variant.product.product_type`` is loaded."""
    product = variant.product
    return {
        "product_id": str(product.pk),
        "variant_id": str(variant.pk),
        "product_slug": product.slug,
        "variant_sku": variant.sku or "",
        "category_slugs": category_paths.get(product.category_id, ()),
        "collection_slugs": tuple(collections),
        "is_gift_card": product.product_type.kind == ProductTypeKind.GIFT_CARD,
    }


def customer_facts(user: Any, *, email: str) -> CustomerFacts:
    """Return who buys, as far as it matters for the rules."""
    if user is None:
        return CustomerFacts(email=email)
    status = "MEMBER" if user.is_active and user.is_confirmed else "PENDING"
    return CustomerFacts(user_id=user.pk, email=user.email, member_status=status)


def _is_on_catalogue_promotion(info: Any) -> bool:
    return any(discount.amount_value > 0 for discount in info.get_catalogue_discounts())


def net_and_gross(total: Decimal, *, rate: Decimal | None, with_tax: bool, unit: Decimal) -> tuple[Decimal, Decimal]:
    factor = 1 + (rate or ZERO)
    total = total.quantize(unit)
    if with_tax:
        return (total / factor).quantize(unit, rounding=ROUND_HALF_UP), total
    return total, (total * factor).quantize(unit, rounding=ROUND_HALF_UP)
