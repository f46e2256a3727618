"""``enroll_account``: a customer joins the program by name. An account works without it."""

from __future__ import annotations

import datetime

from django.db import transaction

from ..activities import award_enrolment, lock_person
from ..events import emit
from ..events.catalogue import ACCOUNT_ENROLLED
from ..ledger.account_rows import lock_account, require_open
from ..models import LoyaltyAccount
from .target import AccountTarget, open_target


def enroll_account(target: AccountTarget, *, at: datetime.datetime) -> LoyaltyAccount:
    """Note when the customer joined, and award what that earns; the first time counts. Opens the account if need be.

    Raises:
        AccountNotFound: there is no such account or user. ProgramNotFound, ProgramNotNamed: see ``open_target``.
        AccountClosed: the account is closed or anonymized.

    Locks: the account and the same person's others, and where it earns something its lots. Idempotent.
    """
    with transaction.atomic():
        account_id = open_target(target, at=at)
        # What it earns may look at the person's other accounts: all at once, or they are locked out of their order.
        lock_person(account_id)
        account = lock_account(account_id)
        require_open(account)
        if account.enrolled_at is None:
            account.enrolled_at = at
            account.save(update_fields=["enrolled_at"])
            payload = {"account": account.pk, "user": account.user_id}
            emit(ACCOUNT_ENROLLED, program_id=account.program_id, account_id=account.pk, payload=payload, at=at)
            award_enrolment(account, at=at)
            account.refresh_from_db()
        return account
