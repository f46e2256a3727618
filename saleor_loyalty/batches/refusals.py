"""Why batches, and the files that they are made of, are refused."""

from __future__ import annotations

from ..errors import LoyaltyException


class BatchNotFound(LoyaltyException):
    """There is no such batch."""

    code = "NOT_FOUND"
    field = "id"


class BatchRunning(LoyaltyException):
    """The batch is still running: cancel it first, or wait."""

    field = "id"


class FileInvalid(LoyaltyException):
    """The file cannot be read. The message says what and in which line."""

    field = "file"
