"""Carts, opened: the rows of checkouts with all that their prices need, in a constant number of statements.

``OpenCart`` is the shop's picture of one checkout and its ``CheckoutHandle`` for the loyalty package.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from saleor_loyalty.basket import Basket, BasketLine, CustomerFacts
from saleor_loyalty.host import AppliedDiscount, Ceiling

from .models import Category, Checkout, CheckoutLine, LinePoints, Listing, OrderPromotion, Product, User
from .pricing import ZERO, PricedLine, Terms, Totals, effect_of_rows, price_cart, rows_for_value

Paths = Mapping[int, tuple[str, ...]]


class OpenCart:
    """One checkout. Implements ``saleor_loyalty.host.CheckoutHandle``; built by ``open_carts`` alone."""

    def __init__(
        self,
        checkout: Checkout,
        lines: Sequence[CheckoutLine],
        promotions: Sequence[OrderPromotion],
        paths: Paths,
        *,
        rows_count: bool,
    ) -> None:
        self.checkout = checkout
        self.lines = list(lines)
        self.promotions = promotions
        self.id = str(checkout.pk)
        self.user_id: int | None = checkout.user_id
        self.email = checkout.user.email if checkout.user else checkout.email
        self.channel: str = checkout.channel.slug
        self.currency: str = checkout.channel.currency
        self.language_code: str = checkout.language_code
        self._paths = paths
        self._rows_count = rows_count
        self._read_rows()

    def _read_rows(self) -> None:
        standing = {str(line.pk): getattr(line, "points_row", None) for line in self.lines}
        self.rows: dict[str, Decimal] = {key: row.amount for key, row in standing.items() if row}

    @cached_property
    def priced_lines(self) -> list[PricedLine]:
        return [_priced_line(line) for line in self.lines]

    @cached_property
    def terms(self) -> Terms:
        return _terms(self.checkout, self.lines, self.promotions)

    @cached_property
    def totals_without_points(self) -> Totals:
        return price_cart(self.priced_lines, self.terms)

    @property
    def counted_rows(self) -> dict[str, Decimal]:
        """The rows that take something off: none while the package or the channel's program is off."""
        return self.rows if self._rows_count else {}

    @property
    def totals(self) -> Totals:
        """What the customer pays."""
        return price_cart(self.priced_lines, self.terms, rows=self.counted_rows)

    @property
    def basket(self) -> Basket:
        channel, without, totals = self.checkout.channel, self.totals_without_points, self.totals
        at = timezone.now()
        lines = tuple(
            basket_line(
                line,
                priced,
                path=self._paths.get(line.variant.product.category_id or 0, ()),
                amounts=(without, totals),
                has_voucher=self.terms.is_voucher and without.has_order_discount,
                has_promotion=not self.terms.is_voucher and without.has_order_discount,
                has_gift=self.terms.gift_threshold is not None,
            )
            for line, priced in zip(self.lines, self.priced_lines, strict=True)
        )
        return Basket(
            currency=self.currency,
            channel=self.channel,
            prices_entered_with_tax=channel.prices_entered_with_tax,
            lines=lines,
            shipping_net=without.shipping_net,
            shipping_gross=without.shipping_gross,
            customer=customer_facts(self.checkout.user, self.email),
            at=at,
        )

    def current_discount(self) -> AppliedDiscount | None:
        if not self.rows:
            return None
        value = self._base(self.totals_without_points) - self._base(self.totals)
        return AppliedDiscount(value=value, rows=sum(self.rows.values(), ZERO), shares=dict(self.rows))

    def ceiling(self, value: Decimal, line_ids: Sequence[str]) -> Ceiling:
        limit, reason = self._limit_of_rows(line_ids)
        reachable = self._effect(limit)
        if reachable >= value:
            return Ceiling(value=value)
        return Ceiling(value=max(reachable, ZERO), reason=reason)

    def put_discount(self, value: Decimal, line_ids: Sequence[str], *, name: str, reason: str) -> AppliedDiscount:
        from saleor_loyalty.rules import SplitLine, split_discount

        limit, _ = self._limit_of_rows(line_ids)
        rows = rows_for_value(value, subtotal=self.totals_without_points.subtotal, limit=limit, terms=self.terms)
        if value <= 0 or self._effect(rows) != value:
            raise ValueError(f"Rows on these lines cannot take {value} off the total: ask ceiling first.")
        wanted = set(line_ids)
        lines = [
            SplitLine(id=line.id, total=line.total, quantity=line.quantity)
            for line in self.priced_lines
            if line.id in wanted and line.total
        ]
        shares = {
            key: share for key, share in split_discount(rows, lines=lines, currency=self.currency).items() if share
        }
        LinePoints.objects.filter(line__checkout=self.checkout).delete()
        created = LinePoints.objects.bulk_create(
            [LinePoints(line_id=UUID(key), amount=share, name=name, reason=reason) for key, share in shares.items()]
        )
        self._rows_changed({str(row.line_id): row for row in created})
        return AppliedDiscount(value=value, rows=rows, shares=shares)

    def take_discount_off(self) -> None:
        if self.rows:
            LinePoints.objects.filter(line__checkout=self.checkout).delete()
            self._rows_changed({})

    def _rows_changed(self, rows: Mapping[str, LinePoints]) -> None:
        for line in self.lines:
            line.points_row = rows.get(str(line.pk))  # type: ignore[assignment]
        # What was just put on by an active program counts.
        self._rows_count = True
        self._read_rows()
        Checkout.objects.filter(pk=self.checkout.pk).update(updated_at=timezone.now())

    def _limit_of_rows(self, line_ids: Sequence[str]) -> tuple[Decimal, Any]:
        """Return how much rows may take off at most, and which threshold lowers that."""
        wanted = set(line_ids)
        limit = sum((line.total for line in self.priced_lines if line.id in wanted), ZERO)
        subtotal, terms, reason = self.totals_without_points.subtotal, self.terms, ""
        kind = "VOUCHER_THRESHOLD" if terms.is_voucher else "PROMOTION_THRESHOLD"
        thresholds = [(kind, terms.threshold if self.totals_without_points.has_order_discount else ZERO)]
        thresholds.append(("GIFT_THRESHOLD", terms.gift_threshold or ZERO))
        for name, threshold in thresholds:
            if threshold and subtotal - limit < threshold <= subtotal:
                limit, reason = subtotal - threshold, name
        return limit, reason

    def _effect(self, rows: Decimal) -> Decimal:
        return effect_of_rows(rows, subtotal=self.totals_without_points.subtotal, terms=self.terms)

    def _base(self, totals: Totals) -> Decimal:
        return totals.subtotal - totals.order_discount


