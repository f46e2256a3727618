"""Turning a checkout's reservation into the redemption of the order that came of it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from itertools import chain
from typing import Any

from django.db.models import Sum

from ..models import (
    Lot,
    LotUse,
    LoyaltyAccount,
    LoyaltyTransaction,
    Reservation,
    ReservationStatus,
    Source,
    TransactionType,
)
from .explaining import explain_shortfall
from .idempotency import Request, write_first, write_once
from .inputs import check_actor, check_moment, check_points
from .lots import keep_active, matured_lots
from .movements import debit_points
from .posting import Entry
from .reservations import end_reservation, lock_open_reservation
from .results import Actor, CommitResult
from .settling import settle_changes


def commit_reservation(
    *,
    checkout_id: str,
    account_id: int,
    order_id: str,
    points_max: int,
    at: datetime.datetime,
    idempotency_key: str,
    receipt: dict[str, Any] | None = None,
    points_wanted: int | None = None,
    channel_slug: str = "",
    program_version_id: int | None = None,
    actor: Actor = Actor(),  # noqa: B008 (frozen)
    active_until: datetime.datetime | None = None,
    locked: Reservation | None = None,
) -> CommitResult:
    """Take the points that an order was paid with.

    From an open reservation the smaller of what it holds and ``points_max`` (what the order's rows are worth) is
    taken, and the rest released. Where the reservation is gone, the smaller of ``points_wanted`` (by default
    ``points_max``) and ``points_max`` is taken again from what is available; what is missing becomes a debt, and
    the transaction is marked as a shortfall, which its ``receipt`` says then. ``active_until`` is the policy
    INACTIVITY's: until when points last that last while the customer is active. Works in every status of the
    account: the order exists already.

    ``locked`` is the checkout's last reservation as ``lock_last_reservation`` gave it for the same moment in this
    atomic block. Then no earlier commit of the order is looked for: the database refuses a second one by its key.

    Raises InvalidPoints; AccountNotFound; IdempotencyConflict.
    Locks / writes: opens an atomic block; the account, then the reservation, then lots.
    Idempotency: the request is checkout and order; the same again returns the stored outcome.
    Cost: with ``locked`` seven statements where one lot pays and nothing is due, ten without.
    """
    check_points(points_max, minimum=0)
    if points_wanted is not None:
        check_points(points_wanted, minimum=0)
    check_moment(at)
    check_actor(actor)
    request = Request(
        key=idempotency_key,
        facts={"verb": "commit", "account": account_id, "checkout": checkout_id, "order": order_id},
    )

    def write(account: LoyaltyAccount) -> LoyaltyTransaction | None:
        keep_active(account, until=active_until)
        reservation = _open_one(locked) if locked is not None else lock_open_reservation(checkout_id)
        if reservation is not None and reservation.account_id != account_id:
            reservation = None
        if reservation is not None:
            points, shortfall, explained = min(reservation.points, points_max), 0, receipt
            status = ReservationStatus.COMMITTED if points else ReservationStatus.RELEASED
            end_reservation(account, reservation, status=status, at=at, order_id=order_id)
        else:
            points = points_max if points_wanted is None else min(points_wanted, points_max)
            shortfall = max(0, points - account.available)
            explained = explain_shortfall(receipt, points, available=account.available)
        entry = Entry(
            type=TransactionType.REDEEM.value,
            source=Source.ORDER.value,
            points=-points,
            created_at=at,
            occurred_at=at,
            actor=actor,
            idempotency_key=request.key,
            request_hash=request.hash,
            order_id=order_id,
            checkout_id=checkout_id,
            channel_slug=channel_slug,
            program_version_id=program_version_id,
            receipt=explained,
            is_shortfall=shortfall > 0,
        )
        if not points:
            if reservation is not None:
                settle_changes(account, at=at)
            return None
        first, lots = _paying_lots(account, at=at, includes_due=reservation is not None, is_wanted=points > shortfall)
        transaction = debit_points(account, entry, debt=shortfall, lots=lots)
        if reservation is not None and (account.debt > 0 or _is_due(first, at=at)):
            settle_changes(account, at=at)
        return transaction

    if locked is not None and locked.account_id == account_id:
        return _result(write_first(locked.account, request=request, write=write).transaction)
    return _result(write_once(account_id, request=request, at=at, write=write).transaction)


def _open_one(reservation: Reservation) -> Reservation | None:
    return reservation if reservation.status == ReservationStatus.RESERVED else None


def _paying_lots(
    account: LoyaltyAccount, *, at: datetime.datetime, includes_due: bool, is_wanted: bool
) -> tuple[Lot | None, Iterator[Lot]]:
    """Return the lot that expires first, and all that can pay in the order they do; none where none is wanted."""
    if not is_wanted:
        return None, iter(())
    lots = matured_lots(account, at=at, includes_due=includes_due)
    first = next(lots, None)
    return first, chain(() if first is None else (first,), lots)


def _is_due(first: Lot | None, *, at: datetime.datetime) -> bool:
    """Return whether a lot past its date was kept for what was set aside; ``first`` is the one that expires first."""
    return first is not None and first.expires_at is not None and first.expires_at <= at


def _result(redemption: LoyaltyTransaction | None) -> CommitResult:
    if redemption is None:
        return CommitResult(transaction=None, points=0, shortfall=0)
    return CommitResult(transaction=redemption, points=-redemption.points, shortfall=_shortfall_of(redemption))


def _shortfall_of(redemption: LoyaltyTransaction) -> int:
    """Return what no lot covered when the redemption was posted, whatever has paid the debt since."""
    if not redemption.is_shortfall:
        return 0
    at_once = LotUse.objects.filter(transaction=redemption, created_at=redemption.created_at)
    return -redemption.points - (at_once.aggregate(points=Sum("points"))["points"] or 0)
