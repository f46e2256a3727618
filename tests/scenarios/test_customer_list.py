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
