"""A real order, fulfilled: its points by rule, product and category over Saleor's GraphQL."""

from __future__ import annotations

from graphene import Node
from saleor.order.models import Order

from saleor_loyalty.tasks import roll_up_statistics_task
from tests.scenarios.drivers.protocol import STAFF
from tests.scenarios.stories import open_club

from .test_order_facts import buy

STATISTICS = """{ loyaltyStatistics {
    given reversed outstanding sources { source points }
    sourcesByRule { ruleKey name points reversed }
    sourcesByProduct { productId slug points reversed }
    sourcesByCategory { slug points reversed } }
  loyaltyPrograms(first: 5) { edges { node { statistics { given } } } } }"""


def test_an_order_is_told_apart_by_rule_product_and_category(shop):
    # given: an eyeliner at 100.00 and a brush at 50.00, a point for each unit of money
    open_club(shop, points=0)
    order = buy(shop, {"EYELINER": 1, "BRUSH": 1})

    # when
    shop.fulfill(order)

    # then: before the roll-up and after it
    lines = {line.product_sku: line for line in Order.objects.get().lines.select_related("variant__product__category")}
    products = {sku: line.variant.product for sku, line in lines.items()}
    categories: dict[str, int] = {}
    for sku, points in (("EYELINER", 100), ("BRUSH", 50)):
        category = products[sku].category
        slug = category.slug if category is not None else ""
        categories[slug] = categories.get(slug, 0) + points
    for _ in range(2):
        data = shop.query(STATISTICS, by=STAFF).data
        found = data["loyaltyStatistics"]
        assert (found["given"], found["reversed"], found["outstanding"]) == (150, 0, 150)
        assert found["sources"] == [{"source": "ORDER", "points": 150}]
        assert found["sourcesByRule"] == [{"ruleKey": "basic", "name": "Basic", "points": 150, "reversed": 0}]
        assert found["sourcesByProduct"] == [
            {
                "productId": Node.to_global_id("Product", products[sku].pk),
                "slug": products[sku].slug,
                "points": points,
                "reversed": 0,
            }
            for sku, points in (("EYELINER", 100), ("BRUSH", 50))
        ]
        assert {row["slug"]: row["points"] for row in found["sourcesByCategory"]} == categories
        assert data["loyaltyPrograms"]["edges"] == [{"node": {"statistics": {"given": 150}}}]
        roll_up_statistics_task()
