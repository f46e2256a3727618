"""How the last audit of each program went, for whoever looks after the shop. Reads only."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from ..models import AuditRun, AuditStatus

LATE = datetime.timedelta(days=2)
"""Each program is audited once a day."""
NO_FAULTS = frozenset({"SHORTFALL"})
"""Facts that somebody should know, and that nothing is wrong with."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditHealth:
    program_id: int
    is_well: bool
    text: str


def audit_health(program_ids: Iterable[int], *, at: datetime.datetime, using: str = "default") -> list[AuditHealth]:
    """Return for each program what its last audit found, in the order of the ids. Cost: one statement.

    One that was never audited is well: it may be new. One whose last audit ended long ago is not.
    """
    wanted = list(program_ids)
    runs = AuditRun.objects.using(using).filter(program_id__in=wanted, status=AuditStatus.FINISHED)
    last = {run.program_id: run for run in runs.order_by("program_id", "-pk").distinct("program_id")}
    return [_health(program_id, last.get(program_id), at=at) for program_id in wanted]


def _health(program_id: int, run: AuditRun | None, *, at: datetime.datetime) -> AuditHealth:
    if run is None or run.finished_at is None:
        return AuditHealth(program_id=program_id, is_well=True, text="never audited")
    texts = [f"audited at {run.finished_at.isoformat()}"]
    texts += [f"{count} {code}" for code, count in sorted(run.counts.items())] or ["nothing differs"]
    is_late = run.finished_at < at - LATE
    if is_late:
        texts.append("no audit has ended since")
    is_well = not is_late and not set(run.counts) - NO_FAULTS
    return AuditHealth(program_id=program_id, is_well=is_well, text="; ".join(texts))
