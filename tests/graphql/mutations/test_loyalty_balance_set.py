"""``loyaltyBalanceSet``."""

from __future__ import annotations

import pytest

from playground.models import Checkout, User
from saleor_loyalty.models import LoyaltyAccount, LoyaltyTransaction
from tests import club
from tests.graphql.api import Api, gid

SET = """mutation($input: LoyaltyBalanceSetInput!) { loyaltyBalanceSet(input: $input) {
    account { id revision points { available balance reserved } }
    transaction { type pointsChange pointsBalance reason }
    errors { field code message }
} }"""


def set_balance(api: Api, **values):
    values = {"reason": "Counted anew", "idempotencyKey": "key-1", **values}
    return api(SET, input=values)["loyaltyBalanceSet"]


def refused(api: Api, **values):
    before = club.everything_written()
    answer = set_balance(api, **values)
    assert (answer["account"], answer["transaction"], len(answer["errors"])) == (None, None, 1)
    assert club.everything_written() == before
    return answer["errors"][0]["field"], answer["errors"][0]["code"]


@pytest.mark.parametrize(("balance", "change"), [(0, -1000), (400, -600), (1000, 0), (1500, 500)])
def test_staff_sets_what_is_available(staff: Api, account: LoyaltyAccount, balance: int, change: int):
    answer = set_balance(staff, account=gid("LoyaltyAccount", account), balance=balance)
    assert answer == {
        "account": {
            "id": gid("LoyaltyAccount", account),
            "revision": 2,
            "points": {"available": balance, "balance": balance, "reserved": 0},
        },
        "transaction": {
            "type": "SET",
            "pointsChange": change,
            "pointsBalance": balance,
            "reason": "Counted anew",
        },
        "errors": [],
    }


def test_what_is_set_aside_stays(staff: Api, account: LoyaltyAccount, checkout: Checkout):
    club.apply(checkout, 300)
    answer = set_balance(staff, account=gid("LoyaltyAccount", account), balance=0)
    assert answer["account"]["points"] == {"available": 0, "balance": 300, "reserved": 300}


def test_the_revision_that_was_read_is_accepted_and_another_is_stale(staff: Api, account: LoyaltyAccount):
    named = {"account": gid("LoyaltyAccount", account), "balance": 5}
    assert refused(staff, **named, expectedRevision=0) == ("expectedRevision", "STALE_REVISION")
    assert refused(staff, **named, expectedRevision=2) == ("expectedRevision", "STALE_REVISION")
    assert set_balance(staff, **named, expectedRevision=1)["errors"] == []


def test_an_explicit_null_revision_expects_nothing(staff: Api, account: LoyaltyAccount):
    answer = set_balance(staff, account=gid("LoyaltyAccount", account), balance=5, expectedRevision=None)
    assert answer["errors"] == []


@pytest.mark.parametrize("balance", [-1, 2_000_000_001, 2_147_483_647, 0.5])
def test_a_wrong_balance_is_refused(staff: Api, account: LoyaltyAccount, balance):
    assert refused(staff, account=gid("LoyaltyAccount", account), balance=balance) == ("balance", "INVALID")


def test_the_same_request_again_sets_once(staff: Api, account: LoyaltyAccount):
    first = set_balance(staff, account=gid("LoyaltyAccount", account), balance=5)
    assert set_balance(staff, account=gid("LoyaltyAccount", account), balance=5) == first
    assert refused(staff, account=gid("LoyaltyAccount", account), balance=6) == (
        "idempotencyKey",
        "IDEMPOTENCY_KEY_REUSED",
    )
    assert LoyaltyTransaction.objects.count() == 2


def test_a_customer_without_account_gets_one(staff: Api, customer: User):
    answer = set_balance(staff, user=gid("User", customer), balance=70)
    assert answer["account"]["points"]["available"] == 70


def test_a_refusal_leaves_no_account_behind(staff: Api, customer: User):
    assert refused(staff, user=gid("User", customer), balance=-1) == ("balance", "INVALID")
    assert LoyaltyAccount.objects.count() == 0


def test_wrong_fields_are_refused(staff: Api, account: LoyaltyAccount):
    named = {"account": gid("LoyaltyAccount", account), "balance": 5}
    assert refused(staff, **named, reason=" ") == ("reason", "REQUIRED")
    assert refused(staff, **{**named, "idempotencyKey": ""}) == ("idempotencyKey", "REQUIRED")
    assert refused(staff, account="garbage", balance=5) == ("account", "INVALID")
    assert refused(staff, account=gid("LoyaltyAccount", 0), balance=5) == ("account", "NOT_FOUND")
    LoyaltyAccount.objects.update(status="FROZEN")
    assert refused(staff, **named) == ("account", "ACCOUNT_FROZEN")
