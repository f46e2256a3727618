"""Which accounts are one person's: a member's, and those of the guests that the member has claimed.

What a member got as a guest counts as the member's, and the other way round: whoever does not log in gets no second
cap. Enforced by ``tests/activities/test_earned_before.py`` and ``test_two_sessions.py``.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from ..lock_objects import loyalty_account_qs_select_for_update
from ..models import LoyaltyAccount, RuleEarning

MEMBER = Coalesce("claimed_by_id", "pk")
"""Of an account: the key of the member that has claimed it, else its own."""


def accounts_of_person(account_id: int, *, using: str = "default") -> QuerySet[LoyaltyAccount]:
    """Return the account, the member's that has claimed it, and the guests' that this member has claimed. Found by
    indexes."""
    accounts = LoyaltyAccount.objects.using(using)
    member = Subquery(accounts.filter(pk=account_id).values(member=MEMBER))
    return accounts.filter(Q(pk=member) | Q(claimed_by=member))


def lock_person(account_id: int) -> LoyaltyAccount | None:
    """Lock all accounts of the person, in the order of their keys; return this one as it then is, None where it is
    gone. Nobody else judges by caps what the person earns until the caller's atomic block ends, but for a session that
    waited while a guest was claimed: it holds the accounts that were the person's before. One statement."""
    locked = loyalty_account_qs_select_for_update().filter(pk__in=accounts_of_person(account_id).values("pk"))
    return next((account for account in locked if account.pk == account_id), None)


def persons_of(account_ids: Collection[int], *, using: str = "default") -> dict[int, int]:
    """Return of each of many accounts its person: the key of the member's account, else its own. One statement."""
    accounts = LoyaltyAccount.objects.using(using).filter(pk__in=account_ids)
    return dict(accounts.annotate(person=MEMBER).values_list("pk", "person"))


def rows_of_persons(rows: QuerySet[RuleEarning], persons: Collection[int]) -> QuerySet[Any]:
    """Return the rows of all accounts of these persons, each with the ``person`` whose it is. Found by indexes."""
    own = LoyaltyAccount.objects.filter(Q(pk__in=persons) | Q(claimed_by__in=persons)).values("pk")
    return rows.filter(account__in=own).annotate(person=Coalesce("account__claimed_by_id", "account_id"))
