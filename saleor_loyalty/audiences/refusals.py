"""Why audiences are refused."""

from __future__ import annotations

from ..errors import LoyaltyException


class AudienceNotFound(LoyaltyException):
    """There is no such audience."""

    code = "NOT_FOUND"
    field = "audience"
