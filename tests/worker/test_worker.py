"""The package's tasks, run by Celery workers in processes of their own, over a broker, with the periodic tasks sent by
a beat; and a worker that is killed in the middle. What they leave in PostgreSQL is looked at from here.

The broker is a folder. A message that a killed worker had taken is lost, as with many brokers: the beat finds the
work.
"""

from __future__ import annotations

import datetime

import pytest
from django.db import transaction

from playground import shop
from saleor_loyalty.deliveries import create_endpoint
from saleor_loyalty.lock_objects import loyalty_account_qs_select_for_update
from saleor_loyalty.models import Batch, EventDelivery, LoyaltyAccount, LoyaltyTransaction, OrderRecord, Reservation
from saleor_loyalty.programs.active_program import forget_versions
from tests import club
from tests.batches.builders import add_accounts, ask, counts, csv_of
from tests.deliveries.receiver import receiving
from tests.sessions import Session, blocked_sessions

from .broker import sending_to, waiting_messages
from .process import wait_for, working

pytestmark = pytest.mark.django_db(transaction=True)

ROWS = 250
"""Rows of a batch: two and a half chunks."""
PERIODIC = {"expire_lots_task", "release_reservations_task", "reconcile_orders_task", "deliver_events_task"}


@pytest.fixture
def program():
    forget_versions()
    club.open_channel()
    return club.publish()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """One for all tests: a process that has sent something keeps its connection."""
    return tmp_path_factory.mktemp("broker")


@pytest.fixture
def broker(folder):
    with sending_to(folder):
        yield folder


def let_expire(account: LoyaltyAccount) -> None:
    """Time passes: the account's points are past their date, and nobody has noticed."""
    past = club.now() - club.HOUR
    account.lots.update(expires_at=past)
    LoyaltyAccount.objects.filter(pk=account.pk).update(next_due_at=past)


def let_deadline_pass(checkout) -> None:
    past = club.now() - club.HOUR
    Reservation.objects.filter(checkout_id=str(checkout.pk)).update(expires_at=past)
    LoyaltyAccount.objects.filter(user=checkout.user).update(next_due_at=past)


def test_a_worker_settles_expires_frees_and_delivers(program, broker):
    # given an order, points past their date, points set aside for a cart that nobody comes back to, and a receiver
    dana, forgetful, undecided = (club.add_customer(f"{name}@example.com") for name in ("dana", "noa", "omer"))
    variant = club.add_variant()
    let_expire(club.give(forgetful, 50))
    club.give(undecided, 500)
    cart = club.fill_cart(undecided, variant, 10)
    club.apply(cart, 200)
    let_deadline_pass(cart)
    with receiving() as receiver:
        names = ["loyalty.transaction.created", "loyalty.order.settled"]
        create_endpoint(program.pk, name="Receiver", url=receiver.url, event_names=names, at=club.now())

        # when: the shop only sends; nothing is settled in this process
        order = club.complete(club.fill_cart(dana, variant, 4))
        shop.fulfill(order, None)
        assert not OrderRecord.objects.exists()
        assert waiting_messages(broker) >= 1
        with working(broker, has_beat=True) as worker:
            wait_for(lambda: club.movements(dana) == [("EARN", 400)], worker=worker)
            wait_for(lambda: club.movements(forgetful) == [("GIVE", 50), ("EXPIRE", -50)], worker=worker)
            wait_for(lambda: Reservation.objects.get().status == "EXPIRED", worker=worker)
            wait_for(lambda: EventDelivery.objects.exclude(status="DELIVERED").count() == 0, worker=worker)
            wait_for(
                lambda: {f"saleor_loyalty.tasks.{name}" for name in PERIODIC} <= worker.tasks_done(), worker=worker
            )

        # then
        record = OrderRecord.objects.get()
        assert (record.state, record.awarded, record.failure) == ("AWARDED", 400, "")
        assert [club.points_of(user) for user in (dana, forgetful, undecided)] == [
            (400, 0, 0, 0),
            (0, 0, 0, 0),
            (500, 0, 0, 0),
        ]
        moved = [event["data"]["points"] for event in receiver.accepted if "points" in event["data"]]
        assert sorted(moved) == [-50, 400]
        settled = [event["data"] for event in receiver.accepted if "earned" in event["data"]]
        assert [data["earned"] for data in settled][-1] == 400
    assert club.audit() == []


def test_a_worker_killed_in_the_middle_of_a_batch_is_replaced_and_each_row_counts_once(program, broker):
    # given a worker in the middle of the second chunk: the test holds one account's lock against it
    accounts = add_accounts(program, ROWS)
    with transaction.atomic():
        loyalty_account_qs_select_for_update().get(pk=accounts[150].pk)
        batch = Session(lambda: ask(program, csv_of(accounts))).result()
        with working(broker) as worker:
            wait_for(lambda: blocked_sessions() > 0, worker=worker)
            assert LoyaltyTransaction.objects.count() == 100

            # when
            worker.kill()
    assert LoyaltyTransaction.objects.count() == 100
    assert Batch.objects.get(pk=batch.pk).status == "APPLYING"
    # The message went down with the worker; minutes later the beat looks for batches that nobody works on.
    long_ago = club.now() - datetime.timedelta(minutes=10)
    Batch.objects.filter(pk=batch.pk).update(progressed_at=long_ago)
    with working(broker, has_beat=True) as successor:
        wait_for(lambda: Batch.objects.get(pk=batch.pk).status == "DONE", worker=successor)

    # then
    assert counts(Batch.objects.get(pk=batch.pk)) == ("DONE", ROWS, ROWS, 0, 10 * ROWS)
    assert club.movements() == [("GIVE", 10)] * ROWS
    assert set(LoyaltyAccount.objects.values_list("balance", flat=True)) == {10}
    assert club.audit() == []
