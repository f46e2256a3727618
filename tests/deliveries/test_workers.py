"""Many workers at once, workers that die, and random lives: at least once, in order for each account."""

from __future__ import annotations

import threading

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from saleor_loyalty.deliveries import deliver_due_events, sending
from saleor_loyalty.deliveries.claiming import LEASE, claim_deliveries
from saleor_loyalty.models import EventDelivery, EventEndpoint, LoyaltyTransaction
from saleor_loyalty.tasks import deliver_events_task
from tests.graphql.api import gid
from tests.ledger.builders import DAY, give
from tests.sessions import Session, together

from .clock import Clock

two_connections = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _nobody_is_woken(monkeypatch):
    """There is no broker: what is due waits for the workers of the test."""
    monkeypatch.setattr(deliver_events_task, "delay", lambda: None)


class WorkerKilled(BaseException):
    """Nothing catches it: as if the process were gone."""


def die_after_sending(monkeypatch, *, when):
    """Let the worker die once the receiver has the event and before anything is marked, as often as ``when`` says."""
    from saleor_loyalty.deliveries import deliver

    def send_and_perhaps_die(*arguments, **values):
        answer = sending.send(*arguments, **values)
        if when():
            raise WorkerKilled
        return answer

    monkeypatch.setattr(deliver, "send", send_and_perhaps_die)


@pytest.mark.django_db
def test_a_worker_that_dies_between_sending_and_marking_has_it_sent_again(
    endpoint, account, receiver, clock, monkeypatch
):
    # given
    deaths = iter([True])
    die_after_sending(monkeypatch, when=lambda: next(deaths, False))
    with pytest.raises(WorkerKilled):
        deliver_due_events(clock=clock)
    assert EventDelivery.objects.get().status == "PENDING"

    # when: its claim holds until the lease is over
    assert deliver_due_events(clock=clock).delivered == 0
    clock.now += LEASE
    assert deliver_due_events(clock=clock).delivered == 1

    # then
    first, second = receiver.requests
    assert first.headers["Loyalty-Event-Id"] == second.headers["Loyalty-Event-Id"]
    assert (first.headers["Loyalty-Attempt"], second.headers["Loyalty-Attempt"]) == ("1", "2")
    assert first.body == second.body


@two_connections
def test_two_workers_at_once_send_each_event_once_and_in_order(endpoint, account_factory, receiver, clock):
    # given
    accounts = [account_factory() for _ in range(5)]
    for _ in range(6):
        for account in accounts:
            give(account, 1)

    # when
    outcomes = together(*[lambda: deliver_due_events(clock=clock)] * 3)

    # then
    assert [error for _, error in outcomes] == [None, None, None]
    # A worker that finds the next one of an account under way goes home; the periodic run takes what is left.
    deliver_due_events(clock=clock)
    ids = [event["id"] for event in receiver.accepted]
    assert len(ids) == len(set(ids)) == 35
    for account in accounts:
        assert receiver.sequences(gid("LoyaltyAccount", account)) == [1, 2, 3, 4, 5, 6]


@two_connections
def test_what_one_worker_has_claimed_no_other_gets_nor_what_follows_it(endpoint, account_factory, clock):
    # given
    one, other = account_factory(), account_factory()
    give(one, 1)

    # when: a claim that is not committed yet
    has_claimed, may_commit = threading.Event(), threading.Event()

    def claim_and_wait():
        with transaction.atomic():
            claim = claim_deliveries(endpoint, at=clock(), limit=1)
            has_claimed.set()
            assert may_commit.wait(10)
        return [delivery.event.account_id for delivery in claim.deliveries]

    session = Session(claim_and_wait)
    assert has_claimed.wait(10)
    second = claim_deliveries(endpoint, at=clock())
    may_commit.set()

    # then
    assert session.result() == [one.pk]
    assert [delivery.event.account_id for delivery in second.deliveries] == [other.pk]
    assert claim_deliveries(endpoint, at=clock()).deliveries == []


@two_connections
def test_an_event_whose_transaction_commits_late_is_not_missed(endpoint, account_factory, receiver, clock):
    # given: the event with the lower id is not committed when the higher one is delivered
    late, early = account_factory(), account_factory()
    deliver_due_events(clock=clock)
    is_written, may_commit = threading.Event(), threading.Event()

    def write_late():
        with transaction.atomic():
            give(late, 1)
            is_written.set()
            assert may_commit.wait(10)

    session = Session(write_late)
    assert is_written.wait(10)
    give(early, 2)
    deliver_due_events(clock=clock)

    # when
    may_commit.set()
    session.result()
    deliver_due_events(clock=clock)

    # then
    assert [event["data"]["points"] for event in receiver.accepted[2:]] == [2, 1]


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["give", "give", "give", "roll back", "deliver", "deliver", "wait"]),
        st.integers(min_value=0, max_value=2),
    ),
    min_size=5,
    max_size=25,
)


@pytest.mark.django_db
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(steps=STEPS, failures=st.lists(st.sampled_from(["ok", "ok", "500", "lost", "die"]), max_size=30))
def test_random_failures_and_restarts_lose_nothing_and_keep_the_order(
    endpoint, account_factory, receiver, monkeypatch, settings, steps, failures
):
    """Each event is accepted at least once, in the order of its account; nothing that was rolled back is told."""
    settings.LOYALTY_EVENT_ATTEMPTS = 1000
    with transaction.atomic():
        clock, fates = Clock(), iter(failures)
        accounts = [account_factory() for _ in range(3)]
        receiver.requests.clear()
        dying = []

        def answer(event):
            kind = next(fates, "ok")
            dying.append(kind == "die")
            # "lost": the receiver has it, and its answer does not reach us.
            return {"500": 500, "lost": 504}.get(kind, 200)

        receiver.answer = answer
        with monkeypatch.context() as patch:
            die_after_sending(patch, when=lambda: dying[-1])
            for act, which in steps:
                live(act, accounts[which], clock)
            receiver.answer = lambda event: 200
            dying.append(False)
            for _ in range(40):
                clock.pass_time(hours=8)
                deliver_due_events(clock=clock)

        assert set(EventDelivery.objects.values_list("status", flat=True)) <= {"DELIVERED"}
        for account in accounts:
            told = receiver.sequences(gid("LoyaltyAccount", account))
            assert told == list(range(1, LoyaltyTransaction.objects.filter(account=account).count() + 1))
        rows = {gid("LoyaltyTransaction", row) for row in LoyaltyTransaction.objects.all()}
        assert {event["data"]["transaction"] for event in receiver.accepted if "sequence" in event["data"]} == rows
        transaction.set_rollback(True)


def live(act, account, clock):
    clock.pass_time(seconds=1)
    if act == "give":
        give(account, 1, at=clock.now)
    elif act == "roll back":
        with transaction.atomic():
            give(account, 1, at=clock.now)
            transaction.set_rollback(True)
    elif act == "wait":
        clock.now += DAY / 24
    else:
        try:
            deliver_due_events(clock=clock)
        except WorkerKilled:
            EventEndpoint.objects.update(retry_at=None)
