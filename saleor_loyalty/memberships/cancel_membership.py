"""``cancel_membership``: staff ends a membership before its time."""

from __future__ import annotations

import datetime

from django.db import transaction

from ..ledger import Actor
from ..models import Membership
from .book import open_book_of
from .inputs import check_reason
from .refusals import refuse_over
from .settle_memberships import cancel_in_book


def cancel_membership(membership_id: int, *, actor: Actor, at: datetime.datetime, reason: str = "") -> Membership:
    """Cancel a membership that is not over, at once. It stays cancelled whatever its order does; its money and the
    points of its start are not touched. The next queued one may begin today.

    Raises:
        MembershipNotFound: there is no such membership.
        LoyaltyException (INVALID), about ``id``: it is cancelled already, or over; about ``reason``: too long.

    Locks: the account, its memberships. Not idempotent: a second call is refused.
    """
    reason = check_reason(reason)
    with transaction.atomic():
        book, membership = open_book_of(membership_id, at=at, actor=actor)
        refuse_over(membership, at=at)
        cancel_in_book(book, membership, is_canceled_by_order=False, reason=reason)
        book.write()
        return membership
