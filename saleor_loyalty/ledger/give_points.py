"""Giving points: by staff, by an app, for an event, by an import."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Required, TypedDict, Unpack

from ..models import LoyaltyAccount, LoyaltyTransaction, TransactionType
from .account_rows import require_active
from .explaining import explain_gift
from .idempotency import Request, write_once
from .inputs import check_actor, check_dates, check_points, check_source, check_text, require_within_limit
from .movements import credit_points
from .posting import Entry
from .results import Actor, Lasting, Posting

_TYPES = (TransactionType.GIVE, TransactionType.IMPORT)


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckedGift:
    """Points for one account, checked as far as they can be without it."""

    account_id: int
    request: Request
    entry: Entry
    available_at: datetime.datetime
    lasting: Lasting
    limit: int | None

    def require_allowed(self, account: LoyaltyAccount) -> None:
        """Raises AccountClosed; AccountFrozen; OperationLimitReached."""
        require_active(account)
        self.require_within_limit()

    def require_within_limit(self) -> None:
        """Raises OperationLimitReached."""
        require_within_limit(self.entry.points, self.limit)


class GiftValues(TypedDict, total=False):
    """The arguments of ``check_gift``."""

    points: Required[int]
    at: Required[datetime.datetime]
    idempotency_key: Required[str]
    actor: Actor
    source: str
    reason: str
    internal_note: str
    expires_at: datetime.datetime | None
    available_at: datetime.datetime | None
    occurred_at: datetime.datetime | None
    external_reference: str
    type: str
    batch_id: int | None
    limit: int | None
    lasting: Lasting | None


def check_gift(
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
) -> CheckedGift:
    """Return what is to be given, if it makes sense whatever the account is.

    Args:
        points: at least 1.
        available_at: when they become spendable; None: at once.
        expires_at: the first moment at which they no longer count; None: never.
        occurred_at: when it happened, where that is not ``at``.
        type: GIVE or IMPORT.
        limit: the most points that one operation may move here; None: any.
        lasting: how long points last that have no ``expires_at`` of their own, by the program's policy; not part of
            the request: a retry that computes it anew is the same request.

    Raises InvalidPoints; LoyaltyException for texts and dates that do not fit. Pure.
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
    return CheckedGift(
        account_id=account_id,
        request=request,
        entry=entry,
        available_at=available_at or at,
        lasting=lasting if lasting is not None and expires_at is None else Lasting(until=expires_at),
        limit=limit,
    )


def give_points(account_id: int, **values: Unpack[GiftValues]) -> Posting:
    """Credit points to an account and open their lot. A debt is paid from them first.

    ``values`` are the arguments of ``check_gift``, and are checked by it first.

    Raises as ``check_gift``; AccountNotFound; IdempotencyConflict; AccountClosed; AccountFrozen;
    OperationLimitReached; InvalidPoints beyond what an account can hold.
    Locks / writes: opens an atomic block; the account, then its lots.
    Idempotency: the same request returns the stored posting.
    Cost: six statements, where nothing is due and no debt stands.
    """
    return give_checked(check_gift(account_id, **values))


def give_checked(gift: CheckedGift) -> Posting:
    """Credit what ``check_gift`` returned. As ``give_points``."""

    def write(account: LoyaltyAccount) -> LoyaltyTransaction:
        gift.require_allowed(account)
        return credit_points(
            account,
            gift.entry,
            available_at=gift.available_at,
            expires_at=gift.lasting.until,
            lasts_while_active=gift.lasting.while_active,
        )

    return write_once(gift.account_id, request=gift.request, at=gift.entry.created_at, write=write).posting()
