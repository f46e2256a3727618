"""What a receiver gets: signed, in order, at least once, and again after failures."""

from __future__ import annotations

import datetime
import hashlib
import hmac

import pytest
from django.db import transaction

from saleor_loyalty.deliveries import (
    create_endpoint,
    deliver_due_events,
    redeliver,
    redeliver_failed,
    rotate_secret,
    update_endpoint,
)
from saleor_loyalty.deliveries.deliver import RUN_AT_MOST
from saleor_loyalty.events import SUBSCRIBABLE
from saleor_loyalty.models import EventDelivery, EventEndpoint, LoyaltyTransaction, OutboxEvent
from tests.graphql.api import gid
from tests.ledger.builders import NOW, give

pytestmark = pytest.mark.django_db


def statuses() -> list[str]:
    return list(EventDelivery.objects.order_by("pk").values_list("status", flat=True))


def run(clock):
    return deliver_due_events(clock=clock)


def test_a_row_of_the_ledger_is_told_with_its_numbers_and_no_text_that_names_anybody(
    endpoint, account, receiver, clock
):
    # given
    given = give(account, 10, reason="For Dana", internal_note="Her birthday")

    # when
    outcome = run(clock)

    # then
    assert (outcome.delivered, outcome.failed, outcome.has_more) == (2, 0, False)
    assert [event["name"] for event in receiver.accepted] == [
        "loyalty.account.created",
        "loyalty.transaction.created",
    ]
    event = OutboxEvent.objects.get(name="loyalty.transaction.created")
    row = LoyaltyTransaction.objects.get()
    assert receiver.accepted[1] == {
        "id": gid("LoyaltyEvent", event),
        "name": "loyalty.transaction.created",
        "occurredAt": "2026-03-01T12:00:00+00:00",
        "createdAt": "2026-03-01T12:00:00+00:00",
        "program": gid("LoyaltyProgram", account.program_id),
        "account": gid("LoyaltyAccount", account),
        "data": {
            "transaction": gid("LoyaltyTransaction", row),
            "account": gid("LoyaltyAccount", account),
            "user": None,
            "sequence": 1,
            "type": "GIVE",
            "source": "MANUAL",
            "points": 10,
            "balanceAfter": 10,
            "order": None,
            "channel": "",
            "createdAt": "2026-03-01T12:00:00+00:00",
        },
    }
    assert given.transaction == row
    assert b"Dana" not in receiver.requests[1].body


def test_the_signature_is_over_the_moment_and_the_body(endpoint, account, receiver, clock):
    # when
    run(clock)

    # then
    (request,) = receiver.requests
    seconds = int(clock.now.timestamp())
    mark = hmac.new(endpoint.secret.encode(), f"{seconds}.".encode() + request.body, hashlib.sha256).hexdigest()
    assert request.headers["Loyalty-Signature"] == f"t={seconds},v1={mark}"
    assert request.headers["Loyalty-Event"] == "loyalty.account.created"
    assert request.headers["Loyalty-Event-Id"] == request.event["id"]
    assert request.headers["Loyalty-Attempt"] == "1"
    assert request.headers["Content-Type"] == "application/json"


def test_for_a_day_after_the_secret_was_changed_both_sign(endpoint, account, receiver, clock):
    # given
    changed = rotate_secret(endpoint.pk, at=NOW)
    assert changed.secret != endpoint.secret

    # when
    run(clock)
    clock.pass_time(days=1)
    give(account, 10, at=clock.now)
    run(clock)

    # then
    both, one = (request.headers["Loyalty-Signature"] for request in receiver.requests)
    assert (both.count("v1="), one.count("v1=")) == (2, 1)


def test_what_was_rolled_back_is_not_told(endpoint, account, receiver, clock):
    # given
    with transaction.atomic():
        give(account, 10)
        transaction.set_rollback(True)

    # when
    run(clock)

    # then
    assert [event["name"] for event in receiver.accepted] == ["loyalty.account.created"]


