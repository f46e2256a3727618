"""``loyaltyEventEndpointDelete``: staff removes an endpoint."""

from __future__ import annotations

import graphene

from ...deliveries import delete_endpoint
from ..base import LoyaltyMutation
from ..ids import require_integer_key
from ..request import LoyaltyRequest
from ..types.event import LoyaltyEventEndpoint


class LoyaltyEventEndpointDelete(LoyaltyMutation):
    endpoint = graphene.Field(LoyaltyEventEndpoint, description="The endpoint.")

    class Arguments:
        id = graphene.ID(required=True, description="The endpoint.")

    class Meta:
        description = "Removes an endpoint with its deliveries, those that are pending too."
        is_program_wide = True

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, id: str) -> LoyaltyEventEndpointDelete:
        endpoint = delete_endpoint(require_integer_key(id, "LoyaltyEventEndpoint", field="id"))
        return cls(endpoint=endpoint)
