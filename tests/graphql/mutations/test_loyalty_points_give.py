"""``loyaltyPointsGive``."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from playground.models import User
from saleor_loyalty.models import LoyaltyAccount, LoyaltyTransaction, TransactionText
from saleor_loyalty.programs import create_program
from tests import club
from tests.graphql.api import Api, gid

GIVE = """mutation($input: LoyaltyPointsGiveInput!) { loyaltyPointsGive(input: $input) {
    account { id points { available balance earned } revision user { email } }
    transaction { sequence type source pointsChange pointsBalance reason internalNote idempotencyKey externalReference
                  user { email } app { name } lots { issued expiresAt } }
    errors { field code message }
} }"""


def give(api: Api, **values):
    values = {"points": 50, "reason": "A present", "idempotencyKey": "key-1", **values}
    return api(GIVE, input=values)["loyaltyPointsGive"]


def refused(api: Api, **values):
    before = club.everything_written()
    answer = give(api, **values)
    assert (answer["account"], answer["transaction"]) == (None, None)
    assert len(answer["errors"]) == 1
    assert club.everything_written() == before
    return answer["errors"][0]["field"], answer["errors"][0]["code"]


def test_staff_gives_points_with_all_that_is_to_know(staff: Api, account: LoyaltyAccount):
    # given
    expires_at = timezone.now() + datetime.timedelta(days=365)

    # when
    answer = give(
        staff,
        account=gid("LoyaltyAccount", account),
        points=250,
        reason="For your patience",
        internalNote="late parcel",
        source="THANK_YOU",
        expiresAt=expires_at.isoformat(),
        externalReference="ticket-7",
    )

    # then
    assert answer == {
        "account": {
            "id": gid("LoyaltyAccount", account),
            "points": {"available": 1250, "balance": 1250, "earned": 1250},
            "revision": 2,
            "user": {"email": "dana@example.com"},
        },
        "transaction": {
            "sequence": 2,
            "type": "GIVE",
            "source": "THANK_YOU",
            "pointsChange": 250,
            "pointsBalance": 1250,
            "reason": "For your patience",
            "internalNote": "late parcel",
            "idempotencyKey": "key-1",
            "externalReference": "ticket-7",
            "user": {"email": "staff@example.com"},
            "app": None,
            "lots": [{"issued": 250, "expiresAt": expires_at.isoformat()}],
        },
        "errors": [],
    }
    text = TransactionText.objects.get(transaction__sequence=2)
    assert (text.reason, text.internal_note) == ("For your patience", "late parcel")


def test_an_app_gives_points_in_its_own_name(app: Api, account: LoyaltyAccount):
    transaction = give(app, account=gid("LoyaltyAccount", account))["transaction"]
    assert (transaction["app"], transaction["user"], transaction["source"]) == ({"name": "CRM"}, None, "MANUAL")


def test_a_customer_without_account_gets_one(staff: Api, customer: User):
    answer = give(staff, user=gid("User", customer))
    assert (answer["errors"], answer["account"]["points"]["available"]) == ([], 50)
    assert LoyaltyAccount.objects.get().user == customer


def test_the_same_request_again_gives_once(staff: Api, account: LoyaltyAccount):
    first = give(staff, account=gid("LoyaltyAccount", account))
    assert give(staff, account=gid("LoyaltyAccount", account)) == first
    assert LoyaltyTransaction.objects.count() == 2


def test_the_same_key_for_another_request_is_refused(staff: Api, account: LoyaltyAccount):
    give(staff, account=gid("LoyaltyAccount", account))
    for other in ({"points": 51}, {"source": "VIP"}, {"externalReference": "x"}):
        found = refused(staff, account=gid("LoyaltyAccount", account), **other)
        assert found == ("idempotencyKey", "IDEMPOTENCY_KEY_REUSED")


@pytest.mark.parametrize("points", [0, -1, 2_000_000_001, 2_147_483_647, 1.5])
def test_a_wrong_number_of_points_is_refused(staff: Api, account: LoyaltyAccount, points):
    assert refused(staff, account=gid("LoyaltyAccount", account), points=points) == ("points", "INVALID")


def test_more_than_an_account_can_hold_is_refused(staff: Api, account: LoyaltyAccount):
    assert refused(staff, account=gid("LoyaltyAccount", account), points=2_000_000_000) == ("points", "INVALID")


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"reason": ""}, "reason", "REQUIRED"),
        ({"reason": "  \n"}, "reason", "REQUIRED"),
        ({"reason": "x" * 10_001}, "reason", "INVALID"),
        ({"reason": "nul \x00"}, "reason", "INVALID"),
        ({"internalNote": "nul \x00"}, "internalNote", "INVALID"),
        ({"idempotencyKey": " "}, "idempotencyKey", "REQUIRED"),
        ({"idempotencyKey": "k" * 251}, "idempotencyKey", "INVALID"),
        ({"externalReference": "r" * 251}, "externalReference", "INVALID"),
        ({"expiresAt": "2001-01-01T00:00:00+00:00"}, "expiresAt", "INVALID"),
        ({"expiresAt": "2999-01-01T00:00:00"}, "expiresAt", "INVALID"),
        ({"expiresAt": "9999-12-31T23:59:59-14:00"}, "expiresAt", "INVALID"),
    ],
)
def test_a_wrong_field_is_refused(staff: Api, account: LoyaltyAccount, values: dict, field: str, code: str):
    assert refused(staff, account=gid("LoyaltyAccount", account), **values) == (field, code)


def test_the_account_must_be_named_once_and_rightly(staff: Api, account: LoyaltyAccount, customer: User):
    named = {"account": gid("LoyaltyAccount", account)}
    assert refused(staff) == ("account", "REQUIRED")
    assert refused(staff, account=None, user=None) == ("account", "REQUIRED")
    assert refused(staff, **named, user=gid("User", customer)) == ("user", "INVALID")
    for wrong in ("garbage", gid("User", customer), gid("LoyaltyAccount", "x"), gid("LoyaltyAccount", 10**30)):
        assert refused(staff, account=wrong) == ("account", "INVALID")
    assert refused(staff, account=gid("LoyaltyAccount", 0)) == ("account", "NOT_FOUND")
    assert refused(staff, user="garbage") == ("user", "INVALID")
    assert refused(staff, user=gid("User", 0)) == ("user", "NOT_FOUND")
    assert refused(staff, user=gid("User", customer), program="garbage") == ("program", "INVALID")
    assert refused(staff, user=gid("User", customer), program=gid("LoyaltyProgram", 0)) == ("program", "NOT_FOUND")


def test_with_several_programs_one_must_be_named(staff: Api, account: LoyaltyAccount, customer: User):
    other = create_program(name="Other", slug="other", at=club.now())
    assert refused(staff, user=gid("User", customer)) == ("program", "REQUIRED")
    answer = give(staff, user=gid("User", customer), program=gid("LoyaltyProgram", other))
    assert answer["account"]["points"]["available"] == 50
    assert LoyaltyAccount.objects.count() == 2


def test_without_any_program_a_user_has_nothing_to_be_given(staff: Api, db):
    user = club.add_customer()
    assert refused(staff, user=gid("User", user)) == ("program", "NOT_FOUND")


@pytest.mark.parametrize("status", ["FROZEN", "CLOSED"])
def test_a_frozen_or_closed_account_is_refused(staff: Api, account: LoyaltyAccount, status: str):
    LoyaltyAccount.objects.update(status=status)
    assert refused(staff, account=gid("LoyaltyAccount", account)) == ("account", "ACCOUNT_FROZEN")


def test_a_refusal_leaves_no_account_behind(staff: Api, customer: User):
    assert refused(staff, user=gid("User", customer), points=0) == ("points", "INVALID")
    assert LoyaltyAccount.objects.count() == 0


def test_optional_fields_may_be_null(staff: Api, account: LoyaltyAccount):
    nulls = dict.fromkeys(("internalNote", "source", "expiresAt", "externalReference", "user", "program"))
    answer = give(staff, account=gid("LoyaltyAccount", account), **nulls)
    assert (answer["errors"], answer["transaction"]["source"]) == ([], "MANUAL")
    assert answer["transaction"]["internalNote"] is None


def test_required_fields_may_not_be_null(staff: Api, account: LoyaltyAccount):
    for name in ("points", "reason", "idempotencyKey"):
        values = {"points": 1, "reason": "r", "idempotencyKey": "k", "account": gid("LoyaltyAccount", account)}
        answer = staff.ask(GIVE, input={**values, name: None})
        assert (answer["data"], len(answer["errors"])) == (None, 1)
    assert LoyaltyTransaction.objects.count() == 1
