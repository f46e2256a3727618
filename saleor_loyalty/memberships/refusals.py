"""The refusals that the verbs of memberships share. Pure."""

from __future__ import annotations

import datetime

from ..errors import LoyaltyException
from ..models import Membership
from .status import MembershipStatus, status_of

_OVER = {MembershipStatus.CANCELED: "It is cancelled.", MembershipStatus.ENDED: "It is over."}


def refuse_over(membership: Membership, *, at: datetime.datetime) -> str:
    """Return the status. Raises LoyaltyException (INVALID) about ``id`` for a cancelled or ended membership."""
    status = status_of(membership, at=at)
    if status in _OVER:
        raise LoyaltyException(_OVER[MembershipStatus(status)], field="id")
    return status


def require_status(membership: Membership, status: str, *, at: datetime.datetime, message: str) -> None:
    """Raise LoyaltyException (INVALID) about ``id`` where the membership has another status."""
    if refuse_over(membership, at=at) != status:
        raise LoyaltyException(message, field="id")
