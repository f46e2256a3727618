"""Bringing an account up to date: what time alone has changed since the last write.

Every verb does it under the lock before it looks at the numbers; the sweeps do it for accounts nobody writes to. The
read path (``read_points``) computes the same without writing. In this order:
1. reservations past their deadline are freed (EXPIRED);
2. lots whose ``available_at`` has come are matured;
3. free matured points pay the debt, soonest expiry first;
4. lots past their date expire, one EXPIRE transaction per lot, but for the points that live reservations set aside.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.db.models import Count, Min, Q

from ..lock_objects import lot_qs_select_for_update, reservation_qs_select_for_update
from ..models import Lot, LotUse, LoyaltyAccount, Reservation, ReservationStatus, TransactionType
from .chain import digest
from .debts import pay_debt
from .explaining import explain_expiry
from .lots import PlannedUse, matured_lots, save_uses
from .posting import Entry, post_entries


def bring_up_to_date(account: LoyaltyAccount, at: datetime.datetime) -> bool:
    """Apply to the locked account what is due at ``at``; the caller saves it. Returns False where nothing was due.

    Cost: no statement where nothing is due.
    """
    is_due = account.next_due_at is not None and account.next_due_at <= at
    while account.next_due_at is not None and account.next_due_at <= at:
        # A debt is paid by what becomes free first, however late this runs: then the moments count one by one.
        moment = account.next_due_at if account.debt > 0 else at
        free_dead_reservations(account, moment=moment, at=at)
        mature_lots(account, moment=moment)
        if account.debt > 0:
            pay_debt(account, lots=matured_lots(account, at=moment, includes_due=True), at=at)
        expire_lots(account, moment=moment, at=at)
        account.next_due_at = find_next_due(account, at=moment)
    return is_due


def is_unsettled(account: LoyaltyAccount, *, at: datetime.datetime) -> bool:
    """Return whether something is due at the account, or it owes: then it is to be written to by itself."""
    return account.debt > 0 or (account.next_due_at is not None and account.next_due_at <= at)


def free_dead_reservations(account: LoyaltyAccount, *, moment: datetime.datetime, at: datetime.datetime) -> None:
    """Free what was set aside until ``moment`` or before; ``at`` is when that is written down."""
    dead = list(
        reservation_qs_select_for_update().filter(
            account=account, status=ReservationStatus.RESERVED, expires_at__lte=moment
        )
    )
    if dead:
        Reservation.objects.filter(pk__in=[reservation.pk for reservation in dead]).update(
            status=ReservationStatus.EXPIRED, settled_at=at
        )
        account.reserved -= sum(reservation.points for reservation in dead)


def mature_lots(account: LoyaltyAccount, *, moment: datetime.datetime) -> None:
    ripe = list(lot_qs_select_for_update().filter(account=account, is_matured=False, available_at__lte=moment))
    if ripe:
        Lot.objects.filter(pk__in=[lot.pk for lot in ripe]).update(is_matured=True)
        account.pending -= sum(lot.remaining for lot in ripe)


def expire_lots(account: LoyaltyAccount, *, moment: datetime.datetime, at: datetime.datetime) -> None:
    """Expire what is past its date at ``moment``. Points that reservations set aside stay until those end."""
    due = list(
        lot_qs_select_for_update()
        .filter(account=account, remaining__gt=0, expires_at__lte=moment)
        .select_related("transaction")
    )
    if not due:
        return
    protected = min(sum(lot.remaining for lot in due if lot.is_matured), account.reserved)
    plan = []
    # The latest dates keep what is set aside.
    for lot in reversed(due):
        kept = min(protected, lot.remaining) if lot.is_matured else 0
        protected -= kept
        if lot.remaining > kept:
            plan.append(PlannedUse(lot, lot.remaining - kept))
    plan.reverse()
    expire_points(account, plan, at=at)


def expire_points(account: LoyaltyAccount, plan: Sequence[PlannedUse], *, at: datetime.datetime) -> None:
    """Post one EXPIRE transaction for each planned use. The lots carry their ``transaction``."""
    if not plan:
        return
    times_expired: dict[int, int] = dict(
        LotUse.objects.filter(lot__in=[use.lot for use in plan], transaction__type=TransactionType.EXPIRE)
        .values_list("lot")
        .order_by()
        .annotate(Count("pk"))
    )
    entries = [
        Entry(
            type=TransactionType.EXPIRE.value,
            source=use.lot.transaction.source,
            points=-use.points,
            created_at=at,
            occurred_at=use.lot.expires_at or at,
            idempotency_key=f"expire:{use.lot.pk}:{times_expired.get(use.lot.pk, 0) + 1}",
            request_hash=digest({"verb": "expire", "lot": use.lot.pk}),
            receipt=explain_expiry(use.lot.remaining, kept=use.lot.remaining - use.points, due_at=use.lot.expires_at),
        )
        for use in plan
    ]
    transactions = post_entries(account, entries)
    account.pending -= sum(use.points for use in plan if not use.lot.is_matured)
    save_uses(
        [
            LotUse(lot=use.lot, transaction=transaction, points=use.points, created_at=at)
            for use, transaction in zip(plan, transactions, strict=True)
        ]
    )


def find_next_due(account: LoyaltyAccount, *, at: datetime.datetime) -> datetime.datetime | None:
    """Return the earliest moment after ``at`` at which time alone changes the account."""
    lots = Lot.objects.filter(account=account, remaining__gt=0).aggregate(
        matures=Min("available_at", filter=Q(is_matured=False, available_at__gt=at)),
        expires=Min("expires_at", filter=Q(expires_at__gt=at)),
    )
    dies = Reservation.objects.filter(account=account, status=ReservationStatus.RESERVED, expires_at__gt=at).aggregate(
        dies=Min("expires_at")
    )
    moments = [moment for moment in (*lots.values(), *dies.values()) if moment is not None]
    return min(moments, default=None)
