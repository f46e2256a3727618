"""Loyalty fails in the middle of a sale: the sale stands, the failure is kept, and it heals.

The failures are real: the database refuses our rows.
"""

from __future__ import annotations

import pytest
from django.db import connection

from playground.models import Order
from saleor_loyalty.models import OrderRecord
from saleor_loyalty.orders import record_failure, settle_order_by_id
from saleor_loyalty.tasks import reconcile_orders_task, settle_order_task
from tests import club

pytestmark = pytest.mark.django_db


def forbid(table, when="TRUE"):
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            CREATE OR REPLACE FUNCTION forbid_rows() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'out of order'; END $$;
            CREATE TRIGGER forbid_rows BEFORE INSERT ON saleor_loyalty_{table}
            FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION forbid_rows();
            """
        )


def allow():
    with connection.cursor() as cursor:
        cursor.execute("DROP FUNCTION forbid_rows() CASCADE")


def test_a_sale_without_points_goes_through_and_is_healed(dana, variant, django_capture_on_commit_callbacks):
    # given a database that takes no order records
    forbid("orderrecord")

    # when
    with django_capture_on_commit_callbacks(execute=True):
        order = club.complete(club.fill_cart(dana, variant, 4))

    # then
    assert Order.objects.get() == order
    assert not OrderRecord.objects.exists()
    allow()
    record = settle_order_by_id(str(order.pk), at=club.now())
    assert (record.state, record.earnable) == ("PENDING", 400)


def test_a_failed_award_is_kept_on_the_record_and_healed(dana, variant):
    # given a judged order whose award the database refuses
    order = club.order_of(dana, variant, 4)
    club.settle(order)
    club.fulfill(order)
    forbid("loyaltytransaction", when="NEW.type = 'EARN'")
    at = club.now()

    # when
    assert settle_order_by_id(str(order.pk), at=at) is None

    # then
    record = OrderRecord.objects.get()
    assert (record.awarded, record.state, record.failed_at) == (0, "PENDING", at)
    assert "out of order" in record.failure
    assert club.movements() == []

    # when it works again, the reconciliation finds it
    allow()
    Order.objects.update(updated_at=at.replace(year=at.year - 1))
    assert reconcile_orders_task() == 1

    # then
    record.refresh_from_db()
    assert (record.awarded, record.state, record.failure, record.failed_at) == (400, "AWARDED", "", None)


def test_a_failure_before_any_record_opens_one(dana, variant, program):
    order = club.order_of(dana, variant, 4)

    record_failure(
        str(order.pk),
        error=RuntimeError("boom"),
        at=club.now(),
        order_number=order.number,
        channel=club.CHANNEL,
        currency="ILS",
    )

    record = OrderRecord.objects.get()
    assert (record.state, record.failure, record.program_id) == ("WAITING", "RuntimeError: boom", program.pk)
    assert club.settle(order).state == "PENDING"
    assert OrderRecord.objects.get().failure == ""


def test_recording_a_failure_never_raises(dana, variant):
    order = club.order_of(dana, variant, 4)
    forbid("orderrecord")

    record_failure(str(order.pk), error=RuntimeError("boom"), at=club.now(), channel=club.CHANNEL, currency="ILS")
    record_failure("no such order", error=RuntimeError("boom"), at=club.now())

    assert not OrderRecord.objects.exists()


@pytest.mark.parametrize("order_id", ["", "x", "999999999", "-1"])
def test_an_order_that_is_gone_settles_to_nothing(db, order_id):
    assert settle_order_by_id(order_id, at=club.now()) is None
    settle_order_task(order_id)


def test_the_failure_of_an_order_that_is_gone_is_not_tried_for_ever(dana, variant):
    order = club.order_of(dana, variant, 4)
    club.settle(order)
    record_failure(str(order.pk), error=RuntimeError("boom"), at=club.now())
    order.delete()

    assert reconcile_orders_task() == 1
    assert reconcile_orders_task() == 0

    assert OrderRecord.objects.get().failure == ""


def test_the_reconciliation_finds_orders_that_nobody_told_of(dana, variant, eager_tasks):
    orders = [club.order_of(dana, variant, 1) for _ in range(5)]
    for order in orders:
        club.fulfill(order)

    # batches of two, each sending the next
    assert reconcile_orders_task(limit=2) == 2

    assert club.points_of(dana) == (500, 0, 0, 0)
    assert OrderRecord.objects.filter(state="AWARDED").count() == 5
