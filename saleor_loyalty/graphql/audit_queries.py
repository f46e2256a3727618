"""``loyaltyAudit``: the last audit of a program, which ran or runs in the background. A request audits nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import graphene

from ..models import AuditRun, LoyaltyProgram
from .ids import integer_key
from .permissions import NEEDS_LOYALTY, require_manage_loyalty
from .reach import within_reach
from .request import loyalty_request
from .types.audit import LoyaltyAuditReport


def resolve_loyalty_audit(_root: Any, info: Any, program_id: str) -> AuditRun | None:
    """Resolve the newest audit of a program; null where there is no such program, or it was never audited."""
    require_manage_loyalty(info)
    request = loyalty_request(info)
    programs = LoyaltyProgram.objects.using(request.using).filter(pk=integer_key(program_id, "LoyaltyProgram") or 0)
    reachable = within_reach(programs, request, program="pk")
    return AuditRun.objects.using(request.using).filter(program__in=reachable).order_by("-pk").first()


QUERIES: dict[str, tuple[graphene.Field, Callable[..., Any]]] = {
    "loyalty_audit": (
        graphene.Field(
            LoyaltyAuditReport,
            program_id=graphene.ID(required=True, description="The program."),
            description=(
                "The last audit of the program, or the one under way; null where it was never audited. Each program "
                "is audited once a day; `loyaltyAuditStart` begins another one." + NEEDS_LOYALTY
            ),
        ),
        resolve_loyalty_audit,
    ),
}
