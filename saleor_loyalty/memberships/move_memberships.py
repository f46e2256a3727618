"""``move_memberships``: a guest has become a member, and what the guest bought is the member's."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping, Sequence
from typing import TypedDict

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
        left, entered = _open_both(guest_account_id, to_account_id, at=at)
        chosen = [
            row for row in left.memberships if (row.order_id in order_ids if row.order_id else row.created_at >= since)
        ]
        _move_all(chosen, left, entered)
        return len(chosen)


def move_all_memberships(
    account_id: int, *, to_account_id: int, at: datetime.datetime, only: Collection[WasBefore] | None = None
) -> list[WasBefore]:
    """Move all memberships of an account to another one of the same program, as ``move_memberships`` does. Returns how
    each of them was before.

    ``only``: what such a call returned, to move these back and let them be as they were, but for what happened since.

    Raises AccountNotFound; AccountClosed. Locks: as ``move_memberships``. Idempotent.
    """
    wanted = None if only is None else {was["membership"]: was for was in only}
    with transaction.atomic():
        left, entered = _open_both(account_id, to_account_id, at=at)
        chosen = [row for row in left.memberships if wanted is None or row.pk in wanted]
        before = [_as_it_is(row) for row in chosen]
        _move_all(chosen, left, entered, was=wanted)
        return before


class WasBefore(TypedDict):
    """What moving may change of a membership; ready for JSON."""

    membership: int
    idempotency_key: str
    stacking: str
    released_on: str | None


def _as_it_is(membership: Membership) -> WasBefore:
    released_on = membership.released_on
    return WasBefore(
        membership=membership.pk,
        idempotency_key=membership.idempotency_key,
        stacking=str(membership.stacking),
        released_on=released_on.isoformat() if released_on is not None else None,
    )


def _open_both(account_id: int, to_account_id: int, *, at: datetime.datetime) -> tuple[Book, Book]:
    books = {key: open_book(key, at=at, is_for_new=True, is_alone=True) for key in sorted((account_id, to_account_id))}
    for book in books.values():
        book.locked.update(books)
    return books[account_id], books[to_account_id]


def _move_all(
    chosen: Sequence[Membership], left: Book, entered: Book, *, was: Mapping[int, WasBefore] | None = None
) -> None:
    for membership in chosen:
        _move(membership, left, entered)
        if was is not None:
            _restore(membership, was[membership.pk], entered)
    if chosen:
        for book in sorted((left, entered), key=lambda book: book.account.pk):
            book.write(moved=chosen)


def _restore(membership: Membership, was: WasBefore, entered: Book) -> None:
    if all(row.idempotency_key != was["idempotency_key"] for row in entered.memberships if row is not membership):
        membership.idempotency_key = was["idempotency_key"]
    if membership.released_on is not None and was["released_on"] is not None:
        membership.released_on = datetime.date.fromisoformat(was["released_on"])
        membership.stacking = was["stacking"]


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
