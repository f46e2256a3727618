"""Earning: a basket and the rules give a receipt.

Per line the most specific conversion rule counts (B-9); fixed rules add on top, once per order. The points of a rule
are rounded down once, for the order, and then split over its lines with an exact sum. A multiplier multiplies what the
other rules gave for the lines in its scope; of several the highest counts for a line, never their product. Pure: no
clock, no database; an award of nothing has a receipt that says why. Held by ``tests/rules/test_earning*.py``.
"""

from __future__ import annotations

import datetime
from decimal import Decimal

from ..basket import Basket, BasketLine
from .caps import room_left
from .document import ProgramRules
from .document.timing import DATES
from .eligible_base import Basis, BasketView, CountedLine, view_of
from .largest_remainder import split_by_largest_remainder
from .money import POINTS_MAX
from .receipt import Receipt, ReceiptLine
from .rule_index import IndexedRule, RuleIndex, index_of, position_of
from .tier_multiplier import TIER_KEY_PREFIX

ZERO = Decimal(0)
# A named tuple from all of its values at once, in half of the time: an award has dozens of lines.
_new = tuple.__new__


def evaluate_earning(
    basket: Basket, *, rules: ProgramRules, at: datetime.datetime, program_version: int | None = None
) -> Receipt:
    """Return what ``basket`` earns under ``rules`` at the moment ``at``.

    Returns a receipt of kind EARN. Its points are at most ``POINTS_MAX``. Where the program is not active in the
    basket's channel at ``at``, or gives nothing to guests, there are no points and one line that says so.
    """
    refusal = _refusal(basket, rules, at)
    if refusal is not None:
        return Receipt(
            kind="EARN", points=0, currency=basket.currency, program_version=program_version, lines=(refusal,)
        )
    index = index_of(rules, basket.channel)
    current = index.current(at, basket.customer)
    notes = _notes_of_others(index, basket, at) if current is not index else []
    evaluation = _Evaluation(basket, notes)
    evaluation.count(current)
    while current.has_stops:
        stopping, stopped = evaluation.find_stop(current)
        if stopping is None:
            break
        notes = [*notes, *(ReceiptLine("STOPPED", None, item.key, detail=stopping.key) for item in stopped)]
        current = current.part([item for item in current.all_rules if item not in stopped])
        evaluation = _Evaluation(basket, notes)
        evaluation.count(current)
    evaluation.note_what_never_counts(current)
    return evaluation.receipt(program_version)


def receipt_holds(receipt: Receipt, *, basket: Basket, rules: ProgramRules, at: datetime.datetime) -> bool:
    """Return whether evaluating again gives this very receipt."""
    return evaluate_earning(basket, rules=rules, at=at, program_version=receipt.program_version) == receipt


def _refusal(basket: Basket, rules: ProgramRules, at: datetime.datetime) -> ReceiptLine | None:
    listing = rules.listing(basket.channel)
    if listing is None or not listing.is_active:
        return ReceiptLine("PROGRAM_INACTIVE", detail="CHANNEL")
    if listing.currency != basket.currency:
        return ReceiptLine("PROGRAM_INACTIVE", detail="CURRENCY_MISMATCH")
    if not rules.is_current(at):
        return ReceiptLine("PROGRAM_INACTIVE", detail="DATES")
    if rules.guest_earning == "NONE" and basket.customer.member_status != "MEMBER":
        return ReceiptLine("GUEST_NOT_ELIGIBLE")
    return None


def _notes_of_others(index: RuleIndex, basket: Basket, at: datetime.datetime) -> list[ReceiptLine]:
    """Return why rules do not count at that moment or for that customer."""
    notes = []
    for item in sorted(index.all_rules, key=position_of):
        outside = item.outside(at)
        if outside:
            notes.append(ReceiptLine("OUTSIDE_WINDOW", None, item.key, detail="" if outside == DATES else outside))
            continue
        failing = item.rule.conditions.failing(basket.customer)
        # Of the tiers only the customer's own has a line.
        if failing and not item.key.startswith(TIER_KEY_PREFIX):
            notes.append(ReceiptLine("CONDITION_NOT_MET", None, item.key, detail=failing))
    return notes


