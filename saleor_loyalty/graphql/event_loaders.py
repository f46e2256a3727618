"""The data loaders of events out. Whoever loads with them has checked that the requester is staff."""

from __future__ import annotations

from django.db.models import Count, Q

from ..models import DeliveryStatus, EventDelivery, EventEndpoint
from .dataloaders import ByIdLoader, Loader


class EndpointByIdLoader(ByIdLoader):
    model = EventEndpoint


class DeliveryCountsByEndpointIdLoader(Loader):
    """How many deliveries of an endpoint are pending, and how many have failed for good."""

    def load_all(self, keys: list[int]) -> list[tuple[int, int]]:
        # Two indexes serve the two states; delivered ones are not read.
        states = Q(status=DeliveryStatus.PENDING) | Q(status=DeliveryStatus.FAILED)
        open_ones = self.rows(EventDelivery).filter(states, endpoint_id__in=keys)
        counted = (
            open_ones.order_by()
            .values("endpoint_id")
            .annotate(
                pending=Count("pk", filter=Q(status=DeliveryStatus.PENDING)),
                failed=Count("pk", filter=Q(status=DeliveryStatus.FAILED)),
            )
        )
        found = {row["endpoint_id"]: (row["pending"], row["failed"]) for row in counted}
        return [found.get(key, (0, 0)) for key in keys]
