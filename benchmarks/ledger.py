"""Postings a second through the ledger, against the same statements sent through psycopg, in one run.

Workload: one process, one connection, twenty accounts in turn; each posting is one committed transaction. Measured are
a give (it opens a lot) and a deduction (it takes from a lot). The psycopg side sends the same SELECTs, INSERTs and
UPDATEs under the same locks, written by hand; it computes no hashes, checks nothing and knows its accounts' numbers
only from the rows that it locks. It does so twice: through psycopg's client-side cursor, which Django uses, and
through its default cursor, which prepares statements on the server. The sides alternate in rounds; the report gives
medians and their ratios. Target: at least 0.5 of the first. Beside it stands the processor time of this process alone
for one posting, the least of the rounds: what Python takes, without the database and mostly without the load of the
machine.

It is not a measure of several cores, of a loaded server or of the GraphQL layer.

Run ``python -m benchmarks.ledger`` from the repository's root, with ``DATABASE_URL`` set; it works in the test
database of that server, which it creates and removes.
"""

from __future__ import annotations

import datetime
import itertools
import os
import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

ROUNDS = 7
POSTINGS = 300
ACCOUNTS = 20
TARGET = 0.5
AT = datetime.datetime(2026, 3, 1, 12, 0, tzinfo=datetime.UTC)

numbers = itertools.count(1)

LOCK_ACCOUNT = """
SELECT id, program_id, user_id, email, status, balance, pending, reserved, debt, given, redeemed, expired, reversed,
       deducted, sequence, last_hash, revision, next_due_at, last_transaction_at, enrolled_at, created_at
FROM saleor_loyalty_loyaltyaccount WHERE id = %s ORDER BY id LIMIT 1 FOR NO KEY UPDATE
"""
FIND_KEY = "SELECT * FROM saleor_loyalty_loyaltytransaction WHERE program_id = %s AND idempotency_key = %s LIMIT 1"
INSERT_TRANSACTION = """
INSERT INTO saleor_loyalty_loyaltytransaction (
    program_id, account_id, sequence, type, source, points, balance_after, occurred_at, created_at, actor_kind,
    actor_id, order_id, checkout_id, channel_slug, program_version_id, reverses_id, receipt, is_shortfall,
    external_reference, idempotency_key, request_hash, text_digest, previous_hash, hash
) VALUES (%s, %s, %s, %s, 'MANUAL', %s, %s, %s, %s, 'SYSTEM', NULL, '', '', '', NULL, NULL, NULL, FALSE, '', %s, %s,
          %s, %s, %s)
RETURNING id
"""
INSERT_TEXT = """
INSERT INTO saleor_loyalty_transactiontext (transaction_id, reason, internal_note, salt) VALUES (%s, '', '', %s)
"""
INSERT_LOT = """
INSERT INTO saleor_loyalty_lot (account_id, transaction_id, issued, remaining, available_at, is_matured, expires_at)
VALUES (%s, %s, %s, %s, %s, TRUE, NULL) RETURNING id
"""
LOCK_LOTS = """
SELECT id, account_id, transaction_id, issued, remaining, available_at, is_matured, expires_at FROM saleor_loyalty_lot
WHERE account_id = %s AND remaining > 0 AND is_matured AND (expires_at IS NULL OR expires_at > %s)
ORDER BY expires_at, id LIMIT 100 FOR NO KEY UPDATE
"""
INSERT_USE = """
INSERT INTO saleor_loyalty_lotuse (lot_id, transaction_id, points, created_at) VALUES (%s, %s, %s, %s) RETURNING id
"""
UPDATE_LOT = "UPDATE saleor_loyalty_lot SET remaining = %s WHERE id = %s"
UPDATE_ACCOUNT = """
UPDATE saleor_loyalty_loyaltyaccount
SET balance = %s, pending = 0, reserved = 0, debt = 0, given = %s, redeemed = 0, expired = 0, reversed = 0,
    deducted = %s, sequence = %s, last_hash = %s, revision = %s, next_due_at = NULL, last_transaction_at = %s
WHERE id = %s
"""


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "playground.test_settings")
    import django

    django.setup()
    from django.db import connection

    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        report()
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def report() -> None:
    from saleor_loyalty import ledger

    program = make_program()
    plain, prepared = connect(prepares=False), connect(prepares=True)
    accounts = make_accounts(program, prefix="ledger")
    others = make_accounts(program, prefix="psycopg")

    def give(account_id: int) -> None:
        ledger.give_points(account_id, points=10, at=AT, idempotency_key=f"give-{next(numbers)}")

    def deduct(account_id: int) -> None:
        ledger.deduct_points(account_id, points=10, at=AT, idempotency_key=f"deduct-{next(numbers)}")

    print(f"ledger: {ROUNDS} rounds of {POSTINGS} postings on each side, alternating; medians")
    for title, verb, points in (("deduct", deduct, -10), ("give", give, 10)):
        sides: list[tuple[Callable[[int], None], Sequence[int]]] = [
            (verb, accounts),
            (partial(post_directly, plain, points=points), others),
            (partial(post_directly, prepared, points=points), others),
        ]
        rates: list[list[float]] = [[], [], []]
        processor: list[list[float]] = [[], [], []]
        for _ in range(ROUNDS):
            for side, (act, ids) in enumerate(sides):
                rate, microseconds = measure(act, ids)
                rates[side].append(rate)
                processor[side].append(microseconds)
        own, by_hand, by_hand_prepared = (statistics.median(rounds) for rounds in rates)
        print(
            f"  {title:6}  ledger {own:6.0f}/s  psycopg {by_hand:6.0f}/s, ratio {own / by_hand:.2f}"
            f" (target {TARGET}: {'met' if own / by_hand >= TARGET else 'missed'})"
            f"  psycopg, prepared {by_hand_prepared:6.0f}/s, ratio {own / by_hand_prepared:.2f}"
            f"  {count_statements(verb, accounts[0])}"
            f"  processor {min(processor[0]):.0f} / {min(processor[1]):.0f} / {min(processor[2]):.0f} microseconds"
        )
    plain.close()
    prepared.close()
    findings = list(ledger.audit_accounts(account_ids=accounts, at=AT))
    print(f"  audit of the ledger's side: {len(findings)} findings")


