"""Events out: endpoints, deliveries and the catalogue. Only staff and apps with MANAGE_LOYALTY reach these types."""

from __future__ import annotations

from typing import Any

import graphene
from graphene.relay import Node
from promise import Promise

from ...deliveries.message import event_id
from ...models import DeliveryStatus, EventDelivery, EventEndpoint
from .. import host_types
from ..connection import connection_type
from ..dataloaders import AccountByIdLoader, HostRootLoader, ProgramByIdLoader, UserByIdLoader
from ..enums import LoyaltyEventDeliveryStatusEnum
from ..event_loaders import DeliveryCountsByEndpointIdLoader, EndpointByIdLoader
from ..request import loyalty_request
from .account import LoyaltyAccount
from .program import LoyaltyProgram


class LoyaltyEventKind(graphene.ObjectType):  # type: ignore[misc]
    name = graphene.String(required=True, description="What endpoints subscribe to.")
    description = graphene.String(required=True, description="When it is sent, in English.")

    class Meta:
        description = "An event that endpoints can subscribe to. The payloads are in the documentation."


class LoyaltyEventEndpoint(graphene.ObjectType):  # type: ignore[misc]
    name = graphene.String(required=True, description="What staff call it.")
    url = graphene.String(required=True, description="Where events are sent.")
    program = graphene.Field(LoyaltyProgram, description="The program it is told about; null: all.")
    event_names = graphene.List(
        graphene.NonNull(graphene.String), required=True, description="The events it is told of."
    )
    is_active = graphene.Boolean(required=True, description="Whether it is told of events.")
    failing_since = graphene.Field(
        host_types.DateTime, description="When it failed first, where it has not answered well since."
    )
    retry_at = graphene.Field(host_types.DateTime, description="Until then it is left alone, because it fails.")
    switched_off_at = graphene.Field(
        host_types.DateTime, description="When it was switched off because it did not answer for long."
    )
    last_delivered_at = graphene.Field(host_types.DateTime, description="When it last took an event.")
    previous_secret_until = graphene.Field(
        host_types.DateTime, description="Until when events are signed with the secret before, too."
    )
    pending_deliveries = graphene.Int(required=True, description="How many deliveries are still to be made.")
    failed_deliveries = graphene.Int(required=True, description="How many deliveries were given up.")
    user = graphene.Field(
        host_types.User, description="The staff member who registered it. Null without MANAGE_USERS."
    )
    app = graphene.Field(host_types.App, description="The app that registered it.")
    created_at = graphene.Field(host_types.DateTime, required=True, description="When it was registered.")
    updated_at = graphene.Field(host_types.DateTime, required=True, description="When it was last changed.")

    class Meta:
        description = "An address outside of the shop that is told of events."
        interfaces = (Node,)

    @staticmethod
    def resolve_program(root: EventEndpoint, info: Any) -> Promise | None:
        return (
            None if root.program_id is None else loyalty_request(info).loader(ProgramByIdLoader).load(root.program_id)
        )

    @staticmethod
    def resolve_last_delivered_at(root: EventEndpoint, _info: Any) -> Any:
        return root.delivered_at

    @staticmethod
    def resolve_pending_deliveries(root: EventEndpoint, info: Any) -> Promise:
        return _counts(root, info).then(lambda counts: counts[0])

    @staticmethod
    def resolve_failed_deliveries(root: EventEndpoint, info: Any) -> Promise:
        return _counts(root, info).then(lambda counts: counts[1])

    @staticmethod
    def resolve_user(root: EventEndpoint, info: Any) -> Promise | None:
        request = loyalty_request(info)
        if root.created_by_kind != "STAFF" or root.created_by_id is None or not request.requester.can_manage_users:
            return None
        return request.loader(UserByIdLoader).load(root.created_by_id)

    @staticmethod
    def resolve_app(root: EventEndpoint, info: Any) -> Promise | None:
        if root.created_by_kind != "APP" or root.created_by_id is None:
            return None
        return loyalty_request(info).loader(HostRootLoader).load(("App", str(root.created_by_id)))


def _counts(root: EventEndpoint, info: Any) -> Promise:
    return loyalty_request(info).loader(DeliveryCountsByEndpointIdLoader).load(root.pk)


class LoyaltyEventDelivery(graphene.ObjectType):  # type: ignore[misc]
    event_id = graphene.String(required=True, description="The event's id, as the endpoint gets it.")
    event_name = graphene.String(required=True, description="The event's name.")
    occurred_at = graphene.Field(host_types.DateTime, required=True, description="When it happened.")
    payload = graphene.Field(host_types.JSONString, required=True, description="What the endpoint gets as `data`.")
    endpoint = graphene.Field(LoyaltyEventEndpoint, required=True, description="Where it goes.")
    account = graphene.Field(LoyaltyAccount, description="The account it is about.")
    status = LoyaltyEventDeliveryStatusEnum(required=True, description="How far it is.")
    attempts = graphene.Int(required=True, description="How often it was sent.")
    attempted_at = graphene.Field(host_types.DateTime, description="When it was last sent.")
    next_attempt_at = graphene.Field(
        host_types.DateTime, description="When it may be sent next, while it is pending. Earlier ones come first."
    )
    response_status = graphene.Int(description="The HTTP status of the last answer; null where nobody answered.")
    error = graphene.String(description="Why the last attempt failed.")
    delivered_at = graphene.Field(host_types.DateTime, description="When the endpoint took it.")
    created_at = graphene.Field(host_types.DateTime, required=True, description="When it was written.")

    class Meta:
        description = "One event on its way to one endpoint."
        interfaces = (Node,)

    @staticmethod
    def resolve_event_id(root: EventDelivery, _info: Any) -> str:
        return event_id(root.event_id)

    @staticmethod
    def resolve_event_name(root: EventDelivery, _info: Any) -> str:
        return root.event.name

    @staticmethod
    def resolve_occurred_at(root: EventDelivery, _info: Any) -> Any:
        return root.event.occurred_at

    @staticmethod
    def resolve_payload(root: EventDelivery, _info: Any) -> Any:
        return root.event.payload

    @staticmethod
    def resolve_endpoint(root: EventDelivery, info: Any) -> Promise:
        return loyalty_request(info).loader(EndpointByIdLoader).load(root.endpoint_id)

    @staticmethod
    def resolve_account(root: EventDelivery, info: Any) -> Promise | None:
        return (
            None if root.account_id is None else loyalty_request(info).loader(AccountByIdLoader).load(root.account_id)
        )

    @staticmethod
    def resolve_next_attempt_at(root: EventDelivery, _info: Any) -> Any:
        return root.due_at if root.status == DeliveryStatus.PENDING else None

    @staticmethod
    def resolve_error(root: EventDelivery, _info: Any) -> str | None:
        return root.error or None


LoyaltyEventEndpointCountableConnection = connection_type(LoyaltyEventEndpoint)
LoyaltyEventDeliveryCountableConnection = connection_type(LoyaltyEventDelivery)
