"""``loyaltyLabelUpdate``: staff renames a label."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import graphene

from ...cards import rename_label
from ..base import LoyaltyMutation, require_text
from ..ids import require_integer_key
from ..request import LoyaltyRequest
from ..types.card import LoyaltyLabel


class LoyaltyLabelUpdateInput(graphene.InputObjectType):  # type: ignore[misc]
    name = graphene.String(required=True, description="The name, at most 250 characters.")


class LoyaltyLabelUpdate(LoyaltyMutation):
    label = graphene.Field(LoyaltyLabel, description="The label.")

    field_names = MappingProxyType({"label": "id"})

    class Arguments:
        id = graphene.ID(required=True, description="The label. Not an automatic one.")
        input = LoyaltyLabelUpdateInput(required=True, description="Its new name.")

    class Meta:
        description = "Renames a label. Its key and its accounts stay."

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, id: str, input: Any) -> LoyaltyLabelUpdate:
        label_id = require_integer_key(id, "LoyaltyLabel", field="id")
        name = require_text(input.get("name"), field="name")
        return cls(label=rename_label(label_id, name=name, at=request.at))
