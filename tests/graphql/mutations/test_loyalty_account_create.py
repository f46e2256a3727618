"""``loyaltyAccountCreate``, and customers who are made with their first points."""

from __future__ import annotations

from typing import Any

import pytest

from playground.models import User
from saleor_loyalty.models import LoyaltyAccount, LoyaltyTransaction
from saleor_loyalty.programs import create_program
from tests import club
from tests.graphql.api import DENIED, Api, gid

CREATE = """mutation($input: LoyaltyAccountCreateInput!) { loyaltyAccountCreate(input: $input) {
    account { id email memberStatus enrolledAt points { balance } user { email firstName lastName } }
    errors { field code } } }"""
GIVE = """mutation($input: LoyaltyPointsGiveInput!) { loyaltyPointsGive(input: $input) {
    account { id points { balance } user { email } } transaction { id pointsChange } errors { field code } } }"""
NOA = {"email": "Noa@Example.com", "firstName": "נועה", "lastName": "Levi", "languageCode": "HE"}


def create(api: Api, **values: Any) -> dict[str, Any]:
    return api(CREATE, input=values)["loyaltyAccountCreate"]


def give(api: Api, **values: Any) -> dict[str, Any]:
    return api(GIVE, input={"points": 50, "reason": "Welcome", "idempotencyKey": "desk-1", **values})[
        "loyaltyPointsGive"
    ]


def people_and_points() -> tuple[list[Any], Any]:
    return list(User.objects.order_by("pk").values()), club.everything_written()


def refusal(act: Any) -> list[dict[str, str]]:
    """Return the errors; nobody may have been made and nothing written."""
    before = people_and_points()
    answer = act()
    assert answer["account"] is None
    assert people_and_points() == before
    return answer["errors"]


def test_an_account_is_opened_for_a_customer_a_guest_and_a_new_customer(staff: Api, program):
    dana = club.add_customer()
    of_dana = create(staff, user=gid("User", dana))
    of_guest = create(staff, email=" Walter@Example.com ", program=gid("LoyaltyProgram", program))
    of_noa = create(staff, customer=NOA)

    assert [answer["errors"] for answer in (of_dana, of_guest, of_noa)] == [[], [], []]
    assert of_dana["account"]["user"]["email"] == "dana@example.com"
    assert (of_guest["account"]["user"], of_guest["account"]["email"]) == (None, "walter@example.com")
    assert of_guest["account"]["memberStatus"] == "VISITOR"
    account = LoyaltyAccount.objects.get(user__email="noa@example.com")
    assert of_noa["account"] == {
        "id": gid("LoyaltyAccount", account),
        "email": None,
        "memberStatus": "PENDING",
        "enrolledAt": None,
        "points": {"balance": 0},
        "user": {"email": "noa@example.com", "firstName": "נועה", "lastName": "Levi"},
    }
    assert not account.user.has_usable_password()


def test_whoever_has_an_account_keeps_it(staff: Api, program):
    account = club.give(club.add_customer(), 70)
    assert create(staff, user=gid("User", account.user_id))["account"]["id"] == gid("LoyaltyAccount", account)
    first, second = create(staff, email="walter@example.com"), create(staff, email="WALTER@example.com")
    assert first["account"]["id"] == second["account"]["id"]
    assert LoyaltyAccount.objects.count() == 2


def test_the_email_of_a_customer_means_that_customers_account(staff: Api, program):
    # given a customer with an account, and one without, whose address is from the time when its case was kept
    account = club.give(club.add_customer(), 70)
    old = club.add_customer("noa@example.com")
    User.objects.filter(pk=old.pk).update(email="Noa@Example.com")

    # when
    answers = [create(staff, email=text)["account"] for text in (" DANA@example.com", "Noa@Example.com")]

    # then
    assert answers[0]["id"] == gid("LoyaltyAccount", account)
    assert [answer["user"]["email"] for answer in answers] == ["dana@example.com", "Noa@Example.com"]
    assert not LoyaltyAccount.objects.filter(email__isnull=False).exists()


