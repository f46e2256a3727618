"""Writing what became of many rows in one statement each: a run of half a million rows is not to wait for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection

from ..models import BatchRow

_SAVE = f"""
UPDATE {BatchRow._meta.db_table} AS row
SET status = new.status, code = new.code, field = new.field, message = new.message, target = new.target,
    account_id = new.account_id, transaction_id = new.transaction_id, reversal_id = new.reversal_id,
    unrecovered = new.unrecovered,
    identity = CASE WHEN new.is_over THEN '' ELSE row.identity END,
    details = CASE WHEN new.is_over THEN NULL ELSE row.details END
FROM unnest(
    %s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::bigint[],
    %s::integer[], %s::boolean[]
) AS new(id, status, code, field, message, target, account_id, transaction_id, reversal_id, unrecovered, is_over)
WHERE row.id = new.id
"""
_MESSAGE_MAX = 500


def save_rows(rows: Sequence[BatchRow]) -> None:
    """Write the state of rows that are there. Of one whose points have moved, whom it named is forgotten."""
    if not rows:
        return
    for row in rows:
        row.message = row.message[:_MESSAGE_MAX]
    columns: list[Any] = [
        [row.pk for row in rows],
        [str(row.status) for row in rows],
        [row.code for row in rows],
        [row.field for row in rows],
        [row.message for row in rows],
        [row.target for row in rows],
        [row.account_id for row in rows],
        [row.transaction_id for row in rows],
        [row.reversal_id for row in rows],
        [row.unrecovered for row in rows],
        [row.transaction_id is not None for row in rows],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_SAVE, columns)
