"""Orders of an account that was merged: later awards, refunds and returns find the account that has the points now."""

from __future__ import annotations

import pytest

from saleor_loyalty.ledger import give_points, open_account, reverse_transaction
from saleor_loyalty.models import LoyaltyAccount, LoyaltyTransaction, OrderRecord
from tests import club
from tests.accounts.test_merging import merge, other, undo

pytestmark = pytest.mark.django_db
__all__ = ["other"]


@pytest.fixture
def second(other):
    return other.user


def delivered(user, variant):
    order = club.complete(club.fill_cart(user, variant))
    club.fulfill(order)
    club.settle(order)
    return order


def cancel(order):
    order.status = "CANCELED"
    order.save()
    club.settle(order)


def account_of(order):
    return OrderRecord.objects.get(order_id=str(order.pk)).account_id


def test_an_award_is_taken_back_where_its_points_are(account, other, second, variant):
    # given
    order = delivered(second, variant)
    merge(other, account)
    assert (account_of(order), club.points_of(account)) == (account.pk, (1400, 0, 0, 0))

    # when
    cancel(order)

    # then
    assert club.movements(account)[-1] == ("REVERSE", -100)
    assert (club.points_of(account), club.points_of(other)) == ((1300, 0, 0, 0), (0, 0, 0, 0))
    assert club.audit() == []


def spending_order(user, variant, points):
    cart = club.fill_cart(user, variant, 40)
    club.apply(cart, points)
    return club.complete(cart)


def test_spent_points_come_back_to_their_lots_and_go_on_to_the_target(account, other, second, variant):
    # given an order that spent points of the source
    order = spending_order(second, variant, 200)
    merge(other, account)
    assert club.points_of(account) == (1100, 0, 0, 0)

    # when
    cancel(order)

    # then
    assert club.movements(other)[-2:] == [("RETURN", 200), ("MERGE_OUT", -200)]
    assert club.movements(account)[-1] == ("MERGE_IN", 200)
    assert (club.points_of(account), club.points_of(other)) == ((1300, 0, 0, 0), (0, 0, 0, 0))
    assert club.audit() == []


def test_what_came_back_goes_along_when_the_merge_is_undone(account, other, second, variant):
    order = spending_order(second, variant, 200)
    merged = merge(other, account)
    cancel(order)
    assert undo(merged).preview.points == 300
    assert (club.points_of(account), club.points_of(other)) == ((1000, 0, 0, 0), (300, 0, 0, 0))
    assert account_of(order) == other.pk
    assert club.audit() == []


def test_spent_points_come_back_over_several_merges(account, other, second, variant):
    # given
    order = spending_order(second, variant, 200)
    third = club.give(club.add_customer("third@example.com"), 5)
    first, last = merge(other, third), merge(third, account, key="m2")

    # when
    cancel(order)

    # then
    assert club.points_of(account) == (1305, 0, 0, 0)
    undo(last)
    assert (club.points_of(account), club.points_of(third)) == ((1000, 0, 0, 0), (305, 0, 0, 0))
    undo(first)
    assert (club.points_of(third), club.points_of(other)) == ((5, 0, 0, 0), (300, 0, 0, 0))
    assert club.audit() == []


def test_after_an_undo_refunds_find_the_source_again(account, other, second, variant):
    earned, spent = delivered(second, variant), spending_order(second, variant, 200)
    undo(merge(other, account))
    for order in (earned, spent):
        cancel(order)
    assert (club.points_of(account), club.points_of(other)) == ((1000, 0, 0, 0), (300, 0, 0, 0))
    assert club.audit() == []


def test_new_orders_under_the_merged_account_earn_for_the_target(account, other, second, variant):
    merged = merge(other, account)
    order = delivered(second, variant)
    assert (account_of(order), club.movements(account)[-1]) == (account.pk, ("EARN", 100))
    assert LoyaltyAccount.objects.count() == 2

    # what was earned since stays with the target
    undo(merged)
    assert (account_of(order), club.points_of(account)) == (account.pk, (1100, 0, 0, 0))
    again = delivered(second, variant)
    assert (account_of(again), club.points_of(other)) == (other.pk, (400, 0, 0, 0))
    assert club.audit() == []


def test_a_guest_s_points_that_waited_can_be_spent_by_a_member_and_wait_on_with_another_guest(
    account, program, variant
):
    # given a guest's order
    order = club.order_of(None, variant, email="guest@example.com")
    club.fulfill(order)
    club.settle(order)
    guest = LoyaltyAccount.objects.get(email="guest@example.com")
    another = open_account(program, email="other@example.com", at=club.now())

    # when
    first = merge(guest, another)
    assert club.points_of(another) == (0, 100, 0, 0)
    undo(first)
    assert club.points_of(guest) == (0, 100, 0, 0)
    merge(guest, account, key="m2")

    # then
    assert club.points_of(account) == (1100, 0, 0, 0)
    assert club.audit() == []


def test_points_given_by_hand_are_taken_back_where_they_are(account, other, second):
    # given
    given = give_points(other.pk, points=40, at=club.now(), idempotency_key="g").transaction
    merged = merge(other, account)

    # when
    result = reverse_transaction(given.pk, at=club.now(), idempotency_key="r")

    # then
    assert (result.reversed_points, result.posting.account.pk) == (40, account.pk)
    assert undo(merged).preview.points == 300
    assert club.audit() == []


def test_the_books_of_the_shop_do_not_change_by_a_merge(account, other, second, variant):
    delivered(second, variant)
    terms = ("given", "redeemed", "expired", "reversed", "deducted", "balance")

    def totals():
        return [sum(LoyaltyAccount.objects.values_list(term, flat=True)) for term in terms]

    before = totals()
    merged = merge(other, account)
    assert totals() == before
    undo(merged)
    assert totals() == before
    pairs = LoyaltyTransaction.objects.filter(type__in=("MERGE_IN", "MERGE_OUT"))
    assert sum(pairs.values_list("points", flat=True)) == 0
