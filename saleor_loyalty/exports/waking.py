"""Asks for an export to be written once its row is committed.

It is a hint: what nobody was woken for is found by the periodic task. The task is found by name, because the domain
knows no tasks.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import transaction
from django.utils.module_loading import import_string

TASK = "saleor_loyalty.tasks.write_export_task"

logger = logging.getLogger(__name__)


def wake_exporter(export_id: int) -> None:
    """Send the task of the export when the running transaction commits. Never raises."""
    transaction.on_commit(lambda: _send(lambda: import_string(TASK).delay(export_id), export_id))


def _send(send: Callable[[], object], export_id: int) -> None:
    try:
        send()
    except Exception:
        logger.exception("The writing of export %s could not be asked for.", export_id)
