"""The eligible base: the money that a rule looks at.

One definition for quote, award, take-back and back-test (B-5): the lines in scope after every discount of the host,
without shipping, without gift cards and gifts, without lines that a switch excludes, with or without tax, and without
the part that is paid with points unless the program counts it. Held by the switch tables in
``tests/rules/test_eligible_base.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from ..basket import Basket, BasketLine
from .document.scope import Combination, Scope
from .money import minor_unit
from .receipt import ReceiptLine

ZERO = Decimal(0)
SWITCH_CODES = frozenset({"LINE_ON_COUPON", "LINE_ON_PROMOTION", "LINE_ON_BUY_X_GET_Y"})


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Basis:
    """How one rule looks at a line: its three switches, tax in or out, and whether what points paid counts.

    ``basis_of`` gives rules that look alike the same object.
    """

    with_coupons: bool = False
    with_automatic_discounts: bool = False
    with_buy_x_get_y: bool = False
    with_tax: bool = True
    counts_redeemed: bool = True

    def judge(self, line: BasketLine) -> tuple[str, Decimal, Decimal]:
        """Return the receipt code of why the line does not count (empty where it does), the money of it that would,
        never below zero, and the part that is paid with points and left out."""
        amount, redeemed = (line.gross, line.redeemed_gross) if self.with_tax else (line.net, line.redeemed_net)
        if self.counts_redeemed:
            redeemed = ZERO
        else:
            amount -= redeemed
        if line.is_gift_card:
            code = "GIFT_CARD_EXCLUDED"
        elif line.is_gift or (line.has_buy_x_get_y and not self.with_buy_x_get_y):
            code = "LINE_ON_BUY_X_GET_Y"
        elif line.has_voucher and not self.with_coupons:
            code = "LINE_ON_COUPON"
        elif line.has_automatic_discount and not self.with_automatic_discounts:
            code = "LINE_ON_PROMOTION"
        else:
            code = ""
        return code, amount if amount > ZERO else ZERO, redeemed


CountedLine = tuple[BasketLine, Decimal, int]
"""A line, the money of it that counts, and the same in whole minor units."""
Remark = tuple[str, Decimal]
"""A receipt's code, and the money that it is about."""


@dataclass(frozen=True, slots=True)
class BasketView:
    """A basket as the rules with one basis see it, in the basket's order."""

    counted: dict[str, CountedLine]
    """Line id -> the line, where it is not excluded."""
    paid: list[BasketLine]
    """The lines of which money counts."""
    remarks: dict[str, list[Remark]]
    """Line id -> why not all of it counts."""


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
    """Return how a rule with these switches looks at a line: the same object for the same switches."""
    return _basis(
        combination.with_coupons,
        combination.with_automatic_discounts,
        combination.with_buy_x_get_y,
        with_tax,
        counts_redeemed,
    )


@cache
def _basis(coupons: bool, automatic_discounts: bool, buy_x_get_y: bool, with_tax: bool, redeemed: bool) -> Basis:
    return Basis(
        with_coupons=coupons,
        with_automatic_discounts=automatic_discounts,
        with_buy_x_get_y=buy_x_get_y,
        with_tax=with_tax,
        counts_redeemed=redeemed,
    )


def view_of(basket: Basket, basis: Basis) -> BasketView:
    """Return what of each line counts for the rules with this basis, and what is to be said of the others."""
    unit = minor_unit(basket.currency)
    counted: dict[str, CountedLine] = {}
    paid: list[BasketLine] = []
    remarks: dict[str, list[Remark]] = {}
    for line in basket.lines:
        line_id = line.id
        code, amount, redeemed = basis.judge(line)
        if code:
            remarks[line_id] = [(code, amount)]
            continue
        counted[line_id] = (line, amount, int(amount / unit))
        if redeemed:
            remarks[line.id] = [("PAID_WITH_POINTS", redeemed)]
        if amount:
            paid.append(line)
        else:
            remarks.setdefault(line.id, []).append(("BELOW_STEP", amount))
    return BasketView(counted, paid, remarks)


def find_eligible_base(basket: Basket, *, scope: Scope, basis: Basis, rule_key: str = "") -> EligibleBase:
    """Return what of ``basket`` counts for a rule with this scope and basis."""
    in_scope = {line.id for line in scope_filter(scope)(basket.lines)}
    amounts: dict[str, Decimal] = {}
    excluded: list[ReceiptLine] = []
    for line in basket.lines:
        code, amount, _ = basis.judge(line)
        if line.id not in in_scope:
            excluded.append(ReceiptLine("LINE_NOT_IN_SCOPE", line.id, "", amount))
        elif code:
            excluded.append(ReceiptLine(code, line.id, rule_key, amount))
        elif amount:
            amounts[line.id] = amount
    return EligibleBase(amounts=amounts, excluded=tuple(excluded))


def scope_filter(scope: Scope) -> Callable[[Sequence[BasketLine]], Sequence[BasketLine]]:
    """Return what picks the lines that are in ``scope``, in their order. A category stands for its descendants too."""
    slugs = frozenset(scope.slugs)
    if scope.type == "SHOP":
        return lambda lines: lines
    if scope.type == "CATEGORY":
        return lambda lines: [line for line in lines if not slugs.isdisjoint(line.category_slugs)]
    if scope.type == "COLLECTION":
        return lambda lines: [line for line in lines if not slugs.isdisjoint(line.collection_slugs)]
    if scope.type == "PRODUCT":
        return lambda lines: [line for line in lines if line.product_slug in slugs]
    return lambda lines: [line for line in lines if line.variant_sku in slugs]
