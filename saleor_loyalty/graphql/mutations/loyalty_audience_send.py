"""``loyaltyAudienceSend``: staff tells the apps that subscribed that an audience is to be written to."""

from __future__ import annotations

from typing import Any

import graphene

from ...audiences import send_audience
from .. import host_types
from ..base import LoyaltyMutation, require_text
from ..ids import require_integer_key
from ..request import LoyaltyRequest
from ..types.export import LoyaltyAudience, LoyaltyExport
from .loyalty_export_create import may_hold_customers


class LoyaltyAudienceSend(LoyaltyMutation):
    audience = graphene.Field(LoyaltyAudience, description="The audience.")
    export = graphene.Field(LoyaltyExport, description="The file of its accounts, where one was asked for.")
    endpoints_count = graphene.Int(description="How many endpoints are told; 0 where no app subscribed.")

    class Arguments:
        id = graphene.ID(required=True, description="The audience.")
        idempotency_key = graphene.String(
            required=True, description="The same request under the same key is sent once, and answered as then."
        )
        with_export = graphene.Boolean(description="Also write its accounts into a file.")
        with_customers = graphene.Boolean(
            description="With names and e-mails in it. Needs MANAGE_USERS; left out: whether the requester has it."
        )
        language_code = graphene.Argument(host_types.LanguageCodeEnum, description="The language of the file's words.")

    class Meta:
        description = (
            "Emits the event `loyalty.audience.sent`, which says which audience and how many. Nothing is written to "
            "anybody: that is what the app does that subscribed."
        )
        is_program_wide = True

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, id: str, **data: Any) -> LoyaltyAudienceSend:
        with_export = bool(data.get("with_export"))
        sent = send_audience(
            require_integer_key(id, "LoyaltyAudience", field="id"),
            idempotency_key=require_text(data.get("idempotency_key"), field="idempotencyKey"),
            at=request.at,
            actor=request.actor,
            language_code=data.get("language_code") or request.language_code or "en",
            with_export=with_export,
            with_customers=with_export and may_hold_customers(request, data.get("with_customers")),
        )
        if sent.export is not None:
            sent.export.refresh_from_db()
        return cls(audience=sent.audience, export=sent.export, endpoints_count=sent.deliveries)
