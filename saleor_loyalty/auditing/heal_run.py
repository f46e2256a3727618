"""Healing what the last audit of a program found, in the background, and auditing again.

The plan is made of what the run keeps, so it is the same each time it is made; a step that was done before changes
nothing. So a healing that was killed is begun again, and two at once do no harm.
"""

from __future__ import annotations

import datetime

from django.db import transaction
from django.db.models import F

from ..ledger import Actor
from ..models import AuditRun, AuditStatus
from .healing import Healing, heal_step, kept_findings, plan_healing, preview_step
from .runs import start_audit
from .waking import wake_healer

PREVIEWED_MAX = 50
"""Steps whose effect one request says."""
STALLED = datetime.timedelta(minutes=30)
"""Longer than a healing waits for its next batch."""


def last_finished_audit(program_id: int) -> AuditRun | None:
    """Return the program's last audit that has come to its end, if there is one."""
    runs = AuditRun.objects.filter(program_id=program_id, status=AuditStatus.FINISHED)
    return runs.order_by("-pk").first()


def preview_run(run: AuditRun, *, at: datetime.datetime) -> tuple[list[Healing], int]:
    """Return what the first ``PREVIEWED_MAX`` steps of the plan would do, and how many steps there are."""
    steps = plan_healing(kept_findings(run.pk))
    return [preview_step(step, at=at) for step in steps[:PREVIEWED_MAX]], len(steps)


def request_healing(run: AuditRun, *, at: datetime.datetime) -> AuditRun:
    """Ask for what the run found to be mended; a task is sent when the running transaction commits.

    Idempotency: asking again begins again, which changes nothing of what is mended.
    """
    with transaction.atomic():
        AuditRun.objects.filter(pk=run.pk).update(healing_at=at, healed_at=None, healed=0)
        wake_healer(run.pk)
    run.refresh_from_db()
    return run


def heal_batch(run_id: int, *, skip: int, limit: int, at: datetime.datetime) -> bool:
    """Do the next ``limit`` steps of the plan after ``skip``. Returns whether there are more; after the last one the
    program is audited again, by whoever began the run, so that the report says what is left."""
    run = AuditRun.objects.filter(pk=run_id, healing_at__isnull=False).first()
    if run is None:
        return False
    steps = plan_healing(kept_findings(run.pk))
    healings = [heal_step(step, at=at) for step in steps[skip : skip + limit]]
    mended = sum(bool(healing.texts) for healing in healings)
    AuditRun.objects.filter(pk=run.pk).update(healed=F("healed") + mended, healing_at=at)
    if skip + limit < len(steps):
        return True
    with transaction.atomic():
        if AuditRun.objects.filter(pk=run.pk, healed_at__isnull=True).update(healed_at=at):
            actor = Actor(run.actor_kind, run.actor_id)
            start_audit(run.program_id, at=at, orders_since=run.orders_since, actor=actor)
    return False


def find_stalled_healings(*, at: datetime.datetime, limit: int) -> list[int]:
    """Return the ids of runs whose healing was asked for and has not gone on for a while."""
    runs = AuditRun.objects.filter(healing_at__lte=at - STALLED, healed_at__isnull=True)
    return list(runs.order_by("pk").values_list("pk", flat=True)[:limit])
