"""Deducting points: a correction downwards by staff or by an app."""

from __future__ import annotations

import datetime

from ..models import LoyaltyAccount, LoyaltyTransaction, TransactionType
from .account_rows import require_active
from .explaining import explain_deduction
from .idempotency import Request, write_once
from .inputs import check_actor, check_moment, check_points, check_source, require_within_limit
from .movements import debit_points
from .posting import Entry
from .results import Actor, Posting


def deduct_points(
    account_id: int,
    *,
    points: int,
    at: datetime.datetime,
    idempotency_key: str,
    actor: Actor = Actor(),  # noqa: B008 (frozen)
    reason: str = "",
    internal_note: str = "",
    source: str = "MANUAL",
    batch_id: int | None = None,
    limit: int | None = None,
) -> Posting:
    """Take points from what is available. More than that is refused, never clamped; no debt arises.

    ``limit`` is the most points that one operation may move here; None: any.

    Raises InvalidPoints; LoyaltyException for texts that do not fit; AccountNotFound; IdempotencyConflict;
    AccountClosed; AccountFrozen; OperationLimitReached; InsufficientPoints.
    Locks / writes: opens an atomic block; the account, then its lots.
    Idempotency: the same request returns the stored posting.
    """
    check_points(points)
    check_moment(at)
    check_source(source)
    check_actor(actor)
    request = Request(
        key=idempotency_key,
        facts={
            "verb": "deduct",
            "account": account_id,
            "points": points,
            "source": str(source),
            "actor": [actor.kind, actor.id],
        },
        reason=reason,
        internal_note=internal_note,
    )

    def write(account: LoyaltyAccount) -> LoyaltyTransaction:
        require_active(account)
        require_within_limit(points, limit)
        entry = Entry(
            type=TransactionType.DEDUCT.value,
            source=str(source),
            points=-points,
            created_at=at,
            occurred_at=at,
            actor=actor,
            idempotency_key=request.key,
            request_hash=request.hash,
            reason=reason,
            internal_note=internal_note,
            batch_id=batch_id,
            receipt=explain_deduction(points, source=str(source)),
        )
        return debit_points(account, entry)

    return write_once(account_id, request=request, at=at, write=write).posting()
