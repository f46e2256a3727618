"""``loyaltyEventEndpointSecretRotate``: staff replaces what an endpoint's events are signed with."""

from __future__ import annotations

import graphene

from ...deliveries import rotate_secret
from ..base import LoyaltyMutation
from ..ids import require_integer_key
from ..request import LoyaltyRequest
from ..types.event import LoyaltyEventEndpoint


class LoyaltyEventEndpointSecretRotate(LoyaltyMutation):
    endpoint = graphene.Field(LoyaltyEventEndpoint, description="The endpoint.")
    secret = graphene.String(description="The new secret. It is shown here and never again.")

    class Arguments:
        id = graphene.ID(required=True, description="The endpoint.")

    class Meta:
        description = "Gives an endpoint a new secret. For a day events are signed with the old one too."
        is_program_wide = True

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, id: str) -> LoyaltyEventEndpointSecretRotate:
        endpoint = rotate_secret(require_integer_key(id, "LoyaltyEventEndpoint", field="id"), at=request.at)
        return cls(endpoint=endpoint, secret=endpoint.secret)
