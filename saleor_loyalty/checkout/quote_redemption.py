"""``quote_checkout``: what the customer may spend at a checkout, and why not more. Reads only.

The numbers are those of the moment: ``apply_points`` judges again under the locks.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Sequence

from ..host import CheckoutHandle, Requester
from ..ledger import read_points
from ..models import LoyaltyAccount, Reservation
from ..programs import ActiveProgram, active_programs
from ..rules import RedemptionQuote
from ..selectors import checkout_loyalty
from .fitting import quote_within_ceiling
from .spending import Spending, find_obstacle


def quote_checkout(
    handle: CheckoutHandle,
    *,
    requester: Requester,
    points: int | None = None,
    at: datetime.datetime,
    using: str = "default",
) -> RedemptionQuote | None:
    """Return what asking for ``points`` would do at this checkout; without points, what could be spent.

    Returns:
        The quote on the checkout without our rows; its ``blocked_code`` says why nothing is applied (besides the
        quote's own codes: NOT_A_MEMBER, ACCOUNT_FROZEN). None for everybody but the checkout's own customer and staff
        who may manage loyalty and checkouts, and where no program is in the channel.

    Cost: a constant number of statements, none for a guest's checkout. Writes nothing.
    """
    return quote_checkouts([handle], requester=requester, points=points, at=at, using=using).get(handle.id)


def quote_checkouts(
    handles: Sequence[CheckoutHandle],
    *,
    requester: Requester,
    points: int | None = None,
    at: datetime.datetime,
    using: str = "default",
) -> dict[str, RedemptionQuote]:
    """Return the quotes of ``quote_checkout`` by checkout id, without those that are None.

    Cost: a constant number of statements, and one more for each channel.
    """
    shown = [handle for handle in handles if may_see_redemption(handle, requester=requester)]
    spendings = _read_spendings(shown, at=at, using=using)
    quotes = {}
    for handle in shown:
        spending = spendings.get(handle.id)
        if spending is not None and spending.program is not None:
            quotes[handle.id] = _quote(handle, spending, points=points, at=at)
    return quotes


def may_see_redemption(handle: CheckoutHandle, *, requester: Requester) -> bool:
    """Return whether what the checkout's customer may spend is shown to the requester."""
    if handle.user_id is None:
        return False
    if requester.app_id is None and requester.user_id == handle.user_id:
        return True
    return requester.can_manage_loyalty and requester.can_manage_checkouts


def _quote(
    handle: CheckoutHandle, spending: Spending, *, points: int | None, at: datetime.datetime
) -> RedemptionQuote:
    quote = quote_within_ceiling(
        handle, program=spending.active_program, available=spending.available, requested=points, at=at
    )
    obstacle = find_obstacle(handle, spending)
    if obstacle and quote.blocked_code != "INVALID":
        zero = quote.applied_value * 0
        return dataclasses.replace(
            quote, blocked_code=obstacle, applied_points=0, applied_value=zero, max_points=0, limit_reason=""
        )
    return quote


def _read_spendings(handles: Sequence[CheckoutHandle], *, at: datetime.datetime, using: str) -> dict[str, Spending]:
    if not handles:
        return {}
    programs = active_programs({handle.channel for handle in handles}, at=at, using=using)
    accounts = _read_accounts(handles, programs, using=using)
    points = read_points(list(accounts.values()), at=at, using=using)
    reservations = checkout_loyalty([handle.id for handle in handles], at=at, using=using)
    spendings = {}
    for handle in handles:
        program = programs.get(handle.channel)
        account = accounts.get((program.program_id, handle.user_id)) if program is not None else None
        reservation = _own_reservation(reservations.get(handle.id), account)
        available = points[account.pk].available if account is not None else 0
        spendings[handle.id] = Spending(
            program=program,
            account=account,
            reservation=reservation,
            available=available + (reservation.points if reservation is not None else 0),
        )
    return spendings


def _read_accounts(
    handles: Sequence[CheckoutHandle], programs: dict[str, ActiveProgram], *, using: str
) -> dict[tuple[int, int | None], LoyaltyAccount]:
    program_ids = {program.program_id for program in programs.values()}
    if not program_ids:
        return {}
    accounts = LoyaltyAccount.objects.using(using).filter(
        program_id__in=program_ids, user_id__in={handle.user_id for handle in handles}
    )
    return {(account.program_id, account.user_id): account for account in accounts}


def _own_reservation(reservation: Reservation | None, account: LoyaltyAccount | None) -> Reservation | None:
    if reservation is None or account is None or reservation.account_id != account.pk:
        return None
    return reservation
