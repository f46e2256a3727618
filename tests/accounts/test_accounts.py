"""What staff does with accounts: by account or by customer, and nothing is left behind by a refusal."""

from __future__ import annotations

import pytest

from saleor_loyalty.accounts import AccountTarget, deduct_points, enroll_account, give_points, set_balance
from saleor_loyalty.errors import (
    AccountClosed,
    AccountFrozen,
    AccountNotFound,
    IdempotencyConflict,
    InsufficientPoints,
    InvalidPoints,
    ProgramNotFound,
    StaleRevision,
)
from saleor_loyalty.ledger import Actor
from saleor_loyalty.models import AccountStatus, LoyaltyAccount, LoyaltyTransaction
from saleor_loyalty.programs import create_program
from tests import club

pytestmark = pytest.mark.django_db

STAFF = Actor(kind="STAFF", id=7)


def give(target, points=100, key="k", **values):
    return give_points(target, points=points, at=club.now(), idempotency_key=key, actor=STAFF, **values)


def refused(error, verb, *args, **kwargs):
    before = club.everything_written()
    with pytest.raises(error) as caught:
        verb(*args, **kwargs)
    assert club.everything_written() == before
    return caught.value


def test_giving_to_a_customer_opens_the_account(dana):
    posting = give(AccountTarget(user_id=dana.pk), reason="Thank you", internal_note="called us", source="THANK_YOU")

    account = LoyaltyAccount.objects.get()
    assert (account.user_id, account.balance) == (dana.pk, 100)
    row = LoyaltyTransaction.objects.get()
    assert row == posting.transaction
    assert (row.type, row.source, row.actor_kind, row.actor_id) == ("GIVE", "THANK_YOU", "STAFF", 7)
    assert (row.text.reason, row.text.internal_note) == ("Thank you", "called us")


def test_giving_to_an_account_uses_it(account):
    give(AccountTarget(account_id=account.pk))

    assert club.points_of(account) == (1100, 0, 0, 0)


def test_the_same_request_again_gives_once(dana):
    first = give(AccountTarget(user_id=dana.pk))
    second = give(AccountTarget(user_id=dana.pk))

    assert (first.is_new, second.is_new, second.transaction) == (True, False, first.transaction)
    assert club.points_of(dana) == (100, 0, 0, 0)


def test_another_request_under_the_key_is_an_error(dana):
    give(AccountTarget(user_id=dana.pk))

    refused(IdempotencyConflict, give, AccountTarget(user_id=dana.pk), points=200)


@pytest.mark.parametrize("points", [0, -5, 1.5, "7", True, 2**40])
def test_a_wrong_number_opens_no_account(dana, points):
    refused(InvalidPoints, give, AccountTarget(user_id=dana.pk), points=points)

    assert not LoyaltyAccount.objects.exists()


def test_an_unknown_customer_or_account_is_not_found(program, dana):
    refused(AccountNotFound, give, AccountTarget(user_id=dana.pk + 1000))
    refused(AccountNotFound, give, AccountTarget(account_id=-1))


def test_with_several_programs_the_program_must_be_named(program, dana):
    other = create_program(name="Other", slug="other", at=club.now())

    refused(ProgramNotFound, give, AccountTarget(user_id=dana.pk))
    refused(ProgramNotFound, give, AccountTarget(user_id=dana.pk, program_id=-1))
    give(AccountTarget(user_id=dana.pk, program_id=other.pk))

    assert LoyaltyAccount.objects.get().program == other


def test_a_target_is_either_an_account_or_a_customer():
    for wrong in ({}, {"account_id": 1, "user_id": 1}):
        with pytest.raises(ValueError, match="either"):
            AccountTarget(**wrong)


def test_more_than_there_is_cannot_be_deducted(account, dana):
    def deduct(points, target):
        return deduct_points(target, points=points, at=club.now(), idempotency_key="d", actor=STAFF)

    error = refused(InsufficientPoints, deduct, 1001, AccountTarget(account_id=account.pk))
    assert (error.requested, error.available) == (1001, 1000)

    deduct(1000, AccountTarget(user_id=dana.pk))

    assert club.points_of(account) == (0, 0, 0, 0)
    assert club.movements() == [("GIVE", 1000), ("DEDUCT", -1000)]


def test_deducting_from_a_customer_without_points_opens_no_account(dana):
    refused(
        InsufficientPoints,
        deduct_points,
        AccountTarget(user_id=dana.pk),
        points=1,
        at=club.now(),
        idempotency_key="d",
        actor=STAFF,
    )

    assert not LoyaltyAccount.objects.exists()


def test_setting_the_balance_posts_the_difference(account):
    target = AccountTarget(account_id=account.pk)

    def set_to(points, key, **values):
        return set_balance(target, points=points, at=club.now(), idempotency_key=key, actor=STAFF, **values)

    set_to(250, "a", expected_revision=account.revision)
    assert club.points_of(account) == (250, 0, 0, 0)
    error = refused(StaleRevision, set_to, 300, "b", expected_revision=account.revision)
    assert (error.expected, error.actual) == (account.revision, account.revision + 1)
    refused(InvalidPoints, set_to, -1, "c")


@pytest.mark.parametrize(
    ("status", "error"), [(AccountStatus.FROZEN, AccountFrozen), (AccountStatus.CLOSED, AccountClosed)]
)
def test_a_frozen_or_closed_account_is_refused(account, status, error):
    LoyaltyAccount.objects.update(status=status)

    refused(error, give, AccountTarget(account_id=account.pk))


def test_enrolling_notes_the_first_time(dana):
    at = club.now()

    enroll_account(AccountTarget(user_id=dana.pk), at=at)
    enroll_account(AccountTarget(user_id=dana.pk), at=at + club.HOUR)

    assert LoyaltyAccount.objects.get().enrolled_at == at
    LoyaltyAccount.objects.update(status=AccountStatus.CLOSED)
    with pytest.raises(AccountClosed):
        enroll_account(AccountTarget(user_id=dana.pk), at=at)
