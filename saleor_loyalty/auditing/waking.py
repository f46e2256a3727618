"""Asks for an audit to be gone on with, and for its findings to be healed, once that is committed.

It is a hint: a run that nobody was woken for is found by the periodic task. Tasks are found by name, because the
domain knows none.
"""

from __future__ import annotations

from django.utils.module_loading import import_string

from ..on_commit import send_once_on_commit

RUN_TASK = "saleor_loyalty.tasks.run_audit_task"
HEAL_TASK = "saleor_loyalty.tasks.heal_audit_task"


def wake_auditor(run_id: int) -> None:
    """Send the task of the run when the running transaction commits. Never raises."""
    send_once_on_commit(("run audit", run_id), lambda _: import_string(RUN_TASK).delay(run_id))


def wake_healer(run_id: int) -> None:
    """Send the task that heals what the run found when the running transaction commits. Never raises."""
    send_once_on_commit(("heal audit", run_id), lambda _: import_string(HEAL_TASK).delay(run_id))
