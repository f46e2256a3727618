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
from operator import attrgetter

from ..basket import BasketLine, CustomerFacts
from .document import EarningRate, EarningRule, ProgramRules
from .document.timing import outside_window
from .eligible_base import Basis, basis_of, scope_filter
from .tier_multiplier import tier_multipliers

PARTS_KEPT = 256
position_of = attrgetter("position")


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
    multiplier: Decimal
    """1 for all but multipliers."""
    lines_in_scope: Callable[[Sequence[BasketLine]], Sequence[BasketLine]]
    """Picks those lines, in their order."""
    is_limited: bool
    """Whether it has a cap, for an order or for a customer."""
    time_zone: str
    """The channel's: whose days count."""

    def outside(self, at: datetime.datetime) -> str:
        """Return why the rule does not count at ``at``: DATES or WEEKDAY; empty where it does."""
        return outside_window(self.rule, at=at, time_zone=self.time_zone)


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleIndex:
    """The rules of one channel."""

    conversion: tuple[IndexedRule, ...]
    """By rank."""
    fixed: tuple[IndexedRule, ...]
    """By position, as all of them count."""
    multipliers: tuple[IndexedRule, ...]
    """The highest first, and of equal ones by rank."""
    shop: IndexedRule | None
    """The first conversion rule for the whole shop."""
    variants: dict[str, IndexedRule]
    """SKU -> the first conversion rule that names it; the others by slug."""
    products: dict[str, IndexedRule]
    collections: dict[str, IndexedRule]
    categories: dict[str, IndexedRule]
    has_window: bool
    has_conditions: bool
    has_stops: bool
    parts: dict[tuple[int, ...], RuleIndex] = field(default_factory=dict)
    """Ranks of the rules that count -> their index. Kept up to a number: conditions make many combinations."""

    @property
    def all_rules(self) -> tuple[IndexedRule, ...]:
        return (*self.conversion, *self.fixed, *self.multipliers)

    def current(self, at: datetime.datetime, customer: CustomerFacts) -> RuleIndex:
        """Return the index without the rules that are not current at ``at`` or not for this customer."""
        if not self.has_window and not self.has_conditions:
            return self
        return self.part(
            [item for item in self.all_rules if not item.outside(at) and not item.rule.conditions.failing(customer)]
        )

    def stopped_by(self, item: IndexedRule) -> list[IndexedRule]:
        """Return the rules below one that stops: of a multiplier the multipliers, of another rule all of them."""
        below = self.multipliers if item.rule.type == "MULTIPLIER" else self.all_rules
        return [other for other in below if other.rank > item.rank]

    def part(self, current: Sequence[IndexedRule]) -> RuleIndex:
        """Return the index of some of its rules."""
        ranks = tuple(sorted(item.rank for item in current))
        part = self.parts.get(ranks)
        if part is None:
            part = build_index(current)
            if len(self.parts) < PARTS_KEPT:
                self.parts[ranks] = part
        return part

    def looks_at(self, line: BasketLine) -> bool:
        """Return whether any rule but a multiplier has the line in scope."""
        return self.conversion_rule(line) is not None or any(item.lines_in_scope([line]) for item in self.fixed)

    def conversion_rule(self, line: BasketLine) -> IndexedRule | None:
        """Return the most specific conversion rule that has the line in scope (B-9)."""
        found = self.variants.get(line.variant_sku) or self.products.get(line.product_slug)
        if found is None and self.collections:
            for slug in line.collection_slugs:
                other = self.collections.get(slug)
                if other is not None and (found is None or other.rank < found.rank):
                    found = other
        if found is not None:
            return found
        if self.categories:
            for slug in reversed(line.category_slugs):
                if slug in self.categories:
                    return self.categories[slug]
        return self.shop


def build_index(rules: Sequence[IndexedRule]) -> RuleIndex:
    """Return the index of these rules."""
    ranked = sorted(rules, key=lambda item: item.rank)
    conversion = tuple(item for item in ranked if item.rule.type == "CONVERSION_RATE")
    first: dict[str, dict[str, IndexedRule]] = {"VARIANT": {}, "PRODUCT": {}, "COLLECTION": {}, "CATEGORY": {}}
    for item in conversion:
        for slug in item.rule.scope.slugs:
            first[item.rule.scope.type].setdefault(slug, item)
    return RuleIndex(
        conversion=conversion,
        fixed=tuple(sorted((item for item in ranked if item.rule.type == "FIXED_AMOUNT"), key=position_of)),
        multipliers=tuple(
            sorted(
                (item for item in ranked if item.rule.type == "MULTIPLIER"),
                key=lambda item: (-item.multiplier, item.rank),
            )
        ),
        shop=next((item for item in conversion if item.rule.scope.type == "SHOP"), None),
        variants=first["VARIANT"],
        products=first["PRODUCT"],
        collections=first["COLLECTION"],
        categories=first["CATEGORY"],
        has_window=any(item.rule.starts_at or item.rule.ends_at or item.rule.weekdays is not None for item in ranked),
        has_conditions=any(not item.rule.conditions.is_open for item in ranked),
        has_stops=any(item.rule.stop_processing for item in ranked),
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
    earning = (*rules.earning, *tier_multipliers(rules))
    positions = [position for position, rule in enumerate(earning) if rule.is_for(channel)]
    ranked = sorted(positions, key=lambda position: (-earning[position].priority, earning[position].key))
    listing = rules.listing(channel)
    indexed = []
    for rank, position in enumerate(ranked):
        rule = earning[position]
        rate = rule.rate(channel)
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
                detail=_detail(rule, rate),
                multiplier=rule.multiplier or Decimal(1),
                lines_in_scope=scope_filter(rule.scope),
                is_limited=rule.max_points_per_order is not None or bool(rule.customer_caps),
                time_zone=listing.time_zone if listing is not None else "UTC",
            )
        )
    return indexed


def _detail(rule: EarningRule, rate: EarningRate) -> str:
    if rule.type == "MULTIPLIER":
        return f"{rule.multiplier:f}"
    return f"fixed/{rate.points}" if rule.type == "FIXED_AMOUNT" else f"{rate.points}/{rate.amount_step:f}"


def words_needed(rules: ProgramRules) -> frozenset[str]:
    """Return what the conditions of the earning rules, and the tiers' multipliers, ask about a customer: some of
    LABELS, PLANS and TIERS, or nothing."""
    return frozenset().union(*(rule.conditions.words_needed for rule in (*rules.earning, *tier_multipliers(rules))))
