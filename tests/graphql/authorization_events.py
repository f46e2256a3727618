"""Who may see and change endpoints and deliveries: rows, places and calls for the authorization test."""

from __future__ import annotations

from typing import Any

from saleor_loyalty.deliveries import create_endpoint
from saleor_loyalty.events import SUBSCRIBABLE
from saleor_loyalty.ledger import Actor, give_points
from saleor_loyalty.models import EventDelivery, EventEndpoint, LoyaltyAccount, OutboxEvent
from tests import club

from .api import Api, gid

NOBODY_LISTENS = "http://127.0.0.1:9/"
ERRORS = "errors { field code }"
ENDPOINT = "endpoint { id name url program { id } eventNames isActive user { email } app { name } }"
DELIVERY = "delivery { id eventName status attempts endpoint { id } }"

CREATE = f"""mutation($input: LoyaltyEventEndpointCreateInput!) {{
    loyaltyEventEndpointCreate(input: $input) {{ {ENDPOINT} secret {ERRORS} }} }}"""
UPDATE = f"""mutation($id: ID!, $input: LoyaltyEventEndpointUpdateInput!) {{
    loyaltyEventEndpointUpdate(id: $id, input: $input) {{ {ENDPOINT} {ERRORS} }} }}"""
DELETE = f"mutation($id: ID!) {{ loyaltyEventEndpointDelete(id: $id) {{ {ENDPOINT} {ERRORS} }} }}"
ROTATE = f"mutation($id: ID!) {{ loyaltyEventEndpointSecretRotate(id: $id) {{ {ENDPOINT} secret {ERRORS} }} }}"
PING = f"mutation($id: ID!) {{ loyaltyEventEndpointPing(id: $id) {{ {DELIVERY} {ERRORS} }} }}"
REDELIVER = f"mutation($id: ID) {{ loyaltyEventRedeliver(id: $id) {{ {DELIVERY} {ERRORS} }} }}"

ROWS: dict[str, dict[str, str]] = {
    "LoyaltyEventKind": {"public to staff": "name description"},
    "LoyaltyEventEndpoint": {
        "staff": """id name url program eventNames isActive failingSince retryAt switchedOffAt lastDeliveredAt
            previousSecretUntil pendingDeliveries failedDeliveries app createdAt updatedAt""",
        "staff, naming others": "user",
    },
    "LoyaltyEventDelivery": {
        "staff": """id eventId eventName occurredAt payload endpoint account status attempts attemptedAt nextAttemptAt
            responseStatus error deliveredAt createdAt""",
    },
    "LoyaltyEventEndpointCountableConnection": {"staff": "pageInfo edges totalCount"},
    "LoyaltyEventEndpointCountableEdge": {"staff": "node cursor"},
    "LoyaltyEventDeliveryCountableConnection": {"staff": "pageInfo edges totalCount"},
    "LoyaltyEventDeliveryCountableEdge": {"staff": "node cursor"},
    "Query": {"staff": "loyaltyEventKinds loyaltyEventEndpoints loyaltyEventDeliveries"},
}

PLACES: dict[str, tuple[str, ...]] = {
    "LoyaltyEventKind": ("{ loyaltyEventKinds { %s } }",),
    "LoyaltyEventEndpoint": ("{ loyaltyEventEndpoints(first: 10) { edges { node { %s } } } }",),
    "LoyaltyEventDelivery": ("{ loyaltyEventDeliveries(first: 100) { edges { node { %s } } } }",),
    "LoyaltyEventEndpointCountableConnection": ("{ loyaltyEventEndpoints(first: 1) { %s } }",),
    "LoyaltyEventEndpointCountableEdge": ("{ loyaltyEventEndpoints(first: 1) { edges { %s } } }",),
    "LoyaltyEventDeliveryCountableConnection": ("{ loyaltyEventDeliveries(first: 1) { %s } }",),
    "LoyaltyEventDeliveryCountableEdge": ("{ loyaltyEventDeliveries(first: 1) { edges { %s } } }",),
}

ARGUMENTS = {
    "Query.loyaltyEventEndpoints": "(first: 1)",
    "Query.loyaltyEventDeliveries": "(first: 1)",
}


def fill(account: LoyaltyAccount, *, staff: Api, app: Api) -> dict[str, Any]:
    """Register an endpoint of staff and one of an app, with every column set, and have a delivery of each."""
    at = club.now()
    by_staff, by_app = Actor("STAFF", staff.user.pk), Actor("APP", app.app.pk)
    endpoints = [
        create_endpoint(
            account.program_id, name="Books", url=NOBODY_LISTENS, event_names=SUBSCRIBABLE, actor=actor, at=at
        )
        for actor in (by_staff, by_app)
    ]
    key = f"event-{endpoints[0].pk}"
    give_points(account.pk, points=1, at=at, idempotency_key=key)
    moments = ("failing_since", "retry_at", "switched_off_at", "delivered_at", "previous_secret_until")
    EventEndpoint.objects.update(**dict.fromkeys(moments, at + club.HOUR))
    EventDelivery.objects.update(attempted_at=at, response_status=500, error="It answered.", delivered_at=at)
    delivery = EventDelivery.objects.filter(endpoint=endpoints[0]).latest("pk")
    return {
        "eventEndpoint": gid("LoyaltyEventEndpoint", endpoints[0]),
        "eventDelivery": gid("LoyaltyEventDelivery", delivery),
    }


def calls(scene: dict[str, Any], account: Any) -> dict[str, tuple[str, dict[str, Any]]]:
    endpoint, delivery = {"id": scene.get("eventEndpoint")}, {"id": scene.get("eventDelivery")}
    values = {"name": "Till", "url": NOBODY_LISTENS, "eventNames": ["loyalty.transaction.created"]}
    program = gid("LoyaltyProgram", account.program_id) if account else None
    return {
        "loyaltyEventEndpointCreate": (CREATE, {"input": values | {"program": program}}),
        "loyaltyEventEndpointUpdate": (UPDATE, endpoint | {"input": {"name": "Till"}}),
        "loyaltyEventEndpointDelete": (DELETE, endpoint),
        "loyaltyEventEndpointSecretRotate": (ROTATE, endpoint),
        "loyaltyEventEndpointPing": (PING, endpoint),
        "loyaltyEventRedeliver": (REDELIVER, delivery),
    }


def written() -> dict[str, list[Any]]:
    models = (EventEndpoint, EventDelivery, OutboxEvent)
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}
