"""Committing a reservation that the caller has locked: as much and no more, with fewer statements."""

import pytest
from django.db.transaction import atomic

from saleor_loyalty import ledger
from saleor_loyalty.errors import IdempotencyConflict, InsufficientPoints

from .builders import DAY, HOUR, NOW, columns, commit, deduct, everything, findings, give, remaining, reserve, rows
from .connections import second_while_first_is_uncommitted


def commit_locked(account, points_max, *, at=NOW, checkout_id="checkout-1", **arguments):
    with atomic():
        locked = ledger.lock_last_reservation(checkout_id, at=at)
        return commit(account, points_max, at=at, checkout_id=checkout_id, locked=locked, **arguments)


def test_a_locked_reservation_is_committed_with_seven_statements(account, django_assert_num_queries):
    # given
    give(account, 100)
    reserve(account, 60)

    # when
    with atomic():
        locked = ledger.lock_last_reservation("checkout-1", at=NOW)
        # the reservation, the transaction, its text, the lots, the use of one, that lot, the account; two savepoints
        with django_assert_num_queries(7 + 2):
            result = commit(account, 45, locked=locked)

    # then
    assert (result.points, result.shortfall) == (45, 0)
    assert columns(account) == (55, 55, 0, 0, 0)
    assert findings(account) == []


@pytest.mark.parametrize("points", [60, 0])
def test_the_same_again_changes_nothing(account, points):
    # given
    give(account, 100)
    reserve(account, 60)
    first = commit_locked(account, points, idempotency_key="order:9")
    before = everything()

    # when
    second = commit_locked(account, points, idempotency_key="order:9", points_wanted=points)

    # then
    assert (second.points, second.shortfall) == (first.points, 0) == (points, 0)
    if points:
        assert second.transaction.pk == first.transaction.pk
        assert everything() == before
    assert columns(account) == (100 - points, 100 - points, 0, 0, 0)


def test_another_request_under_the_same_key_is_refused(account):
    give(account, 100)
    reserve(account, 60)
    commit_locked(account, 60, idempotency_key="order:9")
    before = everything()

    with pytest.raises(IdempotencyConflict):
        commit_locked(account, 60, idempotency_key="order:9", order_id="order-10")

    assert everything() == before


def test_a_reservation_past_its_deadline_is_taken_again(account):
    give(account, 100)
    reserve(account, 60)

    result = commit_locked(account, 60, at=NOW + DAY)

    assert (result.points, result.transaction.is_shortfall) == (60, False)
    assert columns(account) == (40, 40, 0, 0, 0)
    assert findings(account, at=NOW + DAY) == []


def test_what_is_missing_by_then_becomes_a_debt(account):
    give(account, 100)
    reserve(account, 60)
    deduct(account, 70, at=NOW + DAY)

    result = commit_locked(account, 60, at=NOW + DAY)

    assert (result.points, result.shortfall) == (60, 30)
    assert columns(account) == (-30, 0, 0, 0, 30)
    assert findings(account, at=NOW + DAY) == ["SHORTFALL"]


def test_what_a_commit_releases_of_a_lot_past_its_date_expires(account):
    give(account, 60, expires_at=NOW + HOUR)
    give(account, 40)
    reserve(account, 60, lasts=2 * HOUR)

    commit_locked(account, 45, at=NOW + HOUR)

    assert rows(account)[2:] == [("REDEEM", -45, 55), ("EXPIRE", -15, 40)]
    assert remaining(account) == [0, 40]
    assert findings(account, at=NOW + HOUR) == []


def test_nothing_is_released_of_a_lot_past_its_date_that_another_cart_holds(account):
    give(account, 100, expires_at=NOW + HOUR)
    reserve(account, 60, lasts=2 * HOUR)
    reserve(account, 40, lasts=2 * HOUR, checkout_id="checkout-2")

    commit_locked(account, 60, at=NOW + HOUR)

    assert rows(account)[1:] == [("REDEEM", -60, 40)]
    assert columns(account) == (40, 0, 0, 40, 0)
    assert findings(account, at=NOW + HOUR) == []


def test_the_reservation_of_another_account_is_left_alone(account_factory):
    first, second = account_factory(), account_factory()
    give(first, 100)
    give(second, 100)
    reserve(second, 60)

    commit_locked(first, 40)

    assert columns(first) == (60, 60, 0, 0, 0)
    assert columns(second) == (100, 40, 0, 60, 0)


@pytest.mark.django_db(transaction=True)
def test_two_commits_of_one_order_take_its_points_once(account):
    give(account, 100)
    reserve(account, 60)

    def act():
        return commit_locked(account, 60, idempotency_key="order:9", points_wanted=60)

    first, second = second_while_first_is_uncommitted(act, act)

    assert first.transaction.pk == second.transaction.pk
    assert rows(account) == [("GIVE", 100, 100), ("REDEEM", -60, 40)]
    assert columns(account) == (40, 40, 0, 0, 0)
    assert findings(account) == []


@pytest.mark.django_db(transaction=True)
def test_what_a_commit_is_taking_cannot_be_deducted_meanwhile(account):
    give(account, 100)
    reserve(account, 60)

    first, second = second_while_first_is_uncommitted(lambda: commit_locked(account, 60), lambda: deduct(account, 50))

    assert first.points == 60
    assert isinstance(second, InsufficientPoints)
    assert second.available == 40
    assert columns(account) == (40, 40, 0, 0, 0)
    assert findings(account) == []


@pytest.mark.django_db(transaction=True)
def test_a_commit_waits_for_whoever_changes_the_account(account):
    give(account, 100)
    reserve(account, 60)

    first, second = second_while_first_is_uncommitted(lambda: deduct(account, 40), lambda: commit_locked(account, 60))

    assert (first.is_new, second.points, second.shortfall) == (True, 60, 0)
    assert columns(account) == (0, 0, 0, 0, 0)
    assert findings(account) == []
