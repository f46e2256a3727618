"""The book of one customer's memberships: opened under the account's lock, changed by a verb, and written once.

Every verb goes through it, so that what follows from a change is made the same way whatever the change was: the
periods of queued memberships move, labels and points at the start follow the status, and the history says it.
Order of locks: accounts by primary key, then the account's memberships by primary key, then labels. State is read
after the lock.

Points of a start may be at another account than the membership: still at that of the guest who became its owner, or
already at the member's. A book locks these accounts too, in order; one that is opened where accounts are locked
already (``is_alone``) locks none but its own, and leaves what is to be taken back elsewhere to the sweep.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from ..cards.locking import lock_account
from ..errors import MembershipNotFound
from ..ledger import Actor, holding_accounts
from ..lock_objects import membership_qs_select_for_update
from ..models import LoyaltyAccount, Membership, MembershipChange, MembershipFreeze, PlanStacking
from .dates import Slot, Term, lay_out, local_day
from .following import follow_labels, follow_status, start_key
from .telling import tell_changes

SYSTEM = Actor()


@dataclass
class Book:
    """All memberships of one account. ``change`` remembers what the history will say."""

    account: LoyaltyAccount
    memberships: list[Membership]
    at: datetime.datetime
    actor: Actor
    freezes: dict[int, list[MembershipFreeze]]
    locked: set[int]
    """The accounts whose locks are held: in others nothing is taken back here."""
    stored: dict[int, tuple[object, ...]] = field(default_factory=dict)
    changes: list[MembershipChange] = field(default_factory=list)

    def find(self, membership_id: int) -> Membership:
        return next(membership for membership in self.memberships if membership.pk == membership_id)

    def of_order(self, order_id: str) -> list[Membership]:
        return [membership for membership in self.memberships if membership.order_id == order_id]

    def today(self, membership: Membership) -> datetime.date:
        return local_day(self.at, membership.time_zone)

    def add(self, membership: Membership) -> None:
        """Store a new membership of the account. The caller says in the history what it is."""
        membership.account = self.account
        membership.created_at = membership.updated_at = self.at
        membership.save(force_insert=True)
        self.memberships.append(membership)
        self.stored[membership.pk] = _comparable(membership)

    def note(
        self,
        membership: Membership,
        type: MembershipChange.Type,
        *,
        on: datetime.date | None = None,
        reason: str = "",
        actor: Actor | None = None,
    ) -> None:
        actor = actor or self.actor
        self.changes.append(
            MembershipChange(
                membership=membership,
                type=type,
                on=on,
                reason=reason,
                actor_kind=actor.kind,
                actor_id=actor.id,
                created_at=self.at,
            )
        )

    def freeze(self, membership: Membership, *, until: datetime.date | None) -> None:
        """Begin a freeze today."""
        row = MembershipFreeze.objects.create(
            membership=membership,
            from_on=self.today(membership),
            until_on=until,
            actor_kind=self.actor.kind,
            actor_id=self.actor.id,
            created_at=self.at,
        )
        self.freezes[membership.pk].append(row)
        membership.frozen_from, membership.frozen_until = row.from_on, row.until_on

    def end_freeze(self, membership: Membership) -> None:
        """End the freeze in force today: the days until yesterday are added."""
        row = self.freezes[membership.pk][-1]
        row.until_on = membership.frozen_until = self.today(membership)
        row.save(update_fields=["until_on"])

    def forget_freezes(self, membership: Membership) -> None:
        """The membership begins anew: what was frozen and added before does not count for it."""
        MembershipFreeze.objects.filter(membership=membership).delete()
        self.freezes.pop(membership.pk, None)
        membership.frozen_from = membership.frozen_until = None
        membership.extension_days = 0

    def write(self, *, moved: Sequence[Membership] = ()) -> None:
        """Lay out the periods, follow what time and the change bring about, and store what is different. Labels follow
        those whose status is another, and those that moved into the book or out of it."""
        self._lay_out()
        changed = [membership for membership in self.memberships if follow_status(self, membership)]
        if changed or moved:
            follow_labels(self, [*changed, *moved])
        for membership in self.memberships:
            if _comparable(membership) != self.stored.get(membership.pk):
                membership.updated_at = self.at
                membership.save(force_update=True)
        MembershipChange.objects.bulk_create(self.changes)
        tell_changes(self.account, self.changes, at=self.at)

    def _lay_out(self) -> None:
        by_plan: dict[int, list[Membership]] = defaultdict(list)
        for membership in self.memberships:
            if membership.released_on is None:
                membership.starts_on = membership.ends_on = None
            else:
                by_plan[membership.plan_id].append(membership)
        for group in by_plan.values():
            group.sort(key=lambda membership: (membership.released_on, membership.pk))
            periods = lay_out([self._slot(membership) for membership in group])
            for membership, period in zip(group, periods, strict=True):
                if membership.canceled_at is None:
                    membership.starts_on, membership.ends_on = period.starts_on, period.ends_on

    def _slot(self, membership: Membership) -> Slot:
        if membership.released_on is None:
            raise ValueError("a membership that waits for its order has no place in the calendar")
        freezes = self.freezes.get(membership.pk, [])
        canceled_at = membership.canceled_at
        return Slot(
            released_on=membership.released_on,
            term=Term(months=membership.duration_months, days=membership.duration_days),
            extension_days=membership.extension_days,
            frozen_days=sum((row.until_on - row.from_on).days for row in freezes if row.until_on is not None),
            is_frozen_for_now=any(row.until_on is None for row in freezes),
            is_queued=membership.stacking == PlanStacking.QUEUE,
            canceled_on=None if canceled_at is None else local_day(canceled_at, membership.time_zone),
        )


def open_book(
    account_id: int,
    *,
    at: datetime.datetime,
    actor: Actor = SYSTEM,
    is_for_new: bool = False,
    is_alone: bool = False,
) -> Book:
    """Return the account's book. Needs an atomic block.

    Args:
        is_alone: lock no other account, because the caller may hold the lock of one.

    Raises AccountNotFound; AccountClosed where a closed or anonymized account would get something new.
    Cost: four statements; unless it is alone one more, and two for points of a start that stand.
    """
    locked = {account_id} if is_alone else {account_id, *_accounts_of_start_points(account_id)}
    accounts = {key: lock_account(key, is_for_new=is_for_new and key == account_id) for key in sorted(locked)}
    account = accounts[account_id]
    memberships = list(membership_qs_select_for_update().filter(account=account).select_related("plan", "label"))
    freezes: dict[int, list[MembershipFreeze]] = defaultdict(list)
    if any(membership.frozen_from is not None for membership in memberships):
        for row in MembershipFreeze.objects.filter(membership__account=account).order_by("from_on", "pk"):
            freezes[row.membership_id].append(row)
    return Book(
        account=account,
        memberships=memberships,
        at=at,
        actor=actor,
        freezes=freezes,
        locked=locked,
        stored={membership.pk: _comparable(membership) for membership in memberships},
    )


def _accounts_of_start_points(account_id: int) -> set[int]:
    """Return the accounts that hold the points of starts which stand. Read before any lock: what has changed once the
    locks are there is left to the sweep."""
    standing = Membership.objects.filter(account_id=account_id, points_given__gt=0).select_related("account")
    keys = {start_key(membership): membership.account.program_id for membership in standing.order_by()}
    if not keys:
        return set()
    [program_id] = set(keys.values())
    return set(holding_accounts(keys, program_id=program_id).values())


def open_book_of(membership_id: int, *, at: datetime.datetime, actor: Actor) -> tuple[Book, Membership]:
    """Return the book that the membership is in, and the membership. Needs an atomic block.

    Raises MembershipNotFound.
    """
    account_id = Membership.objects.filter(pk=membership_id).values_list("account_id", flat=True).first()
    if account_id is None:
        raise MembershipNotFound
    book = open_book(account_id, at=at, actor=actor)
    membership = next((row for row in book.memberships if row.pk == membership_id), None)
    if membership is None:
        raise MembershipNotFound
    return book, membership


def _comparable(membership: Membership) -> tuple[object, ...]:
    return tuple(
        getattr(membership, column.attname)
        for column in Membership._meta.concrete_fields
        if column.attname != "updated_at"
    )
