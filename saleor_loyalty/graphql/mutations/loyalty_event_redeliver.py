"""``loyaltyEventRedeliver``: staff has an event sent again."""

from __future__ import annotations

import graphene

from ...deliveries import redeliver
from ..base import LoyaltyMutation
from ..ids import require_integer_key
from ..request import LoyaltyRequest
from ..types.event import LoyaltyEventDelivery


class LoyaltyEventRedeliver(LoyaltyMutation):
    delivery = graphene.Field(LoyaltyEventDelivery, description="The delivery, still to be made.")

    class Arguments:
        id = graphene.ID(required=True, description="The delivery.")

    class Meta:
        description = (
            "Sends an event to its endpoint again, with the same id. Nothing of its account that is still pending "
            "overtakes it."
        )
        is_program_wide = True

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, id: str) -> LoyaltyEventRedeliver:
        return cls(delivery=redeliver(require_integer_key(id, "LoyaltyEventDelivery", field="id"), at=request.at))