def open_carts(checkouts: QuerySet[Checkout], *, using: str = "default") -> list[OpenCart]:
    """Return the checkouts of the queryset, opened. Six statements, one or two more where points stand on one."""
    listings = Prefetch("variant__listings", queryset=Listing.objects.using(using))
    lines = CheckoutLine.objects.using(using).select_related("variant__product", "points_row")
    lines = lines.prefetch_related(listings, "variant__product__collections")
    found = list(
        checkouts.using(using).select_related("channel", "user", "voucher").prefetch_related(Prefetch("lines", lines))
    )
    promotions = OrderPromotion.objects.using(using).filter(is_active=True)
    promotions = promotions.filter(channel__in={checkout.channel_id for checkout in found}) if found else promotions
    paths = category_paths(using=using) if found else {}
    by_channel: dict[int, list[OrderPromotion]] = {}
    for promotion in promotions if found else ():
        by_channel.setdefault(promotion.channel_id, []).append(promotion)
    carts = []
    counting: dict[str, bool] = {}
    for checkout in found:
        rows = list(checkout.lines.all())
        slug = checkout.channel.slug
        if any(getattr(line, "points_row", None) for line in rows) and slug not in counting:
            from .loyalty import rows_count

            counting[slug] = rows_count(slug, using=using)
        carts.append(
            OpenCart(
                checkout, rows, by_channel.get(checkout.channel_id, []), paths, rows_count=counting.get(slug, True)
            )
        )
    return carts


