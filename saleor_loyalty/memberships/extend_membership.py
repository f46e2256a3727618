"""``extend_membership``: staff gives a membership more days (A-195)."""

from __future__ import annotations

import datetime

from django.db import transaction

from ..errors import LoyaltyException
from ..ledger import Actor
from ..models import Membership, MembershipChange
from .book import open_book_of
from .inputs import check_day, check_reason
from .refusals import refuse_over


def extend_membership(
    membership_id: int, *, ends_on: datetime.date, actor: Actor, at: datetime.datetime, reason: str = ""
) -> Membership:
    """Let the membership end on a later day: exactly the days in between are added. Queued ones after it move.

    Raises:
        MembershipNotFound: there is no such membership.
        LoyaltyException (INVALID), about ``id``: it is cancelled or over, waits for its order or for another one, is
            frozen until further notice, or has no end; about ``endDate``: the day is before its end, or more than ten
            years after it; about ``reason``: too long.

    Locks: the account, its memberships. Idempotency: the same day again changes nothing.
    """
    reason = check_reason(reason)
    with transaction.atomic():
        book, membership = open_book_of(membership_id, at=at, actor=actor)
        refuse_over(membership, at=at)
        if membership.ends_on is None:
            raise LoyaltyException("It has no known end that could be moved.", field="id")
        if ends_on != membership.ends_on:
            message = f"This must be after {membership.ends_on}, when it ends now."
            check_day(ends_on, after=membership.ends_on, field="endDate", message=message)
            membership.extension_days += (ends_on - membership.ends_on).days
            book.note(membership, MembershipChange.Type.EXTENDED, on=ends_on, reason=reason)
            book.write()
        return membership