def test_a_failure_holds_back_its_own_account_and_nobody_else(endpoint, account_factory, receiver, clock):
    # given
    one, other = account_factory(), account_factory()
    for points in (1, 2):
        give(one, points)
        give(other, points)
    run_of_one = gid("LoyaltyAccount", one)
    receiver.answer = lambda event: 500 if event["account"] == run_of_one else 200

    # when
    run(clock)

    # then
    assert receiver.sequences() == [1, 2]
    assert receiver.sequences(run_of_one) == []
    assert statuses() == ["PENDING", "DELIVERED", "PENDING", "DELIVERED", "PENDING", "DELIVERED"]

    # when
    receiver.answer = lambda event: 200
    clock.pass_time(minutes=5)
    run(clock)

    # then
    assert receiver.sequences(run_of_one) == [1, 2]
    assert statuses() == ["DELIVERED"] * 6


def test_attempts_wait_longer_and_longer_and_end(endpoint, account, receiver, clock, settings):
    # given
    settings.LOYALTY_EVENT_ATTEMPTS = 4
    receiver.answer = lambda event: 503
    waits = []

    # when
    for _ in range(4):
        run(clock)
        delivery = EventDelivery.objects.get()
        waits.append(delivery.due_at - clock.now)
        EventEndpoint.objects.update(retry_at=None)
        clock.now = delivery.due_at

    # then
    half_minute = datetime.timedelta(seconds=30)
    for number, wait in enumerate(waits[:3]):
        assert half_minute * 2**number <= wait <= half_minute * 2**number * 5 / 4
    assert (delivery.status, delivery.attempts, delivery.response_status) == ("FAILED", 4, 503)
    assert delivery.error == "It answered with the status 503."
    assert [request.headers["Loyalty-Attempt"] for request in receiver.requests] == ["1", "2", "3", "4"]


def test_what_was_given_up_holds_nothing_back_and_can_be_sent_again(endpoint, account, receiver, clock, settings):
    # given
    settings.LOYALTY_EVENT_ATTEMPTS = 1
    receiver.answer = lambda event: 500 if event["name"] == "loyalty.account.created" else 200
    give(account, 10)

    # when
    run(clock)
    run(clock)

    # then
    assert statuses() == ["FAILED", "DELIVERED"]

    # when
    receiver.answer = lambda event: 200
    redeliver(EventDelivery.objects.earliest("pk").pk, at=clock.now)
    run(clock)

    # then
    assert statuses() == ["DELIVERED", "DELIVERED"]
    assert [event["name"] for event in receiver.accepted] == [
        "loyalty.transaction.created",
        "loyalty.account.created",
    ]


def test_an_endpoint_that_does_not_answer_is_left_alone_for_a_while(endpoint, account_factory, receiver, clock):
    # given
    for _ in range(10):
        account_factory()
    receiver.answer = lambda event: 500

    # when
    run(clock)
    run(clock)

    # then
    assert len(receiver.requests) == 3
    endpoint.refresh_from_db()
    assert (endpoint.failures, endpoint.failing_since) == (3, clock.now)
    assert endpoint.retry_at > clock.now

    # when: it gets one event, answers, and gets the rest
    receiver.answer = lambda event: 200
    clock.pass_time(minutes=1)
    assert run(clock).delivered == 10
    endpoint.refresh_from_db()
    assert (endpoint.failures, endpoint.failing_since, endpoint.retry_at) == (0, None, None)


def test_after_a_week_without_an_answer_it_is_switched_off_and_what_is_pending_waits(
    endpoint, account, receiver, clock
):
    # given
    receiver.answer = lambda event: 500
    run(clock)

    # when
    clock.pass_time(days=7)
    run(clock)

    # then
    endpoint.refresh_from_db()
    assert (endpoint.is_active, endpoint.switched_off_at) == (False, clock.now)
    give(account, 10, at=clock.now)
    assert statuses() == ["PENDING"]

    # when
    receiver.answer = lambda event: 200
    clock.pass_time(hours=1)
    update_endpoint(endpoint.pk, is_active=True, at=clock.now)
    run(clock)

    # then
    assert statuses() == ["DELIVERED"]


