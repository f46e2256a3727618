"""Moving a guest's points to the account of the member whom the guest has become.

Each lot moves whole, as a pair of transactions that cancel (``moving_lots``). The points keep their expiry. Who may
claim what is not decided here.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Sequence

from django.db.models import Q
from django.db.transaction import atomic

from ..errors import PointsReserved
from ..lock_objects import lot_qs_select_for_update
from ..models import Lot, LoyaltyAccount
from .account_rows import lock_accounts, require_active, require_open, save_account
from .inputs import check_moment
from .moving_lots import move_lots
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
        moved = move_lots(guest, member, lots, pending=pending, at=at)
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
