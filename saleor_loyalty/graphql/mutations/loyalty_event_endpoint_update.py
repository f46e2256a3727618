"""``loyaltyEventEndpointUpdate``: staff changes an endpoint, or switches it on or off."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import graphene

from ...deliveries import update_endpoint
from ..base import LoyaltyMutation
from ..ids import require_integer_key
from ..request import LoyaltyRequest
from ..types.event import LoyaltyEventEndpoint


class LoyaltyEventEndpointUpdateInput(graphene.InputObjectType):  # type: ignore[misc]
    name = graphene.String(description="The name, at most 250 characters.")
    url = graphene.String(description="The address: https, and public.")
    event_names = graphene.List(
        graphene.NonNull(graphene.String), description="The events, as `loyaltyEventKinds` lists them."
    )
    is_active = graphene.Boolean(description="Whether it is told of events.")


class LoyaltyEventEndpointUpdate(LoyaltyMutation):
    endpoint = graphene.Field(LoyaltyEventEndpoint, description="The endpoint.")

    field_names = MappingProxyType({"event_names": "eventNames"})

    class Arguments:
        id = graphene.ID(required=True, description="The endpoint.")
        input = LoyaltyEventEndpointUpdateInput(required=True, description="What changes.")

    class Meta:
        description = (
            "Changes what is given. While an endpoint is switched off nothing is written for it; what was pending "
            "waits, and goes out in its order when it is switched on."
        )
        is_program_wide = True

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, id: str, input: Any) -> LoyaltyEventEndpointUpdate:
        endpoint_id = require_integer_key(id, "LoyaltyEventEndpoint", field="id")
        return cls(endpoint=update_endpoint(endpoint_id, at=request.at, **input))
