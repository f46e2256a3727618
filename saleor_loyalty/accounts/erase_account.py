"""``erase_account``: everything that tells who the customer of an account was, gone for good; the points stay.

Amounts, dates and the hash chain of the ledger are kept: they are the shop's books. What is erased: the card, the
texts of transactions, of changes of the account and of failed orders, what reported events and the history of
memberships say in words, what rows of batches say of the customer, the customer's part of order records, and whom the
events for the world outside name. Accounts that were merged into it, and those of the guest that its customer was, are
erased with it, these with their address: they are the same person's.
Enforced by ``tests/accounts/test_erase_account.py`` and ``tests/accounts/test_anonymizing.py``.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection

from django.db import connection, transaction

from ..cards import erase_card
from ..errors import AccountNotFound
from ..ledger import change_status, erase_texts
from ..lock_objects import loyalty_account_qs_select_for_update, order_record_qs_select_for_update
from ..memberships.erase_reasons import erase_reasons
from ..models import (
    ENDED_ACCOUNT_STATUSES,
    AccountChange,
    AccountStatus,
    LoyaltyAccount,
    OrderRecord,
    OutboxEvent,
)
from ..referrals import erase_referrals
from ..rewards import erase_rewards, revoke_for_cancelling
from ..selectors import accounts_of_same_person
from ..withdraw_exports import withdraw_personal_exports
from .erase_batch_rows import erase_batch_rows, known_email


def erase_account(account_id: int, *, at: datetime.datetime) -> LoyaltyAccount:
    """Erase what names the customer, and note when. The account's status and points stay; a guest's account that it
    has claimed loses its address, and so its owner.

    Raises AccountNotFound. Locks: order records, then accounts: this one and the same person's others. Idempotent.
    Cost: a constant number of statements for each of these accounts.
    """
    with transaction.atomic():
        accounts = lock_for_erasing(account_id, at=at)
        for account in accounts:
            email = known_email(account)
            if account.pk != account_id and account.claimed_by_id is not None:
                account.email = None
                account.save(update_fields=["email"])
            erase_locked_account(account, email=email, at=at)
        return next(account for account in accounts if account.pk == account_id)


def lock_for_erasing(account_id: int, *, at: datetime.datetime) -> list[LoyaltyAccount]:
    """Empty the customer's part of the order records, and return the account and the same person's others, locked:
    the host's rows of their rewards, then records, then accounts, that is the order. A guest's account that it has
    claimed is closed, because it is about to lose its owner. Raises AccountNotFound."""
    account_ids = accounts_of_same_person(account_id)
    revoke_for_cancelling(account_ids, at=at)
    forget_order_customers(account_ids)
    accounts = list(loyalty_account_qs_select_for_update().filter(pk__in=account_ids))
    if account_id not in {account.pk for account in accounts}:
        raise AccountNotFound
    for account in accounts:
        is_guest = account.pk != account_id and account.claimed_by_id is not None
        if is_guest and account.status not in ENDED_ACCOUNT_STATUSES:
            change_status(account, AccountStatus.CLOSED, at=at)
    return accounts


def forget_order_customers(account_ids: Collection[int]) -> None:
    """Empty the customer's part of the accounts' order records, and what a failure says. Before the accounts are
    locked: that is the order."""
    records = order_record_qs_select_for_update().filter(account_id__in=account_ids)
    # evaluated first, so that the rows are locked in their order
    pks = list(records.exclude(customer=None, failure="").values_list("pk", flat=True))
    if pks:
        OrderRecord.objects.filter(pk__in=pks).update(customer=None, failure="")


def erase_locked_account(account: LoyaltyAccount, *, email: str | None, at: datetime.datetime) -> None:
    """Erase the rest, under the account's lock. ``email``: the customer's, where it is known still."""
    erase_card(account.pk)
    erase_texts(account.pk)
    erase_reasons(account.pk)
    erase_referrals(account.pk)
    erase_rewards(account, at=at)
    erase_batch_rows(account, email=email)
    withdraw_personal_exports([account.pk], at=at)
    AccountChange.objects.filter(account=account).exclude(reason="").update(reason="")
    _forget_in_events(account)
    account.erased_at = at
    account.save(update_fields=["erased_at"])


def _forget_in_events(account: LoyaltyAccount) -> None:
    """Let the events of the account name nobody: also those that are still to be delivered."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET_USER, [account.pk])


_FORGET_USER = f"""
    UPDATE {OutboxEvent._meta.db_table} SET payload = payload || '{{"user": null}}'::jsonb
    WHERE account_id = %s AND jsonb_typeof(payload -> 'user') = 'string'
"""
