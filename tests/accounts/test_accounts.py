"""Which account an operation is about: by account or by customer; and joining by name."""

from __future__ import annotations

import pytest
from django.db import transaction

from saleor_loyalty.accounts import AccountTarget, enroll_account, find_target, open_target
from saleor_loyalty.errors import AccountClosed, AccountNotFound, InvalidPoints, ProgramNotFound, ProgramNotNamed
from saleor_loyalty.ledger import give_points
from saleor_loyalty.models import AccountStatus, LoyaltyAccount
from saleor_loyalty.programs import archive_program, create_program
from tests import club

pytestmark = pytest.mark.django_db


def open_(**target):
    return open_target(AccountTarget(**target), at=club.now())


def find(**target):
    return find_target(AccountTarget(**target))


def refused(error, verb, **target):
    before = club.everything_written()
    with pytest.raises(error) as caught:
        verb(**target)
    assert club.everything_written() == before
    return caught.value


def test_a_customer_without_an_account_gets_one_once(dana):
    account_id = open_(user_id=dana.pk)

    account = LoyaltyAccount.objects.get()
    assert (account.pk, account.user_id, account.balance) == (account_id, dana.pk, 0)
    assert open_(user_id=dana.pk) == find(user_id=dana.pk) == account_id


def test_finding_opens_no_account(dana):
    assert refused(AccountNotFound, find, user_id=dana.pk).field == "user"


def test_an_account_is_meant_by_its_own_id(account):
    assert open_(account_id=account.pk) == find(account_id=account.pk) == account.pk


def test_an_unknown_customer_is_not_found(dana):
    for verb in (open_, find):
        assert refused(AccountNotFound, verb, user_id=dana.pk + 1000).field == "user"


@pytest.mark.parametrize("verb", [open_, find])
def test_with_several_programs_the_program_must_be_named(account, dana, program, verb):
    create_program(name="Other", slug="other", at=club.now())

    error = refused(ProgramNotNamed, verb, user_id=dana.pk)

    assert (error.code, error.field) == ("REQUIRED", "program")
    refused(ProgramNotFound, verb, user_id=dana.pk, program_id=0)
    assert verb(user_id=dana.pk, program_id=program.pk) == account.pk


@pytest.mark.parametrize("verb", [open_, find])
def test_an_archived_program_is_none(account, dana, program, verb):
    other = create_program(name="Other", slug="other", at=club.now())
    archive_program(other.pk, at=club.now())

    assert verb(user_id=dana.pk) == account.pk
    refused(ProgramNotFound, verb, user_id=dana.pk, program_id=other.pk)
    archive_program(program.pk, at=club.now())
    refused(ProgramNotFound, verb, user_id=dana.pk)


def test_a_target_is_either_an_account_or_a_customer():
    for wrong in ({}, {"account_id": 1, "user_id": 1}):
        with pytest.raises(ValueError, match="either"):
            AccountTarget(**wrong)


def test_a_refusal_of_the_verb_leaves_no_account_behind(dana):
    with pytest.raises(InvalidPoints), transaction.atomic():
        give_points(open_(user_id=dana.pk), points=0, at=club.now(), idempotency_key="k")

    assert not LoyaltyAccount.objects.exists()


def test_enrolling_notes_the_first_time(dana):
    at = club.now()

    enroll_account(AccountTarget(user_id=dana.pk), at=at)
    enroll_account(AccountTarget(user_id=dana.pk), at=at + club.HOUR)

    assert LoyaltyAccount.objects.get().enrolled_at == at
    LoyaltyAccount.objects.update(status=AccountStatus.CLOSED)
    with pytest.raises(AccountClosed):
        enroll_account(AccountTarget(user_id=dana.pk), at=at)
    with pytest.raises(AccountNotFound):
        enroll_account(AccountTarget(account_id=0), at=at)
