"""Stories of staff who look for a customer, and who make one together with the first points."""

from __future__ import annotations

from typing import Any

import pytest

from tests.scenarios.drivers.protocol import STAFF, ShopDriver
from tests.scenarios.stories import DANA, open_club

pytestmark = pytest.mark.django_db(transaction=True)

LIST = """query($search: String, $where: LoyaltyAccountWhereInput, $sortBy: LoyaltyAccountSortingInput) {
    loyaltyAccounts(first: 10, search: $search, where: $where, sortBy: $sortBy) { totalCount edges { node {
        id memberStatus status points { balance } user { email } email } } } }"""
GIVE = """mutation($customer: LoyaltyNewCustomerInput!, $key: String!, $points: Int!) {
    loyaltyPointsGive(input: {customer: $customer, points: $points, reason: "Welcome", idempotencyKey: $key}) {
        account { id points { balance } user { email firstName lastName } } errors { field code } } }"""
NOA = {"email": "Noa.Cohen@example.com", "firstName": "נועה", "lastName": "Cohen", "languageCode": "HE"}


def ask(shop: ShopDriver, document: str, **variables: Any) -> Any:
    answer = shop.query(document, variables, by=STAFF)
    assert not answer.errors, answer.errors
    assert answer.data is not None
    return next(iter(answer.data.values()))


def found(shop: ShopDriver, **arguments: Any) -> list[str]:
    """Return whom the list shows, in its order."""
    listed = ask(shop, LIST, **arguments)
    nodes = [edge["node"] for edge in listed["edges"]]
    assert listed["totalCount"] == len(nodes)
    return [node["user"]["email"] if node["user"] else node["email"] for node in nodes]


def give(shop: ShopDriver, *, key: str = "desk-1", points: int = 50, **customer: Any) -> Any:
    return ask(shop, GIVE, customer={**NOA, **customer}, key=key, points=points)


def test_a_customer_who_is_made_with_the_first_points_is_found_by_name_and_e_mail(shop: ShopDriver) -> None:
    # given
    open_club(shop)

    # when
    made = give(shop)

    # then
    assert made["errors"] == []
    assert made["account"]["points"] == {"balance": 50}
    assert made["account"]["user"] == {"email": "noa.cohen@example.com", "firstName": "נועה", "lastName": "Cohen"}
    noa = ["noa.cohen@example.com"]
    assert found(shop, search="noa.cohen@example.com") == noa
    assert found(shop, search="cohen") == noa
    assert found(shop, search="נועה") == noa
    assert found(shop, search=made["account"]["id"]) == noa
    assert found(shop, search="nobody") == []
    assert found(shop, where={"memberStatus": "PENDING"}) == noa
    assert found(shop, where={"memberStatus": "MEMBER"}) == [DANA]
    for field, descending in (
        ("BALANCE", [DANA, *noa]),
        ("EARNED", [DANA, *noa]),
        ("LAST_ACTIVITY", [*noa, DANA]),
        ("CREATED", [*noa, DANA]),
        ("CUSTOMER", [*noa, DANA]),
    ):
        assert found(shop, sortBy={"field": field, "direction": "DESC"}) == descending, field
        assert found(shop, sortBy={"field": field, "direction": "ASC"}) == descending[::-1], field


def test_asking_twice_makes_one_customer_and_a_refusal_makes_none(shop: ShopDriver) -> None:
    # given
    open_club(shop)
    first = give(shop)

    # when / then
    assert give(shop) == first
    assert give(shop, key="desk-2")["errors"] == [{"field": "email", "code": "ALREADY_EXISTS"}]
    assert give(shop, key="desk-3", points=0, email="other@example.com")["errors"] == [
        {"field": "points", "code": "INVALID"}
    ]
    assert give(shop, key="desk-4", email="no address")["errors"] == [{"field": "email", "code": "INVALID"}]
    assert found(shop) == ["noa.cohen@example.com", DANA]
    assert give(shop, key="desk-3", email="other@example.com")["errors"] == []


def test_the_list_is_filtered_by_points_status_and_dates_and_sorted(shop: ShopDriver) -> None:
    # given: Dana has 1000 points, Noa 50, and a contact none
    open_club(shop)
    give(shop)
    create = """mutation($input: LoyaltyAccountCreateInput!) { loyaltyAccountCreate(input: $input) {
        account { id memberStatus } errors { field code } } }"""
    contact = ask(shop, create, input={"email": "contact@example.com"})["account"]
    assert contact["memberStatus"] == "VISITOR"
    noa = "noa.cohen@example.com"

    # when / then
    assert found(shop, where={"available": {"range": {"gte": 50, "lte": 1000}}, "status": "ACTIVE"}) == [noa, DANA]
    assert found(shop, where={"balance": {"eq": 0}}) == ["contact@example.com"]
    assert found(shop, where={"earned": {"range": {"gte": 51}}, "redeemed": {"eq": 0}}) == [DANA]
    assert found(shop, where={"memberStatus": "PENDING"}) == [noa]
    assert found(shop, where={"lastActivityAt": {"gte": "2020-01-01T00:00:00Z"}}) == [noa, DANA]
    assert found(shop, where={"createdAt": {"lte": "2020-01-01T00:00:00Z"}}) == []
    assert found(shop, where={"OR": [{"balance": {"eq": 50}}, {"ids": [contact["id"]]}]}) == [
        "contact@example.com",
        noa,
    ]
    assert found(shop, where={"balance": {"eq": 50, "range": {"gte": 51}}}) == []
    assert found(shop, search=contact["id"]) == ["contact@example.com"]
    for field in ("BALANCE", "EARNED"):
        ascending = found(shop, sortBy={"field": field, "direction": "ASC"})
        assert ascending == ["contact@example.com", noa, DANA]
        assert found(shop, sortBy={"field": field, "direction": "DESC"}) == ascending[::-1]


def test_the_list_is_read_page_by_page_and_no_further(shop: ShopDriver) -> None:
    # given
    open_club(shop)
    for number in range(4):
        shop.add_customer(f"member{number}@example.com")
        assert shop.give_points(f"member{number}@example.com", number + 1).errors == ()
    page = """query($first: Int, $after: String) { loyaltyAccounts(first: $first, after: $after,
        sortBy: {field: BALANCE, direction: DESC}) { totalCount pageInfo { hasNextPage endCursor }
        edges { node { points { balance } } } } }"""

    # when
    balances, after = [], None
    while True:
        part = ask(shop, page, first=2, after=after)
        assert part["totalCount"] == 5
        balances += [edge["node"]["points"]["balance"] for edge in part["edges"]]
        after = part["pageInfo"]["endCursor"]
        if not part["pageInfo"]["hasNextPage"]:
            break

    # then
    assert balances == [1000, 4, 3, 2, 1]
    for wrong in ({"first": 101}, {"first": -1}, {}, {"first": 1, "after": "garbage"}):
        answer = shop.query(page, wrong, by=STAFF)
        assert [error["extensions"]["exception"]["code"] for error in answer.errors] == ["GraphQLError"]
