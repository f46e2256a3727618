"""Accounts that were merged are two again: what comes back, what is gone, and when it is refused."""

from __future__ import annotations

import pytest

from saleor_loyalty.accounts import freeze_account
from saleor_loyalty.errors import AccountClosed, AccountFrozen, AlreadyReversed
from saleor_loyalty.ledger import Actor, deduct_points, give_points
from saleor_loyalty.models import LoyaltyAccount
from tests import club
from tests.accounts.test_merging import DAY, everything, lots, merge, other, owing, shop_wide, status_of, undo

pytestmark = pytest.mark.django_db
__all__ = ["other"]


def test_undoing_brings_everything_back(account, other):
    # given
    owing(other, 80)
    give_points(other.pk, points=25, at=club.now(), idempotency_key="later", available_at=club.now() + DAY)
    points = club.points_of(other), club.points_of(account)
    sums, dates = shop_wide(), (lots(other), lots(account))
    result = merge(other, account)

    # when
    undone = undo(result, reason="Not the same person.")

    # then
    assert (club.points_of(other), club.points_of(account)) == points
    assert shop_wide() == sums
    assert (lots(other), lots(account)) == dates
    assert (undone.preview.points, undone.preview.points_gone, undone.preview.debt) == (25, 0, 80)
    assert (undone.merge.points_returned, undone.merge.undone_by_id) == (25, 7)
    assert (status_of(other), status_of(account)) == ("ACTIVE", "ACTIVE")
    assert LoyaltyAccount.objects.get(pk=other.pk).closed_at is None
    assert club.audit() == []


def test_undoing_returns_what_is_left_and_says_how_much_is_gone(account, other):
    # given points of the source that are spent first, because they expire first
    give_points(other.pk, points=50, at=club.now(), idempotency_key="soon", expires_at=club.now() + DAY)
    result = merge(other, account)
    deduct_points(account.pk, points=30, at=club.now(), idempotency_key="spent")

    # when
    before = everything()
    previewed = undo(result, is_dry_run=True)
    assert everything() == before
    undone = undo(result)

    # then
    assert previewed.preview == undone.preview
    assert (undone.preview.points, undone.preview.points_gone) == (320, 30)
    assert (club.points_of(other), club.points_of(account)) == ((320, 0, 0, 0), (1000, 0, 0, 0))
    assert club.audit() == []


def test_what_a_debt_had_taken_goes_back_to_the_lots_it_came_from(account, other):
    owing(other, 80)
    give_points(account.pk, points=50, at=club.now(), idempotency_key="soon", expires_at=club.now() + DAY)
    dates = lots(account)
    result = merge(other, account)
    assert lots(account) != dates
    undo(result)
    assert lots(account) == dates
    assert (club.points_of(other), club.audit()) == ((0, 0, 0, 80), [])


def test_a_merge_is_undone_once(account, other):
    result = merge(other, account)
    undo(result)
    before = everything()
    with pytest.raises(AlreadyReversed):
        undo(result)
    assert everything() == before


def test_two_accounts_can_be_merged_again_after_an_undo(account, other):
    first = merge(other, account)
    undo(first)
    second = merge(other, account, key="merge-2")
    assert second.merge.points == 300
    assert club.points_of(account) == (1300, 0, 0, 0)
    undo(second)
    assert (club.points_of(other), club.points_of(account)) == ((300, 0, 0, 0), (1000, 0, 0, 0))
    assert club.audit() == []


def test_a_merge_into_an_account_that_was_merged_since_is_undone_after_that(account, other):
    third = club.give(club.add_customer("third@example.com"), 5)
    first = merge(other, third)
    second = merge(third, account, key="merge-2")
    assert club.points_of(account) == (1305, 0, 0, 0)
    with pytest.raises(AccountClosed):
        undo(first)
    undo(second)
    assert (club.points_of(third), club.points_of(other)) == ((305, 0, 0, 0), (0, 0, 0, 0))
    undo(first)
    assert (club.points_of(third), club.points_of(other)) == ((5, 0, 0, 0), (300, 0, 0, 0))
    assert club.audit() == []


def test_a_merge_whose_source_nobody_owns_any_more_is_not_undone(account, other):
    result = merge(other, account)
    other.user.delete()
    before = everything()
    with pytest.raises(AccountClosed):
        undo(result)
    assert everything() == before


def test_undoing_does_not_free_what_was_frozen(account, other):
    # given
    result = merge(other, account)
    freeze_account(account.pk, actor=Actor("STAFF", 7), at=club.now(), reason="Stolen card.")
    before = everything()

    # when
    with pytest.raises(AccountFrozen):
        undo(result)

    # then
    assert everything() == before
