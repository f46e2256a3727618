"""``loyaltyPointsDeduct``."""

from __future__ import annotations

import pytest

from playground.models import Checkout, User
from saleor_loyalty.models import LoyaltyAccount, LoyaltyTransaction
from tests import club
from tests.graphql.api import Api, gid

DEDUCT = """mutation($input: LoyaltyPointsDeductInput!) { loyaltyPointsDeduct(input: $input) {
    account { id points { available balance deducted } }
    transaction { type pointsChange pointsBalance reason internalNote }
    errors { field code message }
} }"""


def deduct(api: Api, **values):
    values = {"points": 50, "reason": "A mistake", "idempotencyKey": "key-1", **values}
    return api(DEDUCT, input=values)["loyaltyPointsDeduct"]


def refused(api: Api, **values):
    before = club.everything_written()
    answer = deduct(api, **values)
    assert (answer["account"], answer["transaction"], len(answer["errors"])) == (None, None, 1)
    assert club.everything_written() == before
    return answer["errors"][0]["field"], answer["errors"][0]["code"]


def test_staff_takes_points(staff: Api, account: LoyaltyAccount):
    assert deduct(staff, account=gid("LoyaltyAccount", account), points=1000, internalNote="twice given") == {
        "account": {
            "id": gid("LoyaltyAccount", account),
            "points": {"available": 0, "balance": 0, "deducted": 1000},
        },
        "transaction": {
            "type": "DEDUCT",
            "pointsChange": -1000,
            "pointsBalance": 0,
            "reason": "A mistake",
            "internalNote": "twice given",
        },
        "errors": [],
    }


def test_the_account_is_found_by_user(staff: Api, account: LoyaltyAccount, customer: User):
    assert deduct(staff, user=gid("User", customer))["account"]["points"]["available"] == 950


def test_more_than_available_is_refused_and_never_lowered(staff: Api, account: LoyaltyAccount, checkout: Checkout):
    # given
    club.apply(checkout, 300)

    # when
    answer = refused(staff, account=gid("LoyaltyAccount", account), points=701)

    # then
    assert answer == ("points", "INSUFFICIENT_POINTS")
    assert deduct(staff, account=gid("LoyaltyAccount", account), points=700)["errors"] == []


@pytest.mark.parametrize("points", [0, -1, 2_147_483_647, 0.5])
def test_a_wrong_number_of_points_is_refused(staff: Api, account: LoyaltyAccount, points):
    assert refused(staff, account=gid("LoyaltyAccount", account), points=points) == ("points", "INVALID")


def test_the_same_request_again_deducts_once(staff: Api, account: LoyaltyAccount):
    first = deduct(staff, account=gid("LoyaltyAccount", account))
    assert deduct(staff, account=gid("LoyaltyAccount", account)) == first
    assert refused(staff, account=gid("LoyaltyAccount", account), points=1) == (
        "idempotencyKey",
        "IDEMPOTENCY_KEY_REUSED",
    )
    assert LoyaltyTransaction.objects.count() == 2


def test_wrong_fields_are_refused(staff: Api, account: LoyaltyAccount, customer: User):
    named = {"account": gid("LoyaltyAccount", account)}
    assert refused(staff, **named, reason="") == ("reason", "REQUIRED")
    assert refused(staff, **named, idempotencyKey="") == ("idempotencyKey", "REQUIRED")
    assert refused(staff, account="garbage") == ("account", "INVALID")
    assert refused(staff, account=gid("LoyaltyAccount", 0)) == ("account", "NOT_FOUND")
    assert refused(staff) == ("account", "REQUIRED")
    LoyaltyAccount.objects.update(status="FROZEN")
    assert refused(staff, **named) == ("account", "ACCOUNT_FROZEN")


def test_a_customer_without_account_has_nothing_to_take_and_gets_none(staff: Api, customer: User):
    assert refused(staff, user=gid("User", customer)) == ("user", "NOT_FOUND")
    assert LoyaltyAccount.objects.count() == 0


def test_an_explicit_null_note_is_none(staff: Api, account: LoyaltyAccount):
    answer = deduct(staff, account=gid("LoyaltyAccount", account), internalNote=None)
    assert (answer["errors"], answer["transaction"]["internalNote"]) == ([], None)
