"""The reconciliation walks from where it last ended, one walk at a time, and a killed one resumes."""

from __future__ import annotations

import datetime

import pytest

from playground.models import Order
from saleor_loyalty import tasks
from saleor_loyalty.models import OrderRecord, ReconciliationState
from saleor_loyalty.orders import claim_reconciliation, reconcile_batch
from tests import club
from tests.sessions import together

DAY = datetime.timedelta(days=1)


def orders_changed(dana, variant, *moments):
    """Make fulfilled orders that nobody told of, changed at these moments."""
    orders = []
    for moment in moments:
        order = club.order_of(dana, variant, 1)
        club.fulfill(order)
        Order.objects.filter(pk=order.pk).update(updated_at=moment)
        orders.append(order)
    return orders


def walk(*, at, limit=100):
    """Walk to the end; return how many orders each batch looked at."""
    counts, claim = [], claim_reconciliation(at=at)
    while True:
        batch = reconcile_batch(claim, limit=limit, at=at)
        counts.append(batch.orders)
        if not batch.has_more:
            return counts
        claim = claim_reconciliation(at=at, key=claim.key)


@pytest.mark.django_db
def test_after_an_outage_of_ten_days_all_is_found(dana, variant):
    # given a walk that ended ten days ago
    now = club.now()
    assert walk(at=now - 10 * DAY) == [0]
    orders_changed(dana, variant, now - 9 * DAY, now - 5 * DAY, now - DAY)

    # when
    assert walk(at=now) == [3]

    # then
    assert club.points_of(dana) == (300, 0, 0, 0)
    state = ReconciliationState.objects.get()
    assert (state.position_at, state.position_id, state.finished_at) == (now - club.HOUR, "", now)
    assert (state.claim, state.claimed_until) == ("", None)


@pytest.mark.django_db
def test_orders_from_while_the_plugin_was_off_are_found_when_it_is_on_again(dana, variant, settings):
    # given
    now = club.now()
    walk(at=now - 10 * DAY)
    orders_changed(dana, variant, now - 9 * DAY, now - 5 * DAY)
    settings.PLAYGROUND_LOYALTY_IS_ACTIVE = False
    assert claim_reconciliation(at=now - 4 * DAY) is None
    assert not OrderRecord.objects.exists()

    # when
    settings.PLAYGROUND_LOYALTY_IS_ACTIVE = True

    # then
    assert walk(at=now) == [2]
    assert club.points_of(dana) == (200, 0, 0, 0)


@pytest.mark.django_db
def test_only_the_last_hour_is_walked_again(dana, variant):
    now = club.now()
    orders_changed(dana, variant, now - DAY, now - datetime.timedelta(minutes=30))

    assert walk(at=now) == [2]
    assert walk(at=now + datetime.timedelta(minutes=15)) == [1]
    assert walk(at=now + datetime.timedelta(minutes=31)) == [1]
    assert walk(at=now + datetime.timedelta(minutes=46)) == [0]


@pytest.mark.django_db
def test_the_first_walk_looks_two_days_back(dana, variant):
    now = club.now()
    orders_changed(dana, variant, now - 3 * DAY, now - DAY)

    assert walk(at=now) == [1]


@pytest.mark.django_db
def test_an_order_that_committed_late_is_found_by_the_overlap(dana, variant):
    now = club.now()
    walk(at=now)
    orders_changed(dana, variant, now - datetime.timedelta(minutes=50))

    assert walk(at=now + datetime.timedelta(minutes=5)) == [1]


@pytest.mark.django_db
def test_a_killed_walk_is_resumed_where_it_had_come_to(dana, variant):
    # given a walk that did two orders of five and was heard of no more
    now = club.now()
    orders = orders_changed(dana, variant, *[now - DAY + number * club.HOUR for number in range(5)])
    claim = claim_reconciliation(at=now)
    assert reconcile_batch(claim, limit=2, at=now).has_more is True

    # when somebody else comes too early
    assert claim_reconciliation(at=now + datetime.timedelta(minutes=9)) is None

    # then later it goes on from there
    resumed = claim_reconciliation(at=now + datetime.timedelta(minutes=10))
    assert (resumed.since, resumed.after_id) == (now - DAY + club.HOUR, str(orders[1].pk))
    assert reconcile_batch(resumed, limit=100, at=now).orders == 3
    assert club.points_of(dana) == (500, 0, 0, 0)


@pytest.mark.django_db
def test_a_walk_that_was_taken_over_ends_and_keeps_no_position(dana, variant):
    # given
    now = club.now()
    orders_changed(dana, variant, *[now - DAY + number * club.HOUR for number in range(4)])
    slow = claim_reconciliation(at=now)
    later = now + datetime.timedelta(minutes=11)
    other = claim_reconciliation(at=later)
    assert reconcile_batch(other, limit=3, at=later).has_more is True
    before = ReconciliationState.objects.values().get()

    # when
    batch = reconcile_batch(slow, limit=1, at=now)

    # then
    assert (batch.orders, batch.has_more) == (1, False)
    assert ReconciliationState.objects.values().get() == before
    assert claim_reconciliation(at=later, key=slow.key) is None


@pytest.mark.django_db
def test_the_task_goes_on_batch_by_batch_to_the_end(dana, variant, eager_tasks):
    now = club.now()
    orders_changed(dana, variant, *[now - DAY] * 5)

    assert tasks.reconcile_orders_task(limit=2) == 2

    assert OrderRecord.objects.filter(state="AWARDED").count() == 5
    assert ReconciliationState.objects.get().finished_at >= now


@pytest.mark.django_db
def test_the_task_does_nothing_while_a_walk_is_under_way(dana, variant):
    now = club.now()
    orders_changed(dana, variant, now)
    claim_reconciliation(at=now)

    assert tasks.reconcile_orders_task() == 0
    assert tasks.reconcile_orders_task(claim="of another") == 0

    assert not OrderRecord.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_walks_that_begin_at_once_one_walks(dana, variant):
    # given
    now = club.now()
    orders_changed(dana, variant, now - DAY, now - DAY)

    # when
    outcomes = together(*[lambda: claim_reconciliation(at=now)] * 4)

    # then
    assert [error for _, error in outcomes] == [None] * 4
    claims = [claim for claim, _ in outcomes if claim is not None]
    assert len(claims) == 1
    assert ReconciliationState.objects.get().claim == claims[0].key


@pytest.mark.django_db(transaction=True)
def test_two_whole_runs_at_once_award_once(dana, variant):
    now = club.now()
    orders_changed(dana, variant, now - DAY, now - DAY)

    outcomes = together(*[tasks.reconcile_orders_task] * 2)

    assert [error for _, error in outcomes] == [None] * 2
    assert club.movements() == [("EARN", 100)] * 2
    assert ReconciliationState.objects.get().claim == ""