def test_an_account_is_refused_with_its_field(staff: Api, program):
    club.add_customer("noa@example.com")
    for values, field, code in (
        ({}, "user", "REQUIRED"),
        ({"user": None}, "user", "REQUIRED"),
        ({"email": "a@example.com", "customer": NOA}, "customer", "INVALID"),
        ({"user": "garbage"}, "user", "INVALID"),
        ({"user": gid("User", 0)}, "user", "NOT_FOUND"),
        ({"email": "no address"}, "email", "INVALID"),
        ({"email": "a\x00@example.com"}, "email", "INVALID"),
        ({"email": "x" * 250 + "@example.com"}, "email", "INVALID"),
        ({"email": "a@example.com", "program": gid("LoyaltyProgram", 0)}, "program", "NOT_FOUND"),
        ({"customer": NOA}, "email", "ALREADY_EXISTS"),
        ({"customer": {"email": "  "}}, "email", "REQUIRED"),
        ({"customer": {"email": "no address"}}, "email", "INVALID"),
        ({"customer": {"email": "new@example.com", "firstName": "x" * 257}}, "firstName", "INVALID"),
        ({"customer": {"email": "new@example.com"}, "program": "garbage"}, "program", "INVALID"),
    ):
        assert refusal(lambda values=values: create(staff, **values)) == [{"field": field, "code": code}], values


def test_with_several_programs_the_program_must_be_named(staff: Api, program):
    other = create_program(name="Other", slug="other", at=club.now())
    assert refusal(lambda: create(staff, customer=NOA)) == [{"field": "program", "code": "REQUIRED"}]
    made = create(staff, customer=NOA, program=gid("LoyaltyProgram", other))
    assert LoyaltyAccount.objects.get(user__email="noa@example.com").program_id == other.pk
    assert made["errors"] == []


def test_a_customer_is_made_with_the_first_points(staff: Api, program):
    answer = give(staff, customer=NOA)
    assert answer["errors"] == []
    assert answer["account"]["points"] == {"balance": 50}
    assert answer["account"]["user"] == {"email": "noa@example.com"}
    assert User.objects.get(email="noa@example.com").language_code == "he"


def test_the_same_request_again_makes_no_second_customer_and_is_no_error(staff: Api, program):
    first = give(staff, customer=NOA)
    before = people_and_points()
    assert give(staff, customer=NOA) == first
    assert give(staff, customer={**NOA, "firstName": "Noah"}) == first
    assert people_and_points() == before


def test_the_key_of_somebody_else_s_points_makes_nobody(staff: Api, program):
    give(staff, customer=NOA)
    for values in (
        {"customer": {"email": "other@example.com"}},
        {"customer": NOA, "points": 51},
        {"customer": NOA, "reason": "Another reason"},
    ):
        errors = refusal(lambda values=values: give(staff, **values))
        assert errors == [{"field": "idempotencyKey", "code": "IDEMPOTENCY_KEY_REUSED"}], values


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"points": 0}, "points", "INVALID"),
        ({"points": 2_000_000_001}, "points", "INVALID"),
        ({"reason": " "}, "reason", "REQUIRED"),
        ({"expiresAt": "2001-01-01T00:00:00+00:00"}, "expiresAt", "INVALID"),
        ({"user": gid("User", 1)}, "customer", "INVALID"),
        ({"account": gid("LoyaltyAccount", 1)}, "customer", "INVALID"),
    ],
)
def test_points_that_are_refused_make_no_customer(staff: Api, program, values, field, code):
    assert refusal(lambda: give(staff, customer=NOA, **values)) == [{"field": field, "code": code}]
    assert give(staff, customer=NOA)["errors"] == []


def test_points_for_a_customer_who_exists_under_a_new_key_are_refused(staff: Api, program):
    give(staff, customer=NOA)
    errors = refusal(lambda: give(staff, customer=NOA, idempotencyKey="desk-2"))
    assert errors == [{"field": "email", "code": "ALREADY_EXISTS"}]
    assert LoyaltyTransaction.objects.count() == 1


def test_who_may_not_manage_users_makes_nobody(loyalty_only_staff: Api, program):
    before = people_and_points()
    message = "To access this path, you need the following permissions: MANAGE_LOYALTY and MANAGE_USERS"
    for values in ({"customer": NOA}, {"email": "walter@example.com"}):
        assert loyalty_only_staff.error(CREATE, input=values) == (DENIED, message)
    given = {"points": 50, "reason": "Welcome", "idempotencyKey": "desk-1", "customer": NOA}
    assert loyalty_only_staff.error(GIVE, input=given) == (DENIED, message)
    assert people_and_points() == before
