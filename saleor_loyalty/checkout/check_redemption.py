"""``check_redemption``: an order is about to be made; its redemption must hold, or the order is refused unpaid.

A refusal here also puts the checkout right (the redemption is fitted anew or removed), so that the next attempt finds
it true. That is written although the order is refused: the exception is raised after the atomic block.
"""

from __future__ import annotations

import datetime

from django.db import transaction

from ..errors import LoyaltyException, RegistrationRequired
from ..host import AppliedDiscount, CheckoutHandle, get_host
from ..ledger import renew_reservation, reserve_points, update_reservation
from ..models import Reservation
from ..programs import active_program
from ..rules import RedemptionQuote
from ..selectors import last_reservation
from .dropping import drop_redemption
from .fitting import deadline_of, quote_lowered, quote_within_ceiling
from .refit_redemption import refit_opened
from .refusals import refusal_at_completion, refusal_of_change, refusal_of_quote
from .spending import Spending, find_obstacle, lock_spending


def check_redemption(
    *,
    checkout_id: str,
    at: datetime.datetime,
    channel: str | None = None,
    user_id: int | None = None,
    has_rows: bool = False,
) -> None:
    """Renew the redemption of a checkout whose order is about to be made, or refuse the order.

    A host that has the checkout at hand passes its ``channel`` and ``user_id``: a checkout that never had points on it
    is then not opened at all. ``has_rows``: the host has just seen our rows on it; then that is not asked first.

    A reservation that is gone is taken again if the points suffice; so is one that an earlier order took, where the
    host kept the checkout and our rows after that order: each order pays with points of its own.
    Under CLAMP rows that the host's recalculation has lowered refuse nothing. Under BLOCK a redemption that was
    lowered since the customer asked for it refuses once; the customer has then been told, and the next attempt goes
    through with the lowered number.

    Raises:
        RegistrationRequired: the channel sells only to registered customers, and this is a guest's checkout.
        RedemptionRefused: the redemption does not hold. The checkout is fitted anew, or its rows are removed
            (RESERVATION_EXPIRED: the points were set aside no longer and are spent meanwhile; PROGRAM_INACTIVE;
            NOT_FOUND: they are not the points of the checkout's customer; NOT_A_MEMBER; ACCOUNT_FROZEN).

    Locks: the host's checkout, then the account, the reservation, the lots.
    Cost: with ``channel``, one statement for a customer's checkout that never had points on it, two for a guest's.
    """
    if not has_rows and last_reservation(checkout_id) is None:
        if channel is None:
            handle = get_host().open_checkout(checkout_id, for_update=False)
            if handle is None:
                return
            channel, user_id = handle.channel, handle.user_id
        _check_registration(channel, user_id=user_id, at=at)
        return
    with transaction.atomic():
        handle = get_host().open_checkout(checkout_id, for_update=True)
        if handle is None:
            return
        _check_registration(handle.channel, user_id=handle.user_id, at=at)
        spending = lock_spending(handle, of_reservation=True, at=at)
        refusal = _check_opened(handle, spending, at=at)
    if refusal is not None:
        raise refusal


def _check_registration(channel: str, *, user_id: int | None, at: datetime.datetime) -> None:
    """Raise RegistrationRequired for a guest's checkout in a channel that sells only to registered customers."""
    if user_id is not None:
        return
    program = active_program(channel, at=at)
    listing = program.rules.listing(channel) if program is not None else None
    if listing is not None and listing.registration_required:
        raise RegistrationRequired


def _check_opened(handle: CheckoutHandle, spending: Spending, *, at: datetime.datetime) -> LoyaltyException | None:
    """Return why the order is refused, after putting the checkout right; None where the redemption holds."""
    reservation, discount = spending.reservation, handle.current_discount()
    if reservation is None or (discount is None and not spending.has_open_reservation):
        return None
    obstacle = find_obstacle(handle, spending)
    if obstacle:
        drop_redemption(handle, reservation, at=at)
        return refusal_at_completion(obstacle, language=handle.language_code)
    if not spending.has_open_reservation and spending.available < reservation.points:
        drop_redemption(handle, reservation, at=at)
        return refusal_at_completion("RESERVATION_EXPIRED", language=handle.language_code)
    quote = quote_within_ceiling(
        handle,
        program=spending.active_program,
        available=spending.available,
        requested=reservation.points,
        at=at,
    )
    if discount is None and quote.over_limit == "CLAMP":
        # The host's recalculation has taken the rows off; the customer was shown the total without them.
        drop_redemption(handle, reservation, at=at)
        return None
    if discount is None or not _holds(reservation, discount, quote):
        return _put_right(handle, spending, at=at)
    reservation = _renew(handle, reservation, discount, spending=spending, at=at)
    if quote.over_limit == "BLOCK" and reservation.points < reservation.requested_points:
        return _tell_once(handle, reservation, discount, spending=spending, at=at)
    return None


