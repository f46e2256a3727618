"""The claims from before accounts remembered them: found in the ledger, the last one counts, and nothing else does."""

from __future__ import annotations

import datetime
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.db import connection

from playground.models import User
from saleor_loyalty.accounts import claim_guest_points, erase_account, merge_accounts
from saleor_loyalty.ledger import Actor, award_points, open_account
from saleor_loyalty.models import LoyaltyAccount
from tests import club

pytestmark = pytest.mark.django_db
MIGRATION = import_module("saleor_loyalty.migrations.0058_guests_claimed_before")


@pytest.fixture(params=[1, 2_000])
def migrate(request, monkeypatch):
    """Forget who claimed what, as before, and run the migration in batches of this size."""
    monkeypatch.setattr(MIGRATION, "BATCH", request.param)

    def run(*, forgetting: bool = True) -> dict[int, int | None]:
        if forgetting:
            LoyaltyAccount.objects.update(claimed_by=None)
        MIGRATION.remember_claims(None, SimpleNamespace(connection=connection))
        return dict(LoyaltyAccount.objects.exclude(claimed_by=None).values_list("pk", "claimed_by"))

    return run


def earn(guest: LoyaltyAccount, *, key: str, points: int = 10) -> None:
    award_points(
        guest.pk, points=points, at=club.now(), available_at=None, idempotency_key=key, order_id="", receipt=None,
        program_version=None, channel_slug=club.CHANNEL,
    )  # fmt: skip


def guest_of(program, email: str) -> LoyaltyAccount:
    guest = open_account(program, email=email, at=club.now())
    earn(guest, key=email)
    return guest


def join(email: str) -> LoyaltyAccount:
    user = club.add_customer(email)
    claim_guest_points(user.pk, at=club.now())
    return LoyaltyAccount.objects.get(user=user)


def test_each_guest_is_given_back_to_the_member_who_claimed_it(program, migrate):
    guests = [guest_of(program, f"{number}@example.com") for number in range(5)]
    members = [join(f"{number}@example.com") for number in range(4)]
    expected = {guest.pk: member.pk for guest, member in zip(guests, members, strict=False)}
    assert dict(LoyaltyAccount.objects.exclude(claimed_by=None).values_list("pk", "claimed_by")) == expected

    assert migrate() == expected
    assert migrate(forgetting=False) == expected


def test_of_several_claims_the_last_one_counts(program, migrate):
    # given an address that had two owners, one after the other
    guest = guest_of(program, "shared@example.com")
    first = join("shared@example.com")
    User.objects.filter(pk=first.user_id).update(email="moved@example.com")
    earn(guest, key="later")
    second = join("shared@example.com")
    assert first.pk != second.pk

    assert migrate() == {guest.pk: second.pk}


def test_a_claim_that_is_remembered_stays_as_it_is(program, migrate):
    guest = guest_of(program, "dana@example.com")
    join("dana@example.com")
    other = open_account(program, user_id=club.add_customer("noa@example.com").pk, at=club.now())
    LoyaltyAccount.objects.filter(pk=guest.pk).update(claimed_by=other)
    assert migrate(forgetting=False) == {guest.pk: other.pk}


def test_a_merge_by_staff_is_no_claim(program, migrate):
    guest = guest_of(program, "visitor@example.com")
    member = open_account(program, user_id=club.add_customer().pk, at=club.now())
    merge_accounts(guest.pk, target_id=member.pk, idempotency_key="merge", actor=Actor("STAFF", 7), at=club.now())
    assert migrate() == {}


def test_of_a_member_who_is_gone_no_guest_is_touched(program, migrate):
    guest_of(program, "dana@example.com")
    member = join("dana@example.com")
    User.objects.get(pk=member.user_id).delete()
    assert migrate() == {}


def test_a_guest_that_was_found_is_erased_with_its_member(program, migrate):
    guest = guest_of(program, "dana@example.com")
    member = join("dana@example.com")
    migrate()
    erase_account(member.pk, at=club.now() + datetime.timedelta(days=1))
    guest.refresh_from_db()
    assert (guest.email, guest.status) == (None, "CLOSED")


def test_without_claims_there_is_nothing_to_do(program, migrate):
    guest_of(program, "dana@example.com")
    assert migrate() == {}
