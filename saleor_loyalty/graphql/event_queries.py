"""The root fields of events out, with their resolvers. Endpoints are for staff who may work in all channels of a
program; those of all programs for staff whose channels are not restricted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import graphene
from django.db.models import QuerySet

from ..events import CATALOGUE, SUBSCRIBABLE
from ..models import EventDelivery, EventEndpoint, ProgramChannel
from .connection import Page, connection_arguments, page_arguments, paginate
from .enums import LoyaltyEventDeliveryStatusEnum
from .ids import integer_key
from .permissions import NEEDS_LOYALTY, require_manage_loyalty
from .request import LoyaltyRequest, loyalty_request
from .sorters import NEWEST_FIRST, OLDEST_FIRST
from .types.event import (
    LoyaltyEventDeliveryCountableConnection,
    LoyaltyEventEndpointCountableConnection,
    LoyaltyEventKind,
)


def resolve_loyalty_event_kinds(_root: Any, info: Any) -> list[Any]:
    require_manage_loyalty(info)
    return [LoyaltyEventKind(name=name, description=CATALOGUE[name].description) for name in SUBSCRIBABLE]


def resolve_loyalty_event_endpoints(_root: Any, info: Any, program: str | None = None, **arguments: Any) -> Page:
    """Resolve ``loyaltyEventEndpoints``. With ``program``: of that program alone, without those of all programs."""
    require_manage_loyalty(info)
    request = loyalty_request(info)
    endpoints = _of_whole_programs(EventEndpoint.objects.using(request.using), request, program="program_id")
    if program is not None:
        endpoints = endpoints.filter(program_id=integer_key(program, "LoyaltyProgram") or 0)
    return paginate(endpoints, OLDEST_FIRST, page_arguments(arguments))


def resolve_loyalty_event_deliveries(
    _root: Any,
    info: Any,
    endpoint: str | None = None,
    account: str | None = None,
    status: str | None = None,
    **arguments: Any,
) -> Page:
    require_manage_loyalty(info)
    request = loyalty_request(info)
    deliveries = EventDelivery.objects.using(request.using).select_related("event")
    deliveries = _of_whole_programs(deliveries, request, program="endpoint__program_id")
    if endpoint is not None:
        deliveries = deliveries.filter(endpoint_id=integer_key(endpoint, "LoyaltyEventEndpoint") or 0)
    if account is not None:
        deliveries = deliveries.filter(account_id=integer_key(account, "LoyaltyAccount") or 0)
    if status is not None:
        deliveries = deliveries.filter(status=status)
    return paginate(deliveries, NEWEST_FIRST, page_arguments(arguments))


def _of_whole_programs(rows: QuerySet[Any], request: LoyaltyRequest, *, program: str) -> QuerySet[Any]:
    channels = request.requester.channels
    if channels is None:
        return rows
    foreign = ProgramChannel.objects.using(request.using).exclude(channel_slug__in=channels)
    return rows.filter(**{f"{program}__isnull": False}).exclude(**{f"{program}__in": foreign.values("program_id")})


QUERIES: dict[str, tuple[graphene.Field, Callable[..., Any]]] = {
    "loyalty_event_kinds": (
        graphene.Field(
            graphene.List(graphene.NonNull(LoyaltyEventKind)),
            description="The events that endpoints can subscribe to." + NEEDS_LOYALTY,
        ),
        resolve_loyalty_event_kinds,
    ),
    "loyalty_event_endpoints": (
        graphene.Field(
            LoyaltyEventEndpointCountableConnection,
            program=graphene.ID(description="Of this program only."),
            description="The addresses that are told of events, the oldest first." + NEEDS_LOYALTY,
            **connection_arguments(),
        ),
        resolve_loyalty_event_endpoints,
    ),
    "loyalty_event_deliveries": (
        graphene.Field(
            LoyaltyEventDeliveryCountableConnection,
            endpoint=graphene.ID(description="To this endpoint only."),
            account=graphene.ID(description="About this account only."),
            status=LoyaltyEventDeliveryStatusEnum(description="Only those that are this far."),
            description=(
                "Events on their way, the newest first. Those that arrived are kept for a while, those that failed "
                "for good until they are sent again." + NEEDS_LOYALTY
            ),
            **connection_arguments(),
        ),
        resolve_loyalty_event_deliveries,
    ),
}
