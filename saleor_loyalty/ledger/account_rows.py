"""Locking and saving an account's row, and what its status allows.

A verb changes the locked instance in memory and saves it once, at its end; the check constraints of the table judge
the result as a whole.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from ..errors import AccountClosed, AccountFrozen, AccountNotFound
from ..lock_objects import loyalty_account_qs_select_for_update
from ..models import ENDED_ACCOUNT_STATUSES, AccountStatus, LoyaltyAccount
from .inputs import check_account_bounds
from .statements import ANY_ID, CompiledQuery, RowStatements

PROJECTED_FIELDS = (
    "balance",
    "pending",
    "reserved",
    "debt",
    "given",
    "redeemed",
    "expired",
    "reversed",
    "deducted",
    "sequence",
    "last_hash",
    "revision",
    "next_due_at",
    "active_until",
    "last_transaction_at",
)


_LOCKED_ACCOUNT = CompiledQuery(lambda: loyalty_account_qs_select_for_update().filter(pk=ANY_ID), ANY_ID)
_ACCOUNT = RowStatements(LoyaltyAccount)


def lock_account(account_id: int) -> LoyaltyAccount:
    """Return the account as it is once its row is locked. Raises AccountNotFound. Inside an atomic block only."""
    accounts = _LOCKED_ACCOUNT.fetch(account_id)
    if not accounts:
        raise AccountNotFound
    return accounts[0]


def lock_accounts(account_ids: set[int]) -> dict[int, LoyaltyAccount]:
    """Lock several accounts in the order of their primary keys. Raises AccountNotFound if one is missing."""
    accounts = lock_those_there(account_ids)
    if accounts.keys() != account_ids:
        raise AccountNotFound
    return accounts


def lock_those_there(account_ids: set[int]) -> dict[int, LoyaltyAccount]:
    """As ``lock_accounts``, without those that are missing."""
    return {account.pk: account for account in loyalty_account_qs_select_for_update().filter(pk__in=account_ids)}


def save_account(account: LoyaltyAccount) -> None:
    """Write the projections back and raise the revision. Raises InvalidPoints beyond what an account may hold."""
    check_account_bounds(account)
    account.revision += 1
    _ACCOUNT.update(account, PROJECTED_FIELDS)


def save_accounts(accounts: Sequence[LoyaltyAccount]) -> None:
    """As ``save_account`` for each. Cost: one statement."""
    for account in accounts:
        check_account_bounds(account)
        account.revision += 1
    _ACCOUNT.update_all(accounts, PROJECTED_FIELDS)


def note_due(account: LoyaltyAccount, moment: datetime.datetime | None) -> None:
    """Remember that time alone changes the account at ``moment``."""
    if moment is not None and (account.next_due_at is None or moment < account.next_due_at):
        account.next_due_at = moment


def require_active(account: LoyaltyAccount) -> None:
    """Raises AccountClosed, AccountFrozen."""
    require_open(account)
    if account.status == AccountStatus.FROZEN:
        raise AccountFrozen


def require_open(account: LoyaltyAccount) -> None:
    """Raises AccountClosed for a closed or anonymized account. A frozen one is open."""
    if account.status in ENDED_ACCOUNT_STATUSES:
        raise AccountClosed
