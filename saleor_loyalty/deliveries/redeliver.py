"""Sending again what was given up, or what an endpoint has lost."""

from __future__ import annotations

import datetime

from django.db import transaction

from ..errors import LoyaltyException
from ..events.waking import wake_deliverers
from ..lock_objects import event_delivery_qs_select_for_update
from ..models import DeliveryStatus, EventDelivery, EventEndpoint
from .refusals import DeliveryNotFound, EndpointNotFound


def redeliver(delivery_id: int, *, at: datetime.datetime) -> EventDelivery:
    """Have a delivery sent again, with all its attempts before it. A pending one is sent now.

    It is the same event, with the same id. It comes after later events of its account that were delivered already;
    those that are still pending wait for it.

    Raises DeliveryNotFound. Locks the delivery. Idempotency: one that is pending and not being sent stays so.
    """
    with transaction.atomic():
        delivery = event_delivery_qs_select_for_update().select_related("endpoint").filter(pk=delivery_id).first()
        if delivery is None:
            raise DeliveryNotFound
        if not delivery.endpoint.is_active:
            raise LoyaltyException("The endpoint is switched off.", field="id")
        if delivery.status != DeliveryStatus.PENDING:
            delivery.status, delivery.attempts, delivery.delivered_at = DeliveryStatus.PENDING, 0, None
        if not delivery.claim:
            delivery.due_at = at
        delivery.save()
        if delivery.account_id is not None:
            # Those that waited for it need not wait for its next attempt any more.
            EventDelivery.objects.filter(
                endpoint_id=delivery.endpoint_id,
                account_id=delivery.account_id,
                status=DeliveryStatus.PENDING,
                event_id__gt=delivery.event_id,
                claim="",
            ).update(due_at=at)
        wake_deliverers()
    return delivery


REDELIVERED_AT_MOST = 1_000
"""Deliveries that one call has sent again."""


def redeliver_failed(endpoint_id: int, *, at: datetime.datetime, limit: int = REDELIVERED_AT_MOST) -> int:
    """Have the oldest deliveries that an endpoint failed for good sent again, at most ``limit``. Returns how many.

    Raises EndpointNotFound; LoyaltyException (INVALID) where the endpoint is switched off. Locks the deliveries.
    """
    endpoint = EventEndpoint.objects.filter(pk=endpoint_id).first()
    if endpoint is None:
        raise EndpointNotFound(field="endpoint")
    if not endpoint.is_active:
        raise LoyaltyException("The endpoint is switched off.", field="endpoint")
    with transaction.atomic():
        failed = event_delivery_qs_select_for_update().filter(endpoint=endpoint, status=DeliveryStatus.FAILED)
        ids = list(failed.values_list("pk", flat=True)[:limit])
        if ids:
            EventDelivery.objects.filter(pk__in=ids).update(status=DeliveryStatus.PENDING, attempts=0, due_at=at)
            wake_deliverers()
    return len(ids)
