"""Which messages say a receipt in one sentence, and in a second one why nothing was earned, or what of a redemption is
owed. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType

from ..rules import Receipt

_BY_KIND: Mapping[str, str] = MappingProxyType(
    {
        "REDEEM": "REDEEMED",
        "REWARD": "REDEEMED",
        "REVERSE": "REVERSED",
        "RETURN": "RETURNED",
        "GIVE": "GIVEN",
        "IMPORT": "IMPORTED",
        "DEDUCT": "DEDUCTED",
        "SET": "SET",
        "EXPIRE": "EXPIRED",
        "MERGE_IN": "MOVED_IN",
        "MERGE_OUT": "MOVED_OUT",
    }
)

# What speaks of the whole order comes first, then what the customer is nearest to.
_REASONS = (
    "PROGRAM_INACTIVE",
    "ORDER_NOT_ELIGIBLE",
    "GUEST_NOT_ELIGIBLE",
    "BELOW_STEP",
    "PAID_WITH_POINTS",
    "LINE_ON_COUPON",
    "LINE_ON_PROMOTION",
    "LINE_ON_BUY_X_GET_Y",
    "LIMIT_REACHED",
    "ALREADY_EARNED",
    "REGISTERED_BEFORE",
    "CONDITION_NOT_MET",
    "OUTSIDE_WINDOW",
    "GIFT_CARD_EXCLUDED",
    "LINE_NOT_IN_SCOPE",
)
_WHOLE = _REASONS[:3]


def summary_code(receipt: Receipt) -> str:
    """Return the code of the sentence that says what the receipt is about."""
    kind = _BY_KIND.get(receipt.kind, "EARNED")
    if receipt.points == 0 and kind != "SET":
        kind = "NOTHING"
    elif kind == "REVERSED" and receipt.points > 0:
        # A deduction that was a mistake goes back.
        kind = "RETURNED"
    elif any(line.code == "MEMBERSHIP" for line in receipt.lines):
        kind = "MEMBERSHIP"
    return f"RECEIPT_SUMMARY_{kind}"


def summary_points(receipt: Receipt) -> int:
    """Return the points that the sentence names: of a SET what is available now, else what moved."""
    target = (line.points for line in receipt.lines if line.code == "SET_TO")
    return next(target, abs(receipt.points))


def reason_code(receipt: Receipt) -> str | None:
    """Return the code of the line that says best why an order earned nothing: what speaks of the whole order, else
    what holds for most of its lines; of a redemption, the one that says what is owed. None where it earned something,
    or is neither."""
    if receipt.kind == "REDEEM" and reason_points(receipt):
        return "RECEIPT_SHORTFALL"
    if receipt.points or receipt.kind != "EARN":
        return None
    counts = Counter(line.code for line in receipt.lines if line.code in _REASONS)
    if not counts:
        return None
    return f"RECEIPT_{min(counts, key=lambda code: (code not in _WHOLE, -counts[code], _REASONS.index(code)))}"


def reason_points(receipt: Receipt) -> int:
    """Return the points that the second sentence names, if it names any: those that are owed."""
    return sum(line.points for line in receipt.lines if line.code == "SHORTFALL")
