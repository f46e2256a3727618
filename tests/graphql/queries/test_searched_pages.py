"""Pages of the account list where it searches: the same whichever of its ways the list goes."""

from __future__ import annotations

import importlib
from typing import Any

import pytest

from playground.models import User
from saleor_loyalty.ledger import open_account
from saleor_loyalty.models import Label, LoyaltyAccount, LoyaltyProgram
from tests import club
from tests.cards.builders import assign, label
from tests.graphql.api import Api, gid, nodes

PAGE = """query($where: LoyaltyAccountWhereInput, $search: String, $sortBy: LoyaltyAccountSortingInput,
                $first: Int, $after: String, $last: Int, $before: String) {
    loyaltyAccounts(where: $where, search: $search, sortBy: $sortBy,
                    first: $first, after: $after, last: $last, before: $before) {
        totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
        edges { cursor node { email user { email } } } } }"""
SORTS = [None] + [
    {"field": field, "direction": direction}
    for field in ("BALANCE", "EARNED", "LAST_ACTIVITY", "CREATED", "CUSTOMER")
    for direction in ("ASC", "DESC")
]
WAYS = {
    "little": {},
    "some, and not enough on the way": {"SOME": 0, "LOOKED_AT": 1},
    "much, and met on the way": {"FEW": 0},
    "much, and the order is followed": {"FEW": 0, "LOOKED_AT": 1},
    "with a label, met on the way": {},
    "with a label, little": {"LOOKED_AT": 1},
    "with a label that few have": {"LOOKED_AT": 1, "FEW": 0, "_WALK": 1_000},
    "with a label that some have": {"LOOKED_AT": 1, "FEW": 0, "_WALK": 0},
    "with a label that many have": {"LOOKED_AT": 1, "FEW": 0, "RARELY_ASSIGNED": 0},
}
PLACES = {
    "LOOKED_AT": "saleor_loyalty.graphql.account_list",
    "SOME": "saleor_loyalty.accounts.search_accounts",
    "FEW": "saleor_loyalty.accounts.search_accounts",
    "_WALK": "saleor_loyalty.accounts.select_accounts",
    "RARELY_ASSIGNED": "saleor_loyalty.accounts.select_accounts",
}


@pytest.fixture
def crowd(program: LoyaltyProgram) -> list[str]:
    """Twelve accounts of customers and guests, every second a Rossi, every third a VIP, with points that repeat."""
    accounts = []
    for number in range(12):
        name = "rossi" if number % 2 else "bianchi"
        if number % 4 == 1:
            accounts.append(open_account(program, email=f"{number:02}.{name}@example.com", at=club.now()))
        else:
            user = club.add_customer(f"{number:02}@example.com", first_name="Dana", last_name=name.title())
            accounts.append(club.give(user, 10 * (number % 3 + 1)))
    assign(accounts[::3], [label(program, "VIP")])
    return [name_of(account) for account in accounts]


def name_of(account: LoyaltyAccount) -> str:
    return (account.user.email if account.user else account.email)[:2]


def page(api: Api, **arguments: Any) -> Any:
    return api(PAGE, **arguments)["loyaltyAccounts"]


def names(found: Any) -> list[str]:
    return [(node["user"] or node)["email"][:2] for node in nodes(found)]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("sort", SORTS, ids=lambda sort: "-".join(sort.values()) if sort else "newest")
def test_pages_of_a_search_follow_each_other_in_both_directions(staff: Api, crowd, monkeypatch, way: str, sort: Any):
    # given: the whole order, in which those who are searched stand
    constants: dict[str, int] = WAYS[way]
    for constant, value in constants.items():
        monkeypatch.setattr(importlib.import_module(PLACES[constant]), constant, value)
    where = {"labels": {"eq": gid("LoyaltyLabel", Label.objects.get(name="VIP").pk)}} if "label" in way else None
    order = names(page(staff, first=100, sortBy=sort))
    vips = crowd[::3] if where else crowd
    expected = [name for name in order if int(name) % 2 and name in vips]
    asked = {"where": where, "search": "ROSSI", "sortBy": sort}

    # when
    forward = pages(staff, **asked)
    backward = pages(staff, is_backward=True, **asked)

    # then
    assert forward == [expected[at : at + 2] for at in range(0, len(expected), 2)]
    assert [name for part in backward for name in part] == expected
    assert [len(part) for part in backward[1:]] == [2] * (len(backward) - 1)
    assert {found["totalCount"] for found in (page(staff, first=0, **asked), page(staff, last=1, **asked))} == {
        len(expected)
    }


def pages(api: Api, *, is_backward: bool = False, **asked: Any) -> list[list[str]]:
    """Return whom pages of two name, in the order of the list, from one end to the other."""
    size, beyond, edge = ("last", "before", "startCursor") if is_backward else ("first", "after", "endCursor")
    more, origin = ("hasPreviousPage", "hasNextPage") if is_backward else ("hasNextPage", "hasPreviousPage")
    found = page(api, **{size: 2}, **asked)
    listed = [names(found)]
    while found["pageInfo"][more]:
        found = page(api, **{size: 2, beyond: found["pageInfo"][edge]}, **asked)
        assert found["pageInfo"][origin] is True
        listed.insert(0 if is_backward else len(listed), names(found))
    return listed


def test_a_search_among_several_programs_finds_the_accounts_of_each(staff: Api, crowd, program):
    # given
    other = LoyaltyProgram.objects.create(name="Other", slug="other", created_at=club.now(), updated_at=club.now())
    rossi = User.objects.get(email="03@example.com")
    open_account(other, user_id=rossi.pk, at=club.now())
    by_balance = {"field": "BALANCE", "direction": "ASC"}

    # when
    everywhere = names(page(staff, first=100, search="rossi", sortBy=by_balance))
    there = page(staff, first=100, search="rossi", where={"program": {"eq": gid("LoyaltyProgram", other.pk)}})

    # then
    assert sorted(everywhere) == ["01", "03", "03", "05", "07", "09", "11"]
    assert names(there) == ["03"]


def test_a_search_that_contradicts_itself_finds_nobody(staff: Api, crowd):
    both = {"AND": [{"balance": {"eq": 1}}, {"balance": {"eq": 2}}]}
    assert page(staff, first=5, search="rossi", where=both)["edges"] == []
