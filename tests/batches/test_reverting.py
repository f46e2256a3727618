"""Taking a whole batch back."""

from __future__ import annotations

from contextlib import contextmanager

import pytest

from saleor_loyalty.batches import Recovery, estimate_recovery, revert_batch
from saleor_loyalty.batches.refusals import BatchNotFound, BatchRunning
from saleor_loyalty.errors import AlreadyReversed, LoyaltyException, NotReversible
from saleor_loyalty.ledger import deduct_points, reverse_transaction
from saleor_loyalty.models import Batch, BatchRow, LoyaltyAccount, LoyaltyTransaction
from tests import club
from tests.sessions import together

from .builders import STAFF, add_accounts, ask, counts, csv_of, run, step_until


def revert(batch: Batch) -> Batch:
    return revert_batch(batch.pk, actor=STAFF, at=club.now())


def balances() -> list[int]:
    return list(LoyaltyAccount.objects.order_by("pk").values_list("balance", flat=True))


def test_what_is_left_is_taken_back_and_what_is_spent_is_told(program):
    accounts = add_accounts(program, 3)
    batch = run(ask(program, csv_of(accounts, 100)))
    deduct_points(accounts[1].pk, points=70, at=club.now(), idempotency_key="spent")
    assert estimate_recovery(batch.pk, at=club.now()) == Recovery(230, 70)

    batch = run(revert(batch))

    assert (batch.status, batch.points_reverted, batch.points_unrecovered) == ("REVERTED", 230, 70)
    assert balances() == [0, 0, 0]
    rows = BatchRow.objects.order_by("number").select_related("reversal")
    assert [(row.status, row.reversal.points, row.unrecovered) for row in rows] == [
        ("REVERTED", -100, 0),
        ("REVERTED", -30, 70),
        ("REVERTED", -100, 0),
    ]
    assert [row.reversal.reverses_id for row in rows] == [row.transaction_id for row in rows]
    assert {row.reversal.batch_id for row in rows} == {batch.pk}
    assert club.audit() == []


def test_what_a_batch_took_is_given_back(program):
    accounts = add_accounts(program, 2)
    run(ask(program, csv_of(accounts, 100)))
    batch = run(ask(program, csv_of(accounts, 60), kind="DEDUCT"))
    assert estimate_recovery(batch.pk, at=club.now()) == Recovery(120, 0)

    assert run(revert(batch)).points_reverted == 120
    assert balances() == [100, 100]
    assert club.audit() == []


def test_a_row_that_was_taken_back_by_hand_is_passed_over(program):
    batch = run(ask(program, csv_of(add_accounts(program, 2))))
    by_hand = LoyaltyTransaction.objects.order_by("pk").first()
    reverse_transaction(by_hand.pk, at=club.now(), idempotency_key="k")

    batch = run(revert(batch))

    assert (batch.points_reverted, batch.points_unrecovered) == (10, 0)
    assert list(BatchRow.objects.order_by("number").values_list("code", flat=True)) == ["ALREADY_REVERSED", ""]


@contextmanager
def refused(error: type[LoyaltyException]):
    """The act is refused by exactly this, and nothing is written, not even on the batch."""
    before = club.everything_written()
    with pytest.raises(LoyaltyException) as caught:
        yield
    assert type(caught.value) is error
    assert club.everything_written() == before


@pytest.mark.parametrize("status", ["READING", "JUDGING", "APPLYING"])
def test_a_batch_that_is_running_cannot_be_taken_back(program, status):
    batch = ask(program, csv_of(add_accounts(program, 2)))
    step_until(batch, lambda found: found.status == status)

    with refused(BatchRunning):
        revert(batch)
    with refused(BatchRunning):
        estimate_recovery(batch.pk, at=club.now())


def test_a_batch_is_taken_back_once(program):
    batch = run(ask(program, csv_of(add_accounts(program, 2))))
    revert(batch)

    with refused(BatchRunning):
        revert(batch)
    run(batch)
    with refused(AlreadyReversed):
        revert(batch)
    with refused(AlreadyReversed):
        estimate_recovery(batch.pk, at=club.now())


def test_what_moved_no_points_cannot_be_taken_back(program):
    rehearsal = run(ask(program, "email\na@b.cd\n", points=5, is_dry_run=True))

    with refused(NotReversible):
        revert(rehearsal)
    with refused(BatchNotFound):
        revert_batch(-1, actor=STAFF, at=club.now())


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_it_back_at_once_one_is_refused_and_each_row_is_taken_once():
    club.open_channel()
    program = club.publish()
    batch = run(ask(program, csv_of(add_accounts(program, 12))))

    outcomes = together(lambda: run(revert(batch)), lambda: run(revert(batch)))

    errors = [type(error) for _, error in outcomes if error is not None]
    assert len(errors) == 1
    assert errors[0] in (BatchRunning, AlreadyReversed)
    # Whoever found the other at work left the rest to the periodic task.
    run(batch)
    assert counts(Batch.objects.get())[0] == "REVERTED"
    assert balances() == [0] * 12
    assert LoyaltyTransaction.objects.count() == 24
