"""Lots: opening them, taking from them, giving back to them. Every movement of a lot is a lot use.

Rules:
- Only matured lots pay: a lot whose ``available_at`` lies ahead, or is NULL (a guest's), counts as pending.
- Soonest expiry first, lots without a date last, then in the order of their creation.
- A lot past its date pays nothing new; what a reservation set aside in time may still be committed from it.
- ``remaining`` never falls below zero or rises above what was issued (check constraints).

All functions run under the account's lock, in the caller's atomic block.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from ..lock_objects import lot_qs_select_for_update
from ..models import Lot, LotUse, LoyaltyAccount, LoyaltyTransaction
from .account_rows import note_due
from .statements import ANY_ID, ANY_MOMENT, CompiledQuery, RowStatements

_CHUNK_SIZE = 100
_REMAINING = ("remaining",)
_LOT = RowStatements(Lot)
_LOT_USE = RowStatements(LotUse)


@dataclass(frozen=True, slots=True)
class PlannedUse:
    lot: Lot
    points: int


def plan_lot_use(lots: Iterable[Lot], *, points: int) -> list[PlannedUse]:
    """Return how ``points`` are taken from ``lots`` in their order. Pure; may plan less, if the lots hold less."""
    plan = []
    for lot in lots:
        if points <= 0:
            break
        taken = min(points, lot.remaining)
        if taken > 0:
            plan.append(PlannedUse(lot, taken))
            points -= taken
    return plan


def new_lot(
    account: LoyaltyAccount,
    transaction: LoyaltyTransaction,
    *,
    points: int,
    available_at: datetime.datetime | None,
    expires_at: datetime.datetime | None,
    at: datetime.datetime,
    lasts_while_active: bool = False,
) -> Lot:
    """Return the lot of a credit, counted on the account; the caller writes it. ``available_at`` None: a guest's,
    pending until the guest has joined."""
    is_matured = available_at is not None and available_at <= at
    if not is_matured:
        account.pending += points
        note_due(account, available_at)
    note_due(account, expires_at)
    return Lot(
        account_id=account.pk,
        transaction_id=transaction.pk,
        issued=points,
        remaining=points,
        available_at=available_at,
        is_matured=is_matured,
        expires_at=expires_at,
        lasts_while_active=lasts_while_active,
    )


def save_lot(lot: Lot) -> Lot:
    """Write a new lot, and return it with its primary key."""
    return _LOT.insert(lot)


def keep_active(account: LoyaltyAccount, *, until: datetime.datetime | None) -> None:
    """Let all points that last while the customer is active last until then, if not longer; None: no such policy.

    The account's ``next_due_at`` stays: it may come before the moment at which something is due, never after it.
    """
    if until is None or (account.active_until is not None and until <= account.active_until):
        return
    account.active_until = until
    Lot.objects.filter(account=account, remaining__gt=0, lasts_while_active=True, expires_at__lt=until).update(
        expires_at=until
    )


def follow_activity(account: LoyaltyAccount, lots: Iterable[Lot]) -> None:
    """Let what is back in lots that last while the customer is active last as long as the account's other ones: their
    date did not move on while they were empty."""
    until = account.active_until
    if until is None:
        return
    behind = [lot for lot in lots if lot.lasts_while_active and lot.expires_at is not None and lot.expires_at < until]
    for lot in behind:
        lot.expires_at = until
    if behind:
        Lot.objects.filter(pk__in=[lot.pk for lot in behind]).update(expires_at=until)


def matured_lots(account: LoyaltyAccount, *, at: datetime.datetime, includes_due: bool = False) -> Iterator[Lot]:
    """Yield the lots that can pay, locked, soonest expiry first; with ``includes_due`` also those past their date."""
    first = _FIRST_LOTS.fetch(account.pk) if includes_due else _FIRST_LOTS_ALIVE.fetch(account.pk, at)
    yield from first
    if len(first) == _CHUNK_SIZE:
        yield from _more_lots(account, at=at, includes_due=includes_due)


def _more_lots(account: LoyaltyAccount, *, at: datetime.datetime, includes_due: bool) -> Iterator[Lot]:
    qs = _paying_lots(account.pk, alive_at=None if includes_due else at)
    start = _CHUNK_SIZE
    while chunk := list(qs[start : start + _CHUNK_SIZE]):
        yield from chunk
        start += _CHUNK_SIZE


def _paying_lots(account_id: int, *, alive_at: datetime.datetime | None = None) -> QuerySet[Lot]:
    qs = lot_qs_select_for_update().filter(account_id=account_id, remaining__gt=0, is_matured=True)
    if alive_at is not None:
        qs = qs.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=alive_at))
    return qs


_FIRST_LOTS = CompiledQuery(lambda: _paying_lots(ANY_ID)[:_CHUNK_SIZE], ANY_ID)
_FIRST_LOTS_ALIVE = CompiledQuery(lambda: _paying_lots(ANY_ID, alive_at=ANY_MOMENT)[:_CHUNK_SIZE], ANY_ID, ANY_MOMENT)


def use_lots(transaction: LoyaltyTransaction, plan: Sequence[PlannedUse]) -> None:
    """Let a debit take from lots as planned."""
    save_uses(
        [
            LotUse(lot=use.lot, transaction=transaction, points=use.points, created_at=transaction.created_at)
            for use in plan
        ]
    )


def save_uses(uses: Sequence[LotUse]) -> None:
    """Write lot uses and project them on their lots' ``remaining``."""
    lots = {}
    for use in uses:
        use.lot.remaining -= use.points
        lots[use.lot.pk] = use.lot
    if len(uses) == 1:
        _LOT_USE.insert(uses[0])
    else:
        LotUse.objects.bulk_create(uses)
    save_remaining(list(lots.values()))


def save_remaining(lots: Sequence[Lot]) -> None:
    """Write ``remaining`` back: one statement for the lots that are used up, one for the others."""
    empty = [lot.pk for lot in lots if lot.remaining == 0]
    others = [lot for lot in lots if lot.remaining != 0]
    if empty:
        Lot.objects.filter(pk__in=empty).update(remaining=0)
    if len(others) == 1:
        _LOT.update(others[0], _REMAINING)
    elif others:
        Lot.objects.bulk_update(others, ("remaining",))