def test_a_redirect_is_a_failure_and_is_not_followed(endpoint, account, receiver, clock):
    receiver.answer = lambda event: 302

    run(clock)

    assert len(receiver.requests) == 1
    assert EventDelivery.objects.get().error == "It answered with the status 302. Redirects are not followed."


def test_nobody_listens(endpoint, account, clock, receiver):
    EventEndpoint.objects.update(url="http://127.0.0.1:1/")

    outcome = run(clock)

    assert (outcome.delivered, outcome.failed) == (0, 1)
    delivery = EventDelivery.objects.get()
    assert (delivery.status, delivery.attempts, delivery.response_status) == ("PENDING", 1, None)
    assert delivery.error.startswith("It could not be reached: ConnectionRefusedError")


def test_what_is_held_back_waits_with_the_one_that_failed_and_goes_out_with_it(endpoint, account, receiver, clock):
    # given
    for points in (1, 2, 3):
        give(account, points)
    receiver.answer = lambda event: 500
    run(clock)
    first, *later = EventDelivery.objects.order_by("pk")
    assert first.due_at > clock.now
    assert {delivery.due_at for delivery in later} == {first.due_at}

    # when: staff does not wait
    receiver.answer = lambda event: 200
    redeliver(first.pk, at=clock.now)
    run(clock)

    # then
    assert receiver.sequences() == [1, 2, 3]
    assert statuses() == ["DELIVERED"] * 4


def test_a_run_begins_nothing_more_when_its_time_is_over_and_holds_nothing_back(
    program, endpoint, account_factory, receiver, clock
):
    # given two endpoints with twelve events each, and answers that take 50 seconds
    create_endpoint(program.pk, name="Second", url=receiver.url, event_names=SUBSCRIBABLE, at=NOW)
    for _ in range(12):
        account_factory()

    def slowly(event):
        clock.pass_time(seconds=50)
        return 200

    receiver.answer = slowly
    begun_at = clock.now

    # when
    outcome = run(clock)

    # then: begun after 0, 50 and 100 seconds
    assert (outcome.delivered, outcome.failed, outcome.has_more) == (3, 0, True)
    assert begun_at + RUN_AT_MOST <= clock.now == begun_at + datetime.timedelta(seconds=150)
    waiting = EventDelivery.objects.filter(status="PENDING")
    assert set(waiting.values_list("claim", flat=True)) == {""}
    assert waiting.filter(due_at__lte=clock.now).count() == waiting.count() == 21


def test_an_endpoint_that_fills_whole_runs_does_not_keep_another_waiting_for_ever(
    program, endpoint, account_factory, receiver, clock
):
    # given
    other = create_endpoint(program.pk, name="Second", url=receiver.url, event_names=SUBSCRIBABLE, at=NOW)
    for _ in range(20):
        account_factory()

    def slowly(event):
        clock.pass_time(minutes=3)
        return 200

    receiver.answer = slowly

    # when: each run has time for one
    for _ in range(40):
        run(clock)

    # then
    assert statuses() == ["DELIVERED"] * 40
    first = EventDelivery.objects.filter(endpoint=other).order_by("delivered_at").first()
    assert EventDelivery.objects.filter(endpoint=endpoint, delivered_at__gt=first.delivered_at).exists()


def test_what_failed_for_good_is_sent_again_the_oldest_first_so_many_at_once(
    endpoint, account_factory, receiver, clock, settings
):
    # given
    settings.LOYALTY_EVENT_ATTEMPTS = 1
    for _ in range(3):
        account_factory()
    EventDelivery.objects.update(status="FAILED", attempts=1)

    # when / then
    assert redeliver_failed(endpoint.pk, at=clock.now, limit=2) == 2
    assert statuses() == ["PENDING", "PENDING", "FAILED"]
    assert [redeliver_failed(endpoint.pk, at=clock.now, limit=2) for _ in range(2)] == [1, 0]
    assert run(clock).delivered == 3
