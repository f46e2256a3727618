"""What the passing of time and the changes of a membership bring about: labels, points at the start, history.

The status itself follows from the dates and needs none of this; a sweep that is late makes only what is here late.
It works inside of a book, under the account's lock, and may run again at any time: what is done is remembered on the
membership, and the points carry the membership's own idempotency key.
"""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ..cards import assign_labels, unassign_labels
from ..cards.assign_labels import LABELS_MAX
from ..errors import AccountClosed, AccountFrozen, AlreadyReversed, LoyaltyException
from ..ledger import Actor, give_points, holding_accounts, reverse_transaction
from ..models import ENDED_ACCOUNT_STATUSES, LoyaltyTransaction, Membership, MembershipChange
from ..programs import lasting_of, program_for_account
from .dates import DAY
from .status import RUNNING, MembershipStatus, status_of

if TYPE_CHECKING:
    from .book import Book

SYSTEM = Actor()
BEGUN = frozenset({MembershipStatus.ACTIVE, MembershipStatus.FROZEN, MembershipStatus.ENDED})


def follow_status(book: Book, membership: Membership) -> bool:
    """Bring the membership up to what it is now. Returns whether its status is another than when last followed.

    Writes what time alone did into the history, gives the points of its start or takes them back, and notes the next
    day on which there is something to do. Changes the membership without storing it.
    """
    status, before = status_of(membership, at=book.at), membership.followed_status
    if status != before:
        _write_history(book, membership, before=before, status=status)
        membership.followed_status = status
    again_on = _follow_points(book, membership, status=status)
    membership.next_change_on = again_on or _next_change(membership, status=status)
    return status != before


def follow_labels(book: Book, changed: Iterable[Membership]) -> None:
    """Give the account the labels of its running memberships, and take those of the others (A-176).

    Only labels of the memberships that changed are looked at: staff may have done otherwise with the rest. A label
    that another running membership gives stays. A frozen membership keeps its label.
    """
    running = {
        membership.label_id
        for membership in book.memberships
        if membership.followed_status in RUNNING and membership.label_id is not None
    }
    touched = {membership.label_id for membership in changed if membership.label_id is not None}
    given, taken = sorted(touched & running), sorted(touched - running)
    if book.account.status not in ENDED_ACCOUNT_STATUSES:
        for label_ids in _portions(given):
            assign_labels([book.account.pk], label_ids=label_ids, actor=SYSTEM, at=book.at)
    for label_ids in _portions(taken):
        unassign_labels([book.account.pk], label_ids=label_ids, actor=SYSTEM, at=book.at)


def _portions(label_ids: list[int]) -> list[list[int]]:
    """Return the labels in lists as long as one call takes."""
    return [label_ids[start : start + LABELS_MAX] for start in range(0, len(label_ids), LABELS_MAX)]


def _write_history(book: Book, membership: Membership, *, before: str, status: str) -> None:
    has_begun = before in BEGUN
    if status in BEGUN and not has_begun:
        book.note(membership, MembershipChange.Type.STARTED, on=membership.starts_on, actor=SYSTEM)
    if before == MembershipStatus.FROZEN and status in (MembershipStatus.ACTIVE, MembershipStatus.ENDED):
        book.note(membership, MembershipChange.Type.UNFROZEN, on=membership.frozen_until, actor=SYSTEM)
    if status == MembershipStatus.ENDED:
        book.note(membership, MembershipChange.Type.ENDED, on=membership.ends_on, actor=SYSTEM)


def _follow_points(book: Book, membership: Membership, *, status: str) -> datetime.date | None:
    """Give or take back the points of the start. Returns when to try again what could not be done."""
    today = book.today(membership)
    if status in BEGUN:
        is_owed = membership.start_points > membership.points_given == 0
        return today + DAY if is_owed and not _give(book, membership) else None
    # Staff's own cancellation leaves the points: what was promised for the start has happened.
    is_taken_back = status == MembershipStatus.UPCOMING or membership.is_canceled_by_order
    if membership.points_given and is_taken_back and not _take_back(book, membership):
        return today
    return None


def _give(book: Book, membership: Membership) -> bool:
    if book.account.status in ENDED_ACCOUNT_STATUSES:
        return True  # (nobody is there to get them)
    program = program_for_account(book.account)
    try:
        give_points(
            book.account.pk,
            points=membership.start_points,
            at=book.at,
            idempotency_key=_key(membership, membership.points_round + 1),
            source="PLAN",
            reason=membership.plan_name,
            external_reference=f"membership:{membership.pk}",
            lasting=lasting_of(program.rules, channel=membership.channel_slug, at=book.at) if program else None,
        )
    except AccountFrozen:
        return False
    except LoyaltyException:
        return True  # (more than an account can hold: no later day changes that)
    membership.points_round += 1
    membership.points_given = membership.start_points
    return True


def _take_back(book: Book, membership: Membership) -> bool:
    """Take the points back as far as they are there, those of the start first: what was spent meanwhile is left to
    the customer. What staff has taken back already is not taken twice.

    Returns False where they are at an account that the book has not locked: asking for its lock now might be out of
    order. The sweep comes back to it with the locks of both."""
    key, program_id = start_key(membership), book.account.program_id
    given = LoyaltyTransaction.objects.filter(program_id=program_id, idempotency_key=key)
    given_id = given.values_list("pk", flat=True).first()
    if given_id is not None:
        if not book.locked.issuperset(holding_accounts([key], program_id=program_id).values()):
            return False
        # The points of a closed account, be it the book's or the one that they moved to, can be spent by nobody.
        with contextlib.suppress(AlreadyReversed, AccountClosed):
            reverse_transaction(given_id, at=book.at, idempotency_key=f"{key}:reverse", reason=membership.plan_name)
    membership.points_given = 0
    return True


def start_key(membership: Membership) -> str:
    """Return the idempotency key under which the points of its start were given last."""
    return _key(membership, membership.points_round)


def start_keys(membership: Membership) -> list[str]:
    """Return the idempotency keys under which the points of its start were ever given, the last one last."""
    return [_key(membership, number) for number in range(1, membership.points_round + 1)]


def _key(membership: Membership, number: int) -> str:
    return f"membership:{membership.pk}:start" + (f":{number}" if number > 1 else "")


def _next_change(membership: Membership, *, status: str) -> datetime.date | None:
    if status == MembershipStatus.UPCOMING:
        return membership.starts_on
    if status == MembershipStatus.FROZEN:
        return membership.frozen_until
    return membership.ends_on if status == MembershipStatus.ACTIVE else None
