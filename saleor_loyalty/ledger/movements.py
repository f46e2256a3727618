"""Credits and debits: a transaction together with what it does to lots and to the account's debt.

The invariant, under the account's lock and after each of these functions:
``balance = sum of remaining - debt``, and nothing is available while a debt stands.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from ..errors import InsufficientPoints
from ..models import Lot, LoyaltyAccount, LoyaltyTransaction
from .debts import pay_debt
from .lots import matured_lots, new_lot, plan_lot_use, save_lot, use_lots
from .posting import Entry, post_entry
from .results import LedgerInconsistent


def credit_points(
    account: LoyaltyAccount,
    entry: Entry,
    *,
    available_at: datetime.datetime | None,
    expires_at: datetime.datetime | None,
    lasts_while_active: bool = False,
) -> LoyaltyTransaction:
    """Post a credit and open its lot. Points that are available at once pay the account's debt first."""
    transaction = post_entry(account, entry)
    lot = save_lot(
        new_lot(
            account,
            transaction,
            points=entry.points,
            available_at=available_at,
            expires_at=expires_at,
            at=entry.created_at,
            lasts_while_active=lasts_while_active,
        )
    )
    if account.debt > 0 and lot.is_matured:
        pay_debt(account, lots=[lot], at=entry.created_at)
    return transaction


def debit_points(
    account: LoyaltyAccount,
    entry: Entry,
    *,
    debt: int = 0,
    lots: Iterable[Lot] | None = None,
) -> LoyaltyTransaction:
    """Post a debit and take its points from the lots that can pay, but for ``debt``, which the account then owes.

    ``lots`` are those that can pay, where the caller has read them under the account's lock.

    Raises InsufficientPoints where fewer are available.
    """
    covered = -entry.points - debt
    if covered > account.available:
        raise InsufficientPoints(requested=covered, available=account.available)
    transaction = post_entry(account, entry)
    account.debt += debt
    take_points(account, transaction, points=covered, lots=lots)
    return transaction


def take_points(
    account: LoyaltyAccount,
    transaction: LoyaltyTransaction,
    *,
    points: int,
    lots: Iterable[Lot] | None = None,
) -> None:
    """Let a debit that is posted take ``points`` from the lots that can pay, soonest expiry first."""
    if points == 0:
        return
    if lots is None:
        lots = matured_lots(account, at=transaction.created_at)
    plan = plan_lot_use(lots, points=points)
    if sum(use.points for use in plan) != points:
        raise LedgerInconsistent(f"The lots of account {account.pk} cannot pay {points} points.")
    use_lots(transaction, plan)
