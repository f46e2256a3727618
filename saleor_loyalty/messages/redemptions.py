"""What is applied to a cart, or why nothing is, in the customer's words and with the numbers that help (A-076, A-094).

The code is the quote's or the exception's; nothing is decided here, only said.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ..errors import LoyaltyException
from ..rules import RedemptionQuote, value_of_points
from .rendering import render

_THRESHOLDS = frozenset({"VOUCHER_THRESHOLD", "PROMOTION_THRESHOLD", "GIFT_THRESHOLD", "SHIPPING_THRESHOLD"})


def describe_refusal(
    quote: RedemptionQuote, *, language: str, point_names: Mapping[str, Any] | None = None
) -> str | None:
    """Return why the quote applies nothing; None where it is not blocked."""
    if quote.blocked_code is None:
        return None
    code = _refusal_code(quote)
    points = quote.min_points if code == "BLOCKED_CART_TOO_SMALL" else quote.max_points
    return render(
        code,
        language=language,
        point_names=point_names,
        currency=quote.currency,
        requested_points=quote.requested or 0,
        available_points=quote.available,
        min_points=quote.min_points,
        max_points=quote.rate_points if code == "BLOCKED_NOT_EXACT_POINTS" else quote.max_points,
        number=quote.step,
        percent=quote.max_percent,
        base=quote.eligible_base,
        value=_find_value(quote, points),
    )


def describe_exception(error: LoyaltyException, *, language: str) -> str:
    """Return what a customer reads of an exception of the domain. A refused redemption already speaks for itself."""
    if getattr(error, "max_points", None) is not None:
        return error.message
    try:
        return render(f"BLOCKED_{error.code}", language=language)
    except (KeyError, ValueError):
        return render("BLOCKED_OTHER", language=language)


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


def _find_value(quote: RedemptionQuote, points: int) -> Decimal:
    """Return what a number of points is worth at the quote's rate, in major units."""
    if not quote.rate_points:
        return Decimal(0)
    return value_of_points(points, rate_points=quote.rate_points, rate_value=quote.rate_value, currency=quote.currency)


def _refusal_code(quote: RedemptionQuote) -> str:
    code = quote.blocked_code
    if quote.type == "FIXED" and code in {"BELOW_MINIMUM_POINTS", "ABOVE_MAXIMUM_POINTS", "NOT_MULTIPLE_OF_STEP"}:
        return "BLOCKED_NOT_EXACT_POINTS"
    is_number_to_blame = code in {"ABOVE_MAXIMUM_POINTS", "ABOVE_MAXIMUM_PERCENT", "INSUFFICIENT_POINTS"}
    if is_number_to_blame and not quote.max_points:
        is_account_to_blame = quote.limit_reason == "BALANCE"
        return "BLOCKED_FEWER_THAN_MINIMUM" if is_account_to_blame else "BLOCKED_CART_TOO_SMALL"
    if code == "ABOVE_MAXIMUM_PERCENT" and not _is_above_percent(quote):
        is_threshold = quote.limit_reason in _THRESHOLDS
        return f"LIMIT_{quote.limit_reason}" if is_threshold else "BLOCKED_ABOVE_MAXIMUM_VALUE"
    return f"BLOCKED_{code}"


def _is_above_percent(quote: RedemptionQuote) -> bool:
    """Return whether the rule's own share refuses the request, not the base itself or the host's ceiling."""
    if quote.max_percent is None:
        return False
    return _find_value(quote, quote.requested or 0) > quote.eligible_base * quote.max_percent / 100
