"""Redemption: what of an account's points may be spent on a basket, and why not more.

Pure: the balance, the moment and the host's ceiling are arguments. A quote never raises on a bad number of points; it
says why it is blocked. Held by ``tests/rules/test_redemption*.py``.

Order of judgement: INVALID, PROGRAM_INACTIVE or CURRENCY_MISMATCH, NOTHING_ELIGIBLE or NOT_COMBINABLE,
BELOW_MINIMUM_POINTS, ABOVE_MAXIMUM_POINTS, ABOVE_MAXIMUM_PERCENT (of the base, or more than the base or the host's
ceiling holds), NOT_MULTIPLE_OF_STEP, INSUFFICIENT_POINTS.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal

from ..basket import Basket
from .document import ProgramRules, RedemptionRule
from .eligible_base import SWITCH_CODES, EligibleBase, basis_of, find_eligible_base
from .largest_remainder import split_by_largest_remainder
from .money import (
    lower_to_step,
    minor_unit,
    points_for_value,
    raise_to_step,
    round_down,
    value_of_points,
)
from .receipt import Receipt, ReceiptLine
from .redemption_quote import RedemptionQuote, ValueCeiling

ZERO = Decimal(0)
TOO_MUCH = frozenset({"ABOVE_MAXIMUM_POINTS", "ABOVE_MAXIMUM_PERCENT", "INSUFFICIENT_POINTS"})
"""The refusals that CLAMP turns into the maximum."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Limits:
    """All numbers of points. ``most_…`` are not lowered to the step."""

    minimum: int
    step: int
    most_by_rule: int | None
    most_by_value: int
    maximum: int
    reason: str


def quote_redemption(
    basket: Basket,
    *,
    rules: ProgramRules,
    available: int,
    requested: int | None,
    at: datetime.datetime,
    ceiling: ValueCeiling | None = None,
    program_version: int | None = None,
) -> RedemptionQuote:
    """Return what of ``available`` points may be spent on ``basket``, and what asking for ``requested`` would do.

    ``requested`` None asks only what could be spent: nothing is applied, and ``blocked_code`` says why nothing could
    be. ``ceiling`` is the host's answer for the eligible lines; None where the host sets none. The basket is the one
    without loyalty rows. Under CLAMP too much is lowered to the maximum.
    """
    rule = rules.redemption_rule(basket.channel)
    inactive = rules.inactive_reason(basket.channel, at=at)
    listing = rules.listing(basket.channel)
    if not inactive and listing is not None and listing.currency != basket.currency:
        inactive = "CURRENCY_MISMATCH"
    if rule is None or inactive:
        code = _closed_code(requested, inactive)
        return _closed_quote(basket, rule, available, requested, code, inactive, program_version)
    basis = basis_of(rule.combination, with_tax=basket.prices_entered_with_tax, counts_redeemed=True)
    base = find_eligible_base(basket, scope=rule.scope, basis=basis, rule_key=rule.key)
    limits = _find_limits(rule, base.total, basket, available, ceiling)
    blocked = _judge(limits.minimum if requested is None else requested, base, limits, available)
    applied = 0 if blocked or requested is None else requested
    if blocked in TOO_MUCH and requested is not None and rule.over_limit == "CLAMP" and limits.maximum:
        blocked, applied = None, limits.maximum
    rate = rule.rate(basket.channel)
    return RedemptionQuote(
        rule_key=rule.key,
        type=rule.type,
        currency=basket.currency,
        available=available,
        min_points=limits.minimum,
        max_points=limits.maximum,
        step=limits.step,
        requested=requested,
        applied_points=applied,
        applied_value=value_of_points(
            applied, rate_points=rate.points, rate_value=rate.value, currency=basket.currency
        ),
        eligible_base=base.total,
        eligible_line_ids=tuple(base.amounts),
        rate_points=rate.points,
        rate_value=rate.value,
        max_percent=rule.max_percent,
        over_limit=rule.over_limit,
        blocked_code=blocked,
        limit_reason=limits.reason,
        receipt=_receipt(basket, rule, base, limits, requested, applied, program_version),
    )


def _closed_code(requested: int | None, inactive: str) -> str:
    if requested is not None and requested <= 0:
        return "INVALID"
    if inactive == "CURRENCY_MISMATCH":
        return inactive
    return "PROGRAM_INACTIVE" if inactive else "NOTHING_ELIGIBLE"


