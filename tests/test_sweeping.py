"""One after the other, each alone; and what failed again, later."""

from __future__ import annotations

import datetime

import pytest

from saleor_loyalty.ledger import open_account
from saleor_loyalty.models import FailedWork, LoyaltyAccount
from saleor_loyalty.sweeping import RETRY_AFTER, keep_failed, retry_failed, sweep
from tests import club

pytestmark = pytest.mark.django_db
AT = datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC)


def failed_ids():
    return list(FailedWork.objects.order_by("failed_at", "pk").values_list("item_id", flat=True))


def retry(done, *, works=lambda item_id: True, at=AT + RETRY_AFTER, limit=10, name="a"):
    def act(item_id):
        done.append(item_id)
        return works(item_id)

    return retry_failed(name, act=act, limit=limit, at=at)


def test_a_sweep_does_it_with_so_many_and_passes_over_those_that_fail(caplog):
    # given
    program = club.publish()
    pks = [open_account(program, email=f"{number}@example.com", at=AT).pk for number in range(6)]
    done = []

    def act(account_id):
        if account_id in pks[:2]:
            raise ZeroDivisionError
        done.append(account_id)

    # when
    swept = sweep(LoyaltyAccount.objects.all(), "pk", act=act, limit=3, complaint="Account %s is broken.")

    # then
    assert (swept, done) == ((3, 2), pks[2:5])
    assert [record.getMessage() for record in caplog.records] == [f"Account {pk} is broken." for pk in pks[:2]]


def test_what_failed_is_left_alone_for_a_while_and_then_done_once():
    # given
    keep_failed("a", 1, at=AT)
    keep_failed("b", 2, at=AT)
    done = []

    # when / then
    assert (retry(done, at=AT + RETRY_AFTER - datetime.timedelta(seconds=1)), done) == (0, [])
    assert (retry(done), done) == (1, [1])
    assert (retry(done), done) == (0, [1])
    assert failed_ids() == [2]


def test_what_fails_again_makes_room_for_others():
    # given
    for number in range(4):
        keep_failed("a", number, at=AT + datetime.timedelta(seconds=number))
    done = []

    # when
    at = AT + 2 * RETRY_AFTER
    counts = [retry(done, works=lambda item_id: item_id > 1, limit=2, at=at) for _ in range(2)]

    # then
    assert (counts, done) == ([0, 2], [0, 1, 2, 3])
    assert failed_ids() == [0, 1]
    assert set(FailedWork.objects.values_list("failed_at", flat=True)) == {at}


def test_what_fails_elsewhere_in_the_meantime_stays():
    keep_failed("a", 1, at=AT)

    def works(item_id):
        keep_failed("a", item_id, at=AT + datetime.timedelta(seconds=5))
        return True

    assert retry([], works=works) == 1
    assert failed_ids() == [1]
