"""``set_balance``: staff or an app sets how many points a customer can spend."""

from __future__ import annotations

import datetime

from django.db import transaction

from .. import ledger
from ..ledger import Actor, Posting
from .target import AccountTarget, open_target


def set_balance(
    target: AccountTarget,
    *,
    points: int,
    at: datetime.datetime,
    idempotency_key: str,
    actor: Actor,
    expected_revision: int | None = None,
    reason: str = "",
    internal_note: str = "",
) -> Posting:
    """Set the available points to an absolute number; pending and reserved points stay (A-115, A-116).

    Raises:
        AccountNotFound, ProgramNotFound: see ``open_target``.
        InvalidPoints, IdempotencyConflict, StaleRevision, AccountClosed, AccountFrozen: see ``ledger.set_available``.

    A refusal writes nothing. Locks: the account. Idempotency: by key, within the program.
    """
    with transaction.atomic():
        return ledger.set_available(
            open_target(target, at=at),
            points=points,
            at=at,
            idempotency_key=idempotency_key,
            actor=actor,
            expected_revision=expected_revision,
            reason=reason,
            internal_note=internal_note,
        )
