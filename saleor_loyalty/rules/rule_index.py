"""The earning rules of one channel, arranged for fast evaluation.

Built once for each ``ProgramRules`` object and channel and kept beside the object as long as it lives; it holds
nothing that the document does not say. Finding the rule of a line takes a few dictionary look-ups, however many rules
there are.
"""

from __future__ import annotations

import datetime
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from ..basket import BasketLine
from .document import EarningRule, ProgramRules
from .eligible_base import Basis, basis_of, scope_test


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class IndexedRule:
    """One earning rule as it counts in one channel."""

    rule: EarningRule
    key: str
    position: int
    """In the document."""
    rank: int
    """Lower wins among rules of equal scope: higher priority first, then by key."""
    points: int
    amount_step: Decimal
    basis: Basis
    detail: str
    """The rate, for the receipt."""
    is_in_scope: Callable[[BasketLine], bool]


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleIndex:
    """The rules of one channel. Lists are sorted by rank."""

    conversion: tuple[IndexedRule, ...]
    fixed: tuple[IndexedRule, ...]
    by_slug: dict[str, dict[str, list[IndexedRule]]]
    """Scope type -> slug -> conversion rules."""
    shop: list[IndexedRule]
    has_dates: bool
    parts: dict[tuple[int, ...], RuleIndex] = field(default_factory=dict)
    """Ranks of the current rules -> their index. Each start and end of a rule adds at most one."""

    def current(self, at: datetime.datetime) -> RuleIndex:
        """Return the index without the rules that are not current at ``at``."""
        if not self.has_dates:
            return self
        current = [item for item in (*self.conversion, *self.fixed) if item.rule.is_current(at)]
        ranks = tuple(item.rank for item in current)
        part = self.parts.get(ranks)
        if part is None:
            part = self.parts[ranks] = build_index(current)
        return part

    def conversion_rule(self, line: BasketLine) -> IndexedRule | None:
        """Return the most specific conversion rule that has the line in scope (B-9)."""
        by_slug = self.by_slug
        if by_slug:
            found = by_slug["VARIANT"].get(line.variant_sku) or by_slug["PRODUCT"].get(line.product_slug)
            if found:
                return found[0]
            if by_slug["COLLECTION"]:
                best = _best(by_slug["COLLECTION"], line.collection_slugs)
                if best is not None:
                    return best
            if by_slug["CATEGORY"]:
                for slug in reversed(line.category_slugs):
                    found = by_slug["CATEGORY"].get(slug)
                    if found:
                        return found[0]
        return self.shop[0] if self.shop else None


def _best(rules: dict[str, list[IndexedRule]], slugs: Sequence[str]) -> IndexedRule | None:
    best: IndexedRule | None = None
    for slug in slugs:
        found = rules.get(slug)
        if found and (best is None or found[0].rank < best.rank):
            best = found[0]
    return best


def build_index(rules: Sequence[IndexedRule]) -> RuleIndex:
    """Return the index of these rules."""
    ranked = sorted(rules, key=lambda item: item.rank)
    conversion = tuple(item for item in ranked if item.rule.type == "CONVERSION_RATE")
    by_slug: dict[str, dict[str, list[IndexedRule]]] = {}
    shop = [item for item in conversion if item.rule.scope.type == "SHOP"]
    if len(shop) < len(conversion):
        by_slug = {"VARIANT": {}, "PRODUCT": {}, "COLLECTION": {}, "CATEGORY": {}}
        for item in conversion:
            for slug in item.rule.scope.slugs:
                by_slug[item.rule.scope.type].setdefault(slug, []).append(item)
    return RuleIndex(
        conversion=conversion,
        fixed=tuple(item for item in ranked if item.rule.type == "FIXED_AMOUNT"),
        by_slug=by_slug,
        shop=shop,
        has_dates=any(item.rule.starts_at or item.rule.ends_at for item in ranked),
    )


_indexes: dict[int, tuple[weakref.ref[ProgramRules], dict[str, RuleIndex]]] = {}


def index_of(rules: ProgramRules, channel: str) -> RuleIndex:
    """Return the index of the channel's earning rules, built at the first call for this very object."""
    identity = id(rules)
    entry = _indexes.get(identity)
    if entry is None or entry[0]() is not rules:
        entry = (weakref.ref(rules, lambda _: _indexes.pop(identity, None)), {})
        _indexes[identity] = entry
    index = entry[1].get(channel)
    if index is None:
        index = entry[1][channel] = build_index(_indexed_rules(rules, channel))
    return index


def _indexed_rules(rules: ProgramRules, channel: str) -> list[IndexedRule]:
    positions = [position for position, rule in enumerate(rules.earning) if rule.is_for(channel)]
    ranked = sorted(positions, key=lambda position: (-rules.earning[position].priority, rules.earning[position].key))
    indexed = []
    for rank, position in enumerate(ranked):
        rule = rules.earning[position]
        rate = rule.rate(channel)
        is_fixed = rule.type == "FIXED_AMOUNT"
        indexed.append(
            IndexedRule(
                rule=rule,
                key=rule.key,
                position=position,
                rank=rank,
                points=rate.points,
                amount_step=rate.amount_step,
                basis=basis_of(
                    rule.combination,
                    with_tax=rule.tax_mode == "AFTER_TAX",
                    counts_redeemed=rules.earn_on_redeemed,
                ),
                detail=f"fixed/{rate.points}" if is_fixed else f"{rate.points}/{rate.amount_step:f}",
                is_in_scope=scope_test(rule.scope),
            )
        )
    return indexed
