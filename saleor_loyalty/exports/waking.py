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


def wake_exporter(export_id: int) -> None:
    """Send the task of the export when the running transaction commits. Never raises."""

    def wake() -> None:
        try:
            import_string(TASK).delay(export_id)
        except Exception:
            logger.exception("The writing of export %s could not be asked for.", export_id)

    transaction.on_commit(wake)
