"""The receipt: the stored explanation of one award, refusal or redemption, line by line.

Its points are the sum of the points of its lines RULE_APPLIED and MULTIPLIER_APPLIED. It round-trips through JSON
without loss, because the ledger and the order record keep it. ``recount_points`` computes the points again from the
lines' bases and rates alone. Held by ``tests/rules/test_receipt.py``.

Codes, and what a line with that code says:

    RULE_APPLIED         base: the line's money that counted; points: its share; detail: the rate, 10/1 or fixed/100
    MULTIPLIER_APPLIED   points: what the multiplier added to the line; base: the line's money; detail: the multiplier
                         and the points that it multiplied, 1.5/100
    ROUNDED              of a rule; base: all that counted; points: what it is worth; detail: the money left over
    CAPPED               of a rule; base: all that counted; points: the most that the rule may give, or of a redemption
                         the most that may be spent; detail: what limits it: of a rule the cap of the customer, DAY/50,
                         or nothing for the order's own; of a redemption PERCENT for example
    BELOW_STEP           base: money that counted, but with the rule's other lines it is less than one step
    LINE_NOT_IN_SCOPE    no rule looks at the line
    LINE_ON_PROMOTION    on an automatic discount
    LINE_ON_COUPON       on a voucher
    LINE_ON_BUY_X_GET_Y  on a gift promotion, or the gift itself
    GIFT_CARD_EXCLUDED   the line is a gift card
    SHIPPING_EXCLUDED    base: the shipping price, which never counts
    TAX_EXCLUDED         of a rule that counts before tax; base: the tax left out
    PAID_WITH_POINTS     base: the part of the line that is paid with points, which earns nothing
    OUTSIDE_WINDOW       of a rule that has not started or has ended; detail: WEEKDAY where it is another day's
    CONDITION_NOT_MET    of a rule that is for other customers; detail: LABELS, PLANS or MEMBER_STATUS
    LIMIT_REACHED        of a rule of which the customer has got all; detail: the period and its cap, DAY/50
    STOPPED              of a rule; detail: the key of the rule above it that lets none below it count
    PROGRAM_INACTIVE     detail: CHANNEL, DATES or CURRENCY_MISMATCH
    GUEST_NOT_ELIGIBLE   the program gives nothing to guests
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

ZERO = Decimal(0)


class ReceiptLine(NamedTuple):
    """One reason. Without ``order_line_id`` it is about the rule or the whole basket."""

    code: str
    order_line_id: str | None = None
    rule_key: str = ""
    base: Decimal = ZERO
    """Money in major units of the receipt's currency."""
    points: int = 0
    detail: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """Why an award or a redemption came to its points."""

    kind: str
    """EARN or REDEEM; of a stored movement its type."""
    points: int
    currency: str
    """Empty where nothing in it is about money."""
    program_version: int | None = None
    rule_keys: tuple[str, ...] = ()
    """The rules that gave or took points, in the order of the document."""
    lines: tuple[ReceiptLine, ...] = ()
    line_points: Mapping[str, int] = field(default_factory=dict)
    """Order line id -> its share of the points; adds up to ``points``."""
    line_bases: Mapping[str, Decimal] = field(default_factory=dict)
    """Order line id -> the money of it that counted."""


def receipt_to_json(receipt: Receipt) -> dict[str, Any]:
    """Return the receipt as JSON-ready data: Decimals as text."""
    return {
        "kind": receipt.kind,
        "points": receipt.points,
        "currency": receipt.currency,
        "program_version": receipt.program_version,
        "rule_keys": list(receipt.rule_keys),
        "lines": [{**line._asdict(), "base": str(line.base)} for line in receipt.lines],
        "line_points": dict(receipt.line_points),
        "line_bases": {line_id: str(base) for line_id, base in receipt.line_bases.items()},
    }


def receipt_from_json(data: Mapping[str, Any]) -> Receipt:
    """Return the receipt that ``receipt_to_json`` wrote, or the ledger about a movement of its own: that one is short,
    without what is about money and rules. Raises KeyError or TypeError on foreign data."""
    return Receipt(
        kind=data["kind"],
        points=data["points"],
        currency=data.get("currency", ""),
        program_version=data.get("program_version"),
        rule_keys=tuple(data.get("rule_keys", ())),
        lines=tuple(ReceiptLine(**{**line, "base": Decimal(line.get("base", 0))}) for line in data["lines"]),
        line_points=dict(data.get("line_points", {})),
        line_bases={line_id: Decimal(base) for line_id, base in data.get("line_bases", {}).items()},
    )


def recount_points(receipt: Receipt) -> int:
    """Return the points of an award's receipt, computed again from the bases, rates and caps on its lines."""
    bases: dict[str, Decimal] = {}
    rates: dict[str, str] = {}
    caps: dict[str, int] = {}
    multiplied: dict[tuple[str, str], int] = {}
    for line in receipt.lines:
        if line.code == "RULE_APPLIED":
            bases[line.rule_key] = bases.get(line.rule_key, ZERO) + line.base
            rates[line.rule_key] = line.detail
        elif line.code == "MULTIPLIER_APPLIED":
            multiplier, _, line_points = line.detail.partition("/")
            key = line.rule_key, multiplier
            multiplied[key] = multiplied.get(key, 0) + int(line_points)
        elif line.code == "CAPPED":
            caps[line.rule_key] = line.points
    total = 0
    for rule_key, rate in rates.items():
        kind, _, amount = rate.partition("/")
        points = int(amount) if kind == "fixed" else int(bases[rule_key] // Decimal(amount)) * int(kind)
        total += min(points, caps.get(rule_key, points))
    for (rule_key, multiplier), line_points_sum in multiplied.items():
        points = int(line_points_sum * (Decimal(multiplier) - 1))
        total += min(points, caps.get(rule_key, points))
    return total
