"""Orders in tests of reports: recorded with a basket and a receipt, then awarded and reversed in parts; and the
plainest computing of their shares, with the rules' own splitting."""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from saleor_loyalty import ledger
from saleor_loyalty.basket import Basket, BasketLine, basket_to_json
from saleor_loyalty.ledger.posting import term_of
from saleor_loyalty.models import LoyaltyAccount, LoyaltyTransaction, OrderRecord
from saleor_loyalty.rules import Receipt, ReceiptLine, receipt_to_json
from saleor_loyalty.rules.largest_remainder import split_by_largest_remainder

from .reports import moment

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Bought:
    """One line of an order, and the points that it got from each rule."""

    product_id: str
    categories: tuple[str, ...]
    points: dict[str, int]


def record_order(
    account: LoyaltyAccount, bought: list[Bought], *, channel: str = "shop", order_id: str = ""
) -> OrderRecord:
    number = next(_numbers)
    lines = tuple(
        BasketLine(
            id=f"line-{position}",
            product_id=line.product_id,
            variant_id=f"variant-{position}",
            product_slug=f"product-{line.product_id}",
            category_slugs=line.categories,
            quantity=1,
            unit_price=Decimal(1),
            net=Decimal(1),
            gross=Decimal(1),
        )
        for position, line in enumerate(bought)
    )
    # A rule's lines stand together in a receipt.
    rules = sorted({rule for line in bought for rule in line.points})
    applied = [
        ReceiptLine("RULE_APPLIED", f"line-{position}", rule, Decimal(1), line.points[rule], "1/1")
        for rule in rules
        for position, line in enumerate(bought)
        if rule in line.points
    ]
    points = sum(line.points for line in applied)
    receipt = Receipt(
        kind="EARN",
        points=points,
        currency="ILS",
        rule_keys=tuple(rules),
        lines=(ReceiptLine("SHIPPING_EXCLUDED", None, "", Decimal(5)), *applied),
    )
    at = moment("2026-03-01T12:00")
    basket = Basket(currency="ILS", channel=channel, lines=lines, at=at)
    return OrderRecord.objects.create(
        program=account.program,
        program_version_id=account.program.published_version_id,
        account=account,
        order_id=order_id or f"recorded-{number}",
        channel_slug=channel,
        currency="ILS",
        basket=basket_to_json(basket),
        receipt=receipt_to_json(receipt),
        earnable=points,
        created_at=at,
        updated_at=at,
    )


def settle(record: OrderRecord, target: int, *, on: str) -> None:
    """Post so that ``target`` points of the order stand, or as few as can be taken back."""
    standing = record.awarded - record.reversed
    receipt = {**record.receipt, "posted": target - standing, "standing": target}
    arguments = {"at": moment(on), "order_id": record.order_id, "receipt": receipt}
    key = f"{record.order_id}-{next(_numbers)}"
    if target > standing:
        ledger.award_points(
            record.account_id,
            points=target - standing,
            idempotency_key=key,
            program_version=record.program_version_id,
            channel_slug=record.channel_slug,
            available_at=moment(on),
            **arguments,
        )
        record.awarded += target - standing
    elif target < standing:
        result = ledger.reverse_award(record.account_id, points=standing - target, idempotency_key=key, **arguments)
        record.reversed += result.reversed_points
    record.save()


def plain_shares(row: LoyaltyTransaction, dimension: str) -> dict[str, int]:
    """Return by key what the posting of an order adds to its term, counted in Python."""
    if row.type.startswith("MERGE"):
        return {}  # it was awarded before, and only moves
    receipt = row.receipt or {}
    applied = [line for line in receipt.get("lines", ()) if line["code"] == "RULE_APPLIED" and line["points"] > 0]
    record = OrderRecord.objects.filter(program_id=row.program_id, order_id=row.order_id).first()
    basket = {line["id"]: line for line in record.basket["lines"]} if record is not None else {}
    weights: dict[str, int] = defaultdict(int)
    for line in applied:
        bought = basket.get(line["order_line_id"], {})
        categories = bought.get("category_slugs") or [""]
        key = {"RULE": line["rule_key"], "PRODUCT": bought.get("product_id", ""), "CATEGORY": categories[-1]}[
            dimension
        ]
        weights[key] += line["points"]
    if not weights:
        return {"": -row.points if term_of(row.type, points=row.points) == "reversed" else row.points}
    before = max(receipt["standing"] - receipt["posted"], -row.points)
    after = before + row.points
    found = {}
    for key, start, end in zip(
        weights,
        split_by_largest_remainder(before, list(weights.values())),
        split_by_largest_remainder(after, list(weights.values())),
        strict=True,
    ):
        found[key] = end - start if row.points > 0 else start - end
    return found