class _Views(dict[Basis, BasketView]):
    """The basket as rules see it, made once for all rules with the same basis."""

    def __init__(self, basket: Basket) -> None:
        self.basket = basket

    def __missing__(self, basis: Basis) -> BasketView:
        view = self[basis] = view_of(self.basket, basis)
        return view


class _Evaluation:
    """The growing receipt of one basket."""

    def __init__(self, basket: Basket, notes: list[ReceiptLine]) -> None:
        self.basket = basket
        self.points = 0
        self.lines: list[ReceiptLine] = list(notes)
        self.applied: list[IndexedRule] = []
        self.line_points: dict[str, int] = {}
        self.line_bases: dict[str, Decimal] = {}
        self.views = _Views(basket)
        self.noted: set[tuple[str, str]] = set()

    def count(self, index: RuleIndex) -> None:
        self.count_conversion(index)
        self.count_fixed(index)
        self.count_multipliers(index)

    def find_stop(self, index: RuleIndex) -> tuple[IndexedRule | None, list[IndexedRule]]:
        """Return the first rule that gave something and lets none below it count, with those; None without one."""
        for item in sorted(self.applied, key=lambda item: item.rank):
            stopped = index.stopped_by(item) if item.rule.stop_processing else []
            if stopped:
                return item, sorted(stopped, key=position_of)
        return None, []

    def count_conversion(self, index: RuleIndex) -> None:
        views = self.views
        counted: dict[IndexedRule, list[CountedLine]] = {}
        for line in self.basket.lines:
            item = index.conversion_rule(line)
            if item is None:
                continue
            view = views[item.basis]
            if line.id in view.remarks:
                self._remark(line, view, item)
            if line.id in view.counted:
                counted.setdefault(item, []).append(view.counted[line.id])
        for item in sorted(counted, key=position_of):
            self._convert(item, counted[item])

    def count_fixed(self, index: RuleIndex) -> None:
        views = self.views
        for item in index.fixed:
            view = views[item.basis]
            if view.remarks:
                remarked = [line for line in self.basket.lines if line.id in view.remarks]
                for line in item.lines_in_scope(remarked):
                    self._remark(line, view, item)
            counted = [view.counted[line.id] for line in item.lines_in_scope(view.paid)]
            if counted:
                self._apply(item, item.points, counted)

    def count_multipliers(self, index: RuleIndex) -> None:
        """Add to what the lines have got so far; a later multiplier never multiplies what an earlier one added."""
        if not index.multipliers:
            return
        counted: dict[IndexedRule, list[tuple[str, int]]] = {}
        left = [line for line in self.basket.lines if self.line_points.get(line.id)]
        for item in index.multipliers:
            taken = [line.id for line in item.lines_in_scope(left)]
            if taken:
                counted[item] = [(line_id, self.line_points[line_id]) for line_id in taken]
                left = [line for line in left if line.id not in taken]
        for item in sorted(counted, key=position_of):
            self._multiply(item, counted[item])

    def note_what_never_counts(self, index: RuleIndex) -> None:
        for line in self.basket.lines:
            if line.id not in self.line_bases and not index.looks_at(line):
                self.lines.append(ReceiptLine("LINE_NOT_IN_SCOPE", line.id, "", line.gross))
        if self.basket.shipping_gross > ZERO:
            self.lines.append(ReceiptLine("SHIPPING_EXCLUDED", None, "", self.basket.shipping_gross))
        if not self.lines:
            self.lines.append(ReceiptLine("LINE_NOT_IN_SCOPE"))

    def receipt(self, program_version: int | None) -> Receipt:
        return Receipt(
            kind="EARN",
            points=self.points,
            currency=self.basket.currency,
            program_version=program_version,
            rule_keys=tuple([item.key for item in sorted(self.applied, key=position_of)]),
            lines=tuple(self.lines),
            line_points=self.line_points,
            line_bases=self.line_bases,
        )

    def _remark(self, line: BasketLine, view: BasketView, item: IndexedRule) -> None:
        """Say why not all of a line counts: once, by the first rule that looks at it."""
        for code, amount in view.remarks.pop(line.id):
            if code == "BELOW_STEP" and item.rule.type == "CONVERSION_RATE":
                # Its lines are counted together first; a fixed rule looks at each.
                view.remarks[line.id] = [(code, amount)]
            elif (line.id, code) not in self.noted:
                self.noted.add((line.id, code))
                detail = item.detail if code == "BELOW_STEP" else ""
                self.lines.append(ReceiptLine(code, line.id, item.key, amount, 0, detail))

    def _convert(self, item: IndexedRule, counted: list[CountedLine]) -> None:
        base = counted[0][1] if len(counted) == 1 else sum([amount for _, amount, _ in counted], ZERO)
        steps, rest = divmod(base, item.amount_step)
        points = int(steps) * item.points
        if not steps:
            for line, amount, _ in counted:
                self.lines.append(ReceiptLine("BELOW_STEP", line.id, item.key, amount, 0, item.detail))
                self.line_bases.setdefault(line.id, amount)
            return
        if self._apply(item, points, counted) and rest:
            self.lines.append(_new(ReceiptLine, ("ROUNDED", None, item.key, base, points, f"{rest:f}")))

    def _room(self, item: IndexedRule) -> tuple[int, str]:
        """Return the most that the rule may give for this order, and the cap of the customer where that says so.

        A cap that leaves nothing is noted.
        """
        most = min(item.rule.max_points_per_order or POINTS_MAX, POINTS_MAX - self.points)
        if not item.rule.customer_caps:
            return most, ""
        room = room_left(item.rule.customer_caps, self.basket.customer.earned_by(item.key))
        if room is None or room.points >= most:
            return most, ""
        if not room.points:
            self.lines.append(ReceiptLine("LIMIT_REACHED", None, item.key, detail=room.detail))
        return room

    def _apply(self, item: IndexedRule, points: int, counted: list[CountedLine]) -> bool:
        """Give the rule's points to its lines, as far as its caps allow. Returns False where they leave none."""
        most, cap = POINTS_MAX - self.points, ""
        if item.is_limited:
            most, cap = self._room(item)
            if cap and not most:
                return False
        given = points if points < most else most
        if len(counted) == 1:
            self._give(counted[0], item, given)
        else:
            shares = split_by_largest_remainder(given, [units for _, _, units in counted])
            for place, line in enumerate(counted):
                self._give(line, item, shares[place])
        if given < points:
            base = sum([amount for _, amount, _ in counted], ZERO)
            self.lines.append(ReceiptLine("CAPPED", None, item.key, base, most, cap))
        if not item.basis.with_tax:
            tax = sum([line.gross - line.net for line, _, _ in counted], ZERO)
            if tax:
                self.lines.append(ReceiptLine("TAX_EXCLUDED", None, item.key, tax))
        self.points += given
        self.applied.append(item)
        return True

    def _give(self, counted: CountedLine, item: IndexedRule, points: int) -> None:
        line, amount, _ = counted
        line_id = line.id
        self.lines.append(_new(ReceiptLine, ("RULE_APPLIED", line_id, item.key, amount, points, item.detail)))
        self.line_points[line_id] = self.line_points.get(line_id, 0) + points
        self.line_bases.setdefault(line_id, amount)

    def _multiply(self, item: IndexedRule, counted: list[tuple[str, int]]) -> None:
        points = int(sum(points for _, points in counted) * (item.multiplier - 1))
        most, cap = self._room(item)
        if cap and not most:
            return
        given = min(points, most)
        shares = split_by_largest_remainder(given, [points for _, points in counted])
        for (line_id, multiplied), share in zip(counted, shares, strict=True):
            base = self.line_bases.get(line_id, ZERO)
            detail = f"{item.detail}/{multiplied}"
            self.lines.append(ReceiptLine("MULTIPLIER_APPLIED", line_id, item.key, base, share, detail))
            self.line_points[line_id] += share
        if given < points:
            base = sum((self.line_bases.get(line_id, ZERO) for line_id, _ in counted), ZERO)
            self.lines.append(ReceiptLine("CAPPED", None, item.key, base, most, cap))
        self.points += given
        self.applied.append(item)
