"""Giving points: by staff, by an app, for an event, by an import."""

from __future__ import annotations

import datetime

from ..models import LoyaltyAccount, LoyaltyTransaction, TransactionType
from .account_rows import require_active
from .explaining import explain_gift
from .idempotency import Request, write_once
from .inputs import check_actor, check_dates, check_points, check_source, check_text, require_within_limit
from .movements import credit_points
from .posting import Entry
from .results import Actor, Lasting, Posting

_TYPES = (TransactionType.GIVE, TransactionType.IMPORT)


def give_points(
    account_id: int,
    *,
    points: int,
    at: datetime.datetime,
    idempotency_key: str,
    actor: Actor = Actor(),  # noqa: B008 (frozen)
    source: str = "MANUAL",
    reason: str = "",
    internal_note: str = "",
    expires_at: datetime.datetime | None = None,
    available_at: datetime.datetime | None = None,
    occurred_at: datetime.datetime | None = None,
    external_reference: str = "",
    type: str = "GIVE",
    batch_id: int | None = None,
    limit: int | None = None,
    lasting: Lasting | None = None,
) -> Posting:
    """Credit points to an account and open their lot. A debt is paid from them first.

    Args:
        points: at least 1.
        available_at: when they become spendable; None: at once.
        expires_at: the first moment at which they no longer count; None: never.
        occurred_at: when it happened, where that is not ``at``.
        type: GIVE or IMPORT.
        limit: the most points that one operation may move here; None: any.
        lasting: how long points last that have no ``expires_at`` of their own, by the program's policy; not part of
            the request: a retry that computes it anew is the same request.

    Raises InvalidPoints; LoyaltyException for texts and dates that do not fit; AccountNotFound; IdempotencyConflict;
    AccountClosed; AccountFrozen; OperationLimitReached; InvalidPoints beyond what an account can hold.
    Locks / writes: opens an atomic block; the account, then its lots.
    Idempotency: the same request returns the stored posting.
    Cost: six statements, where nothing is due and no debt stands.
    """
    check_points(points)
    check_dates(at=at, available_at=available_at, expires_at=expires_at, occurred_at=occurred_at)
    check_text(external_reference, field="externalReference", max_length=250)
    check_source(source)
    check_actor(actor)
    if type not in _TYPES:
        raise ValueError(f"points are given by {' or '.join(_TYPES)}, not by {type}")
    request = Request(
        key=idempotency_key,
        facts={
            "verb": "give",
            "account": account_id,
            "points": points,
            "origin": [type, source, actor.kind, actor.id],
            "dates": [available_at, expires_at, occurred_at],
            "externalReference": external_reference,
        },
        reason=reason,
        internal_note=internal_note,
    )

    def write(account: LoyaltyAccount) -> LoyaltyTransaction:
        require_active(account)
        require_within_limit(points, limit)
        entry = Entry(
            type=str(type),
            source=str(source),
            points=points,
            created_at=at,
            occurred_at=occurred_at or at,
            actor=actor,
            idempotency_key=request.key,
            request_hash=request.hash,
            reason=reason,
            internal_note=internal_note,
            external_reference=external_reference,
            batch_id=batch_id,
            receipt=explain_gift(points, type=str(type), source=str(source)),
        )
        own = lasting if lasting is not None and expires_at is None else Lasting(until=expires_at)
        return credit_points(
            account,
            entry,
            available_at=available_at or at,
            expires_at=own.until,
            lasts_while_active=own.while_active,
        )

    return write_once(account_id, request=request, at=at, write=write).posting()
