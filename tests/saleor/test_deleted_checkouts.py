"""A checkout that is gone without an order gives its points free, whoever deletes it; with real commits."""

from __future__ import annotations

import datetime

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from saleor.checkout.models import Checkout
from saleor.checkout.tasks import delete_expired_checkouts
from saleor.checkout.utils import delete_checkouts

from saleor_loyalty.models import Reservation
from tests.scenarios.stories import DANA, open_club

from .test_hooks import pk_of, start


def test_a_checkout_that_is_deleted_gives_its_points_free(shop):
    # given
    open_club(shop)
    checkout = start(shop)
    assert shop.read_account(DANA).reserved == 800

    # when
    deleted = delete_checkouts([pk_of(checkout)])

    # then
    assert deleted > 0
    assert Reservation.objects.get().status == "RELEASED"
    assert shop.read_account(DANA).available == 1000


def test_deleting_many_checkouts_looks_for_reservations_once(shop):
    # given
    open_club(shop)
    for _ in range(5):
        start(shop, {"BRUSH": 1}, points=0)

    # when
    with CaptureQueriesContext(connection) as captured:
        delete_checkouts(list(Checkout.objects.values_list("pk", flat=True)))

    # then
    ours = [query["sql"] for query in captured if "saleor_loyalty_reservation" in query["sql"]]
    assert len(ours) == 1


def test_a_deletion_that_is_rolled_back_keeps_the_reservation(shop):
    # given
    open_club(shop)
    checkout, other = start(shop), start(shop, {"BRUSH": 1}, points=0)

    # when
    with transaction.atomic():
        Checkout.objects.filter(pk=pk_of(checkout)).delete()
        transaction.set_rollback(True)
    delete_checkouts([pk_of(other)])

    # then
    assert Reservation.objects.get().status == "RESERVED"
    assert shop.read_account(DANA).reserved == 800


def test_saleors_own_task_for_expired_checkouts_gives_points_free(shop):
    # given
    open_club(shop)
    checkout = start(shop)
    long_ago = timezone.now() - datetime.timedelta(days=400)
    Checkout.objects.filter(pk=pk_of(checkout)).update(last_change=long_ago, created_at=long_ago)

    # when
    delete_expired_checkouts()

    # then
    assert Checkout.objects.count() == 0
    assert shop.read_account(DANA).available == 1000
