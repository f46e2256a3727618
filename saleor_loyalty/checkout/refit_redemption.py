"""``refit_redemption``: the cart changed; keep the redemption on it true.

Runs after each cart write, in the same request, so that its answer shows the fitted redemption.
"""

from __future__ import annotations

import dataclasses
import datetime

from django.db import transaction

from ..host import CheckoutHandle, get_host
from ..models import ReservationStatus
from ..rules import RedemptionQuote
from ..selectors import last_reservation
from .dropping import drop_redemption
from .fitting import CheckoutRedemption, put_redemption, quote_lowered, refresh_redemption
from .release_checkout import release_checkout
from .spending import Spending, find_obstacle, lock_spending


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Refit:
    """What fitting came to."""

    redemption: CheckoutRedemption | None
    """None where nothing stands on the checkout any more."""
    obstacle: str = ""
    """Why nothing at all can stand there, or empty."""
    asked: RedemptionQuote | None = None
    """The quote for what the customer asked for once; it says why less is applied."""


def refit_redemption(*, checkout_id: str, at: datetime.datetime, has_rows: bool = False) -> CheckoutRedemption | None:
    """Quote the checkout's redemption anew and bring rows, reservation and deadline in line with it.

    What no longer fits is lowered to the most that fits, never above what the customer asked for, under BLOCK too:
    there ``check_redemption`` refuses once and says so. A redemption whose deadline has passed is taken again if the
    points suffice. Where nothing is possible (an inactive program, another customer or none, nothing eligible), the
    rows are removed and the points are free again. Rows that were paid for with an earlier order, after which the host
    kept the checkout, are removed too: the customer may apply points anew. ``has_rows``: the host has just seen our
    rows on the checkout; then it is not asked first whether there ever were points on it.

    Returns:
        What stands on the checkout now, or None.

    Locks: the host's checkout, then the account, the reservation, the lots.
    Cost: one statement for a checkout that never had points on it. Idempotent.
    """
    if not has_rows and last_reservation(checkout_id) is None:
        return None
    with transaction.atomic():
        handle = get_host().open_checkout(checkout_id, for_update=True)
        if handle is None:
            release_checkout(checkout_id=checkout_id, at=at)
            return None
        spending = lock_spending(handle, of_reservation=True, at=at)
        if spending.reservation is None:
            return None
        return refit_opened(handle, spending, at=at).redemption


def refit_opened(handle: CheckoutHandle, spending: Spending, *, at: datetime.datetime) -> Refit:
    """Refit on an opened checkout, under its lock and the account's."""
    reservation = spending.reservation
    if reservation is None or not (spending.has_open_reservation or _may_be_taken_again(handle, spending)):
        drop_redemption(handle, reservation, at=at)
        return Refit(redemption=None)
    obstacle = find_obstacle(handle, spending)
    if obstacle:
        drop_redemption(handle, reservation, at=at)
        return Refit(redemption=None, obstacle=obstacle)
    asked, quote = quote_lowered(
        handle,
        program=spending.active_program,
        available=spending.available,
        requested=reservation.requested_points,
        at=at,
    )
    if quote.blocked_code is not None or quote.applied_points <= 0:
        drop_redemption(handle, reservation, at=at)
        return Refit(redemption=None, asked=asked)
    if spending.has_open_reservation:
        redemption = refresh_redemption(handle, reservation, quote, program=spending.active_program, at=at)
    else:
        redemption = put_redemption(
            handle,
            spending,
            quote,
            requested_points=reservation.requested_points,
            at=at,
        )
    return Refit(redemption=redemption, asked=asked)


def _may_be_taken_again(handle: CheckoutHandle, spending: Spending) -> bool:
    """Return whether the rows kept standing while the reservation ran out of time, or the program was paused."""
    is_committed = spending.reservation is not None and spending.reservation.status == ReservationStatus.COMMITTED
    return not is_committed and handle.current_discount() is not None
