"""Why endpoints and deliveries are refused."""

from __future__ import annotations

from ..errors import LoyaltyException


class EndpointRefused(LoyaltyException):
    """The URL is not one that events may be sent to."""

    field = "url"


class EndpointNotFound(LoyaltyException):
    """There is no such endpoint."""

    code = "NOT_FOUND"
    field = "id"


class DeliveryNotFound(LoyaltyException):
    """There is no such delivery; those that arrived are deleted after a time."""

    code = "NOT_FOUND"
    field = "id"
