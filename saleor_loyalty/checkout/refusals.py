"""Turning what a quote says, or what stands in the way of a redemption, into the exception that refuses it.

It decides nothing: the code is the quote's, and the text is the messages', in the checkout's language.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..errors import (
    AccountFrozen,
    CurrencyMismatch,
    InvalidPoints,
    LoyaltyException,
    ProgramInactive,
    RedemptionRefused,
)
from ..messages import describe_applied, describe_refusal, render
from ..rules import RedemptionQuote

CODE_OF_LIMIT = {"POINTS": "ABOVE_MAXIMUM_POINTS", "BALANCE": "INSUFFICIENT_POINTS"}
EXCEPTIONS: Mapping[str, type[LoyaltyException]] = {
    "PROGRAM_INACTIVE": ProgramInactive,
    "CURRENCY_MISMATCH": CurrencyMismatch,
    "ACCOUNT_FROZEN": AccountFrozen,
    "INVALID": InvalidPoints,
}


def refusal_of_quote(
    quote: RedemptionQuote, *, language: str, point_names: Mapping[str, Any] | None = None
) -> LoyaltyException:
    """Return the exception for a quote that is blocked, with the numbers that would be possible."""
    code = quote.blocked_code or "INVALID"
    message = describe_refusal(quote, language=language, point_names=point_names) or code
    if code in EXCEPTIONS:
        return EXCEPTIONS[code](message)
    return RedemptionRefused(code, message, max_points=quote.max_points, min_points=quote.min_points)


def refusal_of_obstacle(code: str, *, language: str) -> LoyaltyException:
    """Return the exception for what keeps a customer from applying any points at all."""
    if code in EXCEPTIONS:
        return EXCEPTIONS[code](render(f"BLOCKED_{code}", language=language))
    return refusal_at_completion(code, language=language)


def refusal_at_completion(code: str, *, language: str) -> RedemptionRefused:
    """Return the exception for a redemption that does not hold when its order is to be made, whatever its points."""
    return RedemptionRefused(code, render(f"BLOCKED_{code}", language=language))


def refusal_of_change(
    quote: RedemptionQuote, *, requested: int, language: str, point_names: Mapping[str, Any] | None = None
) -> RedemptionRefused:
    """Return the exception that says that other points, or another value, stand on the checkout now."""
    message = describe_applied(
        points=quote.applied_points,
        requested_points=requested,
        value=quote.applied_value,
        currency=quote.currency,
        language=language,
        point_names=point_names,
    )
    code = CODE_OF_LIMIT.get(quote.limit_reason, "ABOVE_MAXIMUM_PERCENT")
    return RedemptionRefused(code, message, max_points=quote.max_points, min_points=quote.min_points)
