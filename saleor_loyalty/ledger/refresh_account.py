"""Locking an account and bringing it up to date, for a caller that must see its numbers before it moves any."""

from __future__ import annotations

import datetime

from ..models import LoyaltyAccount
from .account_rows import lock_account, save_account
from .inputs import check_moment
from .upkeep import bring_up_to_date


def refresh_account(account_id: int, *, at: datetime.datetime) -> LoyaltyAccount:
    """Return the account with its row locked and its columns exact at ``at``. Inside an atomic block only.

    Raises AccountNotFound.
    Locks / writes: the account; what is due.
    Idempotency: a second call changes nothing.
    Cost: one statement where nothing is due.
    """
    check_moment(at)
    account = lock_account(account_id)
    if bring_up_to_date(account, at):
        save_account(account)
    return account
