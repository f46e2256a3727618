"""The receipts of what an order moved after it was judged: points that came, were taken back, or were given back.

Each says which part of the order stood at that moment and how many points stood before, so that ``recount_movement``
gives the posted number again from the receipt alone, as it does for every movement of points: the others are
``redemption_receipt``'s and the ledger's own (``ledger.explaining``). Nothing is read from an account or from today's
rules. Held by ``tests/rules/test_movement_receipt.py``.

Codes, besides those of ``receipt``:

    REFUNDED          of a line; base: its money (or its value in points) that no longer counts; detail: 1/3 units
    NOT_FULFILLED     of a line; its units that are not delivered (any more)
    MONEY_REFUNDED    base: refunded money that belongs to no line; detail: the part of the rest that was not refunded
    DISCOUNT_REMOVED  of a redemption; base: the value of our rows that staff took off the order
    ORDER_ENDED       the order was cancelled or expired
    NOT_CHARGED       the order is not charged in full (any more), or not confirmed
    STOOD_BEFORE      of a reversal; the points that stood until then: what the lines before leave, less these, moves
    RETURNED_BEFORE   of a return; the points that went back already
    UNRECOVERED       points that should have been taken back but were spent, or that the policy leaves
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from .award_share import award_share, awards_by_rule
from .largest_remainder import split_by_largest_remainder
from .money import round_down
from .receipt import Receipt, ReceiptLine, receipt_from_json, receipt_to_json, recount_points
from .redemption_receipt import recount_redemption
from .refund_share import Standing, returned_share, used_value

ZERO = Decimal(0)
_SCALE = 10**9


def explain_award(
    receipt: Receipt, *, standing: Standing, before: int, posted: int, kept: Standing | None = None
) -> dict[str, Any]:
    """Return the receipt of points that came: the award's own where it came as a whole; of a part, what of the award
    does not stand, and what stood before.

    Args:
        standing: what the award stands for now; ``kept``: what was neither refunded nor returned, delivered or not,
        where that is not the same.
    """
    target = _award(receipt, standing)
    left = before + posted - target
    numbers = _numbers(standing, before=before, posted=posted, left=left)
    if posted == receipt.points:
        return {**receipt_to_json(receipt), **numbers}
    lines = [*receipt.lines]
    lines += _share_out(target - receipt.points, _causes(receipt, standing=standing, kept=kept or standing))
    if left:
        lines.append(ReceiptLine("UNRECOVERED", points=left))
    if before:
        lines.append(ReceiptLine("STOOD_BEFORE", points=-before))
    part = dataclasses.replace(receipt, points=posted, lines=tuple(lines))
    return {**receipt_to_json(part), **numbers, "awarded": receipt.points}


def explain_reversal(
    receipt: Receipt,
    *,
    standing: Standing,
    kept: Standing,
    before: int,
    posted: int,
    reason: str = "",
) -> dict[str, Any]:
    """Return the receipt of points that were taken back; ``posted`` is below zero.

    Args:
        standing: what the award stands for now; ``kept``: what was neither refunded nor returned, delivered or not.
        before: the points that stood; ``reason``: why nothing stands, ORDER_ENDED or NOT_CHARGED.
    """
    target = _award(receipt, standing)
    left = before + posted - target
    gone = receipt.points - target
    causes = [(ReceiptLine(reason), Fraction(1))] if reason else _causes(receipt, standing=standing, kept=kept)
    lines = [line for line in receipt.lines if line.code.endswith("_APPLIED")] + _share_out(-gone, causes)
    if left:
        lines.append(ReceiptLine("UNRECOVERED", points=left))
    lines.append(ReceiptLine("STOOD_BEFORE", points=-before))
    return {
        **_written("REVERSE", receipt, lines, points=posted),
        **_numbers(standing, before=before, posted=posted, left=left),
        "awarded": receipt.points,
    }


def explain_return(
    receipt: Receipt,
    *,
    redeemed: int,
    value: Decimal,
    values: Mapping[str, Fraction],
    standing: Standing,
    before: int,
    posted: int,
    reason: str = "",
) -> dict[str, Any]:
    """Return the receipt of spent points that go back.

    Args:
        receipt: of the redemption, for its currency and version; ``value``: what the ``redeemed`` points paid.
        values: line id -> what of it our rows still stand for; ``before``: the points that went back already.
    """
    causes: list[tuple[ReceiptLine, Fraction]] = []
    if reason:
        causes.append((ReceiptLine(reason, base=value), Fraction(1)))
    else:
        removed = Fraction(value) - sum(values.values(), Fraction(0))
        if removed > 0:
            base = round_down(_decimal(removed), receipt.currency)
            causes.append((ReceiptLine("DISCOUNT_REMOVED", base=base), removed))
        for line_id, part in values.items():
            ordered, units = standing.ordered.get(line_id, 0), standing.units.get(line_id, 0)
            if units < ordered:
                gone = part * (ordered - units) / ordered
                base = round_down(_decimal(gone), receipt.currency)
                causes.append((ReceiptLine("REFUNDED", line_id, "", base, 0, f"{ordered - units}/{ordered}"), gone))
        if standing.money_share < 1:
            full = Standing(units=standing.units, ordered=standing.ordered)
            gone = used_value(values, standing=full) * (1 - standing.money_share)
            causes.append((_money_line(standing), gone))
    lines = _share_out(before + posted, causes)
    if before:
        lines.append(ReceiptLine("RETURNED_BEFORE", points=-before))
    return {
        **_written("RETURN", receipt, lines, points=posted),
        **_numbers(standing, before=before, posted=posted, left=0),
        "redeemed": redeemed,
        "value": str(value),
        "values": {line_id: str(part) for line_id, part in values.items()},
    }


def recount_movement(data: Mapping[str, Any]) -> int:
    """Return the posted points of any stored movement's receipt, computed again from what it says alone.

    What was earned otherwise than by an order counts by its rules, as an order's judgement does; what no rule gave or
    took (by hand, by time, by a move, for a reward) adds up its lines.
    """
    if data["kind"] == "REDEEM":
        return recount_redemption(data)
    if "money_share" not in data:
        receipt = receipt_from_json(data)
        return recount_points(receipt) if receipt.kind == "EARN" else sum(line.points for line in receipt.lines)
    standing = Standing(units=data["units"], ordered=data["ordered"], money_share=Fraction(data["money_share"]))
    if data["kind"] == "RETURN":
        values = {line_id: Fraction(part) for line_id, part in data["values"].items()}
        used = used_value(values, standing=standing)
        return returned_share(int(data["redeemed"]), value=Decimal(data["value"]), used=used) - int(data["before"])
    award = dataclasses.replace(receipt_from_json(data), points=data.get("awarded", data["points"]))
    return _award(award, standing) + int(data["left"]) - int(data["before"])


def _award(receipt: Receipt, standing: Standing) -> int:
    return award_share(receipt, fulfilled=standing.units, ordered=standing.ordered, money_share=standing.money_share)


def _causes(receipt: Receipt, *, standing: Standing, kept: Standing) -> list[tuple[ReceiptLine, Fraction]]:
    """Return why points no longer stand, each with its exact number of points."""
    refunded: dict[str, Fraction] = {}
    missing: dict[str, Fraction] = {}
    rest = Fraction(0)
    for points, bases in awards_by_rule(receipt):
        total = sum(bases.values(), ZERO)
        for line_id, base in bases.items():
            ordered = standing.ordered.get(line_id, 0)
            whole = points * Fraction(base) / Fraction(total) if total else Fraction(points, len(bases))
            units, left = standing.units.get(line_id, 0), kept.units.get(line_id, 0)
            if not ordered:
                refunded[line_id] = refunded.get(line_id, Fraction(0)) + whole
                continue
            refunded[line_id] = refunded.get(line_id, Fraction(0)) + whole * (ordered - left) / ordered
            missing[line_id] = missing.get(line_id, Fraction(0)) + whole * max(left - units, 0) / ordered
            rest += whole * min(units, left) / ordered
    causes = []
    for code, weights in (("REFUNDED", refunded), ("NOT_FULFILLED", missing)):
        for line_id, weight in weights.items():
            if weight > 0:
                causes.append((_unit_line(code, line_id, receipt, standing=standing, kept=kept), weight))
    if standing.money_share < 1:
        causes.append((_money_line(standing), rest * (1 - standing.money_share)))
    return causes


def _unit_line(code: str, line_id: str, receipt: Receipt, *, standing: Standing, kept: Standing) -> ReceiptLine:
    ordered = standing.ordered.get(line_id, 0)
    left = kept.units.get(line_id, 0)
    units = ordered - left if code == "REFUNDED" else left - standing.units.get(line_id, 0)
    base = receipt.line_bases.get(line_id, ZERO)
    gone = _decimal(Fraction(base) * units / ordered) if ordered else base
    return ReceiptLine(code, line_id, "", round_down(gone, receipt.currency), 0, f"{units}/{ordered}")


def _money_line(standing: Standing) -> ReceiptLine:
    return ReceiptLine("MONEY_REFUNDED", base=standing.loose, detail=str(standing.money_share))


def _share_out(points: int, causes: Sequence[tuple[ReceiptLine, Fraction]]) -> list[ReceiptLine]:
    """Return the causes' lines with ``points`` split over them; they add up exactly."""
    if not causes:
        return []
    weights = [int(weight * _SCALE) for _, weight in causes]
    shares = split_by_largest_remainder(abs(points), weights)
    sign = -1 if points < 0 else 1
    return [line._replace(points=sign * share) for (line, _), share in zip(causes, shares, strict=True)]


def _written(kind: str, receipt: Receipt, lines: Sequence[ReceiptLine], *, points: int) -> dict[str, Any]:
    return receipt_to_json(
        Receipt(
            kind=kind,
            points=points,
            currency=receipt.currency,
            program_version=receipt.program_version,
            rule_keys=receipt.rule_keys,
            lines=tuple(lines),
            line_bases=receipt.line_bases,
        )
    )


def _numbers(standing: Standing, *, before: int, posted: int, left: int) -> dict[str, Any]:
    return {
        "posted": posted,
        "standing": before + posted,
        "before": before,
        "left": left,
        "units": dict(standing.units),
        "ordered": dict(standing.ordered),
        "money_share": str(standing.money_share),
    }


def _decimal(amount: Fraction) -> Decimal:
    return Decimal(amount.numerator) / amount.denominator
