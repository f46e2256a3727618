"""``loyaltyExportCancel``: staff or an app calls an export off."""

from __future__ import annotations

import graphene

from ...exports import cancel_export
from ..base import LoyaltyMutation
from ..ids import require_integer_key
from ..request import LoyaltyRequest
from ..types.export import LoyaltyExport


class LoyaltyExportCancel(LoyaltyMutation):
    export = graphene.Field(LoyaltyExport, description="The export as it is now.")

    class Arguments:
        id = graphene.ID(required=True, description="The export.")

    class Meta:
        description = "Calls an export off. One that has ended stays as it is."
        is_program_wide = True

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, id: str) -> LoyaltyExportCancel:
        export_id = require_integer_key(id, "LoyaltyExport", field="id")
        return cls(export=cancel_export(export_id, at=request.at))
