"""An order of Saleor as a ``Basket``: its lines as they were sold, without points, and the points' part beside it.

Never writes. A line's totals already hold every discount and our rows; what the rows are worth is added again. The
other kind of an amount (net or gross) follows from the line's tax rate. A product that is gone leaves its line
without slugs: it is still in the scope SHOP.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from saleor.discount import VoucherType
from saleor.product.models import Collection

from ..basket import Basket, BasketLine
from ..rules import minor_unit
from .basket import customer_facts, product_words
from .categories import category_slugs
from .order_discounts import OrderDiscounts, with_discounts

ZERO = Decimal(0)


def read_order_lines(order: Any) -> list[Any]:
    """Return the order's lines with what the basket says of their products, and their discounts. One statement."""
    collections = Collection.objects.filter(collectionproduct__product_id=OuterRef("variant__product_id"))
    lines = order.lines.select_related("variant__product__product_type").order_by("pk")
    return list(
        with_discounts(lines, order_pk=order.pk).annotate(
            loyalty_collections=ArraySubquery(collections.order_by("slug").values("slug")),
            loyalty_category_path=category_slugs("variant__product__category"),
        )
    )


def build_order_basket(order: Any, lines: Sequence[Any], discounts: OrderDiscounts) -> Basket:
    """Return the basket of lines that ``read_order_lines`` has read. Makes no statement."""
    with_tax = order.channel.tax_configuration.prices_entered_with_tax
    marks = _OrderMarks(order, lines, discounts)
    return Basket(
        currency=order.currency,
        channel=order.channel.slug,
        prices_entered_with_tax=with_tax,
        lines=tuple(_build_line(line, marks, with_tax=with_tax, unit=minor_unit(order.currency)) for line in lines),
        shipping_net=order.shipping_price_net_amount,
        shipping_gross=order.shipping_price_gross_amount,
        customer=customer_facts(order.user, email=order.user_email),
        at=order.created_at,
    )


class _OrderMarks:
    """Which discounts touch which line. What is on the whole order touches each of its lines."""

    def __init__(self, order: Any, lines: Sequence[Any], discounts: OrderDiscounts) -> None:
        self.discounts = discounts
        self.has_gift = any(line.is_gift for line in lines)
        voucher = order.voucher
        if voucher is None:
            # Its voucher is deleted: the order still says that there was a code and what it took off.
            self.has_order_voucher = bool(order.voucher_code) and discounts.has_order_voucher
        else:
            self.has_order_voucher = voucher.type == VoucherType.ENTIRE_ORDER and not voucher.apply_once_per_order

    def has_automatic_discount(self, line: Any) -> bool:
        return str(line.pk) in self.discounts.automatic or self.discounts.has_order_promotion

    def has_voucher(self, line: Any) -> bool:
        return bool(line.voucher_code) or str(line.pk) in self.discounts.voucher or self.has_order_voucher


def _build_line(line: Any, marks: _OrderMarks, *, with_tax: bool, unit: Decimal) -> BasketLine:
    value = marks.discounts.values.get(str(line.pk), ZERO)
    factor = 1 + (line.tax_rate or ZERO)
    redeemed_net = (value / factor).quantize(unit, rounding=ROUND_HALF_UP) if with_tax else value
    redeemed_gross = value if with_tax else (value * factor).quantize(unit, rounding=ROUND_HALF_UP)
    return BasketLine(
        id=str(line.pk),
        quantity=line.quantity,
        unit_price=line.undiscounted_base_unit_price_amount.quantize(unit),
        net=line.total_price_net_amount.quantize(unit) + redeemed_net,
        gross=line.total_price_gross_amount.quantize(unit) + redeemed_gross,
        redeemed_net=redeemed_net,
        redeemed_gross=redeemed_gross,
        has_automatic_discount=marks.has_automatic_discount(line),
        has_voucher=marks.has_voucher(line),
        has_buy_x_get_y=marks.has_gift,
        is_gift=line.is_gift,
        **_words(line),
    )


def _words(line: Any) -> dict[str, Any]:
    if line.variant is None:
        words = {"product_id": "", "variant_id": "", "variant_sku": line.product_sku or ""}
    else:
        paths = {line.variant.product.category_id: tuple(line.loyalty_category_path)}
        words = product_words(line.variant, category_paths=paths, collections=line.loyalty_collections)
    return {**words, "is_gift_card": line.is_gift_card}
