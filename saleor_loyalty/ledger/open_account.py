"""Opening an account at the first need. Enrolling is another matter: an account can exist without it."""

from __future__ import annotations

import datetime

from ..models import LoyaltyAccount, LoyaltyProgram
from .inputs import check_moment


def open_account(
    program: LoyaltyProgram, *, user_id: int | None = None, email: str | None = None, at: datetime.datetime
) -> LoyaltyAccount:
    """Return the program's account of a user, or of a guest's e-mail address, and create it where there is none.

    Exactly one of ``user_id`` and ``email`` is given; an e-mail address counts without regard to case.

    Idempotency: two calls at once return the same account (unique constraints).
    Cost: one statement where the account exists, three where it is created.
    """
    check_moment(at)
    if email is not None:
        email = email.strip().lower()
    if (user_id is None) == (not email):
        raise ValueError("give either the user's id or the guest's e-mail address")
    owner = {"user_id": user_id} if user_id is not None else {"email": email}
    accounts = LoyaltyAccount.objects.filter(program=program, **owner)
    account = accounts.first()
    if account is None:
        LoyaltyAccount.objects.bulk_create(
            [LoyaltyAccount(program=program, created_at=at, **owner)], ignore_conflicts=True
        )
        account = accounts.get()
    return account
