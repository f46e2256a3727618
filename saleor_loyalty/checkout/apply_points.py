"""``apply_points``: a customer puts points on the own checkout."""

from __future__ import annotations

import datetime
import hashlib

from django.db import transaction

from .. import app_settings
from ..errors import (
    CheckoutNotFound,
    IdempotencyConflict,
    InsufficientPoints,
    InvalidPoints,
    ReservationAlreadySettled,
)
from ..host import CheckoutHandle, Requester, get_host
from ..ledger import check_key
from ..models import Reservation, ReservationStatus
from .fitting import CheckoutRedemption, put_redemption, quote_within_ceiling
from .refusals import refusal_of_obstacle, refusal_of_quote
from .spending import Spending, find_obstacle, lock_spending


def apply_points(
    *,
    checkout_id: str,
    points: int,
    requester: Requester,
    at: datetime.datetime,
    idempotency_key: str | None = None,
) -> CheckoutRedemption:
    """Reserve points for the checkout and put them on it as discount rows, replacing what stood there.

    Args:
        points: what the customer asks for. Under CLAMP too much is lowered to the most that is allowed.

    Raises:
        InvalidPoints: not a whole number of at least 1.
        LoyaltyException (INVALID): the key is too long or cannot be stored.
        CheckoutNotFound: unknown, or not the requester's own: the answer is the same. Apps never apply points.
        ProgramInactive, CurrencyMismatch: no program is active here and now; it counts in another currency.
        RedemptionRefused: NOT_A_MEMBER, or the quote's code with ``max_points`` and ``min_points``.
        AccountFrozen: the account is frozen or closed.
        IdempotencyConflict: the key was used for another request.
        ReservationAlreadySettled: the key's own reservation is no longer open.

    A refusal writes nothing.
    Locks: the host's checkout, then the account, the reservation, the lots.
    Idempotency: by key, for each account; the same request again returns the reservation as it stands now.
    """
    _check_points(points)
    if idempotency_key:
        check_key(idempotency_key)
    with transaction.atomic():
        handle = open_own_checkout(checkout_id, requester=requester)
        spending = lock_spending(handle, at=at)
        obstacle = find_obstacle(handle, spending)
        if obstacle:
            raise refusal_of_obstacle(obstacle, language=handle.language_code)
        request_hash = _hash_request(checkout_id=handle.id, points=points) if idempotency_key else ""
        replay = _find_replay(spending, key=idempotency_key or "", request_hash=request_hash)
        if replay is not None:
            return _stored(handle, spending, replay, at=at)
        program = spending.active_program
        quote = quote_within_ceiling(handle, program=program, available=spending.available, requested=points, at=at)
        if quote.blocked_code is not None:
            raise refusal_of_quote(quote, language=handle.language_code, point_names=program.rules.point_names)
        if spending.account is None:
            raise InsufficientPoints(requested=points, available=0)
        return put_redemption(
            handle,
            spending,
            quote,
            requested_points=points,
            at=at,
            idempotency_key=idempotency_key or "",
            request_hash=request_hash,
        )


def open_own_checkout(checkout_id: str, *, requester: Requester) -> CheckoutHandle:
    """Return the requester's own checkout with its row locked. Needs an atomic block. Raises CheckoutNotFound."""
    if requester.user_id is None or requester.app_id is not None:
        raise CheckoutNotFound
    handle = get_host().open_checkout(checkout_id, for_update=True)
    if handle is None or handle.user_id != requester.user_id:
        raise CheckoutNotFound
    return handle


def _check_points(points: object) -> None:
    if isinstance(points, bool) or not isinstance(points, int):
        raise InvalidPoints("Points must be a whole number.")
    if points <= 0:
        raise InvalidPoints("Points must be at least 1.")
    if points > app_settings.MAX_POINTS:
        raise InvalidPoints(f"Points must be at most {app_settings.MAX_POINTS}.")


def _hash_request(*, checkout_id: str, points: int) -> str:
    return hashlib.sha256(f"apply|{checkout_id}|{points}".encode()).hexdigest()


def _find_replay(spending: Spending, *, key: str, request_hash: str) -> Reservation | None:
    if not key or spending.account is None:
        return None
    stored = Reservation.objects.filter(account_id=spending.account.pk, idempotency_key=key).order_by("-pk").first()
    if stored is None:
        return None
    if stored.request_hash != request_hash:
        raise IdempotencyConflict
    if stored.status != ReservationStatus.RESERVED:
        raise ReservationAlreadySettled
    return stored


def _stored(
    handle: CheckoutHandle, spending: Spending, reservation: Reservation, *, at: datetime.datetime
) -> CheckoutRedemption:
    """Return what the first request made, as it stands now."""
    discount = handle.current_discount()
    if discount is None:
        raise ReservationAlreadySettled
    quote = quote_within_ceiling(
        handle,
        program=spending.active_program,
        available=spending.available,
        requested=reservation.points,
        at=at,
    )
    return CheckoutRedemption(reservation=reservation, quote=quote, discount=discount)
