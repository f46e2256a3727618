"""Asks for a batch to be run once its row is committed.

It is a hint: a batch that nobody was woken for, or whose worker was killed, is found by the periodic task. The task is
found by name, because the domain knows no tasks.
"""

from __future__ import annotations

from django.utils.module_loading import import_string

from ..on_commit import send_once_on_commit

TASK = "saleor_loyalty.tasks.run_batch_task"


def wake_batch(batch_id: int) -> None:
    """Send the task of the batch when the running transaction commits. Never raises."""
    send_once_on_commit(("run batch", batch_id), lambda _: import_string(TASK).delay(batch_id))
