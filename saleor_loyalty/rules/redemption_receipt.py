"""The receipt of points that an order was paid with: how many they are, and how that was found.

``points_taken`` is the one formula: the commit uses it, and ``recount_redemption`` uses it again on the receipt alone.
``recount_shortfall`` gives what of them the account did not have.
Codes, besides those of ``receipt``:

    RELEASED          points that were set aside and not needed; base: so much less the rows were worth; detail: all
                      that was set aside
    SHORTFALL         the ledger's (``ledger.explaining``): points that were no longer there, and are owed; detail:
                      what was available

Held by ``tests/rules/test_redemption_receipt.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from .money import points_for_value
from .receipt import Receipt, ReceiptLine, receipt_to_json


@dataclass(frozen=True, kw_only=True, slots=True)
class SetAside:
    """What was reserved for the checkout: the points, and the value that they were to take off."""

    points: int
    value: Decimal


def points_taken(value: Decimal, *, rate_points: int, rate_value: Decimal, reserved: SetAside | None) -> int:
    """Return how many points an order is paid with that carries ``value`` of our rows.

    What was set aside, where the rows are worth all of it; else what the value is worth at the rate, and never more
    than was set aside. Without a reservation, what the value is worth.
    """
    points = points_for_value(value, rate_points=rate_points, rate_value=rate_value)
    if reserved is None:
        return points
    return reserved.points if value >= reserved.value else min(reserved.points, points)


def explain_redemption(
    points: int,
    *,
    value: Decimal,
    currency: str,
    rule_key: str,
    rate_points: int,
    rate_value: Decimal,
    program_version: int,
    reserved: SetAside | None,
) -> dict[str, Any]:
    """Return the receipt of ``points`` (above zero) that ``points_taken`` found."""
    lines = [
        ReceiptLine(
            code="RULE_APPLIED", rule_key=rule_key, base=value, points=points, detail=f"{rate_points}/{rate_value}"
        )
    ]
    if reserved is not None and points < reserved.points:
        less, left = reserved.value - value, reserved.points - points
        lines.append(ReceiptLine(code="RELEASED", base=less, points=left, detail=str(reserved.points)))
    receipt = Receipt(
        kind="REDEEM",
        points=points,
        currency=currency,
        program_version=program_version,
        rule_keys=(rule_key,),
        lines=tuple(lines),
    )
    set_aside = None if reserved is None else {"points": reserved.points, "value": str(reserved.value)}
    return {**receipt_to_json(receipt), "reserved": set_aside}


def recount_redemption(data: Mapping[str, Any]) -> int:
    """Return the posted points (below zero) of the receipt, computed again from its value, rate and reservation."""
    (line,) = (line for line in data["lines"] if line["code"] == "RULE_APPLIED")
    rate_points, _, rate_value = line["detail"].partition("/")
    reserved = data["reserved"]
    return -points_taken(
        Decimal(line["base"]),
        rate_points=int(rate_points),
        rate_value=Decimal(rate_value),
        reserved=reserved and SetAside(points=reserved["points"], value=Decimal(reserved["value"])),
    )


def recount_shortfall(data: Mapping[str, Any]) -> int:
    """Return how many of the redemption's points the account did not have, computed again from what was available."""
    available = next((int(line["detail"]) for line in data["lines"] if line["code"] == "SHORTFALL"), None)
    return 0 if available is None else max(0, -recount_redemption(data) - available)
