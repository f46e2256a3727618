"""Opening an account at the first need. Enrolling is another matter: an account can exist without it."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Lower

from ..email_addresses import plain_address
from ..events import Fact, emit_all, subscription_question
from ..events.catalogue import ACCOUNT_CREATED
from ..models import LoyaltyAccount, LoyaltyProgram
from .inputs import check_moment
from .statements import RowStatements

_ACCOUNT = RowStatements(LoyaltyAccount)
_IS_SUBSCRIBED = subscription_question(ACCOUNT_CREATED)


def open_account(
    program: LoyaltyProgram, *, user_id: int | None = None, email: str | None = None, at: datetime.datetime
) -> LoyaltyAccount:
    """Return the program's account of a user, or of a guest's e-mail address, and create it where there is none.

    Exactly one of ``user_id`` and ``email`` is given; an e-mail address counts without regard to case.

    Idempotency: two calls at once return the same account (unique constraints).
    Cost: one statement where the account exists, two where it is created, and one more where an endpoint is told.
    """
    check_moment(at)
    if email is not None:
        email = plain_address(email)
    if (user_id is None) == (not email):
        raise ValueError("give either the user's id or the guest's e-mail address")
    owner = {"user_id": user_id} if user_id is not None else {"email": email}
    # Addresses are kept in lower case; the unique index is over lower(email), and serves no other expression.
    named = {"user_id": user_id} if user_id is not None else {"address": email}
    accounts = LoyaltyAccount.objects.alias(address=Lower("email")).filter(program=program, **named)
    found = accounts.first()
    if found is not None:
        return found
    account = LoyaltyAccount(program=program, created_at=at, **owner)
    return account if _create(account, at=at) else accounts.get()


def open_accounts(
    program: LoyaltyProgram, owners: Sequence[int | str], *, at: datetime.datetime
) -> dict[int | str, int]:
    """Open an account for each owner: a user's id, or a guest's address as ``plain_address`` has it.

    Users are opened by their ids, then guests by their addresses, in whatever order they are named: two that open
    several do not wait for each other in a circle.

    Returns the key of each owner's account, also where it was there already.
    Idempotency: as ``open_account``. Cost: one statement for all, one more where some were there, and one more where
    an endpoint is told.
    """
    check_moment(at)
    if not owners:
        return {}
    accounts = {
        owner: LoyaltyAccount(
            program=program,
            created_at=at,
            user_id=owner if isinstance(owner, int) else None,
            email=owner if isinstance(owner, str) else None,
        )
        for owner in sorted(owners, key=lambda owner: (isinstance(owner, str), owner))
    }
    with transaction.atomic(savepoint=False):
        is_subscribed = _ACCOUNT.insert_all_unless_there(
            list(accounts.values()), _IS_SUBSCRIBED, known_by=("user_id", "email")
        )
        opened = {owner: account.pk for owner, account in accounts.items() if account.pk is not None}
        if is_subscribed:
            _emit_created([accounts[owner] for owner in opened], at=at)
    return opened | _find_accounts(program, [owner for owner in owners if owner not in opened])


def _find_accounts(program: LoyaltyProgram, owners: Sequence[int | str]) -> dict[int | str, int]:
    if not owners:
        return {}
    found = LoyaltyAccount.objects.annotate(address=Lower("email")).filter(
        Q(user_id__in=[owner for owner in owners if isinstance(owner, int)])
        | Q(address__in=[owner for owner in owners if isinstance(owner, str)]),
        program=program,
    )
    return {user_id or address: pk for user_id, address, pk in found.values_list("user_id", "address", "pk")}


def _create(account: LoyaltyAccount, *, at: datetime.datetime) -> bool:
    """Write the account and its event. Returns False where another session has just written it."""
    with transaction.atomic(savepoint=False):
        is_subscribed = _ACCOUNT.insert_unless_there(account, _IS_SUBSCRIBED)
        if is_subscribed is None:
            return False
        if is_subscribed:
            _emit_created([account], at=at)
        return True


def _emit_created(accounts: Sequence[LoyaltyAccount], *, at: datetime.datetime) -> None:
    facts = [
        Fact(account_id=account.pk, payload={"account": account.pk, "user": account.user_id}, occurred_at=at)
        for account in accounts
    ]
    emit_all(ACCOUNT_CREATED, facts, program_id=accounts[0].program_id, at=at)
