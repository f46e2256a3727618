"""The database closes the account of a deleted customer; the sweep that erases it tells the world outside, once."""

from __future__ import annotations

import sys

import pytest

from saleor_loyalty.accounts import close_account, erase_ownerless
from saleor_loyalty.deliveries import create_endpoint
from saleor_loyalty.ledger import Actor
from saleor_loyalty.models import LoyaltyAccount, OutboxEvent
from tests import club
from tests.graphql.api import gid

pytestmark = pytest.mark.django_db
CLOSED, ANONYMIZED = "loyalty.account.closed", "loyalty.account.anonymized"


@pytest.fixture
def account():
    club.open_channel()
    club.publish()
    account = club.give(club.add_customer(), 20)
    create_endpoint(
        account.program_id, name="CRM", url="http://127.0.0.1:9/", event_names=[CLOSED, ANONYMIZED], at=club.now()
    )
    return account


def told():
    return list(OutboxEvent.objects.order_by("pk").values_list("name", "account_id", "payload"))


def test_a_deleted_customer_s_account_is_told_to_be_closed_and_erased(account):
    # given
    account.user.delete()
    assert LoyaltyAccount.objects.get().status == "CLOSED"
    assert told() == []

    # when
    assert [erase_ownerless(at=club.now(), limit=10) for _ in range(2)] == [1, 0]

    # then
    one = gid("LoyaltyAccount", account)
    assert told() == [
        (CLOSED, account.pk, {"account": one, "user": None}),
        (ANONYMIZED, account.pk, {"account": one}),
    ]


def test_what_staff_had_closed_before_is_not_told_again(account):
    close_account(account.pk, forfeits=True, actor=Actor("STAFF", 7), at=club.now())
    account.user.delete()
    erase_ownerless(at=club.now(), limit=10)

    assert [name for name, *_ in told()] == [CLOSED, ANONYMIZED]


def test_an_erasing_that_fails_tells_nothing(account, monkeypatch):
    def fail(*_arguments, **_values):
        raise RuntimeError("out of order")

    account.user.delete()
    # The package shows the function of this name, not its module.
    monkeypatch.setattr(sys.modules["saleor_loyalty.accounts.erase_ownerless"], "emit", fail)
    assert erase_ownerless(at=club.now(), limit=10) == 0

    assert told() == []
    assert LoyaltyAccount.objects.get().erased_at is None
