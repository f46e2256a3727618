"""Staff deletes a card: when it may, what is gone and what stays, and what the customer finds afterwards."""

from __future__ import annotations

import datetime

import pytest

from saleor_loyalty import cards
from saleor_loyalty.accounts import delete_card, enroll_account
from saleor_loyalty.accounts.target import AccountTarget
from saleor_loyalty.errors import AccountClosed, AccountNotFound, HasActiveMembership, HasPoints, PointsReserved
from saleor_loyalty.ledger import Actor, audit_accounts, deduct_points, give_points, open_account
from saleor_loyalty.memberships import PlanTerms, create_membership, create_plan
from saleor_loyalty.models import (
    AccountLabel,
    CardChange,
    CustomField,
    CustomFieldValue,
    LoyaltyAccount,
    LoyaltyTransaction,
    Note,
    OrderRecord,
    TransactionText,
)
from tests import club

pytestmark = pytest.mark.django_db
STAFF = Actor("STAFF", 7)


def delete(account, **values):
    return delete_card(account.pk, **{"actor": STAFF, "at": club.now(), **values})


def refused(error, account, **values):
    before = club.everything_written()
    with pytest.raises(error) as caught:
        delete(account, **values)
    assert club.everything_written() == before
    return caught.value


def fill(account):
    label = cards.create_label(account.program_id, name="VIP", at=club.now())
    cards.assign_labels([account.pk], label_ids=[label.pk], actor=STAFF, at=club.now())
    cards.add_note(account.pk, text="Prefers tea.", author=STAFF, at=club.now())
    company = CustomField.objects.get(program_id=account.program_id, key="company")
    cards.set_field_values(
        account.pk, values=[cards.FieldEntry(field_id=company.pk, value="Acme")], actor=STAFF, at=club.now()
    )


def audit(account):
    return list(audit_accounts(account_ids=[account.pk], at=club.now()))


def empty(account):
    deduct_points(account.pk, points=1000, at=club.now(), idempotency_key="empty", actor=STAFF, reason="Dana asked.")


def test_an_account_without_points_is_closed_and_nothing_names_the_customer(account):
    # given
    fill(account)
    empty(account)
    rows = list(LoyaltyTransaction.objects.order_by("pk").values())
    at = club.now()

    # when
    deleted = delete(account, at=at)

    # then
    stored = LoyaltyAccount.objects.get(pk=account.pk)
    assert deleted.forfeiture is None
    assert (deleted.account.status, deleted.account.user_id) == ("CLOSED", None)
    assert (stored.status, stored.user_id, stored.email, stored.closed_at, stored.erased_at) == (
        "CLOSED",
        None,
        None,
        at,
        at,
    )
    assert [model.objects.count() for model in (Note, AccountLabel, CustomFieldValue, CardChange)] == [0, 0, 0, 0]
    assert set(TransactionText.objects.values_list("reason", "internal_note", "salt")) == {("", "", "")}
    assert list(LoyaltyTransaction.objects.order_by("pk").values()) == rows
    assert audit(account) == []


def test_points_are_only_given_up_by_name(account):
    # given
    give_points(
        account.pk,
        points=30,
        at=club.now(),
        idempotency_key="later",
        available_at=club.now() + datetime.timedelta(days=3),
    )

    # when / then
    error = refused(HasPoints, account)
    assert (error.code, error.available, error.pending, error.debt) == ("HAS_POINTS", 1000, 30, 0)
    assert "1000 points available and 30 pending" in error.message

    # when
    deleted = delete(account, forfeits=True)

    # then
    taken = deleted.forfeiture
    assert (taken.type, taken.source, taken.points, taken.balance_after) == ("DEDUCT", "MANUAL", -1030, 0)
    assert (taken.external_reference, taken.actor_kind, taken.actor_id) == ("forfeited", "STAFF", 7)
    stored = LoyaltyAccount.objects.get(pk=account.pk)
    assert (stored.balance, stored.pending, stored.deducted, stored.status) == (0, 0, 1030, "CLOSED")
    assert audit(account) == []


def test_points_at_a_checkout_are_not_taken_from_under_it(account, dana, variant):
    club.apply(club.fill_cart(dana, variant, 40), 800)
    for forfeits in (False, True):
        error = refused(PointsReserved, account, forfeits=forfeits)
        assert (error.code, error.points) == ("POINTS_RESERVED", 800)


def test_points_of_a_reservation_past_its_deadline_are_forfeited_with_the_others(account, dana, variant):
    club.apply(club.fill_cart(dana, variant, 40), 800)
    later = club.now() + datetime.timedelta(hours=2)

    deleted = delete(account, forfeits=True, at=later)

    assert (deleted.forfeiture.points, deleted.account.reserved) == (-1000, 0)
    assert list(audit_accounts(account_ids=[account.pk], at=later)) == []


def test_a_membership_that_runs_keeps_the_card(account, program):
    # given
    empty(account)
    plan = create_plan(program.pk, terms=PlanTerms(name="Yearly", duration_days=365), at=club.now())
    create_membership(account.pk, plan_id=plan.pk, actor=STAFF, at=club.now())

    # when / then
    assert refused(HasActiveMembership, account, forfeits=True).code == "HAS_ACTIVE_MEMBERSHIP"


def test_a_guests_card_is_deleted_with_its_address(program):
    guest = open_account(program, email="guest@example.com", at=club.now())
    give_points(guest.pk, points=5, at=club.now(), idempotency_key="k")
    delete(guest, forfeits=True)
    stored = LoyaltyAccount.objects.get()
    assert (stored.email, stored.status, stored.balance) == (None, "CLOSED", 0)


def test_deleting_again_changes_nothing_but_that_it_is_erased_again(account):
    delete(account, forfeits=True)
    rows = LoyaltyTransaction.objects.count()
    again = delete(account, forfeits=True)
    assert (again.forfeiture, LoyaltyTransaction.objects.count()) == (None, rows)


def test_an_account_that_does_not_exist_is_refused(account):
    error = refused(AccountNotFound, LoyaltyAccount(pk=0))
    assert (error.code, error.field) == ("NOT_FOUND", "account")


def test_nothing_goes_to_a_deleted_card_any_more(account):
    delete(account, forfeits=True)
    for act in (
        lambda: give_points(account.pk, points=1, at=club.now(), idempotency_key="x"),
        lambda: cards.add_note(account.pk, text="x", author=STAFF, at=club.now()),
        lambda: enroll_account(AccountTarget(account_id=account.pk), at=club.now()),
    ):
        with pytest.raises(AccountClosed):
            act()


def test_who_buys_again_gets_a_new_empty_account_and_the_old_order_stays_with_the_old_one(account, dana, variant):
    # given an order that has earned
    order = club.complete(club.fill_cart(dana, variant))
    club.fulfill(order)
    club.settle(order)
    earned = LoyaltyAccount.objects.get().balance - 1000
    assert earned > 0
    delete(account, forfeits=True)
    assert OrderRecord.objects.get().customer is None

    # when
    club.settle(order)
    club.settle(again := club.complete(club.fill_cart(dana, variant)))
    club.fulfill(again)
    club.settle(again)

    # then
    old, new = LoyaltyAccount.objects.order_by("pk")
    assert (old.user_id, old.balance, old.status) == (None, 0, "CLOSED")
    assert (new.user_id, new.balance, new.status) == (dana.pk, earned, "ACTIVE")
    assert [record.account_id for record in OrderRecord.objects.order_by("pk")] == [old.pk, new.pk]
    assert list(audit_accounts(account_ids=[old.pk, new.pk], at=club.now())) == []
