"""``deduct_points``: staff or an app takes points from a customer."""

from __future__ import annotations

import datetime

from django.db import transaction

from .. import ledger
from ..ledger import Actor, Posting
from .target import AccountTarget, open_target


def deduct_points(
    target: AccountTarget,
    *,
    points: int,
    at: datetime.datetime,
    idempotency_key: str,
    actor: Actor,
    reason: str = "",
    internal_note: str = "",
    source: str = "MANUAL",
) -> Posting:
    """Take available points away; more than there are is refused, never clamped (A-117).

    Raises:
        AccountNotFound, ProgramNotFound: see ``open_target``.
        InvalidPoints, IdempotencyConflict, AccountClosed, AccountFrozen, InsufficientPoints: see
            ``ledger.deduct_points``.

    A refusal writes nothing. Locks: the account. Idempotency: by key, within the program.
    """
    with transaction.atomic():
        return ledger.deduct_points(
            open_target(target, at=at),
            points=points,
            at=at,
            idempotency_key=idempotency_key,
            actor=actor,
            source=source,
            reason=reason,
            internal_note=internal_note,
        )
