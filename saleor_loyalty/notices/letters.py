"""What each kind of notice tells its customer. Reads the notice with its account and program; says nothing by itself.

A letter is of what is so at the moment of sending: None where it is no longer so, and there is nothing to tell.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..memberships import MembershipStatus, status_of
from ..memberships.dates import DAY
from ..models import AccountStatus, ExpiryNotice, LoyaltyAccount, MembershipNotice

POINTS_EXPIRING = "loyalty_points_expiring"
MEMBERSHIP_EXPIRING = "loyalty_membership_expiring"


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    account: LoyaltyAccount
    event: str
    """The name under which the host's notification system knows it."""
    subject: str
    """Codes of messages; ``facts`` is what they ask for."""
    body: str
    facts: Mapping[str, Any]
    payload: Mapping[str, Any]
    """For the host's notifications, besides what all of them have."""
    reason: str = ""
    """The code of a message that the body ends with, if any."""


def points_letter(notice: ExpiryNotice, *, at: datetime.datetime) -> Letter:
    return Letter(
        account=notice.account,
        event=POINTS_EXPIRING,
        subject="NOTICE_SUBJECT",
        body="NOTICE_EXPIRING",
        # The last moment at which they count: that day is the one to name.
        facts={"points": notice.points, "date": notice.expires_at - datetime.timedelta(seconds=1)},
        payload={"points": notice.points, "expires_at": notice.expires_at.isoformat(), "days": notice.days},
    )


def membership_letter(notice: MembershipNotice, *, at: datetime.datetime) -> Letter | None:
    """None where the membership was extended, frozen or cancelled since, or where its account is frozen or over."""
    membership = notice.membership
    is_so = membership.ends_on == notice.ends_on and status_of(membership, at=at) == MembershipStatus.ACTIVE
    if not is_so or membership.account.status != AccountStatus.ACTIVE:
        return None
    return Letter(
        account=membership.account,
        event=MEMBERSHIP_EXPIRING,
        subject="NOTICE_MEMBERSHIP_SUBJECT",
        body="NOTICE_MEMBERSHIP_EXPIRING",
        facts={"plan": membership.plan_name, "date": notice.ends_on - DAY},
        payload={
            "membership_id": membership.pk,
            "plan": membership.plan_name,
            "ends_on": notice.ends_on.isoformat(),
            "days": notice.days,
        },
    )
