"""Letting points last longer: a decision of staff, kept as a record. No point moves."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.db.transaction import atomic

from ..errors import LotNotFound, LoyaltyException
from ..lock_objects import lot_qs_select_for_update
from ..models import Lot, LotExtension
from .account_rows import lock_account, require_open, save_account
from .inputs import check_actor, check_moment, check_text
from .results import Actor
from .upkeep import bring_up_to_date, find_next_due

REASON_MAX = 1_000


def extend_expiry(
    account_id: int,
    *,
    expires_at: datetime.datetime | None,
    at: datetime.datetime,
    actor: Actor,
    reason: str,
    lot_ids: Sequence[int] | None = None,
) -> list[LotExtension]:
    """Let lots last until ``expires_at`` (None: for ever); without ``lot_ids`` all that expire before.

    Lots that hold nothing, or last that long anyway, stay as they are. What has expired is gone: it is given anew.
    Points that last while the customer is active may still be moved on by later activity.

    Returns the records of what was extended, soonest expiry first.

    Raises LoyaltyException about expiresAt where it is not after ``at``, or earlier than the date of a lot that was
    named; about reason; AccountNotFound; AccountClosed; LotNotFound for a lot that is not the account's or is empty.
    Locks / writes: opens an atomic block; the account, then its lots.
    Idempotency: the same call again finds nothing to extend and returns nothing.
    """
    check_moment(at)
    check_actor(actor)
    check_text(reason, field="reason", max_length=REASON_MAX)
    if expires_at is not None and check_moment(expires_at, name="expires_at") <= at:
        raise LoyaltyException("Points must last longer than until now.", field="expiresAt")
    with atomic():
        account = lock_account(account_id)
        require_open(account)
        bring_up_to_date(account, at)
        lots = list(lot_qs_select_for_update().filter(account=account, remaining__gt=0, **_named(lot_ids)))
        _check_lots(lots, lot_ids=lot_ids, expires_at=expires_at)
        extended = [
            LotExtension(
                account=account,
                lot=lot,
                before=lot.expires_at,
                after=expires_at,
                points=lot.remaining,
                reason=reason,
                actor_kind=actor.kind,
                actor_id=actor.id,
                created_at=at,
            )
            for lot in lots
            if lot.expires_at is not None and (expires_at is None or lot.expires_at < expires_at)
        ]
        Lot.objects.filter(pk__in=[extension.lot_id for extension in extended]).update(expires_at=expires_at)
        account.next_due_at = find_next_due(account, at=at)
        save_account(account)
        return LotExtension.objects.bulk_create(extended)


def _named(lot_ids: Sequence[int] | None) -> dict[str, object]:
    return {} if lot_ids is None else {"pk__in": list(lot_ids)}


def _check_lots(lots: Sequence[Lot], *, lot_ids: Sequence[int] | None, expires_at: datetime.datetime | None) -> None:
    if lot_ids is None:
        return
    if {lot.pk for lot in lots} != set(lot_ids):
        raise LotNotFound
    if expires_at is not None and any(lot.expires_at is None or lot.expires_at > expires_at for lot in lots):
        raise LoyaltyException("Points are only extended: they last longer already.", field="expiresAt")
