"""Ending an account: when it may, what becomes of its points, and beginning again.

A closed account earns nothing, gets nothing and spends nothing, nor the rewards that it has not used: they are
cancelled, without their points. Refunds of its orders still take points back from it.
Closing keeps the customer and the card, so that it can be undone; deleting the card and anonymizing do not. The last
steps of all three are here, so that they are refused alike.
"""

from __future__ import annotations

import dataclasses
import datetime

from django.db import transaction

from ..errors import AccountClosed, HasActiveMembership, HasPoints, PointsReserved
from ..events import emit
from ..events.catalogue import ACCOUNT_CLOSED, ACCOUNT_REOPENED
from ..ledger import Actor, change_status, forfeit_points, refresh_account
from ..memberships import has_active_membership
from ..models import (
    ENDED_ACCOUNT_STATUSES,
    AccountChange,
    AccountChangeKind,
    AccountStatus,
    LoyaltyAccount,
    LoyaltyTransaction,
)
from ..rewards import cancel_rewards, revoke_for_cancelling
from ..selectors import standing_merge_of
from .account_changes import check_reason, note_account_change, require_revision


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class EndedAccount:
    account: LoyaltyAccount
    """As it is now."""
    forfeiture: LoyaltyTransaction | None
    """The transaction that took the points, where there were any."""


def close_account(
    account_id: int,
    *,
    forfeits: bool = False,
    actor: Actor,
    at: datetime.datetime,
    reason: str = "",
    expected_revision: int | None = None,
) -> EndedAccount:
    """Close the account. It stays the customer's, who gets no other one, and keeps its card.

    ``forfeits``: give up what points the account has, pending ones too, in one DEDUCT transaction; a debt stays in the
    books.

    Raises, in this order:
        LoyaltyException about ``reason``; AccountNotFound; StaleRevision.
        HasActiveMembership: a membership is active or frozen.
        PointsReserved: a checkout has points of it set aside, and may be about to be paid; also with ``forfeits``.
        HasPoints: it has points or a debt, and ``forfeits`` is not said.
        RewardsChanged: it gets a reward in the same moment.

    A refusal writes nothing. Locks / writes: opens an atomic block; the host's rows of its rewards, the account, its
    lots, the rewards.
    Idempotency: a closed account stays as it is, without rewards that can be used.
    Cost: a constant number of statements, but for the lots and rewards.
    """
    check_reason(reason)
    with transaction.atomic():
        revoke_for_cancelling([account_id], at=at)
        account = refresh_account(account_id, at=at)
        if account.status in ENDED_ACCOUNT_STATUSES:
            cancel_rewards(account, actor=actor, at=at)
            return EndedAccount(account=account, forfeiture=None)
        require_revision(account, expected_revision)
        return end_account(account, forfeits=forfeits, status=AccountStatus.CLOSED, actor=actor, at=at, reason=reason)


def end_account(
    account: LoyaltyAccount,
    *,
    forfeits: bool,
    status: AccountStatus,
    actor: Actor,
    at: datetime.datetime,
    reason: str = "",
) -> EndedAccount:
    """Close a locked account that is open, under the conditions of ``close_account``, and tell of it. Returns it as it
    is then: ``account`` itself is out of date. The caller has revoked its rewards."""
    _refuse(account, forfeits=forfeits, at=at)
    forfeiture = None
    if account.balance + account.debt > 0:
        posting = forfeit_points(account.pk, actor=actor, at=at, occasion=_times_reopened(account))
        if posting is not None:
            account, forfeiture = posting.account, posting.transaction
    cancel_rewards(account, actor=actor, at=at)
    change_status(account, status, at=at)
    note_account_change(account.pk, AccountChangeKind.ACCOUNT_CLOSED, actor=actor, at=at, reason=reason)
    payload = {"account": account.pk, "user": account.user_id}
    emit(ACCOUNT_CLOSED, program_id=account.program_id, account_id=account.pk, payload=payload, at=at)
    return EndedAccount(account=account, forfeiture=forfeiture)


def reopen_account(account_id: int, *, actor: Actor, at: datetime.datetime, reason: str = "") -> LoyaltyAccount:
    """Let a closed account begin again, with what it has. Forfeited points and cancelled rewards do not come back, and
    orders of the time between earn when they are settled again.

    Raises, in this order:
        LoyaltyException about ``reason``; AccountNotFound.
        AccountClosed: it is anonymized, or nobody owns it any more, or it was merged into another account.

    Locks / writes: opens an atomic block; the account. Idempotency: an account that is open stays as it is.
    Cost: a constant number of statements.
    """
    check_reason(reason)
    with transaction.atomic():
        account = refresh_account(account_id, at=at)
        if account.status not in ENDED_ACCOUNT_STATUSES:
            return account
        if account.status == AccountStatus.ANONYMIZED or (account.user_id is None and account.email is None):
            raise AccountClosed("Nobody owns the account any more.")
        if standing_merge_of(account.pk) is not None:
            raise AccountClosed("The account was merged into another one: undo the merge.")
        change_status(account, AccountStatus.ACTIVE, at=at)
        note_account_change(account_id, AccountChangeKind.ACCOUNT_REOPENED, actor=actor, at=at, reason=reason)
        payload = {"account": account.pk, "user": account.user_id}
        emit(ACCOUNT_REOPENED, program_id=account.program_id, account_id=account.pk, payload=payload, at=at)
        return account


def _refuse(account: LoyaltyAccount, *, forfeits: bool, at: datetime.datetime) -> None:
    if has_active_membership(account.pk, at=at):
        raise HasActiveMembership
    if account.reserved > 0:
        raise PointsReserved(points=account.reserved)
    if not forfeits and (account.balance or account.pending or account.debt):
        raise HasPoints(available=account.available, pending=account.pending, debt=account.debt)


def _times_reopened(account: LoyaltyAccount) -> int:
    return AccountChange.objects.filter(account=account, kind=AccountChangeKind.ACCOUNT_REOPENED).count()
