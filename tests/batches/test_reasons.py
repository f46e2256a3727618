"""A reason is between the shop and one customer: it never shows up in somebody else's log."""

from __future__ import annotations

import pytest

from playground.models import User
from saleor_loyalty.accounts import AccountTarget
from saleor_loyalty.batches import Gift, give_many, revert_batch, step_batch
from saleor_loyalty.ledger import Actor
from saleor_loyalty.models import Batch, LoyaltyProgram, LoyaltyTransaction
from tests import club

pytestmark = pytest.mark.django_db

STAFF = Actor("STAFF", 7)


@pytest.fixture
def program(db) -> LoyaltyProgram:
    club.open_channel()
    return club.publish()


def gift(user: User, reason: str) -> Gift:
    return Gift(target=AccountTarget(user_id=user.pk), points=10, reason=reason, idempotency_key=f"gift {user.pk}")


def reasons(user: User) -> list[tuple[str, str]]:
    rows = LoyaltyTransaction.objects.filter(account__user=user).order_by("sequence")
    return list(rows.values_list("type", "text__reason"))


def test_taking_a_list_back_repeats_to_each_customer_their_own_reason(program):
    # given
    anna, bela = club.add_customer("anna@example.com"), club.add_customer("bela@example.com")
    at = club.now()
    gifts = [gift(anna, "Get well soon, Anna"), gift(bela, "Thank you")]
    batch = give_many(program.pk, gifts, error_policy="REJECT_EVERYTHING", is_dry_run=False, actor=STAFF, at=at).batch
    assert batch is not None

    # when
    revert_batch(batch.pk, actor=STAFF, at=at)
    while step_batch(batch.pk, at=at):
        pass

    # then
    assert reasons(anna) == [("GIVE", "Get well soon, Anna"), ("REVERSE", "Get well soon, Anna")]
    assert reasons(bela) == [("GIVE", "Thank you"), ("REVERSE", "Thank you")]
    batch.refresh_from_db()
    assert (batch.status, batch.reason) == ("REVERTED", "")
    assert Batch.objects.count() == 1
