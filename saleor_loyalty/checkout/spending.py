"""Who spends at a checkout: the program, the account, what is available to this checkout, and what stands in the way.

It moves no points. Under the account's lock ``available`` is the truth; read without a lock it is a picture of the
moment. The open reservation of the very checkout counts as available to it: it would be replaced.
"""

from __future__ import annotations

import dataclasses
import datetime

from ..host import CheckoutHandle, UserFacts, get_host
from ..ledger import refresh_account
from ..models import AccountStatus, LoyaltyAccount, Reservation, ReservationStatus
from ..programs import ActiveProgram, active_program
from ..selectors import account_of_user, last_reservation


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Spending:
    """All that a redemption at one checkout depends on, but for the cart itself."""

    program: ActiveProgram | None
    account: LoyaltyAccount | None
    user: UserFacts | None
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


def lock_spending(handle: CheckoutHandle, *, account_id: int | None = None, at: datetime.datetime) -> Spending:
    """Return what the redemption depends on, with the account locked and up to date.

    Without ``account_id`` the account is the one of the checkout's user in the channel's program; an account that does
    not exist yet is not opened, since it has nothing to spend. Needs an atomic block and the checkout's lock.
    Locks / writes: the account; lots and reservations that are due are moved on.
    """
    program = active_program(handle.channel, at=at)
    if account_id is None and program is not None and handle.user_id is not None:
        found = account_of_user(handle.user_id, program_id=program.program_id)
        account_id = found.pk if found is not None else None
    account = refresh_account(account_id, at=at) if account_id is not None else None
    reservation = None
    available = 0
    if account is not None:
        reservation = last_reservation(handle.id)
        if reservation is not None and reservation.account_id != account.pk:
            reservation = None
        available = account.available
        if reservation is not None and reservation.status == ReservationStatus.RESERVED:
            available += reservation.points
    users = get_host().users([handle.user_id]) if handle.user_id is not None else {}
    return Spending(
        program=program,
        account=account,
        user=users.get(handle.user_id) if handle.user_id is not None else None,
        reservation=reservation,
        available=available,
    )


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
    if spending.user is None or spending.user.member_status != "MEMBER":
        return "NOT_A_MEMBER"
    if account is None:
        return ""
    if account.user_id != handle.user_id:
        return "NOT_FOUND"
    return "" if account.status == AccountStatus.ACTIVE else "ACCOUNT_FROZEN"
