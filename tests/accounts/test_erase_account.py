"""Erasing what names a customer: after the host's deletion of a user, noticed or not; the books stay."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection

from playground.models import User
from saleor_loyalty import cards, memberships
from saleor_loyalty.accounts import (
    EventReport,
    anonymize_account,
    claim_guest_points,
    delete_card,
    detach_lost_users,
    erase_account,
    erase_ownerless,
    report_event,
)
from saleor_loyalty.errors import AccountNotFound
from saleor_loyalty.ledger import Actor, audit_accounts, extend_expiry, give_points, open_account
from saleor_loyalty.memberships import PlanTerms
from saleor_loyalty.models import (
    AccountLabel,
    LotExtension,
    LoyaltyAccount,
    LoyaltyTransaction,
    MembershipChange,
    Note,
    OrderRecord,
    ReportedEvent,
    TransactionText,
)
from saleor_loyalty.tasks import detach_lost_users_task, erase_ownerless_task
from tests import club

pytestmark = pytest.mark.django_db
STAFF = Actor("STAFF", 7)
DAY = datetime.timedelta(days=1)
NOTHING = [0, 0, 0, 0, 0, 0, 0]


@pytest.fixture
def told(account, dana, variant):
    """Dana's account, with something that names her in every place."""
    order = club.complete(club.fill_cart(dana, variant))
    club.fulfill(order)
    club.settle(order)
    cards.add_note(account.pk, text="Dana prefers tea.", author=STAFF, at=club.now())
    report = EventReport(name="CONTACTED_ME", account_id=account.pk, payload={"name": "Dana"})
    report_event(account.program_id, report=report, idempotency_key="k", actor=STAFF, at=club.now())
    plan = memberships.create_plan(
        account.program_id, terms=PlanTerms(name="Gold", duration_months=1), variants=[], at=club.now()
    )
    memberships.create_membership(account.pk, plan_id=plan.pk, reason="Dana's aunt asked.", actor=STAFF, at=club.now())
    soon = club.now() + DAY
    give_points(account.pk, points=5, at=club.now(), idempotency_key="soon", expires_at=soon)
    extend_expiry(account.pk, expires_at=soon + DAY, at=club.now(), actor=STAFF, reason="Dana is ill.")
    return account


def named(account) -> list[int]:
    """How many rows of each kind still tell of the customer."""
    return [
        Note.objects.filter(account=account).count(),
        AccountLabel.objects.filter(account=account).count(),
        ReportedEvent.objects.filter(account=account, payload__isnull=False).count(),
        TransactionText.objects.filter(transaction__account=account).exclude(salt="").count(),
        OrderRecord.objects.filter(account=account, customer__isnull=False).count(),
        MembershipChange.objects.filter(membership__account=account).exclude(reason="").count(),
        LotExtension.objects.filter(account=account).exclude(reason="").count(),
    ]


def test_an_account_is_erased_and_its_books_stay(told):
    # given
    rows = list(LoyaltyTransaction.objects.order_by("pk").values())
    assert named(told) == [1, 2, 1, 3, 1, 1, 1]
    at = club.now()

    # when
    erased = erase_account(told.pk, at=at)

    # then
    assert named(told) == NOTHING
    assert (erased.erased_at, erased.status, erased.balance) == (at, "ACTIVE", LoyaltyAccount.objects.get().balance)
    assert list(LoyaltyTransaction.objects.order_by("pk").values()) == rows
    assert list(audit_accounts(account_ids=[told.pk], at=at)) == []
    with pytest.raises(AccountNotFound):
        erase_account(0, at=at)


def test_a_user_whom_the_host_deletes_is_erased_by_the_next_sweep(told, dana, program):
    # given another customer, and a guest
    other = club.give(club.add_customer("noa@example.com"), 5, reason="Noa's")
    open_account(program, email="guest@example.com", at=club.now())
    assert erase_ownerless(at=club.now(), limit=10) == 0

    # when
    dana.delete()
    account = LoyaltyAccount.objects.get(pk=told.pk)
    assert (account.status, account.user_id, account.closed_at is None, account.erased_at) == (
        "CLOSED",
        None,
        False,
        None,
    )
    assert erase_ownerless_task() == 1

    # then
    assert named(told) == NOTHING
    assert named(other)[3] == 1
    assert erase_ownerless_task() == 0


def claimed_by(user, variant) -> LoyaltyAccount:
    """Return the account of the guest who has bought something and become this user."""
    order = club.order_of(None, variant, email=user.email)
    club.fulfill(order)
    club.settle(order)
    guest = LoyaltyAccount.objects.get(email=user.email)
    cards.add_note(guest.pk, text="Dana called.", author=STAFF, at=club.now() - 400 * DAY)
    assert claim_guest_points(user.pk, at=club.now()) == 100
    guest.refresh_from_db()
    return guest


