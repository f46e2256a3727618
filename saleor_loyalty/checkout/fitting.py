"""Fitting a number of points to a cart: the quote within the host's ceiling, and putting it on the checkout.

The host's ceiling is asked only when everything else allows the points, since it is the costly part. It moves no
points but through ``ledger``; the caller holds the checkout's and the account's lock.
"""

from __future__ import annotations

import dataclasses
import datetime

from ..host import AppliedDiscount, CheckoutHandle
from ..ledger import reserve_points, update_reservation
from ..messages import render
from ..models import Reservation
from ..programs import ActiveProgram
from ..rules import RedemptionQuote, quote_redemption, value_of_points
from .spending import Spending

LOWERABLE = frozenset({"ABOVE_MAXIMUM_POINTS", "ABOVE_MAXIMUM_PERCENT", "NOT_MULTIPLE_OF_STEP", "INSUFFICIENT_POINTS"})
"""The refusals after which a smaller redemption may still fit."""


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class CheckoutRedemption:
    """Points that stand on a checkout now."""

    reservation: Reservation
    quote: RedemptionQuote
    discount: AppliedDiscount


def quote_within_ceiling(
    handle: CheckoutHandle,
    *,
    program: ActiveProgram,
    available: int,
    requested: int | None,
    at: datetime.datetime,
) -> RedemptionQuote:
    """Return the quote for ``requested`` points (None: for what could be spent), lowered by the host's ceiling."""
    quote = quote_redemption(
        handle.basket,
        rules=program.rules,
        available=available,
        requested=requested,
        at=at,
        program_version=program.version_number,
    )
    points = quote.max_points if requested is None else quote.applied_points
    if points <= 0:
        return quote
    value = value_of_points(
        points, rate_points=quote.rate_points, rate_value=quote.rate_value, currency=quote.currency
    )
    ceiling = handle.ceiling(value, quote.eligible_line_ids)
    if ceiling.value >= value:
        return quote
    return quote_redemption(
        handle.basket,
        rules=program.rules,
        available=available,
        requested=requested,
        at=at,
        ceiling=ceiling,
        program_version=program.version_number,
    )


def quote_lowered(
    handle: CheckoutHandle,
    *,
    program: ActiveProgram,
    available: int,
    requested: int,
    at: datetime.datetime,
) -> tuple[RedemptionQuote, RedemptionQuote]:
    """Return the quote for ``requested`` points and the quote for as many of them as fit.

    The second one is the first where that is not blocked, or where no smaller number would help.
    """
    asked = quote_within_ceiling(handle, program=program, available=available, requested=requested, at=at)
    if asked.blocked_code not in LOWERABLE:
        return asked, asked
    points = min(asked.max_points, requested)
    points -= points % asked.step
    if points <= 0:
        return asked, asked
    fitting = quote_within_ceiling(handle, program=program, available=available, requested=points, at=at)
    if fitting.blocked_code in LOWERABLE and 0 < fitting.max_points < points:
        # Only now was the host's ceiling asked.
        fitting = quote_within_ceiling(
            handle, program=program, available=available, requested=fitting.max_points, at=at
        )
    return asked, fitting


def put_redemption(
    handle: CheckoutHandle,
    spending: Spending,
    quote: RedemptionQuote,
    *,
    requested_points: int,
    at: datetime.datetime,
    idempotency_key: str = "",
    request_hash: str = "",
) -> CheckoutRedemption:
    """Put the quoted points on the checkout: discount rows and a new reservation that replaces the open one.

    Raises InsufficientPoints, AccountFrozen: nothing is written then, the caller's atomic block ends.
    """
    program, account = spending.active_program, spending.account
    if account is None:
        raise ValueError("points are put on a checkout only from an account")
    discount = put_rows(handle, program, quote)
    reservation = reserve_points(
        account.pk,
        checkout_id=handle.id,
        points=quote.applied_points,
        requested_points=requested_points,
        value=discount.value,
        rows=discount.rows,
        currency=quote.currency,
        channel_slug=handle.channel,
        program_version_id=program.version_id,
        rule_key=quote.rule_key,
        at=at,
        expires_at=deadline_of(program, at=at),
        idempotency_key=idempotency_key,
        request_hash=request_hash,
    )
    return CheckoutRedemption(reservation=reservation, quote=quote, discount=discount)


def refresh_redemption(
    handle: CheckoutHandle,
    reservation: Reservation,
    quote: RedemptionQuote,
    *,
    program: ActiveProgram,
    at: datetime.datetime,
) -> CheckoutRedemption:
    """Fit rows and the open reservation to the quote, and renew its deadline. What was asked for stays as it is.

    The reservation is the one that ``lock_spending`` has locked.

    Raises InsufficientPoints, AccountFrozen: nothing is written then, the caller's atomic block ends.
    """
    discount = put_rows(handle, program, quote)
    updated = update_reservation(
        reservation.pk,
        points=quote.applied_points,
        value=discount.value,
        rows=discount.rows,
        expires_at=deadline_of(program, at=at),
        at=at,
        locked=reservation,
    )
    return CheckoutRedemption(reservation=updated, quote=quote, discount=discount)


def put_rows(handle: CheckoutHandle, program: ActiveProgram, quote: RedemptionQuote) -> AppliedDiscount:
    """Write the discount rows of the quote, named in the checkout's language."""
    name = render(
        "DISCOUNT_NAME",
        language=handle.language_code,
        point_names=program.rules.point_names,
        number=quote.applied_points,
    )
    return handle.put_discount(quote.applied_value, quote.eligible_line_ids, name=name, reason=name)


def deadline_of(program: ActiveProgram, *, at: datetime.datetime) -> datetime.datetime:
    """Return until when points are set aside that are reserved or renewed now."""
    return at + datetime.timedelta(minutes=program.rules.reservation_minutes)
