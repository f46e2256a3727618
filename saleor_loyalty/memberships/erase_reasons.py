"""``erase_reasons``: what staff wrote about an account's memberships, gone for good."""

from __future__ import annotations

from ..models import MembershipChange


def erase_reasons(account_id: int) -> int:
    """Empty the reasons in the history of the account's memberships; returns how many. A second call returns 0."""
    changes = MembershipChange.objects.filter(membership__account_id=account_id).exclude(reason="")
    return changes.update(reason="")
