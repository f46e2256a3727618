"""Taking back one movement by hand."""

import pytest

from saleor_loyalty import ledger
from saleor_loyalty.errors import AlreadyReversed, IdempotencyConflict, NotReversible, TransactionNotFound
from saleor_loyalty.models import LoyaltyTransaction

from .builders import (
    DAY,
    NOW,
    award,
    columns,
    deduct,
    everything,
    findings,
    give,
    new_key,
    remaining,
    reserve,
    rows,
    set_available,
    spend,
    sums,
)
from .connections import second_while_first_is_uncommitted


def undo(posting, *, at=NOW, **arguments):
    arguments.setdefault("idempotency_key", new_key())
    return ledger.reverse_transaction(posting.transaction.pk, at=at, **arguments)


def test_points_that_were_given_are_taken_back(account):
    given = give(account, 100)

    result = undo(given, reason="By mistake", actor=ledger.Actor("STAFF", 7), batch_id=3)

    assert (result.reversed_points, result.unrecovered_points) == (100, 0)
    row = result.posting.transaction
    assert (row.type, row.points, row.reverses_id, row.batch_id) == ("REVERSE", -100, given.transaction.pk, 3)
    assert (row.actor_kind, row.actor_id, row.text.reason) == ("STAFF", 7, "By mistake")
    assert columns(account) == (0, 0, 0, 0, 0)
    assert sums(account) == (100, 0, 0, 100, 0)
    assert findings(account) == []


def test_its_own_points_go_before_older_ones(account):
    give(account, 50, expires_at=NOW + DAY)
    given = give(account, 100, expires_at=NOW + 30 * DAY)

    undo(given)

    assert remaining(account) == [50, 0]


def test_points_that_wait_are_taken_back_too(account):
    given = give(account, 100, available_at=NOW + DAY)

    assert undo(given).reversed_points == 100
    assert columns(account) == (0, 0, 0, 0, 0)


def test_what_is_spent_is_taken_from_what_else_there_is_and_never_below_zero(account):
    given = give(account, 100)
    spend(account, 80)
    give(account, 30)

    result = undo(given)

    assert (result.reversed_points, result.unrecovered_points) == (50, 50)
    assert columns(account) == (0, 0, 0, 0, 0)
    assert findings(account) == []


def test_points_that_are_set_aside_stay(account):
    given = give(account, 100)
    reserve(account, 70)

    assert undo(given).reversed_points == 30
    assert columns(account) == (70, 0, 0, 70, 0)


def test_points_that_expired_are_not_taken_a_second_time(account):
    given = give(account, 100, expires_at=NOW + DAY)
    give(account, 40)

    result = undo(given, at=NOW + 2 * DAY)

    assert (result.posting, result.reversed_points, result.unrecovered_points) == (None, 0, 100)
    assert rows(account)[2:] == [("EXPIRE", -100, 40)]
    assert findings(account, at=NOW + 2 * DAY) == []


def test_a_deduction_goes_back_to_the_lots_it_came_from(account):
    give(account, 50, expires_at=NOW + 5 * DAY)
    give(account, 100, expires_at=NOW + 9 * DAY)
    deducted = deduct(account, 70)

    result = undo(deducted)

    assert (result.reversed_points, result.unrecovered_points) == (70, 0)
    assert remaining(account) == [50, 100]
    assert sums(account) == (150, 0, 0, 0, 0)
    assert rows(account)[-1] == ("REVERSE", 70, 150)
    assert findings(account) == []


def test_a_deduction_from_points_past_their_date_comes_back_and_expires(account):
    give(account, 50, expires_at=NOW + DAY)
    deducted = deduct(account, 50)

    undo(deducted, at=NOW + 2 * DAY)

    assert rows(account)[-2:] == [("REVERSE", 50, 50), ("EXPIRE", -50, 0)]
    assert sums(account) == (50, 0, 50, 0, 0)
    assert findings(account, at=NOW + 2 * DAY) == []


@pytest.mark.parametrize(("before", "after", "terms"), [(0, 40, (40, 0, 0, 40, 0)), (90, 40, (90, 0, 0, 0, 0))])
def test_a_set_is_taken_back_in_its_direction(account, before, after, terms):
    if before:
        give(account, before)
    undo(set_available(account, after))

    assert columns(account)[0] == before
    assert sums(account) == terms
    assert findings(account) == []


def test_twice_is_refused_and_the_same_request_is_answered_again(account):
    given = give(account, 100)
    first = undo(given, idempotency_key="undo")
    before = everything()

    with pytest.raises(AlreadyReversed):
        undo(given)
    again = undo(given, idempotency_key="undo")
    with pytest.raises(IdempotencyConflict):
        undo(given, idempotency_key="undo", reason="Another")

    assert (again.posting.transaction.pk, again.posting.is_new) == (first.posting.transaction.pk, False)
    assert everything() == before


def test_what_was_not_moved_by_hand_is_refused(account):
    earned = award(account, 100)
    spent = spend(account, 10)
    nothing = set_available(account, 90)
    reversal = undo(give(account, 5)).posting
    before = everything()

    for transaction in (earned.transaction, spent.transaction, nothing.transaction, reversal.transaction):
        with pytest.raises(NotReversible):
            ledger.reverse_transaction(transaction.pk, at=NOW, idempotency_key=new_key())
    with pytest.raises(TransactionNotFound):
        ledger.reverse_transaction(-1, at=NOW, idempotency_key=new_key())
    assert everything() == before


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_the_second_finds_it_done(account):
    given = give(account, 100)

    first, second = second_while_first_is_uncommitted(lambda: undo(given), lambda: undo(given))

    assert first.reversed_points == 100
    assert isinstance(second, AlreadyReversed)
    assert LoyaltyTransaction.objects.filter(reverses=given.transaction).count() == 1