def measure(act: Callable[[int], None], accounts: Sequence[int]) -> tuple[float, float]:
    """Return the postings a second, and the microseconds of processor time of one."""
    start, processor_start = time.perf_counter(), time.process_time()
    for number in range(POSTINGS):
        act(accounts[number % len(accounts)])
    seconds, processor_seconds = time.perf_counter() - start, time.process_time() - processor_start
    return POSTINGS / seconds, processor_seconds / POSTINGS * 1_000_000


def post_directly(direct: Any, account_id: int, *, points: int) -> None:
    """What ``give_points`` and ``deduct_points`` send, by hand."""
    key, digest = f"direct-{next(numbers)}", f"{next(numbers):064x}"
    with direct.transaction(), direct.cursor() as cursor:
        row = cursor.execute(LOCK_ACCOUNT, [account_id]).fetchone()
        program_id, balance, given, deducted = row[1], row[5], row[9], row[13]
        sequence, last_hash, revision = row[14], row[15], row[16]
        cursor.execute(FIND_KEY, [program_id, key]).fetchone()
        lots = cursor.execute(LOCK_LOTS, [account_id, AT]).fetchall() if points < 0 else []
        balance += points
        cursor.execute(
            INSERT_TRANSACTION,
            [
                *(program_id, account_id, sequence + 1, "GIVE" if points > 0 else "DEDUCT", points, balance, AT, AT),
                *(key, digest, digest, last_hash, digest),
            ],
        )
        transaction_id = cursor.fetchone()[0]
        cursor.execute(INSERT_TEXT, [transaction_id, digest])
        if points > 0:
            cursor.execute(INSERT_LOT, [account_id, transaction_id, points, points, AT]).fetchone()
        else:
            lot_id, remaining = lots[0][0], lots[0][4]
            cursor.execute(INSERT_USE, [lot_id, transaction_id, -points, AT]).fetchone()
            cursor.execute(UPDATE_LOT, [remaining + points, lot_id])
        given, deducted = (given + points, deducted) if points > 0 else (given, deducted - points)
        cursor.execute(UPDATE_ACCOUNT, [balance, given, deducted, sequence + 1, digest, revision + 1, AT, account_id])


def count_statements(act: Callable[[int], None], account_id: int) -> str:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        act(account_id)
    kinds = [query["sql"].split()[0] for query in captured if query["sql"].split()[0] not in ("BEGIN", "COMMIT")]
    return f"{len(kinds)} statements: {' '.join(kinds)}"


def connect(*, prepares: bool) -> Any:
    import psycopg
    from django.db import connection

    arguments = {
        name: value
        for name, value in connection.get_connection_params().items()
        if name in ("dbname", "user", "password", "host", "port")
    }
    cursor_factory = psycopg.Cursor if prepares else psycopg.ClientCursor
    return psycopg.connect(**arguments, autocommit=True, cursor_factory=cursor_factory)


def make_program() -> Any:
    from saleor_loyalty.models import LoyaltyProgram, ProgramVersion

    program = LoyaltyProgram.objects.create(name="Club", slug="club", status="ACTIVE", created_at=AT, updated_at=AT)
    ProgramVersion.objects.create(
        program=program, number=1, rules={}, checksum="", created_at=AT, updated_at=AT, published_at=AT
    )
    return program


def make_accounts(program: Any, *, prefix: str) -> list[int]:
    """Open accounts, each with one lot that pays all of the deductions."""
    from saleor_loyalty import ledger

    accounts = [
        ledger.open_account(program, email=f"{prefix}-{number}@example.com", at=AT).pk for number in range(ACCOUNTS)
    ]
    for account_id in accounts:
        ledger.give_points(account_id, points=1_000_000, at=AT, idempotency_key=f"first-{account_id}")
    return accounts


if __name__ == "__main__":
    main()
