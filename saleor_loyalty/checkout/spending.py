"""Who spends at a checkout: the program, the account, what is available to this checkout, and what stands in the way.

It moves no points. Under the account's lock ``available`` is the truth; read without a lock it is a picture of the
moment. The open reservation of the very checkout counts as available to it: it would be replaced.
"""

from __future__ import annotations

import dataclasses
import datetime

from ..host import CheckoutHandle
from ..ledger import lock_last_reservation, refresh_account
from ..models import AccountStatus, LoyaltyAccount, Reservation, ReservationStatus
from ..programs import ActiveProgram, active_program, active_program_question, answered_program
from ..selectors import account_of_user, last_reservation


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Spending:
    """All that a redemption at one checkout depends on, but for the cart itself."""

    program: ActiveProgram | None
    account: LoyaltyAccount | None
    reservation: Reservation | None
    """The checkout's last reservation: open, or gone. Always of ``account``."""
    available: int
    """What this checkout may spend: available points and those that its open reservation sets aside."""

    @property
    def active_program(self) -> ActiveProgram:
        """The program, once ``find_obstacle`` has found nothing in the way."""
        if self.program is None:
            raise ValueError("no program is active; find_obstacle says so")
        return self.program

    @property
    def has_open_reservation(self) -> bool:
        return self.reservation is not None and self.reservation.status == ReservationStatus.RESERVED


def lock_spending(handle: CheckoutHandle, *, of_reservation: bool = False, at: datetime.datetime) -> Spending:
    """Return what the redemption depends on, with the account locked and up to date.

    ``of_reservation`` takes the account that the checkout's last reservation is of, whoever the checkout's user is
    now, and locks that reservation too. Otherwise the account is the one of the checkout's user in the channel's
    program; an account that does not exist yet is not opened, since it has nothing to spend.
    Needs an atomic block and the checkout's lock.
    Locks / writes: the account; lots and reservations that are due are moved on.
    """
    account: LoyaltyAccount | None
    if of_reservation:
        question = active_program_question(handle.channel)
        reservation = lock_last_reservation(handle.id, at=at, loyalty_program=question)
        account = reservation.account if reservation is not None else None
        program = answered_program(getattr(reservation, "loyalty_program", None), handle.channel, at=at)
    else:
        program = active_program(handle.channel, at=at)
        account = _lock_own_account(handle, program, at=at)
        reservation = last_reservation(handle.id) if account is not None else None
        if reservation is not None and account is not None and reservation.account_id != account.pk:
            reservation = None
    available = account.available if account is not None else 0
    if reservation is not None and reservation.status == ReservationStatus.RESERVED:
        available += reservation.points
    return Spending(program=program, account=account, reservation=reservation, available=available)


def _lock_own_account(
    handle: CheckoutHandle, program: ActiveProgram | None, *, at: datetime.datetime
) -> LoyaltyAccount | None:
    if program is None or handle.user_id is None:
        return None
    found = account_of_user(handle.user_id, program_id=program.program_id)
    return refresh_account(found.pk, at=at) if found is not None else None


def find_obstacle(handle: CheckoutHandle, spending: Spending) -> str:
    """Return the code of what keeps the checkout from any redemption, or an empty text. Pure.

    In this order: PROGRAM_INACTIVE, CURRENCY_MISMATCH, NOT_A_MEMBER, NOT_FOUND (the points are somebody else's),
    ACCOUNT_FROZEN.
    """
    program, account = spending.program, spending.account
    if program is None or (account is not None and account.program_id != program.program_id):
        return "PROGRAM_INACTIVE"
    listing = program.rules.listing(handle.channel)
    if listing is None or listing.currency != handle.currency:
        return "CURRENCY_MISMATCH"
    if handle.user_id is None or handle.basket.customer.member_status != "MEMBER":
        return "NOT_A_MEMBER"
    if account is None:
        return ""
    if account.user_id != handle.user_id:
        return "NOT_FOUND"
    return "" if account.status == AccountStatus.ACTIVE else "ACCOUNT_FROZEN"
