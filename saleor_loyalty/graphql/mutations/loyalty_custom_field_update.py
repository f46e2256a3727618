"""``loyaltyCustomFieldUpdate``: staff renames a field, or changes what can be chosen in it."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import graphene

from ...cards import update_custom_field
from ..base import LoyaltyMutation, require_text
from ..ids import require_integer_key
from ..request import LoyaltyRequest
from ..types.card import LoyaltyCustomField


class LoyaltyCustomFieldUpdateInput(graphene.InputObjectType):  # type: ignore[misc]
    name = graphene.String(description="The name, at most 250 characters; left out: it stays.")
    options = graphene.List(
        graphene.NonNull(graphene.String),
        description="All that can be chosen, for a CHOICE; left out: they stay. Cards keep what they say.",
    )


class LoyaltyCustomFieldUpdate(LoyaltyMutation):
    custom_field = graphene.Field(LoyaltyCustomField, description="The field.")

    field_names = MappingProxyType({"customField": "id"})

    class Arguments:
        id = graphene.ID(required=True, description="The field.")
        input = LoyaltyCustomFieldUpdateInput(required=True, description="What changes.")

    class Meta:
        description = "Changes the name or the options of a field. Its type and key never change."

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, id: str, input: Any) -> LoyaltyCustomFieldUpdate:
        field_id = require_integer_key(id, "LoyaltyCustomField", field="id")
        name = input.get("name")
        if name is not None:
            name = require_text(name, field="name")
        return cls(custom_field=update_custom_field(field_id, name=name, options=input.get("options"), at=request.at))
