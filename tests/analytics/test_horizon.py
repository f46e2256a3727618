"""Rolling up while others write: on two connections and more, with real commits."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction

from saleor_loyalty import analytics
from saleor_loyalty.models import LoyaltyAccount, LoyaltyTransaction, StatisticsProgress
from tests.sessions import PATIENCE_SECONDS, Session, together

from . import reports
from .reports import give, open_account, roll_up

pytestmark = pytest.mark.django_db(transaction=True)


class Writer:
    """A session that gives points and commits only when it is told to."""

    def __init__(self, account: LoyaltyAccount, points: int, *, is_kept: bool = True) -> None:
        self._has_written, self._may_end = threading.Event(), threading.Event()
        self._account, self._points, self._is_kept = account, points, is_kept
        self._session = Session(self._write)
        assert self._has_written.wait(PATIENCE_SECONDS)

    def _write(self) -> None:
        with transaction.atomic():
            give(self._account, self._points)
            self._has_written.set()
            assert self._may_end.wait(PATIENCE_SECONDS)
            transaction.set_rollback(not self._is_kept)

    def end(self) -> None:
        self._may_end.set()
        self._session.result()


def given(program) -> int:
    return analytics.point_status(program.pk, at=reports.NOW).given


def counted() -> int:
    return sum(row[5] for row in reports.daily())


def test_a_row_that_is_committed_after_a_younger_one_is_not_lost(program):
    # given: the first drew its id before the second, which is committed already
    accounts = [open_account(program), open_account(program)]
    first = Writer(accounts[0], 5)
    give(accounts[1], 7)
    assert (given(program), counted()) == (7, 0)

    # when
    rolled_up = roll_up(program)

    # then: nothing is counted past the first, and what is visible is reported
    assert (rolled_up, counted(), reports.watermark()) == ((0, True), 0, 0)
    assert given(program) == 7
    first.end()
    assert given(program) == 12
    assert roll_up(program) == (2, True)
    assert (counted(), given(program)) == (12, 12)
    ids = dict(LoyaltyTransaction.objects.values_list("points", "pk"))
    assert ids[5] < ids[7] == reports.watermark()


def test_a_row_that_is_never_committed_stops_nothing(program):
    accounts = [open_account(program), open_account(program)]
    first = Writer(accounts[0], 5, is_kept=False)
    give(accounts[1], 7)
    assert roll_up(program) == (0, True)
    first.end()
    assert roll_up(program) == (1, True)
    assert (counted(), given(program)) == (7, 7)


def test_writers_that_never_pause_are_followed_by_candidates(program):
    # given: at any moment somebody is writing
    accounts = [open_account(program) for _ in range(4)]
    give(accounts[3], 1)
    first = Writer(accounts[0], 2)
    assert (roll_up(program), counted()) == ((0, True), 0)

    # when: the candidate's writer has ended while another has begun
    second = Writer(accounts[1], 4)
    assert (roll_up(program), counted()) == ((0, True), 0)
    first.end()
    found = roll_up(program)

    # then: the candidate is counted, and what came after it is the next one
    assert (found, counted()) == ((1, True), 1)
    third = Writer(accounts[2], 8)
    assert (roll_up(program), counted()) == ((0, True), 1)
    second.end()
    assert (roll_up(program), counted()) == ((1, True), 3)
    third.end()
    assert (roll_up(program), counted(), given(program)) == ((2, True), 15, 15)
    progress = StatisticsProgress.objects.get()
    assert (progress.candidate_transaction_id, progress.candidate_writers) == (0, [])


def test_a_long_transaction_that_does_not_write_to_the_ledger_stops_nothing(program):
    # given
    account = open_account(program)
    has_begun, may_end = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            LoyaltyAccount.objects.filter(pk=account.pk).update(status="ACTIVE")
            has_begun.set()
            assert may_end.wait(PATIENCE_SECONDS)

    other = open_account(program)
    session = Session(hold)
    assert has_begun.wait(PATIENCE_SECONDS)

    # when
    give(other, 5)

    # then
    assert roll_up(program) == (1, True)
    may_end.set()
    session.result()


def test_several_workers_count_each_transaction_once(program):
    # given
    account = open_account(program)
    for number in range(12):
        give(account, 1 << number)

    # when
    outcomes = together(*[lambda: roll_up(program, limit=5)] * 4)

    # then
    assert [error for _, error in outcomes if error is not None] == []
    assert sum(count for (count, _), _ in outcomes) == 12
    assert (counted(), given(program)) == (4095, 4095)


def test_readers_and_a_roll_up_at_once_never_see_a_transaction_twice_or_not_at_all(program):
    # given
    account = open_account(program)
    for _ in range(40):
        give(account, 1)
    is_done = threading.Event()

    def count() -> None:
        try:
            while roll_up(program, limit=1)[0] != 0:
                pass
            list(analytics.rebuild(program.pk, at=reports.NOW))
        finally:
            is_done.set()

    def read() -> set[int]:
        seen = {given(program)}
        while not is_done.is_set():
            seen.add(given(program))
        return seen

    # when
    outcomes = together(count, read, read)

    # then
    assert [error for _, error in outcomes if error is not None] == []
    assert [seen for seen, _ in outcomes[1:]] == [{40}, {40}]


def test_a_transaction_that_would_not_see_late_rows_is_refused(program):
    # given
    give(open_account(program), 5)

    @transaction.atomic
    def roll_up_repeatable() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        roll_up(program)

    # when
    with pytest.raises(RuntimeError, match="not repeatable read"):
        roll_up_repeatable()

    # then
    assert StatisticsProgress.objects.count() == 0
    assert roll_up(program) == (1, True)
