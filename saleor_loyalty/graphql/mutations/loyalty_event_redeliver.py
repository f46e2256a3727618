"""``loyaltyEventRedeliver``: staff has one event sent again, or what an endpoint failed for good, so many at once."""

from __future__ import annotations

import graphene

from ...deliveries import redeliver, redeliver_failed
from ..base import LoyaltyMutation
from ..errors import InputRefused
from ..ids import require_integer_key
from ..request import LoyaltyRequest
from ..types.event import LoyaltyEventDelivery


class LoyaltyEventRedeliver(LoyaltyMutation):
    delivery = graphene.Field(LoyaltyEventDelivery, description="The one delivery, still to be made.")
    count = graphene.Int(description="How many will be sent again.")

    class Arguments:
        id = graphene.ID(description="The delivery.")
        endpoint = graphene.ID(
            description="Instead of `id`: the 1,000 oldest deliveries that failed for good at this endpoint."
        )

    class Meta:
        description = (
            "Sends events to their endpoint again, with the same ids. Nothing of their account that is still pending "
            "overtakes them."
        )
        is_program_wide = True

    @classmethod
    def perform(
        cls, request: LoyaltyRequest, *, id: str | None = None, endpoint: str | None = None
    ) -> LoyaltyEventRedeliver:
        if (id is None) == (endpoint is None):
            raise InputRefused("REQUIRED", "Give either `id` or `endpoint`.", field="id")
        if endpoint is not None:
            endpoint_id = require_integer_key(endpoint, "LoyaltyEventEndpoint", field="endpoint")
            return cls(count=redeliver_failed(endpoint_id, at=request.at))
        delivery_id = require_integer_key(id or "", "LoyaltyEventDelivery", field="id")
        return cls(delivery=redeliver(delivery_id, at=request.at), count=1)
