"""Rows that are read along with the row they belong to are those that a query of their own gives."""

from __future__ import annotations

import pytest
from django.db.models import OuterRef
from saleor.checkout.models import CheckoutLine
from saleor.discount.models import CheckoutLineDiscount, PromotionRule
from saleor.product.models import Collection, ProductVariantChannelListing

from saleor_loyalty.adapter.nested import nested, nested_rows

from .discount_carts import cart, make_catalogue_promotion, make_order_promotion  # noqa: F401

pytestmark = pytest.mark.django_db


def columns(row):
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_every_column_is_what_a_query_of_its_own_gives(cart):  # noqa: F811
    # given: rows of both kinds on the lines, with amounts, moments, keys and empty columns
    make_catalogue_promotion(cart)
    cart.put("7.01")
    cart.totals()
    discounts = CheckoutLineDiscount.objects.filter(line_id=OuterRef("pk"))
    listings = ProductVariantChannelListing.objects.filter(variant_id=OuterRef("variant_id"))

    # when
    lines = CheckoutLine.objects.filter(checkout=cart.pk).annotate(one=nested(discounts), other=nested(listings))
    found = {
        line.pk: (
            nested_rows(CheckoutLineDiscount, line.one, using="default"),
            nested_rows(ProductVariantChannelListing, line.other, using="default"),
        )
        for line in lines
    }

    # then
    for line in CheckoutLine.objects.filter(checkout=cart.pk):
        rows, listed = found[line.pk]
        assert [columns(row) for row in rows] == [columns(row) for row in line.discounts.all()]
        assert [columns(row) for row in listed] == [columns(row) for row in line.variant.channel_listings.all()]
        assert (rows[0]._state.adding, rows[0]._state.db) == (False, "default")
    assert sorted(len(rows) for rows, _ in found.values()) == [1, 2]


def test_a_document_is_read_as_it_is_stored(cart):  # noqa: F811
    # given
    make_order_promotion(cart, percent="25")
    rules = PromotionRule.objects.filter(promotion_id=OuterRef("promotion_id"))

    # when
    row = PromotionRule.objects.annotate(loyalty_rules=nested(rules)).get()
    (rule,) = nested_rows(PromotionRule, row.loyalty_rules, using="default")

    # then
    assert columns(rule) == columns(PromotionRule.objects.get())
    assert rule.order_predicate


def test_fields_that_were_not_asked_for_are_deferred(cart, published_collection):  # noqa: F811
    # given
    line = cart.checkout.lines.first()
    published_collection.products.add(line.variant.product)
    collections = Collection.objects.filter(collectionproduct__product_id=OuterRef("variant__product_id"))

    # when
    found = CheckoutLine.objects.annotate(rows=nested(collections, "id", "slug")).get(pk=line.pk)
    (collection,) = nested_rows(Collection, found.rows, "id", "slug", using="default")

    # then
    assert (collection.pk, collection.slug) == (published_collection.pk, published_collection.slug)
    assert "name" in collection.get_deferred_fields()
    assert nested_rows(Collection, [], "id", "slug", using="default") == []
