"""Taking back one movement that was made by hand, or earned by an event: points that came, or a deduction."""

from __future__ import annotations

import datetime

from django.db.models import Sum

from ..errors import AlreadyReversed, NotReversible, TransactionNotFound
from ..lock_objects import lot_qs_select_for_update
from ..models import Lot, LotUse, LoyaltyAccount, LoyaltyTransaction, TransactionType
from .account_rows import note_due, require_open
from .explaining import explain_correction
from .idempotency import Request, write_once
from .inputs import check_actor, check_moment
from .lots import PlannedUse, follow_activity, save_uses
from .moving_lots import trails_of
from .posting import Entry, post_entry
from .results import Actor, ReversalResult
from .reverse_award import WITHIN_BALANCE, plan_reversal, post_reversal
from .settling import settle_changes
from .upkeep import expire_points

BY_HAND = (TransactionType.GIVE, TransactionType.DEDUCT, TransactionType.SET, TransactionType.IMPORT)


def reverse_transaction(
    transaction_id: int,
    *,
    at: datetime.datetime,
    idempotency_key: str,
    actor: Actor = Actor(),  # noqa: B008 (frozen)
    reason: str = "",
    internal_note: str = "",
    batch_id: int | None = None,
) -> ReversalResult:
    """Undo a transaction by a REVERSE that names it.

    Points that it gave are taken back within the balance: those of its own lot first (pending before matured), then
    what else is available; points that a reservation set aside stay, and points of it that expired are not taken a
    second time. No debt arises. Where they have moved to another account (a claim, a merge) they are taken back there,
    and the REVERSE names the move. Points that it took go back to the lots they came from, with the dates those had;
    what is past its date by now expires again in the same step. Works on a frozen account.

    Returns what was taken or given back; no posting where nothing could be taken, and then the account is only
    brought up to date.

    Raises TransactionNotFound; NotReversible for what follows something else (orders, expiry, merges, reversals) and
    for a SET that moved nothing; LoyaltyException for texts that do not fit; IdempotencyConflict; AccountClosed;
    AlreadyReversed.
    Locks / writes: opens an atomic block; the account, then its lots.
    Idempotency: the same request returns the stored outcome.
    """
    check_moment(at)
    check_actor(actor)
    original = LoyaltyTransaction.objects.filter(pk=transaction_id).first()
    if original is None:
        raise TransactionNotFound
    require_by_hand(original)
    trail = _trail_of(original)
    holder = trail[-1]
    request = correction_request(
        transaction_id, key=idempotency_key, actor=actor, reason=reason, internal_note=internal_note
    )

    def write(account: LoyaltyAccount) -> LoyaltyTransaction | None:
        require_open(account)
        # Read under the account's lock: two requests at once find one another.
        if LoyaltyTransaction.objects.filter(reverses__in=trail).exists():
            raise AlreadyReversed

        def entry(points: int, *, expired: int = 0) -> Entry:
            return correction_entry(
                original, request, holder=holder, points=points, expired=expired, at=at, actor=actor, batch_id=batch_id
            )

        if original.points < 0:
            return _give_back(account, original, entry(-original.points), at=at)
        lots = lot_qs_select_for_update().filter(account=account, transaction=holder).select_related("transaction")
        expired = _expired_points(holder)
        plan = plan_reversal(
            account,
            list(lots),
            points=holder.points - expired,
            policy=WITHIN_BALANCE,
            at=at,
        )
        return post_reversal(account, entry(-plan.points, expired=expired), plan) if plan.points else None

    written = write_once(holder.account_id, request=request, at=at, write=write)
    asked = abs(original.points)
    if written.transaction is None:
        return ReversalResult(posting=None, reversed_points=0, unrecovered_points=asked)
    moved = abs(written.transaction.points)
    return ReversalResult(posting=written.posting(), reversed_points=moved, unrecovered_points=asked - moved)


def correction_request(transaction_id: int, *, key: str, actor: Actor, reason: str, internal_note: str) -> Request:
    """Return the request by which taking this transaction back is known."""
    return Request(
        key=key,
        facts={"verb": "reverseTransaction", "transaction": transaction_id, "actor": [actor.kind, actor.id]},
        reason=reason,
        internal_note=internal_note,
    )


def correction_entry(
    original: LoyaltyTransaction,
    request: Request,
    *,
    holder: LoyaltyTransaction,
    points: int,
    at: datetime.datetime,
    actor: Actor,
    batch_id: int | None,
    expired: int = 0,
) -> Entry:
    """Return what takes the transaction back: ``points`` are posted where the ``holder`` put them."""
    moved = holder.points if original.points > 0 else original.points
    return Entry(
        type=TransactionType.REVERSE.value,
        source=original.source,
        points=points,
        created_at=at,
        occurred_at=at,
        actor=actor,
        idempotency_key=request.key,
        request_hash=request.hash,
        reason=request.reason,
        internal_note=request.internal_note,
        reverses_id=holder.pk,
        batch_id=batch_id,
        receipt=explain_correction(moved, of=str(original.type), posted=points, expired=expired),
    )


def require_by_hand(original: LoyaltyTransaction) -> None:
    """Raises NotReversible."""
    if original.order_id:
        raise NotReversible("The points of an order follow the order: refund, return or cancel it.")
    # What an order earned was refused above: this was earned by an event, or by inviting somebody.
    if original.type not in (*BY_HAND, TransactionType.EARN):
        raise NotReversible("Only points that were given, earned by an event, deducted, set or imported can go back.")
    if original.points == 0:
        raise NotReversible("The transaction moved no points.")


def _trail_of(original: LoyaltyTransaction) -> list[LoyaltyTransaction]:
    """Return the transaction, and the moves of the points that it gave to other accounts, to where they are now."""
    lot = Lot.objects.filter(transaction=original).first() if original.points > 0 else None
    if lot is None:
        return [original]
    return [original, *(moved.transaction for moved in trails_of([lot])[lot.pk][1:])]


def _expired_points(original: LoyaltyTransaction) -> int:
    """Points of its own lot that have expired, and so are gone already."""
    uses = LotUse.objects.filter(lot__transaction=original, transaction__type=TransactionType.EXPIRE)
    return uses.aggregate(points=Sum("points"))["points"] or 0


def _give_back(
    account: LoyaltyAccount, original: LoyaltyTransaction, entry: Entry, *, at: datetime.datetime
) -> LoyaltyTransaction:
    taken = dict(
        LotUse.objects.filter(transaction=original).order_by().values_list("lot").annotate(points=Sum("points"))
    )
    lots = lot_qs_select_for_update().filter(pk__in=list(taken)).select_related("transaction")
    transaction = post_entry(account, entry)
    back = [PlannedUse(lot, taken[lot.pk]) for lot in lots]
    save_uses([LotUse(lot=use.lot, transaction=transaction, points=-use.points, created_at=at) for use in back])
    follow_activity(account, [use.lot for use in back])
    expire_points(account, [use for use in back if use.lot.expires_at and use.lot.expires_at <= at], at=at)
    for use in back:
        if use.lot.expires_at and use.lot.expires_at > at:
            note_due(account, use.lot.expires_at)
    settle_changes(account, at=at)
    return transaction
