"""Who may see and begin audits: rows, places and calls for the authorization test."""

from __future__ import annotations

from typing import Any

from saleor_loyalty.auditing import claim_audit, start_audit, step_audit
from saleor_loyalty.models import AuditFinding, AuditRun, LoyaltyAccount, LoyaltyTransaction, OrderRecord
from tests import club

from .api import Api, gid

ERRORS = "errors { field code }"
REPORT = "report { status ok findingsCount findings { code account { id } } }"
START = f"mutation($id: ID!) {{ loyaltyAuditStart(programId: $id) {{ {REPORT} {ERRORS} }} }}"
HEAL = f"""mutation($id: ID!, $dryRun: Boolean) {{ loyaltyAuditHeal(programId: $id, dryRun: $dryRun) {{
    {REPORT} steps {{ remedy changes account {{ id }} }} stepsCount {ERRORS} }} }}"""

ROWS: dict[str, dict[str, str]] = {
    "LoyaltyAuditReport": {
        "staff": """program status ok startedAt checkedAt ordersSince accountsDone recordsDone ordersDone findingsCount
            counts findings isComplete healingAt healedAt healed previous""",
    },
    "LoyaltyAuditCount": {"staff": "code description count"},
    "LoyaltyAuditFinding": {
        "staff": "code message count account transaction remedy",
        "staff, naming others": "order",
    },
    "Query": {"staff": "loyaltyAudit"},
}

_AUDIT = "{ loyaltyAudit(programId: $program) { %s } }"
PLACES: dict[str, tuple[str, ...]] = {
    "LoyaltyAuditReport": (_AUDIT,),
    "LoyaltyAuditCount": (_AUDIT % "counts { %s }",),
    "LoyaltyAuditFinding": (_AUDIT % "findings { %s }",),
}

ARGUMENTS = {"Query.loyaltyAudit": "(programId: $program)"}


def fill(account: LoyaltyAccount, *, staff: Api, app: Api) -> dict[str, Any]:
    """Audit the program twice; the second report has a finding with everything that one can name."""
    at = club.now()
    AuditRun.objects.all().delete()
    for _ in range(2):
        run = start_audit(account.program_id, at=at, orders_since=at, is_background=False)
        claim = claim_audit(run.pk, at=at)
        while not step_audit(run.pk, claim=claim or "", at=at).is_last:
            pass
    order_id = OrderRecord.objects.values_list("order_id", flat=True).first() or ""
    AuditFinding.objects.filter(run=run).delete()
    AuditFinding.objects.create(
        run=run,
        code="AWARD_MISMATCH",
        account_id=account.pk,
        transaction_id=LoyaltyTransaction.objects.filter(account=account).latest("pk").pk,
        order_id=order_id,
        message="It differs.",
    )
    AuditRun.objects.filter(pk=run.pk).update(
        counts={"AWARD_MISMATCH": 1}, findings_count=1, healing_at=at, healed_at=at
    )
    return {}


def calls(scene: dict[str, Any], account: Any) -> dict[str, tuple[str, dict[str, Any]]]:
    program = {"id": gid("LoyaltyProgram", account.program_id) if account else None}
    return {"loyaltyAuditStart": (START, program), "loyaltyAuditHeal": (HEAL, program | {"dryRun": False})}


def written() -> dict[str, list[Any]]:
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in (AuditRun, AuditFinding)}
