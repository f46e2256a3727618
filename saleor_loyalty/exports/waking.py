"""Asks for an export to be written once its row is committed.

It is a hint: what nobody was woken for is found by the periodic task. The task is found by name, because the domain
knows no tasks.
"""

from __future__ import annotations

from django.utils.module_loading import import_string

from ..on_commit import send_once_on_commit

TASK = "saleor_loyalty.tasks.write_export_task"


def wake_exporter(export_id: int) -> None:
    """Send the task of the export when the running transaction commits. Never raises."""
    send_once_on_commit(("write export", export_id), lambda _: import_string(TASK).delay(export_id))
