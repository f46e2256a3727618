"""What an order sells: which of its lines are plans, and how many of their units stand. Pure but for one look-up.

It looks at the order's facts alone, never at events, so that lost, doubled and reordered events end in the same
memberships. Held by ``tests/memberships/test_selling.py``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from ..basket import BasketLine
from ..host import OrderFacts
from ..models import MembershipPlan, PlanStart, PlanVariant


@dataclass(frozen=True, kw_only=True, slots=True)
class SoldUnits:
    """Of one line: how many units are sold, and how many of these may begin."""

    sold: int
    released: int


def count_units(facts: OrderFacts, line_id: str, *, starts_when: str) -> SoldUnits:
    """Return how many units of the line stand now.

    Nothing is sold of an order that has ended, or whose money went back as a whole; what was refunded or returned is
    not sold any more. Of what is sold may begin: ORDER_PAID all of it once the order is paid in full; ORDER_FULFILLED
    as much as is delivered.
    """
    refunds = facts.refunds
    if facts.has_ended or (refunds.money > 0 and refunds.money >= refunds.charged):
        return SoldUnits(sold=0, released=0)
    sold = max(facts.ordered.get(line_id, 0) - refunds.units.get(line_id, 0), 0)
    if starts_when == PlanStart.ORDER_PAID:
        return SoldUnits(sold=sold, released=sold if facts.is_charged_in_full else 0)
    return SoldUnits(sold=sold, released=min(sold, facts.fulfilled.get(line_id, 0)))


def sells_memberships(facts: OrderFacts, *, program_id: int) -> bool:
    """Return whether a plan is among the order's lines. An order that replaces another one, or was imported, sells
    none: the first one did, or the past. At most one statement."""
    if facts.origin in ("REISSUE", "IMPORT"):
        return False
    return bool(plans_of_lines(program_id, facts.basket.lines))


def plans_of_lines(program_id: int, lines: Iterable[BasketLine]) -> dict[str, MembershipPlan]:
    """Return by line id the plan of the program that the line's variant sells now; other lines are left out.

    The variant's id counts before its SKU. One statement.
    """
    lines = list(lines)
    ids = {line.variant_id for line in lines} - {""}
    skus = {line.variant_sku for line in lines} - {""}
    rows = PlanVariant.objects.filter(Q(variant_id__in=ids) | Q(sku__in=skus), program_id=program_id)
    by_id: dict[str, MembershipPlan] = {}
    by_sku: dict[str, MembershipPlan] = {}
    for row in rows.filter(plan__is_active=True).select_related("plan"):
        if row.variant_id:
            by_id[row.variant_id] = row.plan
        if row.sku:
            by_sku[row.sku] = row.plan
    found = {line.id: by_id.get(line.variant_id) or by_sku.get(line.variant_sku) for line in lines}
    return {line_id: plan for line_id, plan in found.items() if plan is not None}