def test_the_guest_that_a_deleted_customer_was_is_erased_with_the_address(program, variant):
    # given a member who was a guest, and bought as a guest again
    dana = club.add_customer()
    guest = claimed_by(dana, variant)
    assert (guest.email, guest.claimed_by) == (dana.email, LoyaltyAccount.objects.get(user=dana))
    order = club.order_of(None, variant, email=dana.email)
    club.fulfill(order)
    club.settle(order)
    stranger = open_account(program, email="noa@example.com", at=club.now())
    assert named(guest) == [1, 0, 0, 3, 1, 0, 0]
    dana.delete()

    # when
    assert erase_ownerless(at=club.now(), limit=10) == 1

    # then
    guest.refresh_from_db()
    stranger.refresh_from_db()
    assert (guest.email, guest.status, guest.erased_at is not None) == (None, "CLOSED", True)
    assert named(guest) == NOTHING
    assert (stranger.email, stranger.status) == ("noa@example.com", "ACTIVE")
    assert erase_ownerless(at=club.now(), limit=10) == 0
    assert club.audit() == []


def test_an_address_that_another_member_has_claimed_since_is_left_alone(program, variant):
    # given
    dana = club.add_customer()
    guest = claimed_by(dana, variant)
    User.objects.filter(pk=dana.pk).update(email="other@example.com")
    noa = club.add_customer(guest.email)
    assert claimed_by(noa, variant) == guest

    # when
    User.objects.get(pk=dana.pk).delete()
    erase_ownerless(at=club.now(), limit=10)

    # then
    guest.refresh_from_db()
    assert (guest.email, guest.status, guest.erased_at) == (noa.email, "ACTIVE", None)


@pytest.mark.parametrize("end", [delete_card, anonymize_account])
def test_a_member_who_leaves_the_program_takes_the_guests_address_along(program, variant, end):
    dana = club.add_customer()
    guest = claimed_by(dana, variant)

    end(LoyaltyAccount.objects.get(user=dana).pk, forfeits=True, actor=STAFF, at=club.now())

    guest.refresh_from_db()
    assert (guest.email, guest.erased_at is not None) == (None, True)
    assert LoyaltyAccount.objects.filter(email=dana.email).count() == 0


def test_users_who_went_without_a_word_are_noticed(told, dana):
    # given
    club.give(club.add_customer("noa@example.com"), 5)
    for number in range(3):
        club.give(club.add_customer(f"{number}@example.com"), 5)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE playground_checkout SET user_id = NULL; UPDATE playground_order SET user_id = NULL")
        cursor.execute(f"DELETE FROM {User._meta.db_table} WHERE id = %s", [dana.pk])

    # when
    detach_lost_users_task(limit=2)

    # then
    closed = LoyaltyAccount.objects.filter(status="CLOSED")
    assert [(account.pk, account.user_id) for account in closed] == [(told.pk, None)]
    assert erase_ownerless(at=club.now(), limit=10) == 1
    assert named(told) == NOTHING
    assert detach_lost_users(after_id=10**9, limit=2) is None


def test_a_sweep_is_bounded_and_goes_on(program):
    for number in range(5):
        club.give(user := club.add_customer(f"{number}@example.com"), 5)
        user.delete()
    assert [erase_ownerless(at=club.now(), limit=2) for _ in range(4)] == [2, 2, 1, 0]


def test_an_account_that_cannot_be_erased_does_not_stop_the_others(program, caplog):
    users = [club.add_customer(f"{number}@example.com") for number in range(3)]
    accounts = [club.give(user, 5) for user in users]
    for user in users:
        user.delete()
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'no'; END $$ LANGUAGE plpgsql;"
            f"CREATE TRIGGER refuse BEFORE UPDATE ON {LoyaltyAccount._meta.db_table} FOR EACH ROW"
            f" WHEN (OLD.id = {accounts[0].pk}) EXECUTE FUNCTION refuse()"
        )

    assert [erase_ownerless(at=club.now(), limit=1) for _ in range(3)] == [1, 1, 0]

    assert LoyaltyAccount.objects.get(erased_at=None).pk == accounts[0].pk
    assert f"account {accounts[0].pk} says of its customer cannot be erased" in caplog.text


def test_what_is_to_be_erased_is_found_by_an_index_of_its_own(program):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        rows = LoyaltyAccount.objects.filter(user__isnull=True, email__isnull=True, erased_at__isnull=True)
        assert "loyalty_account_to_erase_idx" in rows.order_by("pk").explain()
