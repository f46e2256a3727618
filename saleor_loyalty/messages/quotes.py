"""What a customer reads about spending points: product page, cart and what is applied (A-091 to A-093)."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ..rules import RedemptionQuote, RedemptionRule
from .refusals import find_value
from .rendering import render


def describe_redemption(
    rule: RedemptionRule,
    *,
    channel: str,
    currency: str,
    language: str,
    point_names: Mapping[str, Any] | None = None,
) -> str:
    """Return the product page's line on spending points, by the type of the channel's redemption rule (A-091)."""
    rate = rule.rate(channel)
    parts = [
        render(
            f"OFFER_REDEEM_{rule.type}",
            language=language,
            point_names=point_names,
            currency=currency,
            points=rate.points,
            value=rate.value,
            percent=rule.max_percent,
        )
    ]
    if rule.type == "VARIABLE_VALUE" and rule.min_points is not None:
        parts.append(
            render("CONDITION_MINIMUM", language=language, point_names=point_names, min_points=rule.min_points)
        )
    if rule.type == "VARIABLE_VALUE" and rule.max_points is not None:
        parts.append(
            render("CONDITION_MAXIMUM", language=language, point_names=point_names, max_points=rule.max_points)
        )
    return " ".join(parts)


def describe_conditions(
    quote: RedemptionQuote,
    *,
    rule: RedemptionRule | None,
    language: str,
    point_names: Mapping[str, Any] | None = None,
) -> list[str]:
    """Return the cart's lines on spending points, by the type of the redemption rule (A-093); none without a rule."""
    if rule is None:
        return []
    codes = [f"CONDITION_{quote.type}"]
    if rule.type == "VARIABLE_VALUE" and rule.min_points is not None:
        codes.append("CONDITION_MINIMUM")
    if rule.type == "VARIABLE_VALUE" and rule.max_points is not None:
        codes.append("CONDITION_MAXIMUM")
    if rule.max_percent is not None:
        codes.append("CONDITION_PERCENT")
    if rule.type != "FIXED" and quote.step > 1:
        codes.append("CONDITION_STEP")
    if not rule.combination.with_coupons:
        codes.append("CONDITION_NO_COUPONS")
    if not rule.combination.with_automatic_discounts:
        codes.append("CONDITION_NO_AUTOMATIC_DISCOUNTS")
    if not rule.combination.with_buy_x_get_y:
        codes.append("CONDITION_NO_BUY_X_GET_Y")
    codes.append("CONDITION_SHIPPING")
    return [
        render(
            code,
            language=language,
            point_names=point_names,
            currency=quote.currency,
            points=quote.rate_points,
            value=quote.rate_value,
            min_points=rule.min_points,
            max_points=rule.max_points,
            percent=rule.max_percent,
            base=quote.eligible_base,
            number=quote.step,
        )
        for code in codes
    ]


def describe_possibility(
    quote: RedemptionQuote, *, language: str, point_names: Mapping[str, Any] | None = None
) -> str:
    """Return what a member can do here: pay with up to so many points, or not at all (A-092)."""
    return render(
        "CART_CAN_PAY" if quote.max_points else "CART_CANNOT_PAY_YET",
        language=language,
        point_names=point_names,
        currency=quote.currency,
        available_points=quote.available,
        max_points=quote.max_points,
        value=find_value(quote, quote.max_points),
    )


def describe_limit(
    quote: RedemptionQuote, *, language: str, point_names: Mapping[str, Any] | None = None
) -> str | None:
    """Return what keeps the maximum from being higher; None where the cart itself does, or nothing can be spent."""
    if not quote.limit_reason or not quote.max_points:
        return None
    return render(
        f"LIMIT_{quote.limit_reason}",
        language=language,
        point_names=point_names,
        max_points=quote.max_points,
        percent=quote.max_percent,
    )


def describe_applied(
    *,
    points: int,
    requested_points: int,
    value: Decimal,
    currency: str,
    language: str,
    point_names: Mapping[str, Any] | None = None,
) -> str:
    """Return what is applied to the cart now; says so where it is less than the customer asked for."""
    return render(
        "APPLIED_LOWERED" if points < requested_points else "APPLIED",
        language=language,
        point_names=point_names,
        currency=currency,
        points=points,
        requested_points=requested_points,
        value=value,
    )


def describe_deadline(
    *,
    points: int,
    expires_at: datetime.datetime,
    time_zone: str,
    language: str,
    point_names: Mapping[str, Any] | None = None,
) -> str:
    """Return until when the points are set aside."""
    return render(
        "RESERVED_UNTIL",
        language=language,
        point_names=point_names,
        time_zone=time_zone,
        points=points,
        time=expires_at,
    )
