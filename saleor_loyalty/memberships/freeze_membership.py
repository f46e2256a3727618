"""``freeze_membership``: staff stops the days of a membership (A-196)."""

from __future__ import annotations

import datetime

from django.db import transaction

from ..ledger import Actor
from ..models import Membership, MembershipChange
from .book import open_book_of
from .inputs import check_day, check_reason
from .refusals import require_status
from .status import MembershipStatus


def freeze_membership(
    membership_id: int,
    *,
    until: datetime.date | None = None,
    actor: Actor,
    at: datetime.datetime,
    reason: str = "",
) -> Membership:
    """Freeze an active membership from today on; on the day ``until`` it runs again, without it until it is unfrozen.

    The days of the freeze are added to its end, so that the same number of days is served. With ``until`` that is
    done at once; without, it has no end date as long as it is frozen. A frozen membership gives no benefits; it keeps
    its label. Queued ones after it move.

    Raises:
        MembershipNotFound: there is no such membership.
        LoyaltyException (INVALID), about ``id``: it is not active; about ``until``: not after today, or more than ten
            years away; about ``reason``: too long.

    Locks: the account, its memberships. Not idempotent: a second call is refused.
    """
    reason = check_reason(reason)
    with transaction.atomic():
        book, membership = open_book_of(membership_id, at=at, actor=actor)
        require_status(membership, MembershipStatus.ACTIVE, at=at, message="Only an active membership can be frozen.")
        if until is not None:
            check_day(until, after=book.today(membership), field="until", message="This must be after today.")
        book.freeze(membership, until=until)
        book.note(membership, MembershipChange.Type.FROZEN, on=until, reason=reason)
        book.write()
        return membership
