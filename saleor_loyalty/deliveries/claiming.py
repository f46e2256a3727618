"""Which deliveries a worker may send now: claimed by row locks that nobody waits for, kept by a lease.

Of one account and endpoint only the first that is pending can be claimed, so that two workers cannot overtake each
other; one that waits for its next attempt holds the later ones back, and others flow. A claim is a token and a
deadline on the row: when its worker dies, the delivery is due again at the deadline.
"""

from __future__ import annotations

import datetime
import secrets
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from ..lock_objects import event_delivery_qs_select_for_update
from ..models import DeliveryStatus, EventDelivery, EventEndpoint
from .sending import ALL_SECONDS, CONNECT_SECONDS, CONNECT_TRIES

BATCH = 20
LEASE = datetime.timedelta(minutes=5)
SEND_AT_MOST = datetime.timedelta(seconds=ALL_SECONDS + CONNECT_TRIES * CONNECT_SECONDS + 30)
"""What one request may take, the resolving of its name included. With less of the lease left nothing is begun."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """Deliveries of one endpoint, at most one of each account, that nobody else sends before ``until``."""

    endpoint: EventEndpoint
    deliveries: list[EventDelivery]
    token: str
    until: datetime.datetime


def endpoints_in_service(*, at: datetime.datetime) -> QuerySet[EventEndpoint]:
    """Return the endpoints that may be sent to now."""
    return EventEndpoint.objects.filter(Q(retry_at=None) | Q(retry_at__lte=at), is_active=True)


def sendable(deliveries: QuerySet[EventDelivery], *, at: datetime.datetime) -> QuerySet[EventDelivery]:
    """Return those that are due and that no earlier one of their account holds back."""
    earlier = EventDelivery.objects.filter(
        endpoint_id=OuterRef("endpoint_id"),
        account_id=OuterRef("account_id"),
        status=DeliveryStatus.PENDING,
        event_id__lt=OuterRef("event_id"),
    )
    return deliveries.filter(~Exists(earlier), status=DeliveryStatus.PENDING, due_at__lte=at)


def claim_deliveries(endpoint: EventEndpoint, *, at: datetime.datetime, limit: int = BATCH) -> Claim:
    """Claim what is due first. An endpoint that fails gets one at a time, until one succeeds.

    Locks: the deliveries; none that another session has locked.
    """
    most = 1 if endpoint.failures else limit
    token, until = secrets.token_hex(16), at + LEASE
    with transaction.atomic():
        due = sendable(event_delivery_qs_select_for_update(skip_locked=True), at=at).filter(endpoint=endpoint)
        deliveries = list(due.order_by("due_at").select_related("event")[:most])
        ids = [delivery.pk for delivery in deliveries]
        if ids:
            EventDelivery.objects.filter(pk__in=ids).update(claim=token, due_at=until)
    return Claim(endpoint=endpoint, deliveries=deliveries, token=token, until=until)


def give_back(claim: Claim, deliveries: list[EventDelivery], *, at: datetime.datetime) -> None:
    """Let others send what this claim will not."""
    ids = [delivery.pk for delivery in deliveries]
    if ids:
        EventDelivery.objects.filter(pk__in=ids, claim=claim.token, status=DeliveryStatus.PENDING).update(
            claim="", due_at=at
        )


def owned(claim: Claim, delivery: EventDelivery) -> QuerySet[EventDelivery]:
    """Return the row as long as it is pending and this claim's."""
    return EventDelivery.objects.filter(pk=delivery.pk, claim=claim.token, status=DeliveryStatus.PENDING)


def count_attempt(claim: Claim, delivery: EventDelivery, *, at: datetime.datetime) -> bool:
    """Write down that it is being sent. Returns False where the claim has ended."""
    return bool(owned(claim, delivery).update(attempts=F("attempts") + 1, attempted_at=at))
