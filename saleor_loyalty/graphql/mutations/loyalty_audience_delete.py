"""``loyaltyAudienceDelete``: staff deletes an audience."""

from __future__ import annotations

from types import MappingProxyType

import graphene

from ...audiences import delete_audience
from ..base import LoyaltyMutation
from ..ids import require_integer_key
from ..request import LoyaltyRequest


class LoyaltyAudienceDelete(LoyaltyMutation):
    deleted_id = graphene.ID(description="The audience that is gone.")

    field_names = MappingProxyType({"audience": "id"})

    class Arguments:
        id = graphene.ID(required=True, description="The audience.")

    class Meta:
        description = "Deletes an audience. Its accounts and its exports stay."
        is_program_wide = True

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, id: str) -> LoyaltyAudienceDelete:
        audience = delete_audience(require_integer_key(id, "LoyaltyAudience", field="id"))
        return cls(deleted_id=graphene.Node.to_global_id("LoyaltyAudience", audience.pk))
