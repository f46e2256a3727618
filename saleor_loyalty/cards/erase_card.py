"""``erase_card``: all that a card says about a customer, gone for good."""

from __future__ import annotations

from django.db import transaction

from ..models import AccountLabel, CustomFieldValue, Note
from .locking import lock_account


def erase_card(account_id: int) -> int:
    """Delete the notes, labels and field values of an account, whatever its status; returns how many rows they were.

    Points and the ledger stay. Raises AccountNotFound. Locks: the account. Idempotency: a second call returns 0.
    """
    with transaction.atomic():
        account = lock_account(account_id, is_for_new=False)
        return sum(
            model.objects.filter(account=account).delete()[0] for model in (Note, AccountLabel, CustomFieldValue)
        )
