"""Moving a guest's points to the account of the member whom the guest has become.

Each lot moves whole, as a pair: a MERGE_OUT at the guest's account and a MERGE_IN at the member's, with the source,
order, channel and moment of what gave it, so that what was given in the shop and on a day stays the same. The points
keep their expiry. Who may claim what is not decided here.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Sequence

from django.db.models import Q
from django.db.transaction import atomic

from ..errors import PointsReserved
from ..lock_objects import lot_qs_select_for_update
from ..models import Lot, LotUse, LoyaltyAccount, TransactionType
from .account_rows import lock_accounts, require_active, require_open, save_account
from .chain import digest
from .debts import pay_debt
from .explaining import explain_move
from .inputs import check_moment
from .lots import keep_active, open_lot, save_uses
from .posting import Entry, post_entries
from .release_guest_points import NO_TIME, available_from
from .settling import settle_changes
from .upkeep import bring_up_to_date, mature_lots


def transfer_guest_points(
    guest_account_id: int,
    *,
    to_account_id: int,
    since: datetime.datetime,
    order_ids: Collection[str],
    at: datetime.datetime,
    pending: datetime.timedelta = NO_TIME,
) -> int:
    """Move what the guest's account holds of ``order_ids``, and of no order at all, to the member's account.

    What the guest's account owes (a refund under ALLOW_NEGATIVE) is paid first by what would be available. Points that
    are available to the member pay the member's debt.

    Args:
        since: points whose transaction occurred before this moment stay.
        pending: how long points wait after they were awarded; what is left of it is waited in the member's account.

    Returns the number of points that moved.

    Raises AccountNotFound; AccountClosed, AccountFrozen for the guest's account; AccountClosed for the member's;
    ValueError where they are not a guest's and a member's account in one program; PointsReserved; InvalidPoints beyond
    what an account can hold.
    Locks / writes: opens an atomic block; both accounts in the order of their keys, then the guest's lots.
    Idempotency: a lot moves once (its keys are unique in the database); a second call finds nothing and returns 0.
    Cost: a constant number of statements, and one for each lot.
    """
    check_moment(at)
    check_moment(since, name="since")
    with atomic():
        accounts = lock_accounts({guest_account_id, to_account_id})
        guest, member = accounts[guest_account_id], accounts[to_account_id]
        _check_accounts(guest, member)
        bring_up_to_date(guest, at)
        bring_up_to_date(member, at)
        chosen = Q(transaction__order_id="") | Q(transaction__order_id__in=list(order_ids))
        waiting = lot_qs_select_for_update().filter(
            chosen, account=guest, remaining__gt=0, transaction__occurred_at__gte=since
        )
        lots = list(waiting.select_related("transaction"))
        if guest.debt > 0 and lots:
            _pay_own_debt(guest, lots, pending=pending, at=at)
            lots = list(waiting.select_related("transaction"))
        moved = sum(lot.remaining for lot in lots)
        if lots:
            _move(guest, member, lots, pending=pending, at=at)
        save_account(guest)
        save_account(member)
        return moved


def _check_accounts(guest: LoyaltyAccount, member: LoyaltyAccount) -> None:
    require_active(guest)
    require_open(member)
    if guest.user_id is not None or member.user_id is None or guest.program_id != member.program_id:
        raise ValueError("points move from a guest's account to a member's in the same program")
    if guest.reserved > 0:
        raise PointsReserved(points=guest.reserved)


def _pay_own_debt(
    guest: LoyaltyAccount, lots: Sequence[Lot], *, pending: datetime.timedelta, at: datetime.datetime
) -> None:
    ripe = [lot.pk for lot in lots if available_from(lot, pending=pending, at=at) <= at]
    Lot.objects.filter(pk__in=ripe, available_at__isnull=True).update(available_at=at)
    mature_lots(guest, moment=at)
    settle_changes(guest, at=at)


def _move(
    guest: LoyaltyAccount,
    member: LoyaltyAccount,
    lots: Sequence[Lot],
    *,
    pending: datetime.timedelta,
    at: datetime.datetime,
) -> None:
    leaving = [_entry(lot, TransactionType.MERGE_OUT, points=-lot.remaining, at=at) for lot in lots]
    arriving = [_entry(lot, TransactionType.MERGE_IN, points=lot.remaining, at=at) for lot in lots]
    lasting = [lot.expires_at for lot in lots if lot.lasts_while_active and lot.expires_at is not None]
    keep_active(member, until=max(lasting, default=None))
    guest.pending -= sum(lot.remaining for lot in lots if not lot.is_matured)
    opened = []
    for lot, transaction in zip(lots, post_entries(member, arriving), strict=True):
        expires_at = lot.expires_at
        if lot.lasts_while_active and expires_at is not None and member.active_until is not None:
            expires_at = max(expires_at, member.active_until)
        opened.append(
            open_lot(
                member,
                transaction,
                points=transaction.points,
                available_at=available_from(lot, pending=pending, at=at),
                expires_at=expires_at,
                at=at,
                lasts_while_active=lot.lasts_while_active,
            )
        )
    left = zip(lots, post_entries(guest, leaving), strict=True)
    save_uses(
        [LotUse(lot=lot, transaction=transaction, points=lot.remaining, created_at=at) for lot, transaction in left]
    )
    if member.debt > 0:
        pay_debt(member, lots=[lot for lot in opened if lot.is_matured], at=at)


def merge_key(lot_id: int, type: TransactionType) -> str:
    """Return the idempotency key of one half of a lot's move."""
    return f"merge:{lot_id}:{type.value}"


def _entry(lot: Lot, type: TransactionType, *, points: int, at: datetime.datetime) -> Entry:
    given = lot.transaction
    return Entry(
        type=type.value,
        source=given.source,
        points=points,
        created_at=at,
        occurred_at=given.occurred_at,
        idempotency_key=merge_key(lot.pk, type),
        request_hash=digest({"verb": "merge", "lot": lot.pk}),
        order_id=given.order_id,
        channel_slug=given.channel_slug,
        program_version_id=given.program_version_id,
        receipt=explain_move(points, type=type.value),
    )
