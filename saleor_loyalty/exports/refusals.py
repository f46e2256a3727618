"""Why exports and links to their files are refused."""

from __future__ import annotations

from ..errors import LoyaltyException


class ExportNotFound(LoyaltyException):
    """There is no such export."""

    code = "NOT_FOUND"
    field = "id"


class ExportGone(LoyaltyException):
    """The link, or the file that it led to, is no more."""

    code = "NOT_FOUND"
    field = "id"
