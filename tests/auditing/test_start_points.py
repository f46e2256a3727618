"""Each membership that has begun has given its points once, or something says why not: one fault at a time is found,
and no reason is taken for a fault."""

from __future__ import annotations

import datetime

import pytest

from playground.models import Order
from saleor_loyalty.accounts import close_account, freeze_account, merge_accounts, reopen_account, unfreeze_account
from saleor_loyalty.auditing.codes import MEMBERSHIP_CODES
from saleor_loyalty.ledger import Actor, reverse_transaction
from saleor_loyalty.memberships import cancel_membership
from saleor_loyalty.models import LoyaltyAccount, LoyaltyTransaction, Membership
from tests import club
from tests.ledger.test_audit import LOTS, TEXTS, TRANSACTIONS
from tests.memberships.builders import a_plan, by_hand

from .scenes import audit, tamper

pytestmark = pytest.mark.django_db
STAFF = Actor("STAFF", 7)


@pytest.fixture
def plan(program):
    return a_plan(program, start_points=500)


@pytest.fixture
def membership(account, plan):
    """It has begun, and given 500 points."""
    made = by_hand(account, plan, at=club.now())
    assert (Membership.objects.get().points_given, audit()) == (500, [])
    return made


def the_award():
    return LoyaltyTransaction.objects.get(source="PLAN", type="GIVE")


def seen():
    """Of the memberships alone: what else such a fault breaks is the matter of the ledger's own audit."""
    return [
        (found.code, found.account_id, found.transaction_id) for found in audit() if found.code in MEMBERSHIP_CODES
    ]


def test_an_award_that_is_not_there(account, membership):
    award = the_award()
    for table, column in ((LOTS, "transaction_id"), (TEXTS, "transaction_id"), (TRANSACTIONS, "id")):
        tamper(f"DELETE FROM {table} WHERE {column} = %s", award.pk)
    assert seen() == [("START_POINTS_MISMATCH", account.pk, None)]


def test_an_award_of_other_points(account, membership):
    award = the_award()
    tamper(f"UPDATE {TRANSACTIONS} SET points = 600 WHERE id = %s", award.pk)
    assert seen() == [("START_POINTS_MISMATCH", account.pk, award.pk)]


def test_an_award_that_no_membership_knows_of(account, membership):
    Membership.objects.update(points_given=0, points_round=0)
    assert seen() == [
        ("START_POINTS_MISSING", account.pk, None),
        ("START_POINTS_MISMATCH", account.pk, the_award().pk),
    ]


def test_a_second_award_for_the_same_start(account, membership):
    award = the_award()
    award.pk, award.sequence, award.idempotency_key = None, account.sequence + 2, "doubled"
    award.save(force_insert=True)
    assert seen() == [("START_POINTS_MISMATCH", account.pk, award.pk)]


def test_a_membership_that_has_begun_and_has_given_nothing(account, plan):
    plan.start_points = 0
    plan.save()
    by_hand(account, plan, at=club.now())
    Membership.objects.update(start_points=500)
    assert seen() == [("START_POINTS_MISSING", account.pk, None)]


def test_its_order_took_it_back_and_gave_it_again(dana, variant, program):
    a_plan(program, variant, start_points=500)
    order = club.order_of(dana, variant, is_paid=True)
    club.settle(order)
    for status in ("CANCELED", order.status, "CANCELED"):
        Order.objects.filter(pk=order.pk).update(status=status)
        club.settle(order)
        assert audit() == []
    assert (Membership.objects.get().points_round, Membership.objects.get().points_given) == (2, 0)


def test_staff_called_it_off_or_took_the_points_back(membership):
    cancel_membership(membership.pk, actor=STAFF, at=club.now())
    assert audit() == []
    reverse_transaction(the_award().pk, at=club.now(), idempotency_key="staff")
    assert audit() == []


def test_it_has_not_begun(account, plan):
    by_hand(account, plan, at=club.now(), starts_on=club.now().date() + datetime.timedelta(days=9))
    assert (Membership.objects.get().points_given, audit()) == (0, [])


def test_the_account_was_frozen_when_it_began(account, plan):
    freeze_account(account.pk, actor=STAFF, at=club.now())
    by_hand(account, plan, at=club.now())
    assert (Membership.objects.get().points_given, audit()) == (0, [])
    unfreeze_account(account.pk, actor=STAFF, at=club.now())
    assert seen() == []  # the sweep tries again tomorrow

    # where no sweep runs
    Membership.objects.update(next_change_on=club.now().date() - datetime.timedelta(days=3))
    assert seen() == [("START_POINTS_MISSING", account.pk, None)]


def test_the_account_was_closed_when_it_began(account, plan):
    # given one that begins while nobody is there
    by_hand(account, plan, at=club.now(), starts_on=club.now().date() + datetime.timedelta(days=9))
    close_account(account.pk, forfeits=True, actor=STAFF, at=club.now())
    Membership.objects.update(followed_status="ACTIVE", starts_on=club.now().date())
    assert audit() == []

    # when
    reopen_account(account.pk, actor=STAFF, at=club.now())

    # then
    assert audit() == []


def test_it_was_merged_into_another_account_and_its_award_stayed(account, membership):
    other = club.give(club.add_customer("d.cohen@example.com"), 1)
    merge_accounts(account.pk, target_id=other.pk, idempotency_key="m", actor=STAFF, at=club.now())
    moved = Membership.objects.get()
    assert (moved.account_id, the_award().account_id) == (other.pk, account.pk)
    assert audit() == []
    assert LoyaltyAccount.objects.get(pk=other.pk).balance == 1501


def test_every_code_is_seen_here(membership):
    Membership.objects.update(points_given=0, points_round=0)
    assert {code for code, *_ in seen()} == set(MEMBERSHIP_CODES)
