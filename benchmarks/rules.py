"""How many baskets a second the rules evaluate on one core: 10 lines, 20 earning rules.

Three documents: twenty conversion rules of all scopes, the same with ten of them fixed, and one shop-wide rule for
comparison. Run ``python -m benchmarks.rules`` from the repository's root. Processor time is measured, and the figure
is the best of several rounds, because the other load of the machine can only slow a round down.
"""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from saleor_loyalty.basket import Basket, BasketLine
from saleor_loyalty.rules import (
    SplitLine,
    evaluate_earning,
    parse_rules,
    quote_redemption,
    rules_from_yaml,
    rules_to_yaml,
    split_discount,
)

AT = datetime.datetime(2026, 6, 1, 12, tzinfo=datetime.UTC)
ROUNDS = 7
REPEATS = 2_000
TARGET = 20_000


def build_basket() -> Basket:
    lines = tuple(
        BasketLine(
            id=f"line-{number}",
            product_id=str(number),
            variant_id=str(number),
            product_slug=f"product-{number}",
            variant_sku=f"sku-{number}",
            category_slugs=("clothes", f"category-{number % 5}"),
            collection_slugs=(f"collection-{number % 4}", "summer"),
            quantity=1 + number % 3,
            unit_price=Decimal("19.99"),
            net=Decimal("16.39") * (1 + number % 3),
            gross=Decimal("19.99") * (1 + number % 3),
            has_voucher=number == 8,
            has_automatic_discount=number == 9,
        )
        for number in range(10)
    )
    return Basket(
        currency="ILS", channel="default", lines=lines, shipping_net=Decimal(10), shipping_gross=Decimal(12), at=AT
    )


def build_rules(*, fixed: int, total: int = 20) -> Any:
    scopes: list[dict[str, Any]] = [
        *({"type": "CATEGORY", "slugs": [f"category-{number}"]} for number in range(5)),
        *({"type": "COLLECTION", "slugs": [f"collection-{number}"]} for number in range(2)),
        *({"type": "PRODUCT", "slugs": [f"product-{number}"]} for number in range(0, 10, 2)),
        *({"type": "VARIANT", "slugs": [f"sku-{number}"]} for number in range(0, 10, 3)),
        {"type": "CATEGORY", "slugs": ["clothes"]},
        {"type": "COLLECTION", "slugs": ["summer"]},
        {"type": "PRODUCT", "slugs": ["absent"]},
        {"type": "SHOP"},
    ]
    earning = [
        {
            "key": f"rule-{number}",
            "type": "FIXED_AMOUNT" if number % 2 == 0 and number // 2 < fixed else "CONVERSION_RATE",
            "points": number + 1,
            "scope": scopes[-1 - number],
        }
        for number in range(total)
    ]
    return parse_rules(
        {
            "channels": [{"key": "main", "channel": "default", "currency": "ILS"}],
            "earning": earning,
            "redemption": [
                {
                    "key": "spend",
                    "type": "VARIABLE_VALUE",
                    "points": 100,
                    "value": "10",
                    "minPoints": 100,
                    "maxPoints": 1000,
                    "maxPercent": 20,
                }
            ],
        }
    )


def per_second(action: Callable[[], object]) -> float:
    best = float("inf")
    for _ in range(ROUNDS):
        started = time.process_time()
        for _ in range(REPEATS):
            action()
        best = min(best, time.process_time() - started)
    return REPEATS / best


def main() -> None:
    basket = build_basket()
    twenty, mixed, one = build_rules(fixed=0), build_rules(fixed=10), build_rules(fixed=0, total=1)
    lines = [SplitLine(id=line.id, total=line.gross, quantity=line.quantity) for line in basket.lines]
    text = rules_to_yaml(twenty)
    print("10 lines; figures are operations a second on one core")
    for name, action in {
        "earning, 20 conversion rules": lambda: evaluate_earning(basket, rules=twenty, at=AT),
        "earning, 10 conversion and 10 fixed rules": lambda: evaluate_earning(basket, rules=mixed, at=AT),
        "earning, 1 conversion rule": lambda: evaluate_earning(basket, rules=one, at=AT),
        "redemption quote": lambda: quote_redemption(basket, rules=twenty, available=5000, requested=500, at=AT),
        "split of a discount": lambda: split_discount(Decimal("50.00"), lines=lines, currency="ILS"),
    }.items():
        print(f"{name:45} {per_second(action):10,.0f}")
    started = time.process_time()
    rules_from_yaml(text)
    print(f"{'reading the document from YAML, once':45} {(time.process_time() - started) * 1000:10.1f} ms")
    print(f"target for earning with 20 rules: {TARGET:,}")


if __name__ == "__main__":
    main()
