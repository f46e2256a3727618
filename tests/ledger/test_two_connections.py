"""What two sessions at once may do to one account; with real connections, threads and locks."""

import itertools

import pytest
from django.db import connection
from django.db.transaction import atomic
from django.test.utils import CaptureQueriesContext

from saleor_loyalty import ledger
from saleor_loyalty.errors import IdempotencyConflict, InsufficientPoints
from saleor_loyalty.ledger.account_rows import lock_accounts
from saleor_loyalty.models import LoyaltyAccount, LoyaltyTransaction, Reservation

from .builders import (
    DAY,
    HOUR,
    NOW,
    award,
    columns,
    commit,
    deduct,
    findings,
    give,
    make_program,
    reserve,
    return_points,
    reverse,
    rows,
    spend,
)
from .connections import second_while_first_is_uncommitted, together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def hundred(account):
    give(account, 100)
    return account


def kinds(outcomes):
    return sorted(type(outcome).__name__ for outcome in outcomes)


def test_the_same_points_cannot_be_spent_twice(hundred):
    first, second = second_while_first_is_uncommitted(lambda: deduct(hundred, 60), lambda: deduct(hundred, 60))

    assert first.is_new is True
    assert isinstance(second, InsufficientPoints)
    assert second.available == 40
    assert columns(hundred) == (40, 40, 0, 0, 0)
    assert findings() == []


def test_two_checkouts_cannot_reserve_the_same_points(hundred):
    first, second = second_while_first_is_uncommitted(
        lambda: reserve(hundred, 60), lambda: reserve(hundred, 60, checkout_id="checkout-2")
    )

    assert first.status == "RESERVED"
    assert isinstance(second, InsufficientPoints)
    assert columns(hundred) == (100, 40, 0, 60, 0)
    assert findings() == []


def test_many_spenders_at_once_never_overspend(hundred):
    outcomes = together(*[lambda: deduct(hundred, 30) for _ in range(6)])

    assert kinds(outcomes) == ["InsufficientPoints"] * 3 + ["Posting"] * 3
    assert columns(hundred) == (10, 10, 0, 0, 0)
    assert findings() == []


def test_two_hooks_with_the_same_key_award_once(account):
    def hook():
        return award(account, 50, idempotency_key="award:order-1:0")

    first, second = second_while_first_is_uncommitted(hook, hook)

    assert (first.is_new, second.is_new) == (True, False)
    assert first.transaction == second.transaction
    assert rows(account) == [("EARN", 50, 50)]
    assert findings() == []


def test_many_hooks_with_the_same_key_award_once(account):
    outcomes = together(*[lambda: award(account, 50, idempotency_key="k") for _ in range(6)])

    assert sorted(outcome.is_new for outcome in outcomes) == [False] * 5 + [True]
    assert rows(account) == [("EARN", 50, 50)]


def test_a_key_that_another_account_takes_meanwhile_is_a_conflict(account_factory):
    first_account, second_account = account_factory(), account_factory()

    first, second = second_while_first_is_uncommitted(
        lambda: give(first_account, 50, idempotency_key="k"), lambda: give(second_account, 50, idempotency_key="k")
    )

    assert first.is_new is True
    assert isinstance(second, IdempotencyConflict)
    assert columns(second_account) == (0, 0, 0, 0, 0)
    assert findings() == []


def test_points_given_meanwhile_can_be_spent(hundred):
    _, second = second_while_first_is_uncommitted(lambda: give(hundred, 50), lambda: deduct(hundred, 150))

    assert second.transaction.balance_after == 0
    assert rows(hundred) == [("GIVE", 100, 100), ("GIVE", 50, 150), ("DEDUCT", -150, 0)]
    assert findings() == []


