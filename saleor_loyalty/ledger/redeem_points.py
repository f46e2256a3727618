"""Redeeming points for something other than a cart's discount: for a reward of the catalogue."""

from __future__ import annotations

import datetime
from typing import Any

from ..models import LoyaltyAccount, LoyaltyTransaction, Source, TransactionType
from .account_rows import require_active
from .idempotency import Request, write_once
from .inputs import check_actor, check_moment, check_points
from .movements import debit_points
from .posting import Entry
from .results import Actor, Posting


def redeem_points(
    account_id: int,
    *,
    points: int,
    at: datetime.datetime,
    idempotency_key: str,
    receipt: dict[str, Any],
    channel_slug: str = "",
    program_version_id: int | None = None,
    actor: Actor = Actor(),  # noqa: B008 (frozen)
) -> Posting:
    """Take points from what is available, for a reward. More than that is refused, never clamped; no debt arises.

    ``return_redemption`` gives them back.

    Raises InvalidPoints; AccountNotFound; IdempotencyConflict; AccountClosed; AccountFrozen; InsufficientPoints.
    Locks / writes: opens an atomic block; the account, then its lots.
    Idempotency: the same request returns the stored posting.
    """
    check_points(points)
    check_moment(at)
    check_actor(actor)
    request = Request(
        key=idempotency_key,
        facts={"verb": "redeem", "account": account_id, "points": points, "actor": [actor.kind, actor.id]},
    )

    def write(account: LoyaltyAccount) -> LoyaltyTransaction:
        require_active(account)
        entry = Entry(
            type=TransactionType.REDEEM.value,
            source=Source.REWARD.value,
            points=-points,
            created_at=at,
            occurred_at=at,
            actor=actor,
            idempotency_key=request.key,
            request_hash=request.hash,
            channel_slug=channel_slug,
            program_version_id=program_version_id,
            receipt=receipt,
        )
        return debit_points(account, entry)

    return write_once(account_id, request=request, at=at, write=write).posting()
