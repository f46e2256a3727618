"""``loyaltyEventReport``: an app, or staff, says that something happened with a customer."""

from __future__ import annotations

from typing import Any

import graphene

from ...accounts import EventReport, report_event
from ...rules.document.event_names import REPORTED_EVENTS
from .. import host_types
from ..base import LoyaltyMutation, aware_moment, require_text
from ..errors import InputRefused
from ..ids import require_integer_key
from ..program_choice import find_program
from ..request import LoyaltyRequest
from ..types.account import LoyaltyAccount
from ..types.reported_event import LoyaltyReportedEvent


class LoyaltyEventReportInput(graphene.InputObjectType):  # type: ignore[misc]
    program = graphene.ID(description="The program; needed where there are several.")
    event = graphene.String(
        required=True,
        description=f"{', '.join(REPORTED_EVENTS)}, or the shop's own name: up to 64 of a-z 0-9 . _ -",
    )
    account = graphene.ID(description="About whom: this, `user` or `email`.")
    user = graphene.ID(description="The customer, who gets an account if need be.")
    email = graphene.String(description="The customer with this address, else a visitor, who gets a card.")
    external_reference = graphene.String(
        required=True, description="What it is about where it comes from, at most 250 characters; may be empty."
    )
    occurred_at = graphene.Argument(host_types.DateTime, description="When it happened; left out: now.")
    payload = graphene.Argument(
        host_types.JSONString, description="A JSON object of at most 4,000 bytes to keep with it."
    )
    idempotency_key = graphene.String(required=True, description="The same report under the same key counts once.")


class LoyaltyEventReport(LoyaltyMutation):
    event = graphene.Field(LoyaltyReportedEvent, description="The event; of a repeated report: the first.")
    account = graphene.Field(LoyaltyAccount, description="The customer's account.")
    is_new = graphene.Boolean(description="False where the same report came before.")

    class Arguments:
        input = LoyaltyEventReportInput(required=True, description="What happened, and with whom.")

    class Meta:
        description = (
            "Reports that something happened with a customer. It is kept on the timeline and earns what the rules "
            "give; CONTACTED_ME and FORM_SUBMITTED put an automatic label on the card."
        )

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, input: Any) -> LoyaltyEventReport:
        report = EventReport(
            name=require_text(input.get("event"), field="event"),
            **_whom(input),
            external_reference=input.get("external_reference") or "",
            occurred_at=aware_moment(input.get("occurred_at"), field="occurredAt"),
            payload=input.get("payload"),
        )
        reported = report_event(
            find_program(input.get("program")),
            report=report,
            idempotency_key=require_text(input.get("idempotency_key"), field="idempotencyKey"),
            actor=request.actor,
            at=request.at,
        )
        return cls(event=reported.event, account=reported.event.account, is_new=reported.is_new)


def _whom(data: Any) -> dict[str, Any]:
    account, user, email = data.get("account"), data.get("user"), data.get("email")
    given = [field for field, value in (("account", account), ("user", user), ("email", email)) if value is not None]
    if not given:
        raise InputRefused("REQUIRED", "Give an account, a user or an e-mail address.", field="account")
    if len(given) > 1:
        raise InputRefused("INVALID", "Give only one of account, user and e-mail address.", field=given[1])
    if account is not None:
        return {"account_id": require_integer_key(account, "LoyaltyAccount", field="account")}
    if user is not None:
        return {"user_id": require_integer_key(user, host_types.User._meta.name, field="user")}
    return {"email": require_text(email, field="email")}
