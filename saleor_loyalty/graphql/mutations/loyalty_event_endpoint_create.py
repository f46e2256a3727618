"""``loyaltyEventEndpointCreate``: staff registers an address that is told of events."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import graphene

from ...deliveries import create_endpoint
from ..base import LoyaltyMutation, require_text
from ..ids import require_integer_key
from ..permissions import PermissionDenied
from ..reach import NOT_YOUR_CHANNELS
from ..request import LoyaltyRequest
from ..types.event import LoyaltyEventEndpoint


class LoyaltyEventEndpointCreateInput(graphene.InputObjectType):  # type: ignore[misc]
    program = graphene.ID(description="The program it is told about; left out: all programs.")
    name = graphene.String(required=True, description="The name, at most 250 characters.")
    url = graphene.String(required=True, description="The address: https, and public.")
    event_names = graphene.List(
        graphene.NonNull(graphene.String), required=True, description="The events, as `loyaltyEventKinds` lists them."
    )


class LoyaltyEventEndpointCreate(LoyaltyMutation):
    endpoint = graphene.Field(LoyaltyEventEndpoint, description="The endpoint.")
    secret = graphene.String(description="What its events are signed with. It is shown here and never again.")

    field_names = MappingProxyType({"event_names": "eventNames"})

    class Arguments:
        input = LoyaltyEventEndpointCreateInput(required=True, description="Its address and events.")

    class Meta:
        description = "Registers an address that is told of events from now on."
        is_program_wide = True

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, input: Any) -> LoyaltyEventEndpointCreate:
        program, requester = input.get("program"), request.requester
        if program is None and requester.channels is not None:
            raise PermissionDenied(message=NOT_YOUR_CHANNELS)
        endpoint = create_endpoint(
            None if program is None else require_integer_key(program, "LoyaltyProgram", field="program"),
            name=require_text(input.get("name"), field="name"),
            url=require_text(input.get("url"), field="url"),
            event_names=input["event_names"],
            actor=request.actor,
            at=request.at,
        )
        return cls(endpoint=endpoint, secret=endpoint.secret)
