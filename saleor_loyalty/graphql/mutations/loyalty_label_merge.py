"""``loyaltyLabelMerge``: staff makes one label of two."""

from __future__ import annotations

from types import MappingProxyType

import graphene

from ...cards import merge_labels
from ..base import LoyaltyMutation
from ..ids import require_integer_key
from ..request import LoyaltyRequest
from ..types.card import LoyaltyLabel


class LoyaltyLabelMerge(LoyaltyMutation):
    label = graphene.Field(LoyaltyLabel, description="The label that is left.")

    field_names = MappingProxyType({"label": "id"})

    class Arguments:
        id = graphene.ID(required=True, description="The label that goes. Not an automatic one.")
        into = graphene.ID(required=True, description="The label that its accounts get instead. Not an automatic one.")

    class Meta:
        description = (
            "Moves the accounts of one label to another and deletes the first. Audiences and other stored filters "
            "name the other from then on."
        )

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, id: str, into: str) -> LoyaltyLabelMerge:
        label_id = require_integer_key(id, "LoyaltyLabel", field="id")
        into_id = require_integer_key(into, "LoyaltyLabel", field="into")
        return cls(label=merge_labels(label_id, into_id=into_id, actor=request.actor, at=request.at))
