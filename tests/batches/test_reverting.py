"""Taking a whole batch back."""

from __future__ import annotations

import pytest

from saleor_loyalty.batches import Recovery, estimate_recovery, revert_batch
from saleor_loyalty.errors import AlreadyReversed, BatchNotFound, BatchRunning, NotReversible
from saleor_loyalty.ledger import deduct_points, reverse_transaction
from saleor_loyalty.models import Batch, BatchRow, LoyaltyAccount, LoyaltyTransaction
from tests import club
from tests.sessions import together

from .builders import STAFF, add_accounts, ask, counts, csv_of, run


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


def test_twice_while_running_or_without_points_is_refused(program):
    batch = ask(program, csv_of(add_accounts(program, 2)))
    with pytest.raises(BatchRunning):
        revert(batch)
    batch = run(batch)
    revert(batch)
    with pytest.raises(BatchRunning):
        revert(batch)
    run(batch)
    before = club.everything_written()

    with pytest.raises(AlreadyReversed):
        revert(batch)
    with pytest.raises(AlreadyReversed):
        estimate_recovery(batch.pk, at=club.now())
    with pytest.raises(NotReversible):
        revert(run(ask(program, "email\na@b.cd\n", points=5, is_dry_run=True)))
    with pytest.raises(BatchNotFound):
        revert_batch(-1, actor=STAFF, at=club.now())
    assert club.everything_written() == before


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
