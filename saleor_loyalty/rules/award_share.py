"""The share of a recorded award that belongs to the part of the order that is fulfilled and not refunded.

Cumulative: the caller posts the difference to what was posted before, so that any sequence of fulfilments gives the
same sum and the last one the exact rest. Computed from the receipt, never from today's rules. Rounded down once.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from .receipt import Receipt

ZERO = Decimal(0)


def award_share(
    receipt: Receipt,
    *,
    fulfilled: Mapping[str, int],
    ordered: Mapping[str, int],
    money_share: Fraction = Fraction(1),
) -> int:
    """Return how many of the receipt's points stand when ``fulfilled`` of ``ordered`` quantities are fulfilled.

    Both map order line ids to quantities; a line that is missing counts as nothing, more than ordered as everything.
    Each rule's points follow the bases of its own lines. Everything fulfilled gives exactly ``receipt.points``.
    ``money_share`` is the part of the money for them that was not paid back (``refund_share``).
    """
    fractions = {
        line_id: Fraction(min(max(fulfilled.get(line_id, 0), 0), quantity), quantity)
        for line_id, quantity in ordered.items()
        if quantity > 0
    }
    share = sum(
        (points * _fulfilled_part(bases, fractions, ordered) for points, bases in awards_by_rule(receipt)), Fraction(0)
    )
    return int(share * money_share)


def awards_by_rule(receipt: Receipt) -> list[tuple[int, Mapping[str, Decimal]]]:
    """Return the points of each rule with the bases of its lines; together they are the receipt's points."""
    points: dict[str, int] = {}
    bases: dict[str, dict[str, Decimal]] = {}
    for line in receipt.lines:
        if line.code == "RULE_APPLIED" and line.order_line_id is not None:
            points[line.rule_key] = points.get(line.rule_key, 0) + line.points
            bases.setdefault(line.rule_key, {})[line.order_line_id] = line.base
        elif line.code == "MULTIPLIER_APPLIED" and line.order_line_id is not None:
            # It follows the points that it multiplied, not the money.
            points[line.rule_key] = points.get(line.rule_key, 0) + line.points
            bases.setdefault(line.rule_key, {})[line.order_line_id] = Decimal(line.detail.partition("/")[2])
    if sum(points.values()) != receipt.points:
        return [(receipt.points, receipt.line_bases)]
    return [(points[rule_key], bases[rule_key]) for rule_key in points]


def _fulfilled_part(
    bases: Mapping[str, Decimal], fractions: Mapping[str, Fraction], ordered: Mapping[str, int]
) -> Fraction:
    """Return which part of the money of ``bases`` is fulfilled; without money, which part of the quantity."""
    total = sum(bases.values(), ZERO)
    if total > ZERO:
        done = sum((Fraction(base) * fractions.get(line_id, 0) for line_id, base in bases.items()), Fraction(0))
        return done / Fraction(total)
    line_ids = bases or ordered
    quantity = sum(max(ordered.get(line_id, 0), 0) for line_id in line_ids)
    if not quantity:
        return Fraction(0)
    done = sum(
        (fractions.get(line_id, Fraction(0)) * max(ordered.get(line_id, 0), 0) for line_id in line_ids), Fraction(0)
    )
    return done / quantity
