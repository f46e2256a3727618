"""``loyaltyAuditStart``: staff or an app has a program audited, in the background."""

from __future__ import annotations

import datetime
from types import MappingProxyType

import graphene

from ...auditing import ORDERS_LOOK_BACK, start_audit
from .. import host_types
from ..base import LoyaltyMutation, aware_moment
from ..ids import require_integer_key
from ..request import LoyaltyRequest
from ..types.audit import LoyaltyAuditReport


class LoyaltyAuditStart(LoyaltyMutation):
    field_names = MappingProxyType({"program": "programId"})

    report = graphene.Field(LoyaltyAuditReport, description="The audit, which runs in the background.")

    class Arguments:
        program_id = graphene.ID(required=True, description="The program.")
        orders_since = graphene.Argument(
            host_types.DateTime,
            description=(
                "Compare the shop's orders that changed since then; left out: of the last 90 days. What was recorded "
                "of orders is compared with the transactions in any case."
            ),
        )

    class Meta:
        description = "Begins an audit of the program; where one is under way, that one is answered."
        is_program_wide = True

    @classmethod
    def perform(
        cls, request: LoyaltyRequest, *, program_id: str, orders_since: datetime.datetime | None = None
    ) -> LoyaltyAuditStart:
        run = start_audit(
            require_integer_key(program_id, "LoyaltyProgram", field="programId"),
            at=request.at,
            orders_since=aware_moment(orders_since, field="ordersSince") or request.at - ORDERS_LOOK_BACK,
            actor=request.actor,
        )
        run.refresh_from_db()
        return cls(report=run)
