"""How long events are kept: delivered ones ``LOYALTY_EVENT_RETENTION_DAYS``, pending and failed ones until somebody
decides."""

from __future__ import annotations

import datetime

from django.db.models import Exists, OuterRef

from .. import app_settings
from ..models import DeliveryStatus, EventDelivery, OutboxEvent


def delete_old_events(*, at: datetime.datetime, limit: int) -> int:
    """Delete at most ``limit`` old deliveries, and as many events that no delivery is left of.

    Returns how many were deleted of the kind of which it was more: less than ``limit`` where nothing is left to do.
    Idempotency: a second run goes on.
    """
    before = at - datetime.timedelta(days=app_settings.EVENT_RETENTION_DAYS)
    old = EventDelivery.objects.filter(status=DeliveryStatus.DELIVERED, delivered_at__lt=before)
    deliveries = _delete(EventDelivery, list(old.order_by("delivered_at").values_list("pk", flat=True)[:limit]))
    left = EventDelivery.objects.filter(event=OuterRef("pk"))
    bare = OutboxEvent.objects.filter(~Exists(left), created_at__lt=before)
    events = _delete(OutboxEvent, list(bare.order_by("created_at").values_list("pk", flat=True)[:limit]))
    return max(deliveries, events)


def _delete(model: type[EventDelivery] | type[OutboxEvent], ids: list[int]) -> int:
    if ids:
        model.objects.filter(pk__in=ids).delete()
    return len(ids)
