"""What two sessions at once may do to an account that is being deleted; with real connections, threads and locks."""

from __future__ import annotations

import datetime

import pytest

from saleor_loyalty.accounts import EndedAccount, EventReport, ReportedOnce, delete_card, erase_ownerless, report_event
from saleor_loyalty.errors import AccountClosed, HasPoints, IdempotencyConflict, LoyaltyException, PointsReserved
from saleor_loyalty.ledger import Actor, audit_accounts, deduct_points, give_points, open_account
from saleor_loyalty.models import Label, LoyaltyAccount, LoyaltyTransaction, ReportedEvent, Reservation
from tests import club
from tests.ledger.connections import second_while_first_is_uncommitted, together

pytestmark = pytest.mark.django_db(transaction=True)
STAFF = Actor("STAFF", 7)


def delete(account, *, forfeits=False):
    return delete_card(account.pk, forfeits=forfeits, actor=STAFF, at=club.now())


def give(account, key="g"):
    return give_points(account.pk, points=5, at=club.now(), idempotency_key=key)


def empty(account):
    deduct_points(account.pk, points=1000, at=club.now(), idempotency_key="empty", reason="x", actor=STAFF)


def status():
    account = LoyaltyAccount.objects.get()
    assert list(audit_accounts(account_ids=[account.pk], at=club.now())) == []
    return account.status, account.balance


def test_points_that_are_just_being_given_keep_the_card(account):
    empty(account)
    _, second = second_while_first_is_uncommitted(lambda: give(account), lambda: delete(account))
    assert isinstance(second, HasPoints)
    assert status() == ("ACTIVE", 5)


def test_nothing_is_given_to_a_card_that_is_just_being_deleted(account):
    empty(account)
    _, second = second_while_first_is_uncommitted(lambda: delete(account), lambda: give(account))
    assert isinstance(second, AccountClosed)
    assert status() == ("CLOSED", 0)


def test_points_that_are_just_being_applied_keep_the_card(account, dana, variant):
    checkout = club.fill_cart(dana, variant, 40)
    _, second = second_while_first_is_uncommitted(
        lambda: club.apply(checkout, 800), lambda: delete(account, forfeits=True)
    )
    assert isinstance(second, PointsReserved)
    assert status() == ("ACTIVE", 1000)
    assert Reservation.objects.get().status == "RESERVED"


def test_no_points_of_a_card_that_is_just_being_deleted_are_applied(account, dana, variant):
    checkout = club.fill_cart(dana, variant, 40)
    _, second = second_while_first_is_uncommitted(
        lambda: delete(account, forfeits=True), lambda: club.apply(checkout, 800)
    )
    assert isinstance(second, LoyaltyException)
    assert status() == ("CLOSED", 0)
    assert Reservation.objects.count() == 0


def test_two_deletions_at_once_take_the_points_once(account):
    first, second = second_while_first_is_uncommitted(
        lambda: delete(account, forfeits=True), lambda: delete(account, forfeits=True)
    )
    assert (first.forfeiture.points, second.forfeiture) == (-1000, None)
    assert status() == ("CLOSED", 0)
    assert LoyaltyTransaction.objects.count() == 2


def test_a_deletion_a_settlement_and_a_sweep_at_once_meet_no_deadlock(account, dana, variant):
    # given
    order = club.complete(club.fill_cart(dana, variant))
    club.settle(order)
    club.fulfill(order)

    # when
    outcomes = together(
        lambda: delete(account, forfeits=True),
        lambda: club.settle(order),
        lambda: delete(account, forfeits=True),
        lambda: erase_ownerless(at=club.now(), limit=10),
    )

    # then
    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
    assert isinstance(outcomes[0], EndedAccount)
    old = LoyaltyAccount.objects.get(pk=account.pk)
    assert (old.status, old.balance, old.user_id) == ("CLOSED", 0, None)
    accounts = LoyaltyAccount.objects.values_list("pk", flat=True)
    assert list(audit_accounts(account_ids=list(accounts), at=club.now())) == []


def event(program, *, key="k", **values):
    report = EventReport(**{"name": "CONTACTED_ME", "email": "guest@example.com", **values})
    return report_event(program.pk, report=report, idempotency_key=key, actor=STAFF, at=club.now())


def test_the_same_report_at_once_counts_once(program):
    outcomes = together(*[lambda: event(program)] * 4)
    assert sorted(outcome.is_new for outcome in outcomes) == [False, False, False, True]
    assert (ReportedEvent.objects.count(), LoyaltyAccount.objects.count(), Label.objects.count()) == (1, 1, 1)


def test_one_key_for_two_customers_at_once_is_one_report(program):
    first = open_account(program, email="a@example.com", at=club.now())
    second = open_account(program, email="b@example.com", at=club.now())
    outcomes = second_while_first_is_uncommitted(
        lambda: event(program, email=None, account_id=first.pk, name="opened"),
        lambda: event(program, email=None, account_id=second.pk, name="opened"),
    )
    assert isinstance(outcomes[0], ReportedOnce)
    assert isinstance(outcomes[1], IdempotencyConflict)
    assert ReportedEvent.objects.get().account == first


def test_an_event_about_a_card_that_is_just_being_deleted_is_refused(program):
    account = open_account(program, email="guest@example.com", at=club.now() - datetime.timedelta(days=1))
    _, second = second_while_first_is_uncommitted(
        lambda: delete(account), lambda: event(program, email=None, account_id=account.pk)
    )
    assert isinstance(second, AccountClosed)
    assert ReportedEvent.objects.count() == 0
