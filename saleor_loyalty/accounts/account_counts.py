"""How many accounts there are: adding up the rows that the triggers on accounts write."""

from __future__ import annotations

from django.db import connection

_ADD_UP = """
WITH gone AS (DELETE FROM saleor_loyalty_accountcount RETURNING program_id, status, accounts)
INSERT INTO saleor_loyalty_accountcount (program_id, status, accounts)
SELECT program_id, status, sum(accounts) FROM gone GROUP BY program_id, status HAVING sum(accounts) <> 0
"""


def add_up_account_counts() -> None:
    """Replace the rows of ``AccountCount`` by one for each program and status. No sum changes.

    Cost: one statement, linear in the accounts that were opened or changed their status since the last time. Two at
    once are safe: the second leaves alone what the first has taken. Accounts that are opened meanwhile do not wait.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ADD_UP)
