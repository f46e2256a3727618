"""``move_memberships``: a guest has become a member, and what the guest bought is the member's."""

from __future__ import annotations

import datetime
from collections.abc import Collection

from django.db import transaction

from ..models import Membership, PlanStacking
from .book import Book, open_book


def orders_of_memberships(account_id: int, *, since: datetime.datetime) -> set[str]:
    """Return the orders that sold the memberships which the account got from ``since`` on; "" stands for those that
    staff entered. One statement."""
    rows = Membership.objects.filter(account_id=account_id, created_at__gte=since).order_by()
    return set(rows.values_list("order_id", flat=True))


def move_memberships(
    guest_account_id: int,
    *,
    to_account_id: int,
    order_ids: Collection[str],
    since: datetime.datetime,
    at: datetime.datetime,
) -> int:
    """Move the memberships of ``order_ids``, and those that staff entered from ``since`` on, to another account of the
    same program. Returns how many.

    They keep their dates, also where the other account has the same plan: both then run side by side. Labels follow at
    both accounts. Points of the start are not moved here; taking them back later finds them where they are.

    Raises AccountNotFound; AccountClosed. Locks: both accounts in the order of their keys, then their memberships; the
    caller holds the locks of the order records. Idempotent.
    """
    with transaction.atomic():
        books = {
            account_id: open_book(account_id, at=at, is_for_new=True, is_alone=True)
            for account_id in sorted((guest_account_id, to_account_id))
        }
        for book in books.values():
            book.locked.update(books)
        left, entered = books[guest_account_id], books[to_account_id]
        moved = [
            row for row in left.memberships if (row.order_id in order_ids if row.order_id else row.created_at >= since)
        ]
        for membership in moved:
            _move(membership, left, entered)
        if moved:
            for book in books.values():
                book.write(moved=moved)
        return len(moved)


def _move(membership: Membership, left: Book, entered: Book) -> None:
    queued = [row for row in entered.memberships if row.plan_id == membership.plan_id and row.released_on is not None]
    if queued and membership.starts_on is not None:
        # What runs already must not wait for the other, nor the other for it.
        membership.released_on, membership.stacking = membership.starts_on, PlanStacking.OVERLAP
    if any(row.idempotency_key == membership.idempotency_key for row in entered.memberships):
        membership.idempotency_key = ""
    membership.account = entered.account
    left.memberships.remove(membership)
    entered.memberships.append(membership)
    entered.stored[membership.pk] = left.stored.pop(membership.pk)
    entered.freezes[membership.pk] = left.freezes.pop(membership.pk, [])
