"""Forfeiting: all points of an account that is about to be closed, gone in one transaction."""

from __future__ import annotations

import datetime

from ..errors import PointsReserved
from ..lock_objects import lot_qs_select_for_update
from ..models import LoyaltyAccount, LoyaltyTransaction, Source, TransactionType
from .account_rows import require_open
from .explaining import explain_forfeit
from .idempotency import Request, write_once
from .inputs import check_actor, check_moment
from .lots import PlannedUse, use_lots
from .posting import Entry, post_entry
from .results import Actor, Posting

FORFEITED = "forfeited"
"""The external reference of the DEDUCT transaction: it stays when texts are erased."""


def forfeit_points(
    account_id: int,
    *,
    at: datetime.datetime,
    actor: Actor = Actor(),  # noqa: B008 (frozen)
    occasion: int = 0,
) -> Posting | None:
    """Deduct all that the account's lots hold, pending points too; None where they hold nothing. A debt stays.

    Once for each time that the account is closed: the caller closes it in the same atomic block, and tells by
    ``occasion`` how often it was reopened before. Points that a checkout has set aside
    are not taken from under it: it may be about to be paid.

    Raises AccountNotFound; AccountClosed; PointsReserved.
    Locks / writes: opens an atomic block; the account, then its lots.
    Idempotency: by account and occasion; a second call returns the stored posting.
    """
    check_moment(at)
    check_actor(actor)
    key = f"forfeit:{account_id}:{occasion}" if occasion else f"forfeit:{account_id}"
    request = Request(key=key, facts={"verb": "forfeit", "account": account_id})

    def write(account: LoyaltyAccount) -> LoyaltyTransaction | None:
        require_open(account)
        if account.reserved > 0:
            raise PointsReserved(points=account.reserved)
        lots = list(lot_qs_select_for_update().filter(account=account, remaining__gt=0))
        plan = [PlannedUse(lot, lot.remaining) for lot in lots]
        if not plan:
            return None
        points = sum(use.points for use in plan)
        entry = Entry(
            type=TransactionType.DEDUCT.value,
            source=Source.MANUAL.value,
            points=-points,
            created_at=at,
            occurred_at=at,
            actor=actor,
            idempotency_key=request.key,
            request_hash=request.hash,
            external_reference=FORFEITED,
            receipt=explain_forfeit(points),
        )
        transaction = post_entry(account, entry)
        account.pending -= sum(use.points for use in plan if not use.lot.is_matured)
        use_lots(transaction, plan)
        return transaction

    written = write_once(account_id, request=request, at=at, write=write)
    return None if written.transaction is None else written.posting()
