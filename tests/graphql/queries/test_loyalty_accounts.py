"""``loyaltyAccount`` and ``loyaltyAccounts``: the members list of staff."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from playground.models import User
from saleor_loyalty.ledger import open_account
from saleor_loyalty.models import LoyaltyAccount, LoyaltyProgram
from tests import club
from tests.graphql.api import DENIED, Api, gid, nodes

ACCOUNT = """query($id: ID, $userId: ID, $program: ID) {
    loyaltyAccount(id: $id, userId: $userId, program: $program) { id email memberStatus user { email firstName } } }"""
ACCOUNTS = """query($where: LoyaltyAccountWhereInput, $search: String, $sortBy: LoyaltyAccountSortingInput) {
    loyaltyAccounts(first: 100, where: $where, search: $search, sortBy: $sortBy) {
        totalCount edges { node { id email user { email } points { balance earned } } } } }"""


@pytest.fixture
def members(program: LoyaltyProgram) -> dict[str, LoyaltyAccount]:
    """Anna 300 (of which 100 were taken), Ben 50, Cleo 300, and a guest without points."""
    anna = club.give(club.add_customer("anna@example.com", first_name="Anna", last_name="Rossi"), 300)
    ben = club.give(club.add_customer("ben@example.com", first_name="Ben", last_name="Rossini"), 50)
    cleo = club.give(club.add_customer("cleo@example.com", first_name="Cleo"), 300)
    guest = open_account(program, email="guest@example.com", at=club.now())
    return {"anna": anna, "ben": ben, "cleo": cleo, "guest": guest}


def names(api: Api, **arguments) -> list[str]:
    found = api(ACCOUNTS, **arguments)["loyaltyAccounts"]
    assert found["totalCount"] == len(found["edges"])
    emails = [node["user"]["email"] if node["user"] else node["email"] for node in nodes(found)]
    return [email.split("@")[0] for email in emails]


def test_the_list_is_newest_first(staff: Api, members):
    assert names(staff) == ["guest", "cleo", "ben", "anna"]


@pytest.mark.parametrize(
    ("field", "ascending"),
    [
        ("BALANCE", ["guest", "ben", "anna", "cleo"]),
        ("EARNED", ["guest", "ben", "anna", "cleo"]),
        ("LAST_ACTIVITY", ["guest", "anna", "ben", "cleo"]),
        ("CUSTOMER", ["anna", "ben", "cleo", "guest"]),
    ],
)
def test_the_list_is_sorted_both_ways(staff: Api, members, field: str, ascending: list[str]):
    assert names(staff, sortBy={"field": field, "direction": "ASC"}) == ascending
    assert names(staff, sortBy={"field": field, "direction": "DESC"}) == ascending[::-1]


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("anna", ["anna"]),
        ("ROSSI", ["ben", "anna"]),
        ("rossi ben", ["ben"]),
        ("guest@", ["guest"]),
        ("nobody", []),
        ("\x00anna", ["anna"]),
        ("%", []),
        ("", ["guest", "cleo", "ben", "anna"]),
        (None, ["guest", "cleo", "ben", "anna"]),
    ],
)
def test_search_finds_names_and_e_mails(staff: Api, members, search: str | None, expected: list[str]):
    assert names(staff, search=search) == expected


def test_where_narrows_the_list(staff: Api, members):
    # given
    LoyaltyAccount.objects.filter(pk=members["ben"].pk).update(status="FROZEN")
    anna, ben = gid("LoyaltyAccount", members["anna"]), gid("LoyaltyAccount", members["ben"])
    program = gid("LoyaltyProgram", members["anna"].program_id)
    tomorrow = (timezone.now() + datetime.timedelta(days=1)).isoformat()
    everybody = ["guest", "cleo", "ben", "anna"]

    # when / then
    for where, expected in (
        ({}, everybody),
        ({"ids": [anna, ben]}, ["ben", "anna"]),
        ({"ids": []}, []),
        ({"ids": ["garbage", gid("User", members["anna"].user_id), gid("LoyaltyAccount", 10**30)]}, []),
        ({"program": {"eq": program}}, everybody),
        ({"program": {"oneOf": [gid("LoyaltyProgram", 0)]}}, []),
        ({"user": {"eq": gid("User", members["anna"].user_id)}}, ["anna"]),
        ({"user": {"eq": anna}}, []),
        ({"status": "FROZEN"}, ["ben"]),
        ({"balance": {"eq": 300}}, ["cleo", "anna"]),
        ({"balance": {"range": {"gte": 50}}}, ["cleo", "ben", "anna"]),
        ({"balance": {"range": {"gte": 1, "lte": 299}}}, ["ben"]),
        ({"lastActivityAt": {"gte": tomorrow}}, []),
        ({"lastActivityAt": {"lte": tomorrow}}, ["cleo", "ben", "anna"]),
        ({"AND": [{"balance": {"eq": 300}}, {"ids": [anna]}]}, ["anna"]),
        ({"OR": [{"status": "FROZEN"}, {"ids": [anna]}]}, ["ben", "anna"]),
        ({"OR": []}, []),
        ({"status": "ACTIVE", "OR": [{"status": "FROZEN"}, {"ids": [anna]}]}, ["anna"]),
        ({"ids": None, "status": None, "balance": None, "AND": None, "OR": None}, everybody),
    ):
        assert names(staff, where=where) == expected, where


def test_a_where_that_is_too_deep_too_long_or_without_time_zone_is_refused(staff: Api, members):
    deep: dict = {}
    for _ in range(6):
        deep = {"AND": [deep]}
    for where in (
        deep,
        {"ids": [gid("LoyaltyAccount", 1)] * 101},
        {"OR": [{}] * 101},
        {"lastActivityAt": {"gte": "2026-01-01T00:00:00"}},
    ):
        assert staff.error(ACCOUNTS, where=where)[0] == "GraphQLError"


def test_one_account_is_found_by_id_or_user(staff: Api, members):
    anna = members["anna"]
    expected = {
        "id": gid("LoyaltyAccount", anna),
        "email": None,
        "memberStatus": "MEMBER",
        "user": {"email": "anna@example.com", "firstName": "Anna"},
    }
    program = gid("LoyaltyProgram", anna.program_id)
    assert staff(ACCOUNT, id=gid("LoyaltyAccount", anna))["loyaltyAccount"] == expected
    assert staff(ACCOUNT, userId=gid("User", anna.user_id))["loyaltyAccount"] == expected
    assert staff(ACCOUNT, userId=gid("User", anna.user_id), program=program)["loyaltyAccount"] == expected
    assert staff(ACCOUNT, id=gid("LoyaltyAccount", anna), userId=None)["loyaltyAccount"] == expected


def test_a_guest_and_an_unconfirmed_customer_are_no_members(staff: Api, members):
    User.objects.filter(email="anna@example.com").update(is_confirmed=False)
    assert staff(ACCOUNT, id=gid("LoyaltyAccount", members["guest"]))["loyaltyAccount"] == {
        "id": gid("LoyaltyAccount", members["guest"]),
        "email": "guest@example.com",
        "memberStatus": "VISITOR",
        "user": None,
    }
    assert staff(ACCOUNT, id=gid("LoyaltyAccount", members["anna"]))["loyaltyAccount"]["memberStatus"] == "PENDING"


def test_an_unknown_or_malformed_id_finds_nothing(staff: Api, members):
    for arguments in (
        {"id": "garbage"},
        {"id": gid("LoyaltyAccount", 0)},
        {"id": gid("LoyaltyAccount", 10**30)},
        {"id": gid("User", members["anna"])},
        {"userId": "garbage"},
        {"userId": gid("User", 0)},
        {"userId": gid("User", members["anna"].user_id), "program": "garbage"},
    ):
        assert staff(ACCOUNT, **arguments) == {"loyaltyAccount": None}


def test_exactly_one_of_id_and_user_is_needed(staff: Api, members):
    for arguments in ({}, {"id": gid("LoyaltyAccount", 1), "userId": gid("User", 1)}):
        assert staff.error(ACCOUNT, **arguments) == ("GraphQLError", "Exactly one of `id` and `userId` is needed.")


def test_who_may_not_manage_users_sees_points_but_not_people(loyalty_only_staff: Api, members):
    # when
    found = nodes(loyalty_only_staff(ACCOUNTS)["loyaltyAccounts"])

    # then
    assert [(node["user"], node["email"]) for node in found] == [(None, None)] * 4
    assert [node["points"]["balance"] for node in found] == [0, 300, 50, 300]
    for arguments in ({"search": "anna"}, {"sortBy": {"field": "CUSTOMER", "direction": "ASC"}}):
        assert loyalty_only_staff.error(ACCOUNTS, **arguments) == (
            DENIED,
            "To access this path, you need the following permissions: MANAGE_LOYALTY and MANAGE_USERS",
        )


def test_the_last_login_is_an_activity(staff: Api, members):
    login = timezone.now() + datetime.timedelta(hours=1)
    User.objects.filter(email="anna@example.com").update(last_login=login)
    query = "query($id: ID) { loyaltyAccount(id: $id) { lastActivityAt } }"
    anna, guest = gid("LoyaltyAccount", members["anna"]), gid("LoyaltyAccount", members["guest"])
    assert staff(query, id=anna)["loyaltyAccount"] == {"lastActivityAt": login.isoformat()}
    assert staff(query, id=guest)["loyaltyAccount"] == {"lastActivityAt": None}
