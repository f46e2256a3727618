"""Erasing what accounts say of customers whom the host has deleted.

The host's deletion is never held up: the database closes the account in the same step, and this comes after it, from a
task; a task that was lost is made up for by the next run. Found by an index that holds such accounts alone.
"""

from __future__ import annotations

import datetime
import functools

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Exists, OuterRef

from ..events import emit
from ..events.catalogue import ACCOUNT_ANONYMIZED, ACCOUNT_CLOSED
from ..lock_objects import loyalty_account_qs_select_for_update
from ..models import AccountChange, AccountChangeKind, LoyaltyAccount
from ..sweeping import sweep
from .erase_account import erase_account

# What has been told already of an account that was closed before its customer was deleted.
_ENDINGS = (
    AccountChangeKind.ACCOUNT_CLOSED,
    AccountChangeKind.ACCOUNT_MERGED,
    AccountChangeKind.ACCOUNT_ANONYMIZED,
)
_BEGINNINGS = (AccountChangeKind.ACCOUNT_REOPENED, AccountChangeKind.ACCOUNT_MERGE_UNDONE)


def erase_ownerless(*, at: datetime.datetime, limit: int) -> int:
    """Erase up to ``limit`` accounts that nobody owns any more and that are not erased. Returns how many.

    The world outside is told that each of them is closed, where it was not told before, and that it is erased. An
    account that fails is logged and left to the next run; it is not counted, and does not stop the others.
    Locks: one account after the other, each in an atomic block of its own. Idempotent. Linear in what it erases.
    """
    ownerless = LoyaltyAccount.objects.filter(user__isnull=True, email__isnull=True, erased_at__isnull=True)
    complaint = "What account %s says of its customer cannot be erased."
    return sweep(ownerless, "pk", act=functools.partial(_erase, at=at), limit=limit, complaint=complaint).done


def _erase(account_id: int, *, at: datetime.datetime) -> None:
    with transaction.atomic():
        _tell(erase_account(account_id, at=at), at=at)


def _tell(account: LoyaltyAccount, *, at: datetime.datetime) -> None:
    """Tell of the account, which is locked, that the database has closed it, and that it is erased."""
    last = AccountChange.objects.filter(account=account, kind__in=[*_ENDINGS, *_BEGINNINGS]).order_by("pk").last()
    if last is None or last.kind in _BEGINNINGS:
        closed = {"account": account.pk, "user": None}
        emit(ACCOUNT_CLOSED, program_id=account.program_id, account_id=account.pk, payload=closed, at=at)
    erased = {"account": account.pk}
    emit(ACCOUNT_ANONYMIZED, program_id=account.program_id, account_id=account.pk, payload=erased, at=at)


def detach_lost_users(*, after_id: int, limit: int) -> int | None:
    """Take accounts from users who do not exist: deleted while the package was not there, or past Django.

    Looks at the next ``limit`` accounts after ``after_id``, by primary key. Returns the last one looked at, None where
    there were no more. The database closes what it takes. Locks: the accounts. Idempotent. Cost: three statements.
    """
    accounts = LoyaltyAccount.objects.filter(pk__gt=after_id).order_by("pk")
    window = list(accounts.values_list("pk", flat=True)[:limit])
    if not window:
        return None
    users = get_user_model()._default_manager.filter(pk=OuterRef("user_id"))
    lost = ~Exists(users)
    suspects = LoyaltyAccount.objects.filter(lost, pk__gt=after_id, pk__lte=window[-1], user__isnull=False)
    suspect_ids = list(suspects.values_list("pk", flat=True))
    if suspect_ids:
        with transaction.atomic():
            locked = list(loyalty_account_qs_select_for_update().filter(pk__in=suspect_ids))
            LoyaltyAccount.objects.filter(lost, pk__in=[account.pk for account in locked]).update(user=None)
    return window[-1] if len(window) == limit else None
