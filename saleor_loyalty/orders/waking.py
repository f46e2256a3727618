"""Asks for a customer to be told that points were taken back, once that is committed.

It is a hint. The task is found by name, because the domain knows none.
"""

from __future__ import annotations

from django.utils.module_loading import import_string

from ..on_commit import send_once_on_commit

TELL_TASK = "saleor_loyalty.tasks.tell_reversal_task"


def tell_reversal_later(transaction_id: int) -> None:
    """Send the task that tells of this reversal when the running transaction commits. Never raises."""
    send_once_on_commit(("tell reversal", transaction_id), lambda _: import_string(TELL_TASK).delay(transaction_id))
