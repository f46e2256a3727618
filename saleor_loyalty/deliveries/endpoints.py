"""Endpoints: staff registers, changes, tests and removes the addresses that are told of events.

A secret is made here, returned once and never shown again. It is stored as it is, because signing needs it: whoever
reads the database can sign.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.db import transaction

from ..cards.inputs import check_name
from ..errors import LimitReached, LoyaltyException, ProgramNotFound
from ..events import SUBSCRIBABLE
from ..events.catalogue import ENDPOINT_PINGED
from ..events.payload import encode_payload
from ..events.waking import wake_deliverers
from ..ledger import Actor
from ..lock_objects import event_endpoint_qs_select_for_update
from ..models import DeliveryStatus, EventDelivery, EventEndpoint, LoyaltyProgram, OutboxEvent
from .addresses import find_addresses, parse_url
from .refusals import EndpointNotFound
from .signing import OVERLAP, make_secret

NAME_MAX = 250
ENDPOINTS_MAX = 50
"""Of one program, and as many of all programs: each is looked at with every event."""


def create_endpoint(
    program_id: int | None,
    *,
    name: str,
    url: str,
    event_names: Sequence[str],
    at: datetime.datetime,
    actor: Actor | None = None,
) -> EventEndpoint:
    """Register an address for events of a program, or of all (None). Its ``secret`` is new.

    Raises:
        LoyaltyException (INVALID): the name is empty or too long, or an event name is not one to subscribe to.
        EndpointRefused: the URL is not one that may be sent to.
        ProgramNotFound: there is no such program.
        LimitReached: it has 50 already.

    Idempotency: none; a second call registers a second endpoint, with another secret.
    """
    actor = actor or Actor()
    name, names = check_name(name, max_length=NAME_MAX), _check_event_names(event_names)
    find_addresses(parse_url(url))
    if program_id is not None and not LoyaltyProgram.objects.filter(pk=program_id).exists():
        raise ProgramNotFound
    if EventEndpoint.objects.filter(program=program_id).count() >= ENDPOINTS_MAX:
        raise LimitReached(f"There are {ENDPOINTS_MAX} endpoints already.", field="program")
    return EventEndpoint.objects.create(
        program_id=program_id,
        name=name,
        url=url,
        secret=make_secret(),
        event_names=names,
        created_by_kind=actor.kind,
        created_by_id=actor.id,
        created_at=at,
        updated_at=at,
    )


def update_endpoint(
    endpoint_id: int,
    *,
    at: datetime.datetime,
    name: str | None = None,
    url: str | None = None,
    event_names: Sequence[str] | None = None,
    is_active: bool | None = None,
) -> EventEndpoint:
    """Change what is given. Switching on forgets earlier failures; what was pending goes out in its order.

    Raises what ``create_endpoint`` raises, and EndpointNotFound. Locks the endpoint. Idempotent.
    """
    new_name = None if name is None else check_name(name, max_length=NAME_MAX)
    names = None if event_names is None else _check_event_names(event_names)
    if url is not None:
        find_addresses(parse_url(url))
    with transaction.atomic():
        endpoint = _lock(endpoint_id)
        endpoint.name = endpoint.name if new_name is None else new_name
        endpoint.event_names = endpoint.event_names if names is None else names
        if is_active is not None and is_active != endpoint.is_active:
            endpoint.is_active, endpoint.switched_off_at = is_active, None
            _forget_failures(endpoint)
        if url is not None and url != endpoint.url:
            endpoint.url = url
            _forget_failures(endpoint)
        endpoint.updated_at = at
        endpoint.save()
        wake_deliverers()
    return endpoint


def delete_endpoint(endpoint_id: int) -> EventEndpoint:
    """Remove the endpoint and its deliveries, pending ones too. Raises EndpointNotFound."""
    with transaction.atomic():
        endpoint = _lock(endpoint_id)
        EventDelivery.objects.filter(endpoint=endpoint)._raw_delete(using="default")
        EventEndpoint.objects.filter(pk=endpoint_id).delete()
    return endpoint


def rotate_secret(endpoint_id: int, *, at: datetime.datetime) -> EventEndpoint:
    """Give the endpoint a new secret. For a day events are signed with the old one too. Raises EndpointNotFound."""
    with transaction.atomic():
        endpoint = _lock(endpoint_id)
        endpoint.previous_secret, endpoint.previous_secret_until = endpoint.secret, at + OVERLAP
        endpoint.secret = make_secret()
        endpoint.updated_at = at
        endpoint.save(update_fields=["secret", "previous_secret", "previous_secret_until", "updated_at"])
    return endpoint


def ping_endpoint(endpoint_id: int, *, at: datetime.datetime) -> EventDelivery:
    """Send the endpoint a test event, at once even where it has been left alone for a while.

    Raises EndpointNotFound; LoyaltyException (INVALID) where it is switched off.
    """
    with transaction.atomic():
        endpoint = _lock(endpoint_id)
        if not endpoint.is_active:
            raise LoyaltyException("The endpoint is switched off.", field="id")
        event = OutboxEvent.objects.create(
            program_id=endpoint.program_id,
            name=ENDPOINT_PINGED,
            payload=encode_payload(ENDPOINT_PINGED, {"endpoint": endpoint.pk}),
            occurred_at=at,
            created_at=at,
        )
        delivery = EventDelivery.objects.create(
            event=event, endpoint=endpoint, status=DeliveryStatus.PENDING, due_at=at, created_at=at
        )
        EventEndpoint.objects.filter(pk=endpoint.pk).update(retry_at=None)
        wake_deliverers()
    return delivery


def _lock(endpoint_id: int) -> EventEndpoint:
    endpoint = event_endpoint_qs_select_for_update().filter(pk=endpoint_id).first()
    if endpoint is None:
        raise EndpointNotFound
    return endpoint


def _forget_failures(endpoint: EventEndpoint) -> None:
    endpoint.failures, endpoint.failing_since, endpoint.retry_at = 0, None, None


def _check_event_names(names: Sequence[str]) -> list[str]:
    unknown = sorted(set(names) - set(SUBSCRIBABLE))
    if unknown or not names:
        message = f"There is no event {', '.join(unknown)}." if unknown else "Name at least one event."
        raise LoyaltyException(message, field="event_names")
    return sorted(set(names))
