"""Asks for the delivery of what was just written, once its transaction is committed.

It is a hint: what nobody was woken for goes out with the next periodic run. The task is found by name, because the
domain knows no tasks.
"""

from __future__ import annotations

import logging

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.utils.module_loading import import_string

TASK = "saleor_loyalty.tasks.deliver_events_task"

logger = logging.getLogger(__name__)


class _Waking:
    """The on-commit callback; an object, so that a second one in the same transaction is recognized."""

    def __call__(self) -> None:
        try:
            import_string(TASK).delay()
        except Exception:
            logger.exception("The delivery of loyalty events could not be asked for.")


def wake_deliverers(*, using: str = DEFAULT_DB_ALIAS) -> None:
    """Send the task when the running transaction commits, at most once a transaction. Never raises."""
    connection = connections[using]
    surviving = set(connection.savepoint_ids)
    for savepoint_ids, callback, *_ in connection.run_on_commit:
        # One that was asked for in a savepoint which may still be rolled back without us is not enough.
        if isinstance(callback, _Waking) and set(savepoint_ids) <= surviving:
            return
    transaction.on_commit(_Waking(), using=using)