def _holds(reservation: Reservation, discount: AppliedDiscount, quote: RedemptionQuote) -> bool:
    if quote.blocked_code is not None:
        return False
    if quote.over_limit == "CLAMP" and discount.value < reservation.value:
        # The host's recalculation lowered the rows; the commit takes the smaller number and frees the rest.
        return 0 < discount.value <= quote.applied_value
    return (
        quote.applied_points == reservation.points
        and quote.applied_value == reservation.value
        and discount.value == reservation.value
    )


def _put_right(handle: CheckoutHandle, spending: Spending, *, at: datetime.datetime) -> LoyaltyException:
    """Fit the redemption anew and return the refusal that says what changed, this once."""
    language = handle.language_code
    refit = refit_opened(handle, spending, at=at)
    if refit.redemption is not None:
        fitted = refit.redemption.reservation
        if refit.redemption.quote.over_limit == "BLOCK" and fitted.points < fitted.requested_points:
            _accept(fitted, refit.redemption.discount, spending=spending, at=at)
    if refit.asked is not None and refit.asked.blocked_code is not None:
        return refusal_of_quote(refit.asked, language=language, point_names=spending.active_program.rules.point_names)
    if refit.redemption is not None:
        return refusal_of_change(
            refit.redemption.quote,
            requested=spending.reservation.points if spending.reservation is not None else 0,
            language=language,
            point_names=spending.active_program.rules.point_names,
        )
    return refusal_at_completion(refit.obstacle or "RESERVATION_EXPIRED", language=language)


def _tell_once(
    handle: CheckoutHandle,
    reservation: Reservation,
    discount: AppliedDiscount,
    *,
    spending: Spending,
    at: datetime.datetime,
) -> LoyaltyException | None:
    """Return the refusal for a redemption that was lowered since the customer asked for it, the first time only."""
    asked, _ = quote_lowered(
        handle,
        program=spending.active_program,
        available=spending.available,
        requested=reservation.requested_points,
        at=at,
    )
    if asked.blocked_code is None:
        return None
    _accept(reservation, discount, spending=spending, at=at)
    return refusal_of_quote(
        asked, language=handle.language_code, point_names=spending.active_program.rules.point_names
    )


def _accept(reservation: Reservation, discount: AppliedDiscount, *, spending: Spending, at: datetime.datetime) -> None:
    """From now on the lowered number counts as what the customer asked for: the refusal has told it."""
    update_reservation(
        reservation.pk,
        points=reservation.points,
        requested_points=reservation.points,
        value=reservation.value,
        rows=discount.rows,
        expires_at=deadline_of(spending.active_program, at=at),
        at=at,
    )


def _renew(
    handle: CheckoutHandle,
    reservation: Reservation,
    discount: AppliedDiscount,
    *,
    spending: Spending,
    at: datetime.datetime,
) -> Reservation:
    """Move the deadline of the open reservation; set the same points aside again where it had ended."""
    program = spending.active_program
    expires_at = deadline_of(program, at=at)
    if spending.has_open_reservation:
        return renew_reservation(reservation.pk, expires_at=expires_at, at=at, locked=reservation)
    return reserve_points(
        reservation.account_id,
        checkout_id=handle.id,
        points=reservation.points,
        requested_points=reservation.requested_points,
        value=reservation.value,
        rows=discount.rows,
        currency=reservation.currency,
        channel_slug=reservation.channel_slug,
        program_version_id=program.version_id,
        rule_key=reservation.rule_key,
        at=at,
        expires_at=expires_at,
    )
