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
    check_reason(reason)
    with transaction.atomic():
        account = refresh_account(account_id, at=at)
        require_open(account)
        if account.status == AccountStatus.FROZEN:
            return account
        require_revision(account, expected_revision)
        reserved = Reservation.objects.filter(account=account, status=ReservationStatus.RESERVED).order_by("pk")
        for reservation_id in list(reserved.values_list("pk", flat=True)):
            release_reservation(reservation_id, at=at)
        account = refresh_account(account_id, at=at)  # read anew: the releases have written to it
        change_status(account, AccountStatus.FROZEN, at=at)
        note_account_change(account_id, AccountChangeKind.ACCOUNT_FROZEN, actor=actor, at=at, reason=reason)
        _tell(ACCOUNT_FROZEN, account, at=at)
        return account


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
    check_reason(reason)
    with transaction.atomic():
        account = refresh_account(account_id, at=at)
        require_open(account)
        if account.status == AccountStatus.ACTIVE:
            return account
        require_revision(account, expected_revision)
        change_status(account, AccountStatus.ACTIVE, at=at)
        note_account_change(account_id, AccountChangeKind.ACCOUNT_UNFROZEN, actor=actor, at=at, reason=reason)
        _tell(ACCOUNT_UNFROZEN, account, at=at)
        return account


def _tell(name: str, account: LoyaltyAccount, *, at: datetime.datetime) -> None:
    payload = {"account": account.pk, "user": account.user_id}
    emit(name, program_id=account.program_id, account_id=account.pk, payload=payload, at=at)
