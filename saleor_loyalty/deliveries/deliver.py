"""Sending what is due: any number of workers at once, each for a bounded time.

At least once: a delivery is marked after its endpoint has answered, so a worker that dies in between has it sent
again; receivers recognize it by its id. In order: see ``claiming``. No transaction is open while a request is under
way.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from ..models import EventDelivery, EventEndpoint
from .claiming import SEND_AT_MOST, Claim, claim_deliveries, count_attempt, endpoints_in_service, give_back, sendable
from .message import body_of, headers_of
from .outcomes import note_endpoint_failed, note_endpoint_works, note_failure, note_success
from .sending import Answer, send

RUN_AT_MOST = datetime.timedelta(minutes=2)

Clock = Callable[[], datetime.datetime]


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """What one run did. ``has_more``: its time was over, and more is due."""

    delivered: int
    failed: int
    has_more: bool


def deliver_due_events(*, clock: Clock) -> Run:
    """Send what is due to the endpoints that are in service, endpoint by endpoint in turn, until nothing is due or
    ``RUN_AT_MOST`` is over: then nothing more is begun. ``clock`` returns the present moment, which passes while
    requests are under way.

    The turn is another one each time, so that slow endpoints that fill whole runs do not keep others waiting.
    Cost: for each endpoint and batch one claim of two statements, and two for each delivery.
    """
    end = clock() + RUN_AT_MOST
    delivered = failed = 0
    while True:
        moved = False
        for endpoint in endpoints_in_service(at=clock()).order_by("?"):
            if clock() >= end:
                return Run(delivered=delivered, failed=failed, has_more=_is_anything_due(clock()))
            good, bad = _deliver_batch(endpoint, clock=clock, end=end)
            delivered, failed = delivered + good, failed + bad
            moved = moved or good + bad > 0
        if not moved:
            return Run(delivered=delivered, failed=failed, has_more=False)


def _deliver_batch(endpoint: EventEndpoint, *, clock: Clock, end: datetime.datetime) -> tuple[int, int]:
    """Send one claim, and begin nothing from ``end`` on. Returns how many were delivered and how many failed."""
    claim = claim_deliveries(endpoint, at=clock())
    delivered = failed = 0
    for position, delivery in enumerate(claim.deliveries):
        now = clock()
        is_paused = endpoint.retry_at is not None and endpoint.retry_at > now
        if is_paused or now >= end or now + SEND_AT_MOST > claim.until:
            give_back(claim, claim.deliveries[position:], at=now)
            break
        answer = _attempt(claim, delivery, clock=clock)
        if answer is None:
            continue
        now = clock()
        if answer.is_success:
            note_success(delivery, answer, at=now)
            if endpoint.failures or not delivered:
                note_endpoint_works(endpoint, at=now)
            delivered += 1
        else:
            note_failure(claim, delivery, answer, at=now)
            note_endpoint_failed(endpoint, at=now)
            failed += 1
    return delivered, failed


def _attempt(claim: Claim, delivery: EventDelivery, *, clock: Clock) -> Answer | None:
    now = clock()
    if not count_attempt(claim, delivery, at=now):
        return None
    delivery.attempts += 1
    body = body_of(delivery.event)
    headers = headers_of(delivery, endpoint=claim.endpoint, body=body, attempt=delivery.attempts, at=now)
    return send(claim.endpoint.url, body=body, headers=headers)


def _is_anything_due(at: datetime.datetime) -> bool:
    endpoints = endpoints_in_service(at=at)
    return sendable(EventDelivery.objects.filter(endpoint__in=endpoints), at=at).exists()
