"""Stories of events out: staff register a receiver, which is told of everything, in order, signed, and again."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from saleor_loyalty.models import EventDelivery, EventEndpoint
from saleor_loyalty.tasks import deliver_events_task
from tests.deliveries.receiver import Received, Receiver, receiving
from tests.scenarios.drivers.protocol import ShopDriver
from tests.scenarios.stories import DANA, NOA, ask, buy, open_club

pytestmark = pytest.mark.django_db(transaction=True)

CREATE = """mutation($url: String!, $names: [String!]!) { loyaltyEventEndpointCreate(input: {
    name: "Books", url: $url, eventNames: $names}) { endpoint { id } secret errors { field code message } } }"""
FAILED = """{ loyaltyEventDeliveries(first: 9, status: FAILED) { edges { node {
    eventName attempts responseStatus } } } }"""
AGAIN = """mutation($endpoint: ID!) { loyaltyEventRedeliver(endpoint: $endpoint) {
    count errors { field code message } } }"""
NAMES = ["loyalty.transaction.created", "loyalty.order.settled"]


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.LOYALTY_EVENT_PRIVATE_NETWORKS = True
    with receiving() as found:
        yield found


def is_signed(request: Received, secret: str) -> bool:
    """Verify as the documentation tells receivers to."""
    moment, mark = (part.partition("=")[2] for part in request.headers["Loyalty-Signature"].split(",")[:2])
    signed = hmac.new(secret.encode(), f"{moment}.".encode() + request.body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(signed, mark) and abs(int(moment) - timezone.now().timestamp()) < 300


def moved(receiver: Receiver) -> list[tuple[str, int]]:
    rows = [event["data"] for event in receiver.accepted if event["name"] == "loyalty.transaction.created"]
    return [(row["type"], row["points"]) for row in rows]


def test_a_receiver_is_told_of_a_whole_purchase_in_order_and_signed(shop: ShopDriver, receiver: Receiver):
    # given
    open_club(shop)
    made = ask(shop, CREATE, url=receiver.url, names=NAMES)

    # when
    checkout = shop.start_checkout({"EYELINER": 2}, by=DANA)
    assert shop.apply_points(checkout, 200, by=DANA).errors == ()
    order = buy(shop, checkout)
    shop.fulfill(order)
    shop.refund_lines(order, {"EYELINER": 1})
    deliver_events_task()

    # then
    assert moved(receiver) == [("REDEEM", -200), ("EARN", 180), ("REVERSE", -90), ("RETURN", 100)]
    assert receiver.sequences() == [2, 3, 4, 5]
    assert all(is_signed(request, made["secret"]) for request in receiver.requests)
    assert not any(is_signed(request, "another") for request in receiver.requests)
    settled = [event["data"] for event in receiver.accepted if event["name"] == "loyalty.order.settled"]
    assert (settled[-1]["earned"], settled[-1]["reversed"], settled[-1]["returned"]) == (180, 90, 100)


def test_what_fails_holds_back_its_own_customer_and_is_sent_again_on_demand(shop: ShopDriver, receiver: Receiver):
    # given a receiver that does not want to hear of Dana
    open_club(shop)
    shop.add_customer(NOA)
    made = ask(shop, CREATE, url=receiver.url, names=NAMES[:1])
    refused: list[str] = []

    def answer(event: dict[str, Any]) -> int:
        refused.append(event["account"])
        return 500 if event["account"] == refused[0] else 200

    receiver.answer = answer

    # when
    for email, points in ((DANA, 5), (DANA, 6), (NOA, 7)):
        assert shop.give_points(email, points).errors == ()
    deliver_events_task()

    # then only Noa's has arrived, and Dana's wait
    assert moved(receiver) == [("GIVE", 7)]
    [first, second] = EventDelivery.objects.exclude(status="DELIVERED").order_by("pk")
    assert (first.attempts, first.response_status, second.attempts) == (1, 500, 0)
    assert first.due_at > timezone.now()

    # when it has failed as often as it is tried
    while EventDelivery.objects.filter(status="PENDING", pk=first.pk).exists():
        EventDelivery.objects.filter(status="PENDING").update(due_at=timezone.now())
        EventEndpoint.objects.update(retry_at=None)
        deliver_events_task()

    # then staff see it, and send it again when the receiver is well
    [failed] = [edge["node"] for edge in ask(shop, FAILED)["edges"]]
    assert (failed["eventName"], failed["responseStatus"]) == ("loyalty.transaction.created", 500)
    receiver.answer = lambda _event: 200
    EventEndpoint.objects.update(retry_at=None)
    assert ask(shop, AGAIN, endpoint=made["endpoint"]["id"])["count"] == 1
    EventDelivery.objects.filter(status="PENDING").update(due_at=timezone.now())
    deliver_events_task()
    assert sorted(moved(receiver)) == [("GIVE", 5), ("GIVE", 6), ("GIVE", 7)]
