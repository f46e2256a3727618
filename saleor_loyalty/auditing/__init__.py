"""The proof that points moved exactly once, and the mending of what did not.

``start_audit`` begins an audit of a program: its accounts, its order records and the host's orders, in bounded steps
(``step_audit``), kept with what it found. ``plan_healing``, ``preview_step`` and ``heal_step`` mend it;
``request_healing`` has that done in the background. Points are moved by ``ledger/`` and ``orders/`` alone.
"""

from .codes import FINDING_CODES, Remedy, remedy_of, remedy_of_row
from .heal_run import find_stalled_healings, heal_batch, last_finished_audit, preview_run, request_healing
from .healing import Healing, HealingStep, heal_step, kept_findings, plan_healing, preview_step
from .health import AuditHealth, audit_health
from .runs import (
    ORDERS_LOOK_BACK,
    Step,
    claim_audit,
    due_audits,
    find_stalled_audits,
    release_audit,
    start_audit,
    step_audit,
)

__all__ = [
    "AuditHealth",
    "FINDING_CODES",
    "Healing",
    "HealingStep",
    "ORDERS_LOOK_BACK",
    "Remedy",
    "Step",
    "audit_health",
    "claim_audit",
    "due_audits",
    "find_stalled_audits",
    "find_stalled_healings",
    "heal_batch",
    "heal_step",
    "kept_findings",
    "last_finished_audit",
    "plan_healing",
    "preview_run",
    "preview_step",
    "release_audit",
    "remedy_of",
    "remedy_of_row",
    "request_healing",
    "start_audit",
    "step_audit",
]