def test_giving_and_spending_at_once_in_any_order_adds_up(hundred):
    outcomes = together(
        lambda: give(hundred, 10),
        lambda: deduct(hundred, 5),
        lambda: reserve(hundred, 20),
        lambda: give(hundred, 10, available_at=NOW + DAY),
        lambda: deduct(hundred, 5),
    )

    assert kinds(outcomes) == ["Posting"] * 4 + ["Reservation"]
    assert columns(hundred) == (110, 80, 10, 20, 0)
    assert findings() == []


def test_a_reservation_made_before_the_sweep_keeps_its_points(account):
    give(account, 100, expires_at=NOW + HOUR)

    second_while_first_is_uncommitted(
        lambda: reserve(account, 60, lasts=2 * HOUR), lambda: give(account, 1, at=NOW + HOUR)
    )

    # the second verb brought the account up to date: what was not set aside expired
    assert rows(account) == [("GIVE", 100, 100), ("EXPIRE", -40, 60), ("GIVE", 1, 61)]
    assert columns(account) == (61, 1, 0, 60, 0)
    assert findings(at=NOW + HOUR) == []


def test_points_that_expire_meanwhile_cannot_be_reserved(account):
    give(account, 100, expires_at=NOW + HOUR)

    swept, refused = second_while_first_is_uncommitted(
        lambda: ledger.expire_due_lots(at=NOW + HOUR, limit=10), lambda: reserve(account, 60, at=NOW + HOUR)
    )

    assert swept == 1
    assert isinstance(refused, InsufficientPoints)
    assert columns(account) == (0, 0, 0, 0, 0)
    assert Reservation.objects.count() == 0


def test_a_sweep_leaves_an_account_to_the_session_that_works_on_it(account):
    give(account, 100, expires_at=NOW + HOUR)

    outcomes = together(*[lambda: ledger.expire_due_lots(at=NOW + HOUR, limit=10) for _ in range(4)])

    assert sum(outcomes) == 1
    assert rows(account) == [("GIVE", 100, 100), ("EXPIRE", -100, 0)]


def test_a_checkout_completed_twice_is_paid_once(hundred):
    reserve(hundred, 60)

    def complete():
        return commit(hundred, 60, idempotency_key="redeem:order-9")

    first, second = second_while_first_is_uncommitted(complete, complete)

    assert first == second
    assert (first.points, first.shortfall) == (60, 0)
    assert rows(hundred) == [("GIVE", 100, 100), ("REDEEM", -60, 40)]
    assert findings() == []


def test_releasing_while_the_order_is_made_changes_nothing(hundred):
    reservation = reserve(hundred, 60)

    committed, released = second_while_first_is_uncommitted(
        lambda: commit(hundred, 60), lambda: ledger.release_reservation(reservation.pk, at=NOW)
    )

    assert (committed.points, released) == (60, False)
    assert columns(hundred) == (40, 40, 0, 0, 0)
    assert findings() == []


def test_an_order_made_while_its_reservation_is_released_takes_the_points_again(hundred):
    reservation = reserve(hundred, 60)

    released, committed = second_while_first_is_uncommitted(
        lambda: ledger.release_reservation(reservation.pk, at=NOW), lambda: commit(hundred, 60)
    )

    assert (released, committed.points, committed.shortfall) == (True, 60, 0)
    assert columns(hundred) == (40, 40, 0, 0, 0)
    assert findings() == []


def test_points_are_reversed_once_though_they_are_spent_meanwhile(account):
    award(account, 100)

    _, reversal = second_while_first_is_uncommitted(lambda: deduct(account, 70), lambda: reverse(account, 100))

    assert (reversal.reversed_points, reversal.unrecovered_points) == (30, 70)
    assert columns(account) == (0, 0, 0, 0, 0)
    assert findings() == []


def test_points_are_returned_once(hundred):
    spend(hundred, 60)

    def refund():
        return return_points(hundred, 60, idempotency_key="return:order-9:0")

    first, second = second_while_first_is_uncommitted(refund, refund)

    assert (first.is_new, second.is_new) == (True, False)
    assert columns(hundred) == (100, 100, 0, 0, 0)


