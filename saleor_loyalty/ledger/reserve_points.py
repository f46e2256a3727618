"""Setting points aside for a checkout until its order exists."""

from __future__ import annotations

import datetime
from decimal import Decimal

from django.db import IntegrityError
from django.db.transaction import atomic

from ..errors import IdempotencyConflict, InsufficientPoints, ReservationAlreadySettled
from ..models import LoyaltyAccount, Reservation, ReservationStatus
from .account_rows import lock_accounts, note_due, require_active, save_account
from .chain import digest
from .inputs import check_key, check_points, check_reservation
from .reservations import end_reservation, lock_open_reservation, open_reservation
from .settling import settle_changes
from .upkeep import bring_up_to_date

_ATTEMPTS = 5


def reserve_points(
    account_id: int,
    *,
    checkout_id: str,
    points: int,
    requested_points: int,
    value: Decimal,
    rows: Decimal,
    currency: str,
    channel_slug: str,
    program_version_id: int,
    rule_key: str,
    at: datetime.datetime,
    expires_at: datetime.datetime,
    idempotency_key: str = "",
    request_hash: str = "",
) -> Reservation:
    """Set ``points`` aside for a checkout. A reservation that the checkout already has is replaced in the same step.

    Args:
        points, requested_points: granted after caps, and what the customer asked for.
        value, rows: what the points are worth, and the sum of the discount rows; major units of ``currency``.
        expires_at: the deadline; from then on the points are free again.
        idempotency_key: unique per account; "" for none. ``request_hash`` says what the request was; by default it
            is made of the checkout and the requested points.

    Raises InvalidPoints; AccountNotFound; IdempotencyConflict; ReservationAlreadySettled where the same request made
    a reservation that has ended since; AccountClosed; AccountFrozen; InsufficientPoints.
    Locks / writes: opens an atomic block; the account (with that of a reservation that somebody else has on the
    checkout, in the order of their keys), then the reservation, then lots.
    Idempotency: the same request returns the open reservation that it made.
    """
    check_points(requested_points)
    check_reservation(points=points, value=value, rows=rows, expires_at=expires_at, at=at)
    if idempotency_key:
        check_key(idempotency_key)
    wanted = Reservation(
        account_id=account_id,
        checkout_id=checkout_id,
        channel_slug=channel_slug,
        program_version_id=program_version_id,
        rule_key=rule_key,
        points=points,
        requested_points=requested_points,
        currency=currency,
        value=value,
        rows=rows,
        expires_at=expires_at,
        idempotency_key=idempotency_key,
        request_hash=request_hash or digest({"verb": "reserve", "checkout": checkout_id, "points": requested_points}),
        created_at=at,
    )
    account_ids = {account_id}
    for _ in range(_ATTEMPTS):
        try:
            with atomic():
                accounts = lock_accounts(account_ids)
                existing = lock_open_reservation(checkout_id)
                if existing is None or existing.account_id in accounts:
                    return _reserve(accounts, wanted, existing, at=at)
        except IntegrityError:
            # Somebody else's reservation of the same checkout was written in the meantime.
            existing = open_reservation(checkout_id)
            if existing is None or existing.account_id in account_ids:
                raise
        # Both accounts must be locked, in the order of their keys.
        account_ids = {account_id, existing.account_id}
    raise RuntimeError(f"the reservation of checkout {checkout_id} keeps changing hands")


def _reserve(
    accounts: dict[int, LoyaltyAccount],
    wanted: Reservation,
    existing: Reservation | None,
    *,
    at: datetime.datetime,
) -> Reservation:
    account = accounts[wanted.account_id]
    stored = _find_stored(wanted)
    if stored is not None:
        return stored
    require_active(account)
    for locked in accounts.values():
        bring_up_to_date(locked, at)
    if existing is not None and existing.expires_at > at:
        end_reservation(accounts[existing.account_id], existing, status=ReservationStatus.RELEASED, at=at)
    if wanted.points > account.available:
        raise InsufficientPoints(requested=wanted.points, available=account.available)
    wanted.pk = None
    wanted.save(force_insert=True)
    account.reserved += wanted.points
    note_due(account, wanted.expires_at)
    if existing is not None:
        for locked in accounts.values():
            settle_changes(locked, at=at)
    for locked in accounts.values():
        save_account(locked)
    return wanted


def _find_stored(wanted: Reservation) -> Reservation | None:
    if not wanted.idempotency_key:
        return None
    stored = Reservation.objects.filter(account_id=wanted.account_id, idempotency_key=wanted.idempotency_key).first()
    if stored is None:
        return None
    if stored.request_hash != wanted.request_hash:
        raise IdempotencyConflict
    if stored.status != ReservationStatus.RESERVED or stored.expires_at <= wanted.created_at:
        raise ReservationAlreadySettled
    return stored
