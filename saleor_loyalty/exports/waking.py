"""Asks for an export to be written once its row is committed.

It is a hint: what nobody was woken for is found by the periodic task. The task is found by name, because the domain
knows no tasks.
"""

from __future__ import annotations

import logging

from django.db import transaction
from django.utils.module_loading import import_string

TASK = "saleor_loyalty.tasks.write_export_task"

logger = logging.getLogger(__name__)


class _Waking:
    """The on-commit callback of one export."""

    def __init__(self, export_id: int) -> None:
        self.export_id = export_id

    def __call__(self) -> None:
        try:
            import_string(TASK).delay(self.export_id)
        except Exception:
            logger.exception("The writing of export %s could not be asked for.", self.export_id)


def wake_exporter(export_id: int) -> None:
    """Send the task of the export when the running transaction commits. Never raises."""
    transaction.on_commit(_Waking(export_id))
