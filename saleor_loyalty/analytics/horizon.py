"""Up to which transaction the ledger is settled: no row with a lower id can appear any more.

Ids are drawn before their rows are committed, so a row can appear below one that was read already. But whoever draws
an id holds a lock on the ledger's table (ROW EXCLUSIVE, which every INSERT takes before it runs) until its commit is
visible. So: read the highest visible id, then see who holds that lock. Every lower id was drawn earlier, by one of
those or by a session that has ended. When all of them have ended, every row up to that id is there or never will be.

Nobody waits and nobody is kept waiting: an id that is not settled yet is remembered as a candidate together with its
writers, and is settled by a later run. Other transactions of the database, however long, do not matter. Ids are drawn
one by one: the sequence must not be given a cache.
"""

from __future__ import annotations

from django.db import connection
from django.db.models import Max

from ..models import LoyaltyTransaction, StatisticsProgress

PREPARED = "-1/"
"""How the virtual id of a prepared transaction begins. It has lost the one it wrote under."""

_WRITERS = """
SELECT current_setting('transaction_isolation'), array(
    SELECT virtualtransaction FROM pg_locks
    WHERE locktype = 'relation' AND mode = 'RowExclusiveLock' AND granted
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND relation = %s::regclass AND pid IS DISTINCT FROM pg_backend_pid()
    ORDER BY virtualtransaction
)
"""


def highest_id() -> int:
    """Return the highest id of a transaction that is visible now. Ask this first, then ``settle``."""
    return LoyaltyTransaction.objects.aggregate(highest=Max("pk"))["highest"] or 0


def open_writers() -> list[str]:
    """Return the virtual transaction ids of those who are writing to the ledger now, without the caller's own. What is
    written below ``highest_id``, asked before, is there once they have all ended."""
    return _writers()[1]


def settle(progress: StatisticsProgress, *, highest: int) -> None:
    """Note on the locked progress, which the caller saves, what is settled now.

    Raises RuntimeError where the transaction does not read what was committed meanwhile: it would miss late rows.
    """
    isolation, writers = _writers()
    if isolation != "read committed":
        raise RuntimeError(f"Statistics are rolled up at the isolation level read committed, not {isolation}.")
    if not writers:
        _settle_up_to(progress, highest)
        return
    has_ended = not set(writers) & set(progress.candidate_writers)
    if progress.candidate_transaction_id and has_ended and not any(name.startswith(PREPARED) for name in writers):
        _settle_up_to(progress, progress.candidate_transaction_id)
    if not progress.candidate_transaction_id and highest > progress.settled_transaction_id:
        progress.candidate_transaction_id = highest
        progress.candidate_writers = writers


def _settle_up_to(progress: StatisticsProgress, transaction_id: int) -> None:
    progress.settled_transaction_id = max(progress.settled_transaction_id, transaction_id)
    progress.candidate_transaction_id = 0
    progress.candidate_writers = []


def _writers() -> tuple[str, list[str]]:
    with connection.cursor() as cursor:
        cursor.execute(_WRITERS, [f'"{LoyaltyTransaction._meta.db_table}"'])
        isolation, writers = cursor.fetchone()
    return isolation, writers
