"""Puts a refusal into the customer's language."""

from __future__ import annotations

from ..errors import LoyaltyException, RedemptionRefused
from ..messages import render


def refusal_message(error: LoyaltyException, *, language: str) -> str:
    """Return the text for the customer; the domain's own English message where the catalogs have none."""
    parameters = {}
    if isinstance(error, RedemptionRefused):
        parameters = {"max_points": error.max_points, "min_points": error.min_points}
    try:
        return render(error.code, language=language, **parameters)
    except (KeyError, ValueError):
        return error.message


def unavailable_message(*, language: str) -> str:
    """Return the text for a redemption that cannot be checked now."""
    return render("PROGRAM_INACTIVE", language=language)
