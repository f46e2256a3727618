"""Background work: sweeps in batches, and one settlement for each order and transaction."""

from __future__ import annotations

import datetime

import celery
import pytest
from django.db import transaction

from saleor_loyalty import tasks
from saleor_loyalty.models import Lot, LoyaltyAccount, OrderRecord, Reservation
from tests import club

pytestmark = pytest.mark.django_db


def test_one_settlement_for_each_order_and_transaction(dana, variant, django_capture_on_commit_callbacks):
    orders = [club.order_of(dana, variant, 1) for _ in range(2)]

    with django_capture_on_commit_callbacks() as callbacks:
        for _ in range(3):
            for order in orders:
                tasks.schedule_settlement(str(order.pk))

    assert [callback.key for callback in callbacks] == [("settle order", str(order.pk)) for order in orders]


def test_a_settlement_asked_for_in_a_savepoint_that_is_undone_does_not_stand_for_a_later_one(
    dana, variant, django_capture_on_commit_callbacks, eager_tasks
):
    order = club.order_of(dana, variant, 1)

    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        try:
            with transaction.atomic():
                tasks.schedule_settlement(str(order.pk))
                raise ZeroDivisionError
        except ZeroDivisionError:
            pass
        tasks.schedule_settlement(str(order.pk))

    assert len(callbacks) == 1
    assert OrderRecord.objects.get().earnable == 100


def test_the_sweep_matures_and_expires_in_batches(program, eager_tasks):
    yesterday = club.now() - datetime.timedelta(days=1)
    for number in range(3):
        account = club.give(club.add_customer(f"c{number}@example.com"), 100, expires_at=club.now() + club.HOUR)
        Lot.objects.filter(account=account).update(expires_at=yesterday)
        LoyaltyAccount.objects.filter(pk=account.pk).update(next_due_at=yesterday)

    tasks.expire_lots_task(limit=2)

    assert list(LoyaltyAccount.objects.values_list("balance", flat=True)) == [0, 0, 0]


def test_the_sweep_frees_reservations_past_their_deadline(account, dana, variant):
    club.apply(club.fill_cart(dana, variant, 5), 1000)
    Reservation.objects.update(expires_at=club.now() - club.HOUR)
    LoyaltyAccount.objects.update(next_due_at=club.now() - club.HOUR)

    assert tasks.release_reservations_task() == 1
    assert tasks.release_reservations_task() == 0

    assert Reservation.objects.get().status == "EXPIRED"
    assert club.points_of(account) == (1000, 0, 0, 0)


@pytest.fixture
def tasks_need_a_broker():
    conf = celery.current_app.conf
    before = conf.task_always_eager
    conf.task_always_eager = False
    yield
    conf.task_always_eager = before


def test_without_a_broker_the_sale_goes_on(dana, variant, django_capture_on_commit_callbacks, tasks_need_a_broker):
    order = club.order_of(dana, variant, 1)

    with django_capture_on_commit_callbacks(execute=True):
        tasks.schedule_settlement(str(order.pk))

    assert not OrderRecord.objects.exists()
