"""``erase_account``: everything that tells who the customer of an account was, gone for good; the points stay.

Amounts, dates and the hash chain of the ledger are kept: they are the shop's books. What is erased: the card, the
texts of transactions, what reported events and the history of memberships say in words, what rows of batches say of
the customer, and the customer's part of order records.
Enforced by ``tests/accounts/test_erase_account.py``.
"""

from __future__ import annotations

import datetime

from django.db import transaction

from ..cards import erase_card
from ..errors import AccountNotFound
from ..ledger import erase_texts
from ..lock_objects import loyalty_account_qs_select_for_update, order_record_qs_select_for_update
from ..memberships.erase_reasons import erase_reasons
from ..models import LoyaltyAccount, OrderRecord
from .erase_batch_rows import erase_batch_rows, known_email


def erase_account(account_id: int, *, at: datetime.datetime) -> LoyaltyAccount:
    """Erase what names the customer, and note when. The account's status and points stay.

    Raises AccountNotFound. Locks: the account's order records, then the account. Idempotent.
    Cost: a constant number of statements.
    """
    with transaction.atomic():
        forget_order_customers(account_id)
        account = loyalty_account_qs_select_for_update().filter(pk=account_id).first()
        if account is None:
            raise AccountNotFound
        erase_locked_account(account, email=known_email(account), at=at)
        return account


def forget_order_customers(account_id: int) -> None:
    """Empty the customer's part of the account's order records. Before the account is locked: that is the order."""
    records = order_record_qs_select_for_update().filter(account_id=account_id, customer__isnull=False)
    # evaluated first, so that the rows are locked in their order
    pks = list(records.values_list("pk", flat=True))
    if pks:
        OrderRecord.objects.filter(pk__in=pks).update(customer=None)


def erase_locked_account(account: LoyaltyAccount, *, email: str | None, at: datetime.datetime) -> None:
    """Erase the rest, under the account's lock. ``email``: the customer's, where it is known still."""
    erase_card(account.pk)
    erase_texts(account.pk)
    erase_reasons(account.pk)
    erase_batch_rows(account, email=email)
    account.erased_at = at
    account.save(update_fields=["erased_at"])
