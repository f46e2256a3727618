"""The eligible base: the money that a rule looks at.

One definition for quote, award, take-back and back-test (B-5): the lines in scope after every discount of the host,
without shipping, without gift cards and gifts, without lines that a switch excludes, with or without tax, and without
the part that is paid with points unless the program counts it. Held by the switch tables in
``tests/rules/test_eligible_base.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from ..basket import Basket, BasketLine
from .document.scope import Combination, Scope
from .receipt import ReceiptLine

ZERO = Decimal(0)
SWITCH_CODES = frozenset({"LINE_ON_COUPON", "LINE_ON_PROMOTION", "LINE_ON_BUY_X_GET_Y"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Basis:
    """How one rule looks at a line: its three switches, tax in or out, and whether what points paid counts."""

    with_coupons: bool = False
    with_automatic_discounts: bool = False
    with_buy_x_get_y: bool = False
    with_tax: bool = True
    counts_redeemed: bool = True

    def exclusion(self, line: BasketLine) -> str:
        """Return the receipt code of why the line does not count; empty where it does."""
        if line.is_gift_card:
            return "GIFT_CARD_EXCLUDED"
        if line.is_gift or (line.has_buy_x_get_y and not self.with_buy_x_get_y):
            return "LINE_ON_BUY_X_GET_Y"
        if line.has_voucher and not self.with_coupons:
            return "LINE_ON_COUPON"
        if line.has_automatic_discount and not self.with_automatic_discounts:
            return "LINE_ON_PROMOTION"
        return ""

    def redeemed(self, line: BasketLine) -> Decimal:
        """Return the part of the line that is paid with points and does not count."""
        if self.counts_redeemed:
            return ZERO
        return line.redeemed_gross if self.with_tax else line.redeemed_net

    def amount(self, line: BasketLine) -> Decimal:
        """Return the money of the line that counts, never below zero."""
        amount = line.gross if self.with_tax else line.net
        if not self.counts_redeemed:
            amount -= line.redeemed_gross if self.with_tax else line.redeemed_net
        return amount if amount > ZERO else ZERO


@dataclass(frozen=True, kw_only=True, slots=True)
class EligibleBase:
    """The lines of a basket that count for one rule, and why the others do not."""

    amounts: dict[str, Decimal]
    """Line id -> money that counts, in the basket's order; only lines with more than nothing."""
    excluded: tuple[ReceiptLine, ...]
    """One line of the receipt for each basket line that does not count."""

    @property
    def total(self) -> Decimal:
        return sum(self.amounts.values(), ZERO)


def basis_of(combination: Combination, *, with_tax: bool, counts_redeemed: bool) -> Basis:
    """Return how a rule with these switches looks at a line."""
    return Basis(
        with_coupons=combination.with_coupons,
        with_automatic_discounts=combination.with_automatic_discounts,
        with_buy_x_get_y=combination.with_buy_x_get_y,
        with_tax=with_tax,
        counts_redeemed=counts_redeemed,
    )


def find_eligible_base(basket: Basket, *, scope: Scope, basis: Basis, rule_key: str = "") -> EligibleBase:
    """Return what of ``basket`` counts for a rule with this scope and basis."""
    is_in_scope = scope_test(scope)
    amounts: dict[str, Decimal] = {}
    excluded: list[ReceiptLine] = []
    for line in basket.lines:
        code = basis.exclusion(line) if is_in_scope(line) else "LINE_NOT_IN_SCOPE"
        amount = basis.amount(line)
        if code:
            excluded.append(ReceiptLine(code, line.id, "" if code == "LINE_NOT_IN_SCOPE" else rule_key, amount))
        elif amount > ZERO:
            amounts[line.id] = amount
    return EligibleBase(amounts=amounts, excluded=tuple(excluded))


def scope_test(scope: Scope) -> Callable[[BasketLine], bool]:
    """Return a test of whether a line is in ``scope``. A category stands for its descendants too."""
    slugs = frozenset(scope.slugs)
    if scope.type == "SHOP":
        return lambda line: True
    if scope.type == "CATEGORY":
        return lambda line: not slugs.isdisjoint(line.category_slugs)
    if scope.type == "COLLECTION":
        return lambda line: not slugs.isdisjoint(line.collection_slugs)
    if scope.type == "PRODUCT":
        return lambda line: line.product_slug in slugs
    return lambda line: line.variant_sku in slugs
