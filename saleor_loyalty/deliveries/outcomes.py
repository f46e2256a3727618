"""What an attempt has come to: for the delivery, and for the endpoint as a whole.

An endpoint that has not answered for ``LOYALTY_EVENT_SWITCH_OFF_DAYS`` is switched off: its deliveries stay pending,
and go out in their order when staff switches it on again. Until then nothing new is written for it.
"""

from __future__ import annotations

import datetime

from django.db.models import F
from django.db.models.functions import Coalesce

from .. import app_settings
from ..models import DeliveryStatus, EventDelivery, EventEndpoint
from .back_off import wait_of_delivery, wait_of_endpoint
from .claiming import Claim, owned
from .sending import Answer


def note_success(delivery: EventDelivery, answer: Answer, *, at: datetime.datetime) -> None:
    """The endpoint has it, also where the claim has ended meanwhile."""
    EventDelivery.objects.filter(pk=delivery.pk, status=DeliveryStatus.PENDING).update(
        status=DeliveryStatus.DELIVERED,
        claim="",
        delivered_at=at,
        response_status=answer.status,
        error="",
    )


def note_failure(claim: Claim, delivery: EventDelivery, answer: Answer, *, at: datetime.datetime) -> None:
    """Have it tried again later, or give it up after ``LOYALTY_EVENT_ATTEMPTS``; ``delivery.attempts`` counts this
    one. A delivery that is given up holds nothing back any more."""
    values = {"claim": "", "response_status": answer.status, "error": answer.error[:500]}
    if delivery.attempts >= app_settings.EVENT_ATTEMPTS:
        owned(claim, delivery).update(status=DeliveryStatus.FAILED, **values)
    else:
        due_at = at + wait_of_delivery(delivery.pk, attempts=delivery.attempts)
        if owned(claim, delivery).update(due_at=due_at, **values):
            _have_later_ones_wait(delivery, due_at=due_at)


def _have_later_ones_wait(delivery: EventDelivery, *, due_at: datetime.datetime) -> None:
    """They cannot go out before it anyhow; this way nobody looks at them meanwhile, however many they are."""
    if delivery.account_id is not None:
        EventDelivery.objects.filter(
            endpoint_id=delivery.endpoint_id,
            account_id=delivery.account_id,
            status=DeliveryStatus.PENDING,
            event_id__gt=delivery.event_id,
            due_at__lt=due_at,
            claim="",
        ).update(due_at=due_at)


def note_endpoint_works(endpoint: EventEndpoint, *, at: datetime.datetime) -> None:
    """The endpoint answers: whatever it failed before is forgotten."""
    EventEndpoint.objects.filter(pk=endpoint.pk).update(failures=0, failing_since=None, retry_at=None, delivered_at=at)
    endpoint.failures, endpoint.failing_since, endpoint.retry_at = 0, None, None


def note_endpoint_failed(endpoint: EventEndpoint, *, at: datetime.datetime) -> None:
    """Count a failure in a row, and leave the endpoint alone for a while after several of them."""
    rows = EventEndpoint.objects.filter(pk=endpoint.pk)
    rows.update(failures=F("failures") + 1, failing_since=Coalesce("failing_since", at))
    endpoint.refresh_from_db(fields=["failures", "failing_since"])
    wait = wait_of_endpoint(endpoint.pk, failures=endpoint.failures)
    if wait is not None:
        endpoint.retry_at = at + wait
        rows.update(retry_at=endpoint.retry_at)
    longest = datetime.timedelta(days=app_settings.EVENT_SWITCH_OFF_DAYS)
    if endpoint.failing_since is not None and at - endpoint.failing_since >= longest:
        rows.filter(is_active=True).update(is_active=False, switched_off_at=at, updated_at=at)
