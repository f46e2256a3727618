"""What healing and settling an order do at once; with real connections, threads and locks."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import connection, transaction

from saleor_loyalty.auditing import heal_step, plan_healing
from saleor_loyalty.lock_objects import loyalty_account_qs_select_for_update, order_record_qs_select_for_update
from saleor_loyalty.models import LoyaltyAccount
from tests import club
from tests.ledger.connections import is_waiting_for_a_lock, together

from .scenes import audit, books
from .test_faults import CASES

pytestmark = pytest.mark.django_db(transaction=True)


def test_healing_waits_for_an_order_that_is_being_settled_and_holds_no_account_meanwhile(account, dana, variant):
    # given an order whose award somebody deleted
    with transaction.atomic():
        orders = books(dana, variant)
        balance = LoyaltyAccount.objects.get().balance
        CASES["a deleted award"].fault(orders)
    order_id = str(orders["refunded"].pk)
    (step,) = [step for step in plan_healing(audit()) if step.order_id == order_id]
    is_held, pids = threading.Event(), []

    def settle():
        """Lock as settling does, the record and then the account, while healing is under way."""
        with transaction.atomic():
            list(order_record_qs_select_for_update().filter(order_id=order_id))
            is_held.set()
            deadline = time.monotonic() + 10
            while not (pids and is_waiting_for_a_lock(pids[0])):
                assert time.monotonic() < deadline, "healing did not wait for the order"
                time.sleep(0.01)
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '200ms'")
            return len(loyalty_account_qs_select_for_update().filter(pk=account.pk))

    def heal():
        assert is_held.wait(10)
        pids.append(connection.connection.info.backend_pid)
        return heal_step(step, at=club.now())

    # when
    locked, healing = together(settle, heal)

    # then
    assert locked == 1
    assert healing.obstacle == ""
    assert LoyaltyAccount.objects.get().balance == balance
    assert [finding for finding in audit() if finding.order_id] == []
