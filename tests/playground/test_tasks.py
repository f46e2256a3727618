"""Tasks of the loyalty package in the playground: they run without a broker, when the shop has committed."""

from __future__ import annotations

import celery
import pytest
from django.db import transaction

from playground.models import Order
from saleor_loyalty.models import LoyaltyAccount, OrderRecord
from saleor_loyalty.tasks import expire_lots_task, schedule_settlement
from tests import club

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(db) -> Order:
    club.open_channel()
    club.publish()
    return club.order_of(club.add_customer(), club.add_variant())


def test_a_settlement_is_done_when_the_transaction_is_committed(order: Order, django_capture_on_commit_callbacks):
    # when
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        schedule_settlement(str(order.pk))
        assert not OrderRecord.objects.exists()

    # then
    assert OrderRecord.objects.get().order_id == str(order.pk)


def test_a_task_that_sends_its_next_batch_gets_to_the_end(order: Order):
    # given three accounts with points that are due to expire
    past = club.now() - club.HOUR
    for number in range(3):
        account = club.give(club.add_customer(f"member{number}@example.com"), 10)
        account.lots.update(expires_at=past)
    LoyaltyAccount.objects.update(next_due_at=past)

    # when
    result = expire_lots_task.delay(limit=1)

    # then
    assert celery.current_app.main == "playground"
    assert result.successful()
    assert list(LoyaltyAccount.objects.values_list("balance", flat=True)) == [0, 0, 0]
