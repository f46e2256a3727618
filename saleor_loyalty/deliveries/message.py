"""An event as it goes over the wire. The body is the same in every attempt and for every endpoint."""

from __future__ import annotations

import datetime
import json

from .. import __version__
from ..events.payload import global_id, moment_text
from ..models import EventDelivery, EventEndpoint, OutboxEvent
from .signing import secrets_in_force, signature


def body_of(event: OutboxEvent) -> bytes:
    """Return the JSON document of an event: what it is, when and whose, and its payload as ``data``."""
    document = {
        "id": event_id(event.pk),
        "name": event.name,
        "occurredAt": moment_text(event.occurred_at),
        "createdAt": moment_text(event.created_at),
        "program": None if event.program_id is None else global_id("LoyaltyProgram", event.program_id),
        "account": None if event.account_id is None else global_id("LoyaltyAccount", event.account_id),
        "data": event.payload,
    }
    return json.dumps(document, separators=(",", ":"), sort_keys=True).encode()


def headers_of(
    delivery: EventDelivery, *, endpoint: EventEndpoint, body: bytes, attempt: int, at: datetime.datetime
) -> dict[str, str]:
    """Return the headers of one attempt."""
    return {
        "Content-Type": "application/json",
        "User-Agent": f"saleor-loyalty/{__version__}",
        "Loyalty-Event": delivery.event.name,
        "Loyalty-Event-Id": event_id(delivery.event_id),
        "Loyalty-Attempt": str(attempt),
        "Loyalty-Signature": signature(body, keys=secrets_in_force(endpoint, at=at), at=at),
    }


def event_id(key: int) -> str:
    """Return what receivers recognize an event by that they have had before."""
    return global_id("LoyaltyEvent", key)
