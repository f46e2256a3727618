"""Pages of every connection: limits, walking both ways, cursors."""

from __future__ import annotations

import base64
import json

import pytest

from saleor_loyalty.cards import add_note
from saleor_loyalty.ledger import Actor, give_points
from saleor_loyalty.models import LoyaltyAccount
from saleor_loyalty.programs import create_program
from tests import club
from tests.graphql.api import Api
from tests.graphql.card_documents import make_label

PAGE = """(first: $first, after: $after, last: $last, before: $before) {
    totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { id } } }"""
VARIABLES = "query($first: Int, $after: String, $last: Int, $before: String)"
CONNECTIONS = {
    "loyaltyAccounts": f"{VARIABLES} {{ found: loyaltyAccounts{PAGE} }}",
    "loyaltyTransactions": f"{VARIABLES} {{ found: loyaltyTransactions{PAGE} }}",
    "loyaltyLabels": f"{VARIABLES} {{ found: loyaltyLabels{PAGE} }}",
    "loyaltyPrograms": f"{VARIABLES} {{ found: loyaltyPrograms{PAGE} }}",
    "transactions": f"{VARIABLES} {{ me {{ loyaltyAccount {{ found: transactions{PAGE} }} }} }}",
    "notes": f"{VARIABLES} {{ me {{ loyaltyAccount {{ found: notes{PAGE} }} }} }}",
    "lots": f"{VARIABLES} {{ me {{ loyaltyAccount {{ found: lots{PAGE} }} }} }}",
}
TOTALS = dict.fromkeys(CONNECTIONS, 5) | {"loyaltyTransactions": 9}


@pytest.fixture
def everything(staff: Api, program) -> Api:
    """Five of everything, some of them with equal sort values; staff who is a member too."""
    for number in range(4):
        club.give(club.add_customer(f"member{number}@example.com"), 10)
    for _ in range(5):
        club.give(staff.user, 10)
    account = LoyaltyAccount.objects.get(user=staff.user)
    for number in range(5):
        make_label(account, f"Label {number}")
        add_note(account.pk, text="Called us.", author=Actor("STAFF", staff.user.pk), at=club.now())
    for number in range(4):
        create_program(name="More", slug=f"more-{number}", at=club.now())
    return staff


def page(api: Api, name: str, **arguments):
    data = api(CONNECTIONS[name], **arguments)
    return data.get("found") or data["me"]["loyaltyAccount"]["found"]


def ids(found) -> list[str]:
    return [edge["node"]["id"] for edge in found["edges"]]


@pytest.mark.parametrize("name", CONNECTIONS)
@pytest.mark.parametrize("argument", ["first", "last"])
def test_a_hundred_at_most(everything: Api, name: str, argument: str):
    assert len(ids(page(everything, name, **{argument: 100}))) == TOTALS[name]
    for size in (101, 2_147_483_647, -1):
        assert everything.error(CONNECTIONS[name], **{argument: size}) == (
            "GraphQLError",
            f"Argument `{argument}` must be from 0 to 100, not {size}.",
        )


@pytest.mark.parametrize("name", CONNECTIONS)
def test_one_of_first_and_last_is_needed(everything: Api, name: str):
    for arguments in ({}, {"first": None, "last": None}):
        assert everything.error(CONNECTIONS[name], **arguments) == (
            "GraphQLError",
            "You must provide a `first` or `last` value to properly paginate the connection.",
        )
    assert everything.error(CONNECTIONS[name], first=1, last=1) == (
        "GraphQLError",
        "Passing both `first` and `last` to paginate the connection is not supported.",
    )


@pytest.mark.parametrize("name", CONNECTIONS)
def test_walking_forward_and_backward_meets_everything_once(everything: Api, name: str):
    # given
    whole = page(everything, name, first=100)
    expected = ids(whole)
    assert whole["totalCount"] == len(expected) == len(set(expected))
    assert whole["pageInfo"]["hasNextPage"] is whole["pageInfo"]["hasPreviousPage"] is False

    # when
    forward, after = [], None
    while True:
        found = page(everything, name, first=2, after=after)
        forward += ids(found)
        assert found["pageInfo"]["startCursor"] == found["edges"][0]["cursor"]
        assert found["pageInfo"]["hasPreviousPage"] is (after is not None)
        after = found["pageInfo"]["endCursor"]
        if not found["pageInfo"]["hasNextPage"]:
            break
    backward, before = [], None
    while True:
        found = page(everything, name, last=2, before=before)
        backward = ids(found) + backward
        before = found["pageInfo"]["startCursor"]
        if not found["pageInfo"]["hasPreviousPage"]:
            break

    # then
    assert forward == backward == expected


@pytest.mark.parametrize("name", CONNECTIONS)
def test_an_empty_page_has_no_cursors(everything: Api, name: str):
    found = page(everything, name, first=0)
    assert found["edges"] == []
    assert found["totalCount"] == TOTALS[name]
    assert found["pageInfo"] == {
        "hasNextPage": True,
        "hasPreviousPage": False,
        "startCursor": None,
        "endCursor": None,
    }


@pytest.mark.parametrize("name", CONNECTIONS)
@pytest.mark.parametrize("argument", ["after", "before"])
def test_a_cursor_that_is_not_ours_is_refused(everything: Api, name: str, argument: str):
    def encoded(value) -> str:
        return base64.b64encode(json.dumps(value).encode()).decode()

    sort = json.loads(base64.b64decode(page(everything, name, first=1)["edges"][0]["cursor"]))[0]
    for cursor in (
        "garbage",
        "",
        "é",
        encoded({}),
        encoded([]),
        encoded(["OTHER", 1, 1]),
        encoded([sort, {}, 1]),
        encoded([sort, None, 1]),
        encoded([sort, 1, "x"]),
        encoded([sort, 10**30, 1]),
        encoded([sort, "\x00" if name == "loyaltyLabels" else "2026-01-01T00:00:00", 1]),
        base64.b64encode(b"[" * 100_000).decode(),
    ):
        answer = everything.error(CONNECTIONS[name], first=1, **{argument: cursor})
        assert answer == ("GraphQLError", "Received cursor is invalid.")


def test_rows_written_meanwhile_do_not_shift_the_next_page(everything: Api):
    # given
    first = page(everything, "transactions", first=2)
    expected = ids(page(everything, "transactions", first=100))[2:4]

    # when
    give_points(LoyaltyAccount.objects.get(user=everything.user).pk, points=1, at=club.now(), idempotency_key="new")

    # then
    assert ids(page(everything, "transactions", first=2, after=first["pageInfo"]["endCursor"])) == expected


def test_two_pages_of_one_account_in_one_response_do_not_mix(everything: Api):
    data = everything(
        """{ me { loyaltyAccount {
            newest: transactions(first: 1) { totalCount edges { node { sequence } } }
            oldest: transactions(last: 1) { edges { node { sequence } } }
            none: transactions(first: 1, filter: {type: [REDEEM]}) { totalCount edges { node { sequence } } }
        } } }"""
    )
    assert data["me"]["loyaltyAccount"] == {
        "newest": {"totalCount": 5, "edges": [{"node": {"sequence": 5}}]},
        "oldest": {"edges": [{"node": {"sequence": 1}}]},
        "none": {"totalCount": 0, "edges": []},
    }
