"""What two sessions at once may do to accounts that are merged; with real connections, threads and locks."""

from __future__ import annotations

import pytest

from saleor_loyalty.accounts import MergeResult, freeze_account
from saleor_loyalty.errors import AccountClosed, AlreadyReversed, LoyaltyException, PointsReserved
from saleor_loyalty.ledger import Actor, deduct_points, give_points
from saleor_loyalty.models import AccountMerge, LoyaltyAccount, OrderRecord
from tests import club
from tests.accounts.test_merging import merge, other, undo
from tests.ledger.connections import second_while_first_is_uncommitted, together

pytestmark = pytest.mark.django_db(transaction=True)
STAFF = Actor("STAFF", 7)
__all__ = ["other"]


@pytest.fixture
def second(other):
    return other.user


def kinds(outcomes):
    return [type(outcome).__name__ for outcome in outcomes]


def test_of_two_merges_the_other_way_round_one_is_made(account, other):
    outcomes = second_while_first_is_uncommitted(
        lambda: merge(other, account), lambda: merge(account, other, key="m2")
    )
    assert kinds(outcomes) == ["MergeResult", "AccountClosed"]
    assert club.points_of(account) == (1300, 0, 0, 0)
    assert club.audit() == []


def test_merges_both_ways_at_once_do_not_wait_for_each_other_for_ever(account, other):
    outcomes = together(lambda: merge(other, account), lambda: merge(account, other, key="m2"))
    assert sorted(kinds(outcomes)) == ["AccountClosed", "MergeResult"]
    assert sorted(LoyaltyAccount.objects.values_list("balance", flat=True)) == [0, 1300]
    assert club.audit() == []


def test_the_same_request_twice_at_once_is_one_merge(account, other):
    outcomes = second_while_first_is_uncommitted(lambda: merge(other, account), lambda: merge(other, account))
    assert kinds(outcomes) == ["MergeResult", "MergeResult"]
    assert outcomes[0].merge.pk == outcomes[1].merge.pk
    assert (AccountMerge.objects.count(), club.points_of(account)) == (1, (1300, 0, 0, 0))


def test_points_applied_while_a_merge_is_under_way_find_the_account_closed(account, other, second, variant):
    cart = club.fill_cart(second, variant, 20)
    outcomes = second_while_first_is_uncommitted(lambda: merge(other, account), lambda: club.apply(cart, 200))
    assert isinstance(outcomes[1], LoyaltyException)
    assert (outcomes[1].code, club.rows_on(cart)) == ("ACCOUNT_FROZEN", 0)
    assert club.points_of(account) == (1300, 0, 0, 0)
    assert club.audit() == []


def test_a_merge_while_points_are_being_applied_is_refused(account, other, second, variant):
    cart = club.fill_cart(second, variant, 20)
    outcomes = second_while_first_is_uncommitted(lambda: club.apply(cart, 200), lambda: merge(other, account))
    assert isinstance(outcomes[1], PointsReserved)
    assert club.points_of(other) == (100, 0, 200, 0)
    assert club.audit() == []


def test_an_order_that_is_awarded_while_its_account_is_merged_goes_to_the_target(account, other, second, variant):
    order = club.complete(club.fill_cart(second, variant))
    club.fulfill(order)
    second_while_first_is_uncommitted(lambda: merge(other, account), lambda: club.settle(order))
    assert club.points_of(account) == (1400, 0, 0, 0)
    assert OrderRecord.objects.get().account_id == account.pk
    assert club.audit() == []


def test_an_order_that_was_awarded_just_before_goes_along(account, other, second, variant):
    order = club.complete(club.fill_cart(second, variant))
    club.fulfill(order)
    outcomes = second_while_first_is_uncommitted(lambda: club.settle(order), lambda: merge(other, account))
    assert isinstance(outcomes[1], MergeResult)
    assert club.points_of(account) == (1400, 0, 0, 0)
    assert OrderRecord.objects.get().account_id == account.pk
    assert club.audit() == []


def test_points_given_while_a_merge_is_under_way_are_refused_or_go_along(account, other):
    outcomes = together(
        lambda: merge(other, account),
        lambda: give_points(other.pk, points=7, at=club.now(), idempotency_key="g"),
    )
    given = 0 if isinstance(outcomes[1], AccountClosed) else 7
    assert isinstance(outcomes[0], MergeResult)
    assert club.points_of(account) == (1300 + given, 0, 0, 0)
    assert club.audit() == []


def test_spending_while_a_merge_is_undone_spends_what_is_left(account, other):
    merged = merge(other, account)
    outcomes = second_while_first_is_uncommitted(
        lambda: undo(merged),
        lambda: deduct_points(account.pk, points=1200, at=club.now(), idempotency_key="d"),
    )
    assert kinds(outcomes) == ["UndoneMerge", "InsufficientPoints"]
    assert (club.points_of(account), club.points_of(other)) == ((1000, 0, 0, 0), (300, 0, 0, 0))
    assert club.audit() == []


def test_of_two_undoings_at_once_one_is_made(account, other):
    merged = merge(other, account)
    outcomes = second_while_first_is_uncommitted(lambda: undo(merged), lambda: undo(merged))
    assert isinstance(outcomes[1], AlreadyReversed)
    assert (club.points_of(account), club.points_of(other)) == ((1000, 0, 0, 0), (300, 0, 0, 0))
    assert club.audit() == []


def test_points_applied_while_an_account_is_being_frozen_are_refused(account, dana, variant):
    cart = club.fill_cart(dana, variant, 40)
    outcomes = second_while_first_is_uncommitted(
        lambda: freeze_account(account.pk, actor=STAFF, at=club.now()), lambda: club.apply(cart, 800)
    )
    assert isinstance(outcomes[1], LoyaltyException)
    assert (outcomes[1].code, club.rows_on(cart)) == ("ACCOUNT_FROZEN", 0)
    assert club.points_of(account) == (1000, 0, 0, 0)


def test_points_that_were_applied_just_before_are_free_again(account, dana, variant):
    cart = club.fill_cart(dana, variant, 40)
    second_while_first_is_uncommitted(
        lambda: club.apply(cart, 800), lambda: freeze_account(account.pk, actor=STAFF, at=club.now())
    )
    assert club.points_of(account) == (1000, 0, 0, 0)
    assert LoyaltyAccount.objects.get().status == "FROZEN"
    assert club.audit() == []
