"""Freezing: the points of an account stand still by staff's word, while everything that was begun goes on.

A frozen account spends nothing and gets nothing by hand: apply, reserve, give, deduct and set are refused with
ACCOUNT_FROZEN, and so are batches, rewards and merges. What follows from orders and from time goes on, so that nothing
is lost and nobody has to catch up: orders earn, refunds take back and give back, lots mature and expire, memberships
run. What orders earned meanwhile is there when the account is unfrozen. Held by ``tests/accounts/test_freezing.py``.
"""

from __future__ import annotations

import datetime

from django.db import transaction

from ..events import emit
from ..events.catalogue import ACCOUNT_FROZEN, ACCOUNT_UNFROZEN
from ..ledger import Actor, change_status, refresh_account, release_reservation
from ..ledger.account_rows import require_open
from ..models import AccountChangeKind, AccountStatus, LoyaltyAccount, Reservation, ReservationStatus
from .account_changes import check_reason, note_account_change, require_revision


def freeze_account(
    account_id: int,
    *,
    actor: Actor,
    at: datetime.datetime,
    reason: str = "",
    expected_revision: int | None = None,
) -> LoyaltyAccount:
    """Freeze the account, and free what checkouts have set aside of its points. The discount rows on those checkouts
    count nothing any more: the next change of the cart takes them off, and an order with them is refused.

    Raises, in this order: LoyaltyException about ``reason``; AccountNotFound; AccountClosed; StaleRevision.

    Locks / writes: opens an atomic block; the account, then its reservations and lots.
    Idempotency: a frozen account stays as it is, with the reason of before, whatever its revision.
    Cost: a constant number of statements, and those of each open reservation.
    """
    return _let_stand(account_id, AccountStatus.FROZEN, actor=actor, at=at, reason=reason, revision=expected_revision)


def unfreeze_account(
    account_id: int,
    *,
    actor: Actor,
    at: datetime.datetime,
    reason: str = "",
    expected_revision: int | None = None,
) -> LoyaltyAccount:
    """Let the account's points move again. What was set aside before it was frozen stays free.

    Raises, in this order: LoyaltyException about ``reason``; AccountNotFound; AccountClosed; StaleRevision.

    Locks / writes: opens an atomic block; the account. Idempotency: an active account stays as it is.
    Cost: a constant number of statements.
    """
    return _let_stand(account_id, AccountStatus.ACTIVE, actor=actor, at=at, reason=reason, revision=expected_revision)


_TOLD = {
    AccountStatus.FROZEN: (AccountChangeKind.ACCOUNT_FROZEN, ACCOUNT_FROZEN),
    AccountStatus.ACTIVE: (AccountChangeKind.ACCOUNT_UNFROZEN, ACCOUNT_UNFROZEN),
}


def _let_stand(
    account_id: int, status: AccountStatus, *, actor: Actor, at: datetime.datetime, reason: str, revision: int | None
) -> LoyaltyAccount:
    check_reason(reason)
    with transaction.atomic():
        account = refresh_account(account_id, at=at)
        require_open(account)
        if account.status == status:
            return account
        require_revision(account, revision)
        if status == AccountStatus.FROZEN:
            account = _free_what_is_set_aside(account, at=at)
        change_status(account, status, at=at)
        kind, event = _TOLD[status]
        note_account_change(account_id, kind, actor=actor, at=at, reason=reason)
        payload = {"account": account.pk, "user": account.user_id}
        emit(event, program_id=account.program_id, account_id=account.pk, payload=payload, at=at)
        return account


def _free_what_is_set_aside(account: LoyaltyAccount, *, at: datetime.datetime) -> LoyaltyAccount:
    """Release the account's reservations. Returns it as it is then."""
    reserved = Reservation.objects.filter(account=account, status=ReservationStatus.RESERVED).order_by("pk")
    for reservation_id in list(reserved.values_list("pk", flat=True)):
        release_reservation(reservation_id, at=at)
    return refresh_account(account.pk, at=at)
