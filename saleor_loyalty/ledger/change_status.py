"""What an account is: active, frozen, closed or anonymized. Why it may become so is judged by ``accounts/``."""

from __future__ import annotations

import datetime

from ..models import ENDED_ACCOUNT_STATUSES, LoyaltyAccount
from .account_rows import save_account


def change_status(account: LoyaltyAccount, status: str, *, at: datetime.datetime) -> None:
    """Give a locked account another status, and raise its revision. An account that ends remembers when; one that
    begins again forgets it.

    Locks / writes: inside the caller's atomic block, under the account's lock. Two statements.
    """
    was_over = account.status in ENDED_ACCOUNT_STATUSES
    account.status = status
    if status not in ENDED_ACCOUNT_STATUSES:
        account.closed_at = None
    elif not was_over:
        account.closed_at = at
    save_account(account)
    account.save(update_fields=["status", "closed_at"])
