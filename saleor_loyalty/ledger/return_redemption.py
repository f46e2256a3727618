"""Giving back all that a reward cost, to the lots it came from and with the dates those had."""

from __future__ import annotations

import datetime
from typing import Any

from ..errors import AlreadyReversed, NotReversible, TransactionNotFound
from ..models import LoyaltyAccount, LoyaltyTransaction, TransactionType
from .account_rows import require_open
from .idempotency import Request, write_once
from .inputs import check_actor, check_moment
from .posting import Entry
from .results import Actor, Posting
from .return_points import plan_return, post_return
from .settling import settle_changes


def return_redemption(
    transaction_id: int,
    *,
    at: datetime.datetime,
    idempotency_key: str,
    receipt: dict[str, Any],
    actor: Actor = Actor(),  # noqa: B008 (frozen)
    reason: str = "",
    internal_note: str = "",
    even_if_closed: bool = False,
) -> Posting:
    """Give all points of a REDEEM that ``redeem_points`` posted back by a RETURN that names it.

    A lot that is past its date by now gets its points and loses them again in the same step, by an EXPIRE of its own.
    Works on a frozen account; with ``even_if_closed`` also on one that was merged into another one: the caller moves
    the points on.

    Raises TransactionNotFound; NotReversible for anything else than such a REDEEM; LoyaltyException for texts that do
    not fit; IdempotencyConflict; AccountClosed; AlreadyReversed.
    Locks / writes: opens an atomic block; the account, then its lots.
    Idempotency: the same request returns the stored posting.
    """
    check_moment(at)
    check_actor(actor)
    redemption = LoyaltyTransaction.objects.filter(pk=transaction_id).first()
    if redemption is None:
        raise TransactionNotFound
    if redemption.type != TransactionType.REDEEM or redemption.order_id:
        raise NotReversible("Only what was redeemed for a reward is given back like this.")
    request = Request(
        key=idempotency_key,
        facts={"verb": "returnRedemption", "transaction": transaction_id, "actor": [actor.kind, actor.id]},
        reason=reason,
        internal_note=internal_note,
    )

    def write(account: LoyaltyAccount) -> LoyaltyTransaction:
        if not even_if_closed:
            require_open(account)
        if LoyaltyTransaction.objects.filter(reverses=redemption).exists():
            raise AlreadyReversed
        plan = plan_return(account, redemption, points=-redemption.points)
        entry = Entry(
            type=TransactionType.RETURN.value,
            source=redemption.source,
            points=plan.points,
            created_at=at,
            occurred_at=at,
            actor=actor,
            idempotency_key=request.key,
            request_hash=request.hash,
            reason=reason,
            internal_note=internal_note,
            channel_slug=redemption.channel_slug,
            program_version_id=redemption.program_version_id,
            reverses_id=redemption.pk,
            receipt=receipt,
        )
        transaction = post_return(account, entry, plan, at=at)
        settle_changes(account, at=at)
        return transaction

    return write_once(redemption.account_id, request=request, at=at, write=write).posting()
