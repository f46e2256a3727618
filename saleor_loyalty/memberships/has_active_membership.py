"""``has_active_membership``: whether deleting a card would take something away that still runs (A-197)."""

from __future__ import annotations

import datetime

from ..models import Membership
from .status import RUNNING, where_status


def has_active_membership(account_id: int, *, at: datetime.datetime) -> bool:
    """Return whether the account has a membership that is active or frozen at ``at``.

    One that is yet to come does not count. Reads only; right also when no sweep ran. Cost: one statement.
    """
    memberships = Membership.objects.filter(account_id=account_id)
    return where_status(memberships, RUNNING, at=at).exists()