def test_two_hooks_open_one_account(db):
    program = make_program()

    outcomes = together(*[lambda: ledger.open_account(program, user_id=7, at=NOW) for _ in range(6)])

    assert {outcome.pk for outcome in outcomes} == {LoyaltyAccount.objects.get().pk}


def test_two_accounts_that_reserve_for_one_checkout_leave_one_reservation(account_factory):
    first_account, second_account = account_factory(), account_factory()
    give(first_account, 100)
    give(second_account, 100)

    _, second = second_while_first_is_uncommitted(
        lambda: reserve(first_account, 60), lambda: reserve(second_account, 30)
    )

    assert ledger.open_reservation("checkout-1") == second
    assert columns(first_account) == (100, 100, 0, 0, 0)
    assert columns(second_account) == (100, 70, 0, 30, 0)
    assert findings() == []


def test_checkouts_that_change_hands_crosswise_do_not_deadlock(account_factory):
    first, second = account_factory(), account_factory()
    give(first, 1000)
    give(second, 1000)
    for number in range(10):
        reserve(first, 10, checkout_id=f"from-first-{number}")
        reserve(second, 10, checkout_id=f"from-second-{number}")

    outcomes = list(
        itertools.chain.from_iterable(
            together(
                lambda number=number: reserve(second, 10, checkout_id=f"from-first-{number}"),
                lambda number=number: reserve(first, 10, checkout_id=f"from-second-{number}"),
            )
            for number in range(10)
        )
    )

    assert kinds(outcomes) == ["Reservation"] * 20
    assert columns(first) == columns(second) == (1000, 900, 0, 100, 0)
    assert findings() == []


def test_accounts_are_locked_in_the_order_of_their_keys(account_factory):
    ids = {account_factory().pk for _ in range(3)}

    with atomic(), CaptureQueriesContext(connection) as captured:
        lock_accounts(ids)

    (sql,) = [query["sql"] for query in captured]
    assert 'ORDER BY "saleor_loyalty_loyaltyaccount"."id" ASC FOR NO KEY UPDATE' in sql


@pytest.mark.parametrize(
    "act",
    [
        lambda account: give(account, 5),
        lambda account: deduct(account, 5),
        lambda account: award(account, 5),
        lambda account: reserve(account, 5),
        lambda account: commit(account, 5),
        lambda account: reverse(account, 5),
    ],
)
def test_a_verb_reads_the_account_after_its_lock_and_nothing_of_it_before(hundred, act):
    with CaptureQueriesContext(connection) as captured:
        act(hundred)

    statements = [query["sql"] for query in captured if query["sql"].startswith(("SELECT", "INSERT", "UPDATE"))]
    # builders read the program's version first
    own = [sql for sql in statements if "saleor_loyalty_loyaltyprogram" not in sql.split("WHERE")[0]]
    assert "FOR NO KEY UPDATE" in own[0]
    assert "saleor_loyalty_loyaltyaccount" in own[0]


def test_lives_in_parallel_add_up(account_factory):
    accounts = [account_factory() for _ in range(3)]
    for account in accounts:
        give(account, 200)

    def live(seed):
        def run():
            for step in range(12):
                account = accounts[(seed + step) % 3]
                checkout = f"checkout-{seed}-{step % 2}"
                try:
                    if step % 4 == 0:
                        give(account, 7, available_at=NOW + DAY if step % 8 else None)
                    elif step % 4 == 1:
                        reserve(account, 20, checkout_id=checkout)
                    elif step % 4 == 2:
                        commit(account, 15, checkout_id=checkout, order_id=f"order-{seed}-{step}")
                    else:
                        deduct(account, 9)
                except InsufficientPoints:
                    pass
            return "lived"

        return run

    assert together(*[live(seed) for seed in range(4)]) == ["lived"] * 4
    assert findings(ignore=["SHORTFALL"]) == []
    # each life gave three times
    assert LoyaltyTransaction.objects.filter(type="GIVE").count() == 3 + 4 * 3
