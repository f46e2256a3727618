"""What part of an order still stands after units were given back and money was paid back.

State, never events: the answer depends on which units are gone and on how much money came back in all, so that any
pieces in any order end alike. Units that are gone take their own part of the order with them. Money beyond what those
units cost (and beyond shipping) belongs to no line: it takes the same part of everything that is left.
Exact fractions; nothing is rounded here. Held by ``tests/rules/test_refund_share.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from ..basket import Basket, BasketLine

ZERO = Decimal(0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """What stands of an order."""

    units: Mapping[str, int]
    """Line id -> units that were neither refunded nor returned."""
    ordered: Mapping[str, int]
    """Line id -> all units of the line, when it was judged."""
    loose: Decimal = ZERO
    """Refunded money that belongs to no line."""
    money_share: Fraction = Fraction(1)
    """The part of the standing units' money that was not paid back."""


def find_standing(
    basket: Basket,
    *,
    gone: Mapping[str, int],
    loose: Decimal = ZERO,
    ordered: Mapping[str, int] | None = None,
    judged: Mapping[str, int] | None = None,
) -> Standing:
    """Return what stands of an order.

    Args:
        basket: the order's lines; what a line cost in money is its gross without the part paid with points.
        gone: line id -> units that were refunded or returned.
        loose: money refunded beyond what the gone units cost and beyond shipping; major units, with tax.
        ordered: line id -> units the order has now; left out: the basket's.
        judged: line id -> units it had when it was judged; left out: the basket's. What was added later never counts.
    """
    now = {line.id: line.quantity for line in basket.lines} if ordered is None else ordered
    then = now if judged is None else judged
    units = {
        line_id: max(min(now.get(line_id, 0), quantity) - max(gone.get(line_id, 0), 0), 0)
        for line_id, quantity in then.items()
    }
    if loose <= ZERO:
        return Standing(units=units, ordered=then)
    paid = sum((_paid_for(line, units.get(line.id, 0)) for line in basket.lines), Fraction(0))
    if paid == 0:
        return Standing(units=units, ordered=then)
    return Standing(units=units, ordered=then, loose=loose, money_share=max(1 - Fraction(loose) / paid, Fraction(0)))


def standing_at_trigger(
    kept: Standing, *, trigger: str, is_charged_in_full: bool, fulfilled: Mapping[str, int]
) -> Standing | None:
    """Return which part of what stands has passed a program's trigger; None where it has not happened at all.

    ORDER_PLACED: all of it. ORDER_PAID: all of it, once the order was charged in full. ORDER_FULFILLED: what is
    delivered of it; ``fulfilled``: line id -> units.
    """
    if trigger == "ORDER_PAID" and not is_charged_in_full:
        return None
    if trigger != "ORDER_FULFILLED":
        return kept
    units = {line_id: min(count, fulfilled.get(line_id, 0)) for line_id, count in kept.units.items()}
    return Standing(units=units, ordered=kept.ordered, loose=kept.loose, money_share=kept.money_share)


def _paid_for(line: BasketLine, units: int) -> Fraction:
    paid = line.gross - line.redeemed_gross
    if line.quantity <= 0 or paid <= ZERO:
        return Fraction(0)
    return Fraction(paid) * min(units, line.quantity) / line.quantity


def used_value(values: Mapping[str, Decimal | Fraction], *, standing: Standing) -> Fraction:
    """Return how much of what points paid for each line is still used by what stands."""
    used = Fraction(0)
    for line_id, value in values.items():
        quantity = standing.ordered.get(line_id, 0)
        if quantity > 0:
            used += Fraction(value) * standing.units.get(line_id, 0) / quantity
    return used * standing.money_share


def returned_share(points: int, *, value: Decimal, used: Fraction) -> int:
    """Return how many of the ``points`` that paid ``value`` go back when only ``used`` of it is still used.

    Rounded down; with nothing used exactly all of them.
    """
    if value <= ZERO or used <= 0:
        return points
    gone = max(Fraction(value) - used, Fraction(0))
    return int(points * gone / Fraction(value))
