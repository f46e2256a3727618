"""``loyaltyPersonalDataExport``: staff asks for all that is stored about one customer."""

from __future__ import annotations

from types import MappingProxyType

import graphene

from ...exports import create_person_export
from ..base import LoyaltyMutation
from ..ids import require_integer_key
from ..permissions import PermissionDenied
from ..request import LoyaltyRequest
from ..types.export import LoyaltyExport


class LoyaltyPersonalDataExport(LoyaltyMutation):
    export = graphene.Field(LoyaltyExport, description="The export, which is written in the background.")

    field_names = MappingProxyType({"account": "accountId"})

    class Arguments:
        account_id = graphene.ID(required=True, description="The customer's account.")

    class Meta:
        description = (
            "Asks for a JSON file of all that is stored about the customer of an account, with what staff wrote. One "
            "that is under way already is answered instead of a second. Requires MANAGE_USERS too."
        )
        is_program_wide = True

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, account_id: str) -> LoyaltyPersonalDataExport:
        requester = request.requester
        if not requester.can_manage_users:
            raise PermissionDenied("MANAGE_LOYALTY", "MANAGE_USERS")
        export = create_person_export(
            require_integer_key(account_id, "LoyaltyAccount", field="accountId"),
            is_for_staff=True,
            at=request.at,
            actor=request.actor,
        )
        export.refresh_from_db()
        return cls(export=export)
