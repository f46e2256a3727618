"""Awarding what an order, or an event, has earned by the rules."""

from __future__ import annotations

import datetime
from typing import Any

from ..models import LoyaltyAccount, LoyaltyTransaction, TransactionType
from .account_rows import require_open
from .idempotency import Request, write_once
from .inputs import check_dates, check_points, check_source
from .lots import keep_active
from .movements import credit_points
from .posting import Entry
from .results import Posting


def award_points(
    account_id: int,
    *,
    points: int,
    at: datetime.datetime,
    idempotency_key: str,
    order_id: str,
    program_version: int | None,
    channel_slug: str,
    receipt: dict[str, Any] | None,
    available_at: datetime.datetime | None,
    expires_at: datetime.datetime | None = None,
    source: str = "ORDER",
    occurred_at: datetime.datetime | None = None,
    lasts_while_active: bool = False,
    is_activity: bool = True,
    reason: str = "",
) -> Posting:
    """Credit earned points, with the receipt that explains them, and open their lot.

    Args:
        order_id: empty for what no order has earned; such an award can be taken back by ``reverse_transaction``.
        program_version: the primary key of the version that it was judged by.
        available_at: when they become spendable; None: a guest's, pending until the guest has joined.
        lasts_while_active: ``expires_at`` is the policy INACTIVITY's: later activity moves it on.
        is_activity: whether this award itself is such activity for what the account has already.

    A frozen account still earns.

    Raises InvalidPoints; LoyaltyException for dates that do not fit; AccountNotFound; IdempotencyConflict;
    AccountClosed; InvalidPoints beyond what an account can hold.
    Locks / writes: opens an atomic block; the account, then its lots.
    Idempotency: the request is order, points, version and channel. Dates and receipt are the moment's: a retry that
    computes them again is the same request and returns the stored posting.
    """
    check_points(points)
    check_dates(at=at, available_at=available_at, expires_at=expires_at, occurred_at=occurred_at)
    check_source(source)
    request = Request(
        key=idempotency_key,
        facts={
            "verb": "award",
            "account": account_id,
            "points": points,
            "order": order_id,
            "version": program_version,
            "channel": channel_slug,
        },
        reason=reason,
    )

    def write(account: LoyaltyAccount) -> LoyaltyTransaction:
        require_open(account)
        entry = Entry(
            type=TransactionType.EARN.value,
            source=str(source),
            points=points,
            created_at=at,
            occurred_at=occurred_at or at,
            idempotency_key=request.key,
            request_hash=request.hash,
            order_id=order_id,
            channel_slug=channel_slug,
            program_version_id=program_version,
            receipt=receipt,
            reason=reason,
        )
        keep_active(account, until=expires_at if lasts_while_active and is_activity else None)
        return credit_points(
            account,
            entry,
            available_at=available_at,
            expires_at=expires_at,
            lasts_while_active=lasts_while_active,
        )

    return write_once(account_id, request=request, at=at, write=write).posting()
