"""``loyaltyEventEndpointPing``: staff tests an endpoint."""

from __future__ import annotations

import graphene

from ...deliveries import ping_endpoint
from ..base import LoyaltyMutation
from ..ids import require_integer_key
from ..request import LoyaltyRequest
from ..types.event import LoyaltyEventDelivery


class LoyaltyEventEndpointPing(LoyaltyMutation):
    delivery = graphene.Field(LoyaltyEventDelivery, description="The delivery, still to be made.")

    class Arguments:
        id = graphene.ID(required=True, description="The endpoint.")

    class Meta:
        description = "Sends an endpoint a test event, also where it is left alone because it fails."
        is_program_wide = True

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, id: str) -> LoyaltyEventEndpointPing:
        return cls(delivery=ping_endpoint(require_integer_key(id, "LoyaltyEventEndpoint", field="id"), at=request.at))
