"""Opening an account at the first need. Enrolling is another matter: an account can exist without it."""

from __future__ import annotations

import datetime

from django.db import transaction
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


def _create(account: LoyaltyAccount, *, at: datetime.datetime) -> bool:
    """Write the account and its event. Returns False where another session has just written it."""
    with transaction.atomic(savepoint=False):
        is_subscribed = _ACCOUNT.insert_unless_there(account, _IS_SUBSCRIBED)
        if is_subscribed is None:
            return False
        if is_subscribed:
            payload = {"account": account.pk, "user": account.user_id}
            fact = Fact(account_id=account.pk, payload=payload, occurred_at=at)
            emit_all(ACCOUNT_CREATED, [fact], program_id=account.program_id, at=at)
        return True
