"""``loyaltyLabelDelete``: staff removes a label from everywhere."""

from __future__ import annotations

from types import MappingProxyType

import graphene

from ...cards import delete_label
from ..base import LoyaltyMutation
from ..ids import require_integer_key
from ..request import LoyaltyRequest
from ..types.card import LoyaltyLabel


class LoyaltyLabelDelete(LoyaltyMutation):
    label = graphene.Field(LoyaltyLabel, description="The label as it was; no account has it any more.")

    field_names = MappingProxyType({"label": "id"})

    class Arguments:
        id = graphene.ID(required=True, description="The label. Not an automatic one.")

    class Meta:
        description = (
            "Deletes a label and takes it off its accounts. Audiences and other stored filters that name it match "
            "nobody from then on."
        )

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, id: str) -> LoyaltyLabelDelete:
        label_id = require_integer_key(id, "LoyaltyLabel", field="id")
        return cls(label=delete_label(label_id, actor=request.actor, at=request.at))
