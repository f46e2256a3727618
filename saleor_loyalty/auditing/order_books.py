"""The audit of what was recorded of orders: records against transactions, and the reason of each award.

One record to an order, its numbers those of the order's transactions, and a receipt that says why: one award, or one
stated reason. Reads only, in statements whose number does not depend on how many rows there are. What the host's order
is now is not looked at: see ``order_truth``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connections

from ..ledger import Finding
from ..models import LoyaltyTransaction, OrderRecord

_TABLES = {"records": OrderRecord._meta.db_table, "transactions": LoyaltyTransaction._meta.db_table}

# One row for the page, and with it each record that differs in something.
_RECORDS = """
WITH page AS MATERIALIZED (
    SELECT id, program_id, account_id, order_id, awarded, reversed, redeemed, returned, earnable, state,
           receipt IS NOT NULL AS has_receipt, receipt ->> 'points' AS points
    FROM {records} WHERE program_id = %(program)s AND id > %(after)s ORDER BY id LIMIT %(limit)s
), faulty AS (
    SELECT page.*, sums.*
    FROM page CROSS JOIN LATERAL (
        SELECT coalesce(sum(points) FILTER (WHERE type = 'EARN'), 0) AS earned,
               coalesce(-sum(points) FILTER (WHERE type = 'REVERSE'), 0) AS taken_back,
               coalesce(-sum(points) FILTER (WHERE type = 'REDEEM'), 0) AS spent,
               coalesce(sum(points) FILTER (WHERE type = 'RETURN'), 0) AS given_back,
               max(id) FILTER (WHERE type = 'EARN') AS earn_id,
               max(id) FILTER (WHERE type = 'REVERSE') AS reverse_id,
               max(id) FILTER (WHERE type = 'REDEEM') AS redeem_id,
               max(id) FILTER (WHERE type = 'RETURN') AS return_id
        FROM {transactions}
        WHERE order_id = page.order_id AND order_id <> '' AND program_id = page.program_id
    ) sums
    WHERE awarded <> earned OR reversed <> taken_back OR redeemed <> spent OR returned <> given_back
       OR (has_receipt AND (earned - taken_back > earnable OR page.points IS DISTINCT FROM earnable::text))
       OR (NOT has_receipt AND (state IN ('PENDING', 'AWARDED', 'NOTHING') OR earned > 0))
)
SELECT whole.last_id, whole.records,
       account_id, order_id, awarded, reversed, redeemed, returned, earnable, state, has_receipt, points,
       earned, taken_back, spent, given_back, earn_id, reverse_id, redeem_id, return_id
FROM (SELECT max(id) AS last_id, count(*) AS records FROM page) whole LEFT JOIN faulty ON TRUE ORDER BY faulty.id
"""
_ROWS_WITHOUT_RECORD = """
SELECT transaction.account_id, transaction.order_id, min(transaction.id), sum(transaction.points)
FROM {transactions} transaction
WHERE transaction.account_id = ANY(%(ids)s) AND transaction.order_id <> ''
  AND transaction.type IN ('EARN', 'REVERSE', 'REDEEM', 'RETURN')
  AND NOT EXISTS (
    SELECT FROM {records} record
    WHERE record.program_id = transaction.program_id AND record.order_id = transaction.order_id
)
GROUP BY transaction.account_id, transaction.order_id ORDER BY min(transaction.id)
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordsPage:
    """What is wrong in one page of a program's order records."""

    findings: list[Finding]
    records: int
    last_id: int | None
    """The key of the page's last record; None where there was none."""


def audit_records(program_id: int, *, after_id: int, limit: int, using: str = "default") -> RecordsPage:
    """Look at the next ``limit`` order records of the program. Cost: one statement, which sees one moment."""
    values = {"program": program_id, "after": after_id, "limit": limit}
    with connections[using].cursor() as cursor:
        cursor.execute(_RECORDS.format(**_TABLES), values)
        rows = cursor.fetchall()
    last_id, records = rows[0][:2]
    findings = [finding for _, _, *row in rows if row[1] is not None for finding in _faults_of(row)]
    return RecordsPage(findings=findings, records=records, last_id=last_id)


def find_orders_without_record(account_ids: Sequence[int], *, using: str = "default") -> Iterator[Finding]:
    """Yield a finding for each order without a record that transactions of these accounts name. One statement."""
    with connections[using].cursor() as cursor:
        cursor.execute(_ROWS_WITHOUT_RECORD.format(**_TABLES), {"ids": list(account_ids)})
        while rows := cursor.fetchmany(1000):
            for account_id, order_id, transaction_id, points in rows:
                message = f"Transactions of {points} points in all name order {order_id}, which has no record."
                yield Finding("ORDER_RECORD_MISSING", account_id, transaction_id, message, order_id=order_id)


def _faults_of(row: Sequence[Any]) -> Iterator[Finding]:
    account_id, order_id, awarded, reversed_, redeemed, returned, earnable, state, has_receipt, points, *sums = row
    earned, taken_back, spent, given_back, earn_id, reverse_id, redeem_id, return_id = sums

    def finding(code: str, message: str, transaction_id: int | None = None) -> Finding:
        return Finding(code, account_id, transaction_id, f"Order {order_id}: {message}", order_id=order_id)

    for code, name, recorded, posted, transaction_id in (
        ("AWARD_MISMATCH", "awarded", awarded, earned, earn_id),
        ("REVERSAL_MISMATCH", "reversed", reversed_, taken_back, reverse_id),
        ("REDEMPTION_MISMATCH", "redeemed", redeemed, spent, redeem_id),
        ("RETURN_MISMATCH", "returned", returned, given_back, return_id),
    ):
        if recorded != posted:
            message = f"the record says that {recorded} points were {name}, the transactions say {posted}."
            yield finding(code, message, transaction_id)
    if has_receipt and points != str(earnable):
        yield finding("RECEIPT_MISMATCH", f"the record says that it earns {earnable} points, its receipt {points}.")
    if has_receipt and earned - taken_back > earnable:
        message = f"{earned - taken_back} points stand, its receipt gives {earnable}."
        yield finding("AWARD_ABOVE_RECEIPT", message, earn_id)
    if not has_receipt and (state in ("PENDING", "AWARDED", "NOTHING") or earned > 0):
        yield finding(
            "RECEIPT_MISSING", f"it is {state} with {earned} points awarded, and no receipt says why.", earn_id
        )
