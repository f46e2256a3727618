"""What ``reverse_award`` would take now, read only.

It plans nothing of its own: how far the policy goes is told by the account's numbers as ``read_points`` has them, and
by what is still pending of the award. Held by ``tests/ledger/test_preview_reversal.py``, which takes back what was
foretold.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import Q, Sum

from ..models import Lot, LoyaltyAccount
from .inputs import check_moment, check_points
from .read_points import read_points
from .reverse_award import ALLOW_NEGATIVE, AWARDS, PENDING_ONLY, WITHIN_BALANCE


@dataclass(frozen=True, kw_only=True, slots=True)
class ReversalPreview:
    """How much would be taken back, and how much would not."""

    reversed_points: int
    unrecovered_points: int
    debt: int
    """How much of ``reversed_points`` the customer would owe."""


def preview_reversal(
    account: LoyaltyAccount, *, points: int, order_id: str, policy: str, at: datetime.datetime
) -> ReversalPreview:
    """Return what ``reverse_award`` of ``points`` would do to the account at ``at``. Writes and locks nothing.

    Raises InvalidPoints. Cost: two statements.
    """
    check_points(points)
    check_moment(at)
    if policy not in (PENDING_ONLY, WITHIN_BALANCE, ALLOW_NEGATIVE):
        raise ValueError(f"unknown policy {policy}")
    taken = min(points, _still_pending(account, order_id=order_id, at=at))
    debt = 0
    if policy != PENDING_ONLY:
        missing = points - taken
        free = min(missing, read_points([account], at=at)[account.pk].available)
        debt = missing - free if policy == ALLOW_NEGATIVE else 0
        taken += free + debt
    return ReversalPreview(reversed_points=taken, unrecovered_points=points - taken, debt=debt)


def _still_pending(account: LoyaltyAccount, *, order_id: str, at: datetime.datetime) -> int:
    lots = Lot.objects.filter(
        Q(available_at=None) | Q(available_at__gt=at),
        Q(expires_at=None) | Q(expires_at__gt=at),
        account=account,
        is_matured=False,
        transaction__order_id=order_id,
        transaction__type__in=AWARDS,
    )
    return lots.aggregate(points=Sum("remaining"))["points"] or 0
