"""Small builders that make a basket and a document readable as a table."""

import datetime
from decimal import Decimal

from saleor_loyalty.basket import Basket, BasketLine, CustomerFacts
from saleor_loyalty.rules import parse_rules

AT = datetime.datetime(2026, 6, 1, 12, tzinfo=datetime.UTC)


def line(id="1", gross="100", *, net=None, quantity=1, **facts):
    for name in ("redeemed_net", "redeemed_gross", "unit_price"):
        if name in facts:
            facts[name] = Decimal(facts[name])
    facts.setdefault("unit_price", Decimal(gross) / quantity)
    facts.setdefault("product_slug", f"product-{id}")
    facts.setdefault("variant_sku", f"sku-{id}")
    return BasketLine(
        id=id,
        product_id=id,
        variant_id=id,
        quantity=quantity,
        gross=Decimal(gross),
        net=Decimal(gross if net is None else net),
        **facts,
    )


def basket(*lines, currency="ILS", channel="default", status="MEMBER", **facts):
    facts.setdefault("customer", CustomerFacts(user_id=1, member_status=status))
    for name in ("shipping_net", "shipping_gross"):
        if name in facts:
            facts[name] = Decimal(facts[name])
    return Basket(currency=currency, channel=channel, lines=lines, at=AT, **facts)


def listing(channel="default", currency="ILS", **more):
    return {"key": channel, "channel": channel, "currency": currency, **more}


def document(*, earning=(), redemption=(), channels=None, **more):
    return {
        "schemaVersion": 1,
        "channels": [listing()] if channels is None else channels,
        "earning": list(earning),
        "redemption": list(redemption),
        **more,
    }


def conversion(key="earn", points=1, **more):
    return {"key": key, "type": "CONVERSION_RATE", "points": points, **more}


def fixed(key="fixed", points=100, **more):
    return {"key": key, "type": "FIXED_AMOUNT", "points": points, **more}


def scope(type, *slugs):
    return {"type": type, "slugs": list(slugs)}


def redemption(type="VARIABLE_VALUE", *, key="spend", points=100, value="10", **more):
    return {"key": key, "type": type, "points": points, "value": value, **more}


def rules(**parts):
    return parse_rules(document(**parts))


def codes(receipt):
    """The receipt's lines as (code, order line, rule) for comparison."""
    return [(entry.code, entry.order_line_id, entry.rule_key) for entry in receipt.lines]
