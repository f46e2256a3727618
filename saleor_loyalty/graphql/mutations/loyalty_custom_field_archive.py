"""``loyaltyCustomFieldArchive``: staff takes a field off the cards, or brings it back."""

from __future__ import annotations

from types import MappingProxyType

import graphene

from ...cards import archive_custom_field
from ..base import LoyaltyMutation
from ..ids import require_integer_key
from ..request import LoyaltyRequest
from ..types.card import LoyaltyCustomField


class LoyaltyCustomFieldArchive(LoyaltyMutation):
    custom_field = graphene.Field(LoyaltyCustomField, description="The field.")

    field_names = MappingProxyType({"customField": "id"})

    class Arguments:
        id = graphene.ID(required=True, description="The field.")
        is_archived = graphene.Boolean(description="False brings it back; left out: true.")

    class Meta:
        description = "Takes a field off the cards, which keep what they say in it, or brings it back."

    @classmethod
    def perform(
        cls, request: LoyaltyRequest, *, id: str, is_archived: bool | None = None
    ) -> LoyaltyCustomFieldArchive:
        field_id = require_integer_key(id, "LoyaltyCustomField", field="id")
        return cls(custom_field=archive_custom_field(field_id, is_archived=is_archived is not False, at=request.at))