def _closed_quote(
    basket: Basket,
    rule: RedemptionRule | None,
    available: int,
    requested: int | None,
    code: str,
    inactive: str,
    program_version: int | None,
) -> RedemptionQuote:
    """Return the quote where points cannot be spent at all."""
    if inactive:
        line = ReceiptLine("PROGRAM_INACTIVE", detail=inactive)
    else:
        line = ReceiptLine("LINE_NOT_IN_SCOPE")
    rate = rule.rate(basket.channel) if rule is not None else None
    return RedemptionQuote(
        rule_key=rule.key if rule is not None else "",
        type=rule.type if rule is not None else "",
        currency=basket.currency,
        available=available,
        min_points=0,
        max_points=0,
        step=1,
        requested=requested,
        applied_points=0,
        applied_value=round_down(ZERO, basket.currency),
        eligible_base=round_down(ZERO, basket.currency),
        eligible_line_ids=(),
        rate_points=rate.points if rate is not None else 0,
        rate_value=rate.value if rate is not None else ZERO,
        max_percent=rule.max_percent if rule is not None else None,
        over_limit=rule.over_limit if rule is not None else "BLOCK",
        blocked_code=code,
        limit_reason="",
        receipt=Receipt(
            kind="REDEEM", points=0, currency=basket.currency, program_version=program_version, lines=(line,)
        ),
    )


def _find_limits(
    rule: RedemptionRule, base: Decimal, basket: Basket, available: int, ceiling: ValueCeiling | None
) -> _Limits:
    rate = rule.rate(basket.channel)
    step = rule.step_in(basket.channel, currency=basket.currency)
    fixed_points = rate.points if rule.type == "FIXED" else None
    minimum = raise_to_step(fixed_points or rule.min_points or step, step)
    most_by_rule = fixed_points or rule.max_points
    # The order settles which reason is told where several limits are equal.
    values: list[tuple[Decimal, str]] = []
    if rule.max_percent is not None and rule.max_percent < 100 and base:
        values.append((round_down(base * rule.max_percent / 100, basket.currency), "PERCENT"))
    values.append((base, ""))
    if ceiling is not None:
        values.append((max(ceiling.value, ZERO), ceiling.reason))
    caps = [] if most_by_rule is None else [(most_by_rule, "POINTS")]
    caps += [
        (points_for_value(value, rate_points=rate.points, rate_value=rate.value), reason) for value, reason in values
    ]
    most_by_value = min(points for points, reason in caps if reason != "POINTS")
    caps.append((max(available, 0), "BALANCE"))
    most, reason = min(((lower_to_step(points, step), reason) for points, reason in caps), key=lambda cap: cap[0])
    return _Limits(
        minimum=minimum,
        step=step,
        most_by_rule=most_by_rule,
        most_by_value=most_by_value,
        maximum=most if most >= minimum else 0,
        reason=reason,
    )


def _judge(points: int, base: EligibleBase, limits: _Limits, available: int) -> str | None:
    if points <= 0:
        return "INVALID"
    if not base.amounts:
        is_switched_off = any(line.code in SWITCH_CODES and line.base > ZERO for line in base.excluded)
        return "NOT_COMBINABLE" if is_switched_off else "NOTHING_ELIGIBLE"
    if points < limits.minimum:
        return "BELOW_MINIMUM_POINTS"
    if limits.most_by_rule is not None and points > limits.most_by_rule:
        return "ABOVE_MAXIMUM_POINTS"
    if points > limits.most_by_value:
        return "ABOVE_MAXIMUM_PERCENT"
    if points % limits.step:
        return "NOT_MULTIPLE_OF_STEP"
    if points > available:
        return "INSUFFICIENT_POINTS"
    return None


def _receipt(
    basket: Basket,
    rule: RedemptionRule,
    base: EligibleBase,
    limits: _Limits,
    requested: int | None,
    applied: int,
    program_version: int | None,
) -> Receipt:
    rate = rule.rate(basket.channel)
    unit = minor_unit(basket.currency)
    detail = f"{rate.points}/{rate.value:f}"
    shares = split_by_largest_remainder(applied, [int(amount / unit) for amount in base.amounts.values()])
    lines = [
        ReceiptLine("RULE_APPLIED", line_id, rule.key, amount, share, detail)
        for (line_id, amount), share in zip(base.amounts.items(), shares, strict=True)
    ]
    lines.extend(base.excluded)
    if limits.reason and (requested is None or requested > limits.maximum):
        lines.append(ReceiptLine("CAPPED", None, rule.key, base.total, limits.maximum, limits.reason))
    if basket.shipping_gross > ZERO:
        shipping = basket.shipping_gross if basket.prices_entered_with_tax else basket.shipping_net
        lines.append(ReceiptLine("SHIPPING_EXCLUDED", None, "", shipping))
    return Receipt(
        kind="REDEEM",
        points=applied,
        currency=basket.currency,
        program_version=program_version,
        rule_keys=(rule.key,) if applied else (),
        lines=tuple(lines) or (ReceiptLine("LINE_NOT_IN_SCOPE"),),
        line_points=dict(zip(base.amounts, shares, strict=True)),
        line_bases=dict(base.amounts),
    )