def open_cart(checkout_id: str | UUID, *, for_update: bool = False, using: str = "default") -> OpenCart | None:
    """Return one checkout, its row locked if asked for; None if there is none of that id."""
    key = valid_uuid(checkout_id)
    if key is None:
        return None
    queryset = Checkout.objects.filter(pk=key)
    if for_update:
        queryset = queryset.select_for_update(of=("self",))
    return next(iter(open_carts(queryset, using=using)), None)


def valid_uuid(text: object) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None


def category_paths(*, using: str = "default") -> dict[int, tuple[str, ...]]:
    """Return for each category the slugs from its root to itself."""
    nodes = {
        pk: (slug, parent) for pk, slug, parent in Category.objects.using(using).values_list("pk", "slug", "parent")
    }
    paths: dict[int, tuple[str, ...]] = {}
    for pk in nodes:
        path: list[str] = []
        node: int | None = pk
        while node is not None and len(path) < len(nodes):
            slug, node = nodes[node]
            path.insert(0, slug)
        paths[pk] = tuple(path)
    return paths


def customer_facts(user: User | None, email: str) -> CustomerFacts:
    if user is None:
        return CustomerFacts(email=email)
    status = "MEMBER" if user.is_active and user.is_confirmed else "PENDING"
    return CustomerFacts(user_id=user.pk, email=user.email, member_status=status)


def basket_line(
    line: Any,
    priced: PricedLine,
    *,
    path: tuple[str, ...],
    amounts: tuple[Totals, Totals],
    has_voucher: bool = False,
    has_promotion: bool = False,
    has_gift: bool = False,
) -> BasketLine:
    """Return the rules' picture of a line; ``amounts`` are the totals without and with points."""
    product: Product = line.variant.product
    without, totals = amounts[0].lines[priced.id], amounts[1].lines[priced.id]
    return BasketLine(
        id=priced.id,
        product_id=str(product.pk),
        variant_id=str(line.variant.pk),
        product_slug=product.slug,
        variant_sku=line.variant.sku,
        category_slugs=path,
        collection_slugs=tuple(sorted(collection.slug for collection in product.collections.all())),
        quantity=priced.quantity,
        unit_price=priced.list_price,
        net=without.net,
        gross=without.gross,
        redeemed_net=without.net - totals.net,
        redeemed_gross=without.gross - totals.gross,
        has_automatic_discount=priced.price < priced.list_price or has_promotion,
        has_voucher=has_voucher,
        has_buy_x_get_y=has_gift,
        is_gift=priced.is_gift,
        is_gift_card=product.is_gift_card,
    )


def _priced_line(line: CheckoutLine) -> PricedLine:
    listings = (one for one in line.variant.listings.all() if one.channel_id == line.checkout.channel_id)
    listing = next(listings, None)
    return PricedLine(
        id=str(line.pk),
        quantity=line.quantity,
        list_price=listing.price if listing else ZERO,
        price=listing.price_now if listing else ZERO,
        is_gift=line.is_gift,
    )


def _terms(checkout: Checkout, lines: Sequence[CheckoutLine], promotions: Sequence[OrderPromotion]) -> Terms:
    channel, voucher = checkout.channel, checkout.voucher
    promotion = next((found for found in promotions if found.percent is not None), None)
    gift = next((found for found in promotions if found.gift_id is not None), None)
    discount: Any = voucher or promotion
    threshold = voucher.min_spent if voucher else promotion.min_subtotal if promotion else ZERO
    has_gift = gift is not None and any(line.is_gift for line in lines)
    return Terms(
        currency=channel.currency,
        prices_entered_with_tax=channel.prices_entered_with_tax,
        tax_rate=channel.tax_rate,
        shipping_price=channel.shipping_price if checkout.has_shipping else ZERO,
        percent=discount.percent if discount else None,
        amount=voucher.amount if voucher else None,
        threshold=threshold,
        is_voucher=voucher is not None,
        gift_threshold=gift.min_subtotal if gift and has_gift else None,
    )
