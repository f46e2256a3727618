"""How events out are doing: what waits, since when, what failed for good, and which endpoints do not answer."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import Count, Min, QuerySet

from ..models import DeliveryStatus, EventDelivery, EventEndpoint

LATE = datetime.timedelta(minutes=15)
"""An active endpoint that answers is told sooner."""


@dataclass(frozen=True, kw_only=True, slots=True)
class EventHealth:
    pending: int
    oldest_pending_at: datetime.datetime | None
    """Of active endpoints."""
    failed: int
    failing_endpoints: tuple[str, ...]
    """The names of the active ones that did not answer last."""
    switched_off_endpoints: tuple[str, ...]
    """Those that were switched off because they did not answer."""

    def problems(self, *, at: datetime.datetime) -> list[str]:
        """Return what somebody should look after, in words."""
        found = []
        if self.oldest_pending_at is not None and at - self.oldest_pending_at > LATE:
            found.append(f"an event has waited since {self.oldest_pending_at.isoformat()}")
        if self.failing_endpoints:
            found.append(f"not answering: {', '.join(self.failing_endpoints)}")
        if self.switched_off_endpoints:
            found.append(f"switched off, did not answer for long: {', '.join(self.switched_off_endpoints)}")
        if self.failed:
            found.append(f"{self.failed} deliveries failed for good")
        return found


def read_event_health(*, using: str = "default") -> EventHealth:
    """Return the present state. Cost: four statements over pending and failed rows, which are few."""
    deliveries = EventDelivery.objects.using(using)
    waiting = deliveries.filter(status=DeliveryStatus.PENDING, endpoint__is_active=True)
    endpoints = EventEndpoint.objects.using(using).order_by("pk")
    found = waiting.aggregate(count=Count("pk"), oldest=Min("created_at"))
    return EventHealth(
        pending=found["count"],
        oldest_pending_at=found["oldest"],
        failed=deliveries.filter(status=DeliveryStatus.FAILED).count(),
        failing_endpoints=_names(endpoints.filter(is_active=True, failures__gt=0)),
        switched_off_endpoints=_names(endpoints.filter(is_active=False, switched_off_at__isnull=False)),
    )


def _names(endpoints: QuerySet[EventEndpoint]) -> tuple[str, ...]:
    return tuple(endpoints.values_list("name", flat=True))
