"""An account's numbers computed from its rows alone: what its columns must say.

Used by the audit, which compares, and by ``rebuild_projection``, which repairs. One statement for any number of
accounts. It takes the rows at their word: whether they were tampered with is for the hash chain to say.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connections

from ..models import Lot, LotUse, LoyaltyAccount, LoyaltyTransaction, Reservation

TERMS = ("given", "redeemed", "expired", "reversed", "deducted")


@dataclass(frozen=True, kw_only=True, slots=True)
class Numbers:
    """What the rows of one account add up to."""

    transactions: int
    balance: int
    given: int
    redeemed: int
    expired: int
    reversed: int
    deducted: int
    last_sequence: int
    last_hash: str
    last_transaction_at: datetime.datetime | None
    remaining: int
    pending: int
    reserved: int
    uncovered: int
    """Points of debits that no lot use covers: the debt."""
    next_due_at: datetime.datetime | None
    """The earliest date of a lot that is open or a reservation that is open, whether it is past or ahead."""


_SQL = f"""
SELECT account.id,
       sums.transactions, sums.balance, sums.given, sums.redeemed, sums.expired, sums.reversed, sums.deducted,
       coalesce(last.sequence, 0), coalesce(last.hash, ''), last.created_at,
       lots.remaining, lots.pending, reservations.points, sums.debits - uses.points,
       least(lots.matures_at, lots.expires_at, reservations.expires_at)
FROM {LoyaltyAccount._meta.db_table} account
CROSS JOIN LATERAL (
    SELECT count(*) AS transactions,
           coalesce(sum(points), 0) AS balance,
           coalesce(sum(points) FILTER (
               WHERE type IN ('EARN', 'GIVE', 'IMPORT', 'MERGE_IN', 'MERGE_OUT') OR type = 'SET' AND points > 0
           ), 0) AS given,
           coalesce(-sum(points) FILTER (WHERE type IN ('REDEEM', 'RETURN')), 0) AS redeemed,
           coalesce(-sum(points) FILTER (WHERE type = 'EXPIRE'), 0) AS expired,
           coalesce(-sum(points) FILTER (WHERE type = 'REVERSE' AND points < 0), 0) AS reversed,
           coalesce(-sum(points) FILTER (
               WHERE type = 'DEDUCT' OR type = 'SET' AND points < 0 OR type = 'REVERSE' AND points > 0
           ), 0) AS deducted,
           coalesce(-sum(points) FILTER (WHERE points < 0), 0) AS debits
    FROM {LoyaltyTransaction._meta.db_table} WHERE account_id = account.id
) sums
LEFT JOIN LATERAL (
    SELECT sequence, hash, created_at FROM {LoyaltyTransaction._meta.db_table}
    WHERE account_id = account.id ORDER BY sequence DESC LIMIT 1
) last ON TRUE
CROSS JOIN LATERAL (
    SELECT coalesce(sum(use.points), 0) AS points
    FROM {LoyaltyTransaction._meta.db_table} debit
    JOIN {LotUse._meta.db_table} use ON use.transaction_id = debit.id
    WHERE debit.account_id = account.id AND debit.points < 0
) uses
CROSS JOIN LATERAL (
    SELECT coalesce(sum(remaining), 0) AS remaining,
           coalesce(sum(remaining) FILTER (WHERE NOT is_matured), 0) AS pending,
           min(available_at) FILTER (WHERE NOT is_matured) AS matures_at,
           min(expires_at) AS expires_at
    FROM {Lot._meta.db_table} WHERE account_id = account.id AND remaining > 0
) lots
CROSS JOIN LATERAL (
    SELECT coalesce(sum(points), 0) AS points, min(expires_at) AS expires_at
    FROM {Reservation._meta.db_table} WHERE account_id = account.id AND status = 'RESERVED'
) reservations
WHERE account.id = ANY(%s)
"""


def read_numbers(account_ids: Sequence[int], *, using: str = "default") -> dict[int, Numbers]:
    """Return the numbers of each account that exists, by account id."""
    with connections[using].cursor() as cursor:
        cursor.execute(_SQL, [list(account_ids)])
        return {row[0]: _numbers(row) for row in cursor.fetchall()}


def _numbers(row: tuple[object, ...]) -> Numbers:
    names = Numbers.__slots__
    # Sums of integers arrive as Decimal.
    plain = [int(value) if hasattr(value, "as_tuple") else value for value in row[1:]]  # type: ignore[call-overload]
    return Numbers(**dict(zip(names, plain, strict=True)))  # type: ignore[arg-type]
