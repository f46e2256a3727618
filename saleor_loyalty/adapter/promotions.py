"""Order promotions, judged in memory for any subtotal: what Saleor would take off, or which gift it would add.

Never writes. Saleor evaluates the predicate of a rule in SQL on the stored subtotal; here the same document is
evaluated on a subtotal that is only being considered. Which gift is available is left to Saleor's own function.
A predicate with a key that we do not know counts as fulfilled exactly where Saleor has the rule applied now.
Held by ``tests/saleor/test_discount_thresholds.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from django.db.models import F, OuterRef
from prices import Money
from saleor.discount import RewardType
from saleor.discount.models import Promotion, PromotionRule
from saleor.discount.utils.promotion import get_best_rule

from .nested import nested, nested_rows

ANNOTATION = "loyalty_promotion_rules"


class UnknownPredicate(Exception):
    """The predicate has a key that this file does not know."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The best rule for one subtotal."""

    rule_id: Any = None
    amount: Decimal = Decimal(0)
    is_gift: bool = False


def read_promotion_rules(channel_pks: Iterable[int], *, using: str = "default") -> dict[int, list[Any]]:
    """Return the rules of running order promotions by channel, in Saleor's order, in one statement."""
    rules = _running_rules(channels__in=set(channel_pks)).using(using).annotate(listed_channel_pk=F("channels__pk"))
    by_channel: dict[int, list[Any]] = {}
    for rule in rules:
        by_channel.setdefault(rule.listed_channel_pk, []).append(rule)
    return by_channel


def with_promotion_rules(checkouts: Any) -> Any:
    """Return the queryset of checkouts that reads the rules of the running order promotions along with each one."""
    return checkouts.annotate(**{ANNOTATION: nested(_running_rules(channels=OuterRef("channel_id")))})


def rules_read_along(checkout: Any, *, using: str = "default") -> list[Any] | None:
    """Return the rules that were read along with the checkout; None: they were not."""
    rows = checkout.__dict__.get(ANNOTATION)
    return None if rows is None else nested_rows(PromotionRule, rows, using=using)


def _running_rules(**channels: Any) -> Any:
    running = PromotionRule.objects.filter(promotion__in=Promotion.objects.active(), **channels)
    return running.exclude(order_predicate={})


class PromotionOrderDiscount:
    """What the running order promotions do to the whole cart.

    ``gifts`` remembers the best gift of each set of rules; several checkouts may share it.
    """

    def __init__(
        self,
        rules: Sequence[Any],
        *,
        channel: Any,
        shipping: Decimal,
        country: str,
        applied_rule_ids: Callable[[], set[Any]],
        gifts: dict[Any, Any],
        using: str = "default",
    ) -> None:
        self._rules = rules
        self._channel = channel
        self._shipping = shipping
        self._country = country
        self._applied_rule_ids = applied_rule_ids
        self._using = using
        self._gifts = gifts
        self._outcomes: dict[Decimal, Outcome] = {}

    def outcome(self, subtotal: Decimal) -> Outcome:
        """Return the rule that Saleor would choose for this subtotal."""
        if subtotal not in self._outcomes:
            self._outcomes[subtotal] = self._choose(subtotal)
        return self._outcomes[subtotal]

    def benefit(self, subtotal: Decimal) -> Literal["", "AUTOMATIC", "GIFT"]:
        outcome = self.outcome(subtotal)
        if outcome.is_gift:
            return "GIFT"
        return "AUTOMATIC" if outcome.amount else ""

    def amount(self, subtotal: Decimal) -> Decimal:
        """Return what Saleor takes off a subtotal of this size; a gift takes nothing off the other lines."""
        outcome = self.outcome(subtotal)
        return Decimal(0) if outcome.is_gift else min(outcome.amount, subtotal)

    def broken_threshold(self, before: Decimal, after: Decimal) -> str:
        """Return the reason where a benefit that the cart has at ``before`` is gone at ``after``, else ''."""
        had = self.outcome(before)
        if had.rule_id is None or before == after:
            return ""
        has = self.outcome(after)
        if had.is_gift:
            return "" if has.is_gift else "GIFT_THRESHOLD"
        # Another rule may take over, as long as the one that the cart had would still count.
        still_counts = any(rule.pk == had.rule_id for rule in self._applicable(after))
        return "" if still_counts and not has.is_gift else "PROMOTION_THRESHOLD"

    def _applicable(self, subtotal: Decimal) -> list[Any]:
        return [rule for rule in self._rules if self._is_fulfilled(rule, subtotal)]

    def _is_fulfilled(self, rule: Any, subtotal: Decimal) -> bool:
        prices = {"basesubtotalprice": subtotal, "basetotalprice": subtotal + self._shipping}
        try:
            return holds(rule.order_predicate, prices)
        except UnknownPredicate:
            return rule.pk in self._applied_rule_ids()

    def _choose(self, subtotal: Decimal) -> Outcome:
        applicable = self._applicable(subtotal)
        price = Money(subtotal, self._channel.currency_code)
        best = Outcome()
        for rule in applicable:
            if rule.reward_type != RewardType.SUBTOTAL_DISCOUNT:
                continue
            amount = (price - rule.get_discount(self._channel.currency_code)(price)).amount
            if best.rule_id is None or amount > best.amount:
                best = Outcome(rule_id=rule.pk, amount=amount)
        gift = self._gift([rule for rule in applicable if rule.reward_type == RewardType.GIFT], price)
        if gift and (best.rule_id is None or gift[1] > best.amount):
            best = Outcome(rule_id=gift[0], amount=gift[1], is_gift=True)
        return best

    def _gift(self, rules: list[Any], price: Money) -> tuple[Any, Decimal] | None:
        """Return the rule and the worth of the best gift that is to be had; Saleor looks at the stock for it."""
        if not rules:
            return None
        key = (self._channel.pk, self._country, frozenset(rule.pk for rule in rules))
        if key not in self._gifts:
            found = get_best_rule(rules, self._channel, self._country, price, self._using)
            self._gifts[key] = (found[0].pk, found[1]) if found else None
        known: tuple[Any, Decimal] | None = self._gifts[key]
        return known


def holds(predicate: Any, prices: dict[str, Decimal]) -> bool:
    """Return whether an order predicate is fulfilled. Raises UnknownPredicate on a key it does not know."""
    if not predicate:
        return False
    return all(_holds_part(key, part, prices) for key, part in predicate.items())


def _holds_part(key: str, part: Any, prices: dict[str, Decimal]) -> bool:
    name = key.replace("_", "").lower()
    if name == "and":
        return all(holds(item, prices) for item in part)
    if name == "or":
        return any(holds(item, prices) for item in part)
    if name == "discountedobjectpredicate":
        return holds(part, prices)
    if name in prices:
        return _compare(part, prices[name])
    raise UnknownPredicate(key)


def _compare(operation: Any, price: Decimal) -> bool:
    if not operation:
        return False
    if "eq" in operation:
        return operation["eq"] is not None and Decimal(str(operation["eq"])) == price
    if "oneOf" in operation:
        # Saleor 3.21 to main store this key and never match it.
        raise UnknownPredicate("oneOf")
    span = operation.get("range") or {}
    least, most = span.get("gte"), span.get("lte")
    if least is None and most is None:
        return False
    return (least is None or price >= Decimal(str(least))) and (most is None or price <= Decimal(str(most)))
