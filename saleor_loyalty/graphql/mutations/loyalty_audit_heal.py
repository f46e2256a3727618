"""``loyaltyAuditHeal``: staff or an app has mended what the last audit found: first said, then done."""

from __future__ import annotations

import graphene

from ...auditing import last_finished_audit, preview_run, request_healing
from ..base import LoyaltyMutation
from ..errors import InputRefused
from ..ids import require_integer_key
from ..request import LoyaltyRequest
from ..types.audit import LoyaltyAuditHealingStep, LoyaltyAuditReport


class LoyaltyAuditHeal(LoyaltyMutation):
    report = graphene.Field(LoyaltyAuditReport, description="The audit whose findings are mended.")
    steps = graphene.List(
        graphene.NonNull(LoyaltyAuditHealingStep),
        description="What would be done: the first 50 steps. Null where it is really done.",
    )
    steps_count = graphene.Int(description="How many steps there are. Null where it is really done.")

    class Arguments:
        program_id = graphene.ID(required=True, description="The program.")
        dry_run = graphene.Boolean(
            default_value=True, description="Only say what would be done; false: do it, in the background."
        )

    class Meta:
        description = (
            "Mends what the program's last finished audit found, as far as it can be mended: columns are computed "
            "anew from their rows, orders are settled, reservations that should have ended are released. No "
            "transaction is ever changed. Another audit follows, which says what is left."
        )
        is_program_wide = True

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, program_id: str, dry_run: bool | None = True) -> LoyaltyAuditHeal:
        run = last_finished_audit(require_integer_key(program_id, "LoyaltyProgram", field="programId"))
        if run is None:
            raise InputRefused("NOT_FOUND", "No audit of the program has come to its end.", field="programId")
        if dry_run is False:
            return cls(report=request_healing(run, at=request.at))
        steps, count = preview_run(run, at=request.at)
        return cls(report=run, steps=steps, steps_count=count)
