"""``unfreeze_membership``: the days of a frozen membership run again from today on (A-196)."""

from __future__ import annotations

import datetime

from django.db import transaction

from ..ledger import Actor
from ..models import Membership, MembershipChange
from .book import open_book_of
from .inputs import check_reason
from .refusals import require_status
from .status import MembershipStatus


def unfreeze_membership(membership_id: int, *, actor: Actor, at: datetime.datetime, reason: str = "") -> Membership:
    """End the freeze of a membership today. Exactly the days that it was frozen are added to its end: none where it
    was frozen today, and no more than these where it was to be frozen longer. Queued ones after it move.

    Raises:
        MembershipNotFound: there is no such membership.
        LoyaltyException (INVALID), about ``id``: it is not frozen; about ``reason``: too long.

    Locks: the account, its memberships. Not idempotent: a second call is refused.
    """
    reason = check_reason(reason)
    with transaction.atomic():
        book, membership = open_book_of(membership_id, at=at, actor=actor)
        require_status(membership, MembershipStatus.FROZEN, at=at, message="It is not frozen.")
        book.end_freeze(membership)
        membership.followed_status = MembershipStatus.ACTIVE
        book.note(membership, MembershipChange.Type.UNFROZEN, on=book.today(membership), reason=reason)
        book.write()
        return membership
