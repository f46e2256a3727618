"""``give_points``: staff or an app gives a customer points."""

from __future__ import annotations

import datetime

from django.db import transaction

from .. import ledger
from ..ledger import Actor, Posting
from .target import AccountTarget, open_target


def give_points(
    target: AccountTarget,
    *,
    points: int,
    at: datetime.datetime,
    idempotency_key: str,
    actor: Actor,
    reason: str = "",
    internal_note: str = "",
    source: str = "MANUAL",
    expires_at: datetime.datetime | None = None,
) -> Posting:
    """Add points to the account, which is opened if need be (A-110 to A-116).

    Raises:
        AccountNotFound, ProgramNotFound: see ``open_target``.
        InvalidPoints, IdempotencyConflict, AccountClosed, AccountFrozen: see ``ledger.give_points``.

    A refusal writes nothing. Locks: the account. Idempotency: by key, within the program.
    """
    with transaction.atomic():
        return ledger.give_points(
            open_target(target, at=at),
            points=points,
            at=at,
            idempotency_key=idempotency_key,
            actor=actor,
            source=source,
            reason=reason,
            internal_note=internal_note,
            expires_at=expires_at,
        )
