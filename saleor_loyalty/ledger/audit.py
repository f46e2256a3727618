"""The audit: do the books add up, and is every row as it was written?

A read in bounded memory: accounts in ranges of primary keys, each range in one read-only snapshot (so that postings in
the meantime do not look like faults), transactions through a server-side cursor. It repairs nothing: see
``rebuild_projection``. Each finding has a code (``FINDING_CODES``) and names the account and, where there is one, the
transaction. Of a range of accounts so many findings are listed; what is beyond them is counted by its code, so that
the sum of the findings' ``count`` is exact however many there are.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from django.db import connections
from django.db.transaction import atomic

from ..models import LoyaltyAccount
from .audit_chain import find_chain_faults
from .audit_numbers import find_number_faults
from .inputs import check_moment
from .results import Finding

_ACCOUNTS_PER_RANGE = 200
_FINDINGS_PER_RANGE_MAX = 1000

FINDING_CODES = {
    "BALANCE_MISMATCH": "The balance column is not the sum of the transactions.",
    "SUMS_MISMATCH": "A lifetime sum (given, redeemed, expired, reversed, deducted) is not that of the transactions.",
    "LOTS_MISMATCH": "What remains in the lots, less the debt, is not the balance.",
    "PENDING_MISMATCH": "The pending column is not what remains in lots that have not matured.",
    "RESERVED_MISMATCH": "The reserved column is not the sum of the open reservations.",
    "DEBT_MISMATCH": "The debt column is not what no lot covered.",
    "DUE_DATE_MISSED": "The next due moment lies after a date of an open lot or reservation.",
    "LOT_MISMATCH": "What remains of a lot is not what was issued less its uses.",
    "CREDIT_MISMATCH": "A credit's points are not those of its lot and of what it gave back to lots.",
    "DEBIT_OVERCOVERED": "A debit was covered with more points than it has.",
    "FOREIGN_LOT_USE": "A transaction used a lot of another account.",
    "RESERVATION_WITHOUT_REDEMPTION": "A reservation is committed, but its order has no redemption.",
    "SHORTFALL": "An order was paid with points that the account did not have; they are still owed.",
    "SEQUENCE_GAP": "Sequence numbers do not follow one another: a transaction is missing, or one too many.",
    "CHAIN_BROKEN": "A transaction does not name its predecessor's hash.",
    "HASH_MISMATCH": "A transaction's content is not what its hash was computed over.",
    "BALANCE_AFTER_MISMATCH": "A transaction's balance after is not the running sum.",
    "TEXT_MISMATCH": "A transaction's texts are not those that it was written with, and are not erased.",
    "TEXT_MISSING": "A transaction has lost its text row.",
}


def audit_accounts(
    *,
    program_id: int | None = None,
    account_ids: Iterable[int] | None = None,
    at: datetime.datetime,
    using: str = "default",
) -> Iterator[Finding]:
    """Yield what does not add up, account by account; nothing where all is right.

    Args:
        program_id, account_ids: look at these only; by default at every account.

    Cost: a constant number of statements for each 200 accounts, but for one more for each 1,000 transactions and each
    1,000 faulty rows; reads every row of them once.
    """
    check_moment(at)
    for ids in _ranges(program_id=program_id, account_ids=account_ids, using=using):
        yield from audit_range(ids, at=at, using=using)


def audit_range(account_ids: Sequence[int], *, at: datetime.datetime, using: str = "default") -> list[Finding]:
    """Return what does not add up in these accounts, which are looked at in one snapshot.

    At most ``_FINDINGS_PER_RANGE_MAX`` findings are listed, and one for each code of what is beyond them.
    Cost: a constant number of statements; memory for the findings that are returned.
    """
    listed: list[Finding] = []
    beyond: Counter[str] = Counter()
    with _snapshot(using):
        for finding in _audit_range(account_ids, at=at, using=using):
            if len(listed) < _FINDINGS_PER_RANGE_MAX:
                listed.append(finding)
            else:
                beyond[finding.code] += 1
    where = f"in the accounts from {min(account_ids, default=0)} to {max(account_ids, default=0)}"
    rest = [Finding(code, None, None, f"{count} more {where}.", count=count) for code, count in sorted(beyond.items())]
    return listed + rest


def _audit_range(ids: Sequence[int], *, at: datetime.datetime, using: str) -> Iterator[Finding]:
    yield from find_number_faults(ids, at=at, using=using)
    yield from find_chain_faults(ids, using=using)


def _ranges(*, program_id: int | None, account_ids: Iterable[int] | None, using: str) -> Iterator[Sequence[int]]:
    accounts = LoyaltyAccount.objects.using(using).order_by("pk")
    if program_id is not None:
        accounts = accounts.filter(program_id=program_id)
    if account_ids is not None:
        accounts = accounts.filter(pk__in=list(account_ids))
    last = 0
    while True:
        ids = list(accounts.filter(pk__gt=last).values_list("pk", flat=True)[:_ACCOUNTS_PER_RANGE])
        if not ids:
            return
        yield ids
        last = ids[-1]


@contextmanager
def _snapshot(using: str) -> Iterator[None]:
    connection = connections[using]
    is_outermost = not connection.in_atomic_block
    with atomic(using=using):
        if is_outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
