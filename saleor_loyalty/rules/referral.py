"""What an invited customer's order means for the referral, what the referrer still gets, and the receipts of both.

Pure: what stands of the order goes in, a verdict comes out; the same order in any order of events gives the same one.
Held by ``tests/rules/test_referral.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from ..basket import Basket, BasketLine
from .document.referral_policy import ReferralPolicy
from .receipt import Receipt, ReceiptLine, receipt_to_json
from .refund_share import Standing

Verdict = Literal["GONE", "PENDING", "PASSED"]
"""GONE: the order ended, or too little of it is left. PENDING: it is worth enough, and its trigger has not happened.
PASSED: what has passed the trigger is worth enough."""
Side = Literal["REFERRER", "REFEREE"]
RULE_KEYS: Mapping[Side, str] = {"REFERRER": "referral.referrer", "REFEREE": "referral.referee"}
_REASONS: Mapping[Side, str] = {"REFERRER": "REFERRED_A_FRIEND", "REFEREE": "WAS_REFERRED"}


@dataclass(frozen=True, kw_only=True, slots=True)
class ReferrerShare:
    """What the referrer gets for one more referral."""

    points: int
    cap: Literal["", "MONTH", "ALL"] = ""
    """Which limit leaves the referrer without points."""


def judge_referred_order(
    basket: Basket, *, kept: Standing | None, passed: Standing | None, policy: ReferralPolicy
) -> Verdict:
    """Return what the order is for the referral now.

    Args:
        kept: what was neither refunded nor returned; None of an order that ended.
        passed: the part of it that has passed the program's trigger; None: nothing has.
    """
    if not _is_enough(money_standing(basket, kept), policy=policy, currency=basket.currency):
        return "GONE"
    if not _is_enough(money_standing(basket, passed), policy=policy, currency=basket.currency):
        return "PENDING"
    return "PASSED"


def money_standing(basket: Basket, standing: Standing | None) -> Fraction:
    """Return what the standing goods cost in money: with tax, after discounts, without the part paid with points,
    without gift cards and shipping."""
    if standing is None:
        return Fraction(0)
    money = sum((_paid_for(line, standing) for line in basket.lines if not line.is_gift_card), Fraction(0))
    return money * standing.money_share


def _paid_for(line: BasketLine, standing: Standing) -> Fraction:
    units = min(standing.units.get(line.id, 0), line.quantity)
    paid = line.gross - line.redeemed_gross
    return Fraction(paid) * units / line.quantity if units > 0 and paid > 0 else Fraction(0)


def _is_enough(money: Fraction, *, policy: ReferralPolicy, currency: str) -> bool:
    return money > 0 and money >= Fraction(policy.minimum_amount(currency))


def referrer_share(policy: ReferralPolicy, *, rewarded_this_month: int, rewarded_in_all: int) -> ReferrerShare:
    """Return what the referrer gets, who was given points for so many referrals before."""
    points = policy.referrer_points or 0
    if policy.max_in_all is not None and rewarded_in_all >= policy.max_in_all:
        return ReferrerShare(points=0, cap="ALL")
    if policy.max_per_month is not None and rewarded_this_month >= policy.max_per_month:
        return ReferrerShare(points=0, cap="MONTH")
    return ReferrerShare(points=points)


def explain_referral(
    side: Side, *, points: int, base: Decimal, currency: str, program_version: int | None
) -> dict[str, Any]:
    """Return the receipt of one side's points. ``base``: what the order's goods cost when it was paid out; the
    referrer's receipt does not tell it, because it is about somebody else's purchase."""
    told = base if side == "REFEREE" else Decimal(0)
    rule_key = RULE_KEYS[side]
    lines = (
        ReceiptLine("RULE_APPLIED", None, rule_key, told, points, f"fixed/{points}"),
        ReceiptLine(_REASONS[side], None, rule_key),
    )
    return receipt_to_json(
        Receipt(
            kind="EARN",
            points=points,
            currency=currency,
            program_version=program_version,
            rule_keys=(rule_key,),
            lines=lines,
        )
    )
