"""The proof that points moved exactly once, and the mending of what did not.

``start_audit`` begins an audit of a program: its accounts, its order records and the host's orders, in bounded steps
(``step_audit``), kept with what it found. ``plan_healing``, ``preview_step`` and ``heal_step`` mend it; ``heal_run``
does so in the background. Points are moved by ``ledger/`` and ``orders/`` alone.
"""

from .codes import FINDING_CODES, Remedy, remedy_of
from .healing import Healing, HealingStep, heal_step, kept_findings, plan_healing, preview_step
from .runs import (
    ORDERS_LOOK_BACK,
    Step,
    claim_audit,
    find_stalled_audits,
    release_audit,
    start_audit,
    step_audit,
)

__all__ = [
    "FINDING_CODES",
    "Healing",
    "HealingStep",
    "ORDERS_LOOK_BACK",
    "Remedy",
    "Step",
    "claim_audit",
    "find_stalled_audits",
    "heal_step",
    "kept_findings",
    "plan_healing",
    "preview_step",
    "release_audit",
    "remedy_of",
    "start_audit",
    "step_audit",
]
