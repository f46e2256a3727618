"""``referrals_of``: what referrals hold of one customer, for the export of one person's data. Reads only."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Q

from ..models import Referral, ReferralCode
from .codes import format_code
from .states import public_state_of


def referrals_of(account_id: int, *, at: datetime.datetime, using: str = "default") -> dict[str, Any]:
    """Return the customer's code and referrals as JSON-ready data, the oldest first.

    It says nothing of the other customer. Digests are no data that could be read: it says which kinds are kept.
    Two statements.
    """
    code = ReferralCode.objects.using(using).filter(account_id=account_id).values_list("code", flat=True).first()
    rows = Referral.objects.using(using).filter(Q(referrer_id=account_id) | Q(referee_id=account_id)).order_by("pk")
    return {
        "code": None if code is None else format_code(code),
        "referrals": [_as_data(row, account_id=account_id, at=at) for row in rows.iterator()],
    }


def _as_data(row: Referral, *, account_id: int, at: datetime.datetime) -> dict[str, Any]:
    is_referee = row.referee_id == account_id
    data: dict[str, Any] = {
        "side": "REFEREE" if is_referee else "REFERRER",
        "state": public_state_of(row, at=at),
        "claimedAt": row.claimed_at.isoformat(),
        "confirmedAt": None if row.confirmed_at is None else row.confirmed_at.isoformat(),
        "points": row.referee_points if is_referee else row.referrer_points,
    }
    if is_referee:
        kinds = [kind for kind, found in (row.fingerprints or {}).items() if found]
        data |= {"order": row.order_id or None, "keptDigests": sorted({*kinds, *(["devices"] if row.device else [])})}
    return data
