"""The audit of the numbers: columns against rows, lots against uses, reservations against redemptions."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connections

from ..models import Lot, LotUse, LoyaltyAccount, LoyaltyTransaction, Reservation
from .numbers import TERMS, Numbers, read_numbers
from .results import Finding

ROWS_PER_FETCH = 1000
_TABLES = {
    "transactions": LoyaltyTransaction._meta.db_table,
    "lots": Lot._meta.db_table,
    "uses": LotUse._meta.db_table,
    "reservations": Reservation._meta.db_table,
}

# Each selects (account id, transaction id, two numbers for the message).
_ROW_FAULTS = {
    "LOT_MISMATCH": (
        """
        SELECT lot.account_id, lot.transaction_id, lot.remaining, lot.issued - coalesce(sum(use.points), 0)
        FROM {lots} lot LEFT JOIN {uses} use ON use.lot_id = lot.id
        WHERE lot.account_id = ANY(%(ids)s)
        GROUP BY lot.id HAVING lot.remaining <> lot.issued - coalesce(sum(use.points), 0) ORDER BY lot.id
        """,
        "{0} points remain in the lot, its uses leave {1}.",
    ),
    "CREDIT_MISMATCH": (
        """
        SELECT credit.account_id, credit.id, credit.points, sums.points
        FROM {transactions} credit
        CROSS JOIN LATERAL (
            SELECT coalesce((SELECT issued FROM {lots} WHERE transaction_id = credit.id), 0)
                 - coalesce((SELECT sum(points) FROM {uses} WHERE transaction_id = credit.id), 0) AS points
        ) sums
        WHERE credit.account_id = ANY(%(ids)s) AND credit.points > 0 AND credit.points <> sums.points
        ORDER BY credit.id
        """,
        "The transaction credits {0} points, its lots got {1}.",
    ),
    "DEBIT_OVERCOVERED": (
        """
        SELECT debit.account_id, debit.id, -debit.points, sum(use.points)
        FROM {transactions} debit JOIN {uses} use ON use.transaction_id = debit.id
        WHERE debit.account_id = ANY(%(ids)s) AND debit.points <= 0
        GROUP BY debit.id HAVING sum(use.points) > -debit.points ORDER BY debit.id
        """,
        "The transaction debits {0} points, lots paid {1}.",
    ),
    "FOREIGN_LOT_USE": (
        """
        SELECT transaction.account_id, transaction.id, lot.account_id, use.points
        FROM {transactions} transaction
        JOIN {uses} use ON use.transaction_id = transaction.id
        JOIN {lots} lot ON lot.id = use.lot_id
        WHERE transaction.account_id = ANY(%(ids)s) AND lot.account_id <> transaction.account_id
        ORDER BY use.id
        """,
        "A lot of account {0} paid {1} points.",
    ),
    "RESERVATION_WITHOUT_REDEMPTION": (
        """
        SELECT reservation.account_id, NULL, reservation.id, reservation.points
        FROM {reservations} reservation
        WHERE reservation.account_id = ANY(%(ids)s) AND reservation.status = 'COMMITTED' AND NOT EXISTS (
            SELECT FROM {transactions} redemption
            WHERE redemption.account_id = reservation.account_id AND redemption.type = 'REDEEM'
              AND redemption.order_id = reservation.order_id AND redemption.checkout_id = reservation.checkout_id
        )
        ORDER BY reservation.id
        """,
        "Reservation {0} of {1} points is committed without a redemption.",
    ),
    "SHORTFALL": (
        """
        SELECT redemption.account_id, redemption.id,
               -redemption.points - coalesce(sum(use.points), 0), redemption.order_id
        FROM {transactions} redemption LEFT JOIN {uses} use ON use.transaction_id = redemption.id
        WHERE redemption.account_id = ANY(%(ids)s) AND redemption.is_shortfall
        GROUP BY redemption.id HAVING -redemption.points - coalesce(sum(use.points), 0) > 0 ORDER BY redemption.id
        """,
        "{0} points of order {1} are still owed.",
    ),
}


def find_number_faults(account_ids: Sequence[int], *, at: datetime.datetime, using: str) -> Iterator[Finding]:
    """Compare columns with rows, then rows with one another. Cost: eight statements."""
    numbers_by_id = read_numbers(account_ids, using=using)
    for account in LoyaltyAccount.objects.using(using).filter(pk__in=account_ids).order_by("pk"):
        yield from _check_columns(account, numbers_by_id[account.pk], at=at)
    for code, (sql, message) in _ROW_FAULTS.items():
        for account_id, transaction_id, *facts in _select(sql, account_ids, using=using):
            yield Finding(code, account_id, transaction_id, message.format(*facts))


def _select(sql: str, account_ids: Sequence[int], *, using: str) -> Iterator[tuple[Any, ...]]:
    """Yield the rows through a server-side cursor: where somebody has tampered with many, they do not pile up."""
    with connections[using].chunked_cursor() as cursor:
        cursor.execute(sql.format(**_TABLES), {"ids": list(account_ids)})
        while rows := cursor.fetchmany(ROWS_PER_FETCH):
            yield from rows


def _check_columns(account: LoyaltyAccount, numbers: Numbers, *, at: datetime.datetime) -> Iterator[Finding]:
    def compare(code: str, name: str, column: object, rows: object) -> Iterator[Finding]:
        if column != rows:
            yield Finding(code, account.pk, None, f"The column {name} says {column}, the rows say {rows}.")

    yield from compare("BALANCE_MISMATCH", "balance", account.balance, numbers.balance)
    for term in TERMS:
        yield from compare("SUMS_MISMATCH", term, getattr(account, term), getattr(numbers, term))
    yield from compare("LOTS_MISMATCH", "balance", account.balance, numbers.remaining - account.debt)
    yield from compare("PENDING_MISMATCH", "pending", account.pending, numbers.pending)
    yield from compare("RESERVED_MISMATCH", "reserved", account.reserved, numbers.reserved)
    yield from compare("DEBT_MISMATCH", "debt", account.debt, numbers.uncovered)
    yield from compare("SEQUENCE_GAP", "sequence", account.sequence, numbers.last_sequence)
    yield from compare("SEQUENCE_GAP", "sequence", account.sequence, numbers.transactions)
    yield from compare("CHAIN_BROKEN", "last_hash", account.last_hash, numbers.last_hash)
    due = numbers.next_due_at
    # A lot past its date waits, without a due moment of its own, while a reservation sets its points aside.
    is_waiting = due is not None and due <= at and account.reserved > 0
    if due is not None and not is_waiting and (account.next_due_at is None or account.next_due_at > due):
        message = f"The column next_due_at says {account.next_due_at}, the rows say {due}."
        yield Finding("DUE_DATE_MISSED", account.pk, None, message)
