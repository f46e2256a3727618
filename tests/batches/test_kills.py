"""A worker that is killed, at any statement: the next one goes on, and each row has moved its points once."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from saleor_loyalty.batches import revert_batch
from saleor_loyalty.models import Batch, BatchRow, LoyaltyAccount, LoyaltyProgram, LoyaltyTransaction
from saleor_loyalty.programs.active_program import forget_versions
from tests import club

from .builders import STAFF, add_accounts, ask, counts, csv_of, run

STATEMENTS_MAX = 400
"""More than a worker needs for a whole run of the batches below."""


class Killed(BaseException):
    """The process is gone: nothing catches it."""


class Execution:
    """Kills whoever sends one statement more than so many, and counts them."""

    def __init__(self, statements: int) -> None:
        self.statements = statements
        self.count = 0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if self.count >= self.statements:
            raise Killed
        self.count += 1
        return execute(sql, params, many, context)


def work_until_killed(batch: Batch, statements: int) -> bool:
    """Work on the batch as one process that dies before its next statement. Returns whether it did."""
    try:
        with connection.execute_wrapper(Execution(statements)):
            run(batch)
    except Killed:
        # Its connection goes with it, and whatever was open on it.
        connection.close()
        return True
    return False


@pytest.fixture
def few_at_a_time(monkeypatch):
    monkeypatch.setattr("saleor_loyalty.batches.read_rows.READ_CHUNK", 3)
    monkeypatch.setattr("saleor_loyalty.batches.judge_rows.JUDGE_CHUNK", 3)
    monkeypatch.setattr("saleor_loyalty.batches.apply_rows.APPLY_CHUNK", 3)
    # The package shows the function of this name, not its module.
    monkeypatch.setattr(sys.modules["saleor_loyalty.batches.revert_batch"], "REVERT_CHUNK", 3)


def forget_everything() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE saleor_loyalty_loyaltyprogram CASCADE")
    forget_versions()


def new_club() -> LoyaltyProgram:
    forget_everything()
    club.Channel.objects.all().delete()
    club.open_channel()
    return club.publish()


def moved() -> list[tuple[int, str, int]]:
    """Return what the ledger says that moved: of each account in its order, the kinds and the points."""
    rows = LoyaltyTransaction.objects.order_by("account_id", "pk")
    keys = {key: n for n, key in enumerate(LoyaltyAccount.objects.order_by("pk").values_list("pk", flat=True))}
    return [(keys[key], str(kind), points) for key, kind, points in rows.values_list("account_id", "type", "points")]


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_before_each_single_statement_leaves_the_same_ledger(few_at_a_time):
    program = new_club()
    accounts = add_accounts(program, 4)
    killed = []
    for statements in range(STATEMENTS_MAX):
        batch = ask(program, csv_of(accounts) + "nobody,5\n")
        is_killed = work_until_killed(batch, statements)

        batch = run(batch)

        assert counts(batch) == ("DONE", 5, 4, 1, 40), statements
        assert [points for _, _, points in moved()] == [10] * 4 * (statements + 1), statements
        if not is_killed:
            break
        killed.append(statements)
    # One run went through to its end, so that every statement of it was the last one of an earlier run.
    assert len(killed) > 60
    assert BatchRow.objects.filter(status="DONE").values("transaction").distinct().count() == 4 * (len(killed) + 1)
    assert club.audit() == []


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    kills=st.lists(st.integers(1, 120), min_size=1, max_size=5),
    bad=st.sets(st.integers(0, 7), max_size=7),
    revert_kills=st.none() | st.lists(st.integers(1, 120), max_size=3),
)
@pytest.mark.django_db(transaction=True)
def test_workers_killed_again_and_again_leave_the_ledger_of_one_that_was_not(few_at_a_time, kills, bad, revert_kills):
    program = new_club()
    accounts = add_accounts(program, 8)
    rows = "".join(f"{account.pk},{'x' if n in bad else 10}\n" for n, account in enumerate(accounts))
    batch = ask(program, "account,points\n" + rows)

    for statements in kills:
        work_until_killed(batch, statements)
    batch = run(batch)

    good = [n for n in range(8) if n not in bad]
    assert counts(batch) == ("DONE", 8, len(good), len(bad), 10 * len(good))
    assert moved() == [(n, "GIVE", 10) for n in good]
    if revert_kills is not None:
        revert_batch(batch.pk, actor=STAFF, at=club.now())
        for statements in revert_kills:
            work_until_killed(batch, statements)
        batch = run(batch)
        assert (batch.status, batch.points_reverted, batch.points_unrecovered) == ("REVERTED", 10 * len(good), 0)
        assert moved() == [found for n in good for found in ((n, "GIVE", 10), (n, "REVERSE", -10))]
    assert club.audit() == []
