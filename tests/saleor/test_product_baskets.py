"""Products and variants of Saleor as baskets of one unit."""

from __future__ import annotations

from decimal import Decimal

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from saleor.product.models import ProductVariant

from saleor_loyalty.host import get_host


def test_a_product_is_a_basket_of_its_cheapest_variant_today(club):
    # given
    club.add_product("SERUM", price=Decimal(123), category="care")
    cheap = ProductVariant.objects.get(sku="SERUM")
    dear = cheap.product.variants.create(sku="SERUM-XL", name="XL")
    dear.channel_listings.create(channel=club.row, currency="USD", price_amount=200, discounted_price_amount=200)
    club.put_on_promotion("SERUM", price=Decimal(100))
    unsold = cheap.product.variants.create(sku="SERUM-XS", name="XS")

    # when
    baskets = get_host().product_baskets(
        [cheap.product, dear, unsold], channel=club.channel, customer=None, at=timezone.now()
    )

    # then
    lines = [basket.lines[0] if basket else None for basket in baskets]
    assert (lines[0].variant_sku, lines[0].unit_price, lines[0].gross, lines[0].net) == (
        "SERUM",
        Decimal("123.00"),
        Decimal("100.00"),
        Decimal("81.30"),
    )
    assert (lines[0].has_automatic_discount, lines[0].category_slugs) == (True, ("care",))
    assert (lines[1].variant_sku, lines[1].gross, lines[1].has_automatic_discount) == (
        "SERUM-XL",
        Decimal("200.00"),
        False,
    )
    assert lines[2] is None
    assert get_host().product_baskets([dear], channel="nowhere", customer=None, at=timezone.now()) == [None]


def test_product_baskets_take_a_constant_number_of_statements(club):
    # given
    for number in range(8):
        club.add_product(f"P{number}", price=Decimal(10), category="one", collections=["new"])
    products = [variant.product for variant in ProductVariant.objects.select_related("product")]
    counts = []

    # when
    for some in (products[:1], products):
        with CaptureQueriesContext(connection) as captured:
            get_host().product_baskets(some, channel=club.channel, customer=None, at=timezone.now())
        counts.append(len(captured))

    # then channel, listings, collections, tax rates
    assert counts == [4, 4]
