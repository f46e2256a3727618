"""Stories of staff who fill in cards with fields of their own, two of them at once among them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.scenarios.drivers.protocol import STAFF, ShopDriver
from tests.scenarios.stories import DANA, ask, open_club

from .test_customer_cards import account_of

pytestmark = pytest.mark.django_db(transaction=True)

CREATE = """mutation($input: LoyaltyCustomFieldCreateInput!) { loyaltyCustomFieldCreate(input: $input) {
    customField { id key } errors { field code } } }"""
SET = """mutation($input: LoyaltyCustomFieldValuesSetInput!) { loyaltyCustomFieldValuesSet(input: $input) {
    account { fields { field { key } value } } errors { code path } } }"""
NOTE_ADD = """mutation($account: ID!, $text: String!) { loyaltyNoteAdd(input: {account: $account, text: $text}) {
    note { id updatedAt } errors { code } } }"""
NOTE_UPDATE = """mutation($id: ID!, $text: String!, $read: DateTime!) {
    loyaltyNoteUpdate(id: $id, input: {text: $text, expectedUpdatedAt: $read}) { note { text } errors { code } } }"""
RIGHT_TO_LEFT = "\u200fאוהבת תה עם נענע, ﻻ سكر — מספר 17 🙂\u200f"


def make_field(shop: ShopDriver, name: str, kind: str, **values: Any) -> str:
    field: str = ask(shop, CREATE, input={"name": name, "type": kind, **values})["customField"]["id"]
    return field


def fill_in(shop: ShopDriver, *values: dict[str, Any]) -> dict[str, Any]:
    """Return the payload of filling in Dana's card."""
    answer = shop.query(SET, {"input": {"account": account_of(shop), "values": list(values)}}, by=STAFF)
    assert answer.data is not None, answer.errors
    payload: dict[str, Any] = answer.data["loyaltyCustomFieldValuesSet"]
    return payload


def card(shop: ShopDriver) -> dict[str, str]:
    found = ask(
        shop,
        "query($id: ID!) { loyaltyAccount(id: $id) { fields { field { key } value } } }",
        id=account_of(shop),
    )
    return {row["field"]["key"]: row["value"] for row in found["fields"]}


def test_each_type_keeps_what_it_allows_and_refuses_the_rest_by_its_place(shop: ShopDriver):
    # given
    open_club(shop)
    name, size = make_field(shop, "Dog's name", "TEXT"), make_field(shop, "Size", "CHOICE", options=["small", "large"])
    visits, since = make_field(shop, "Visits", "NUMBER"), make_field(shop, "Since", "DATE")
    likes = make_field(shop, "Likes tea", "BOOLEAN")

    # when
    good = fill_in(
        shop,
        {"field": name, "value": f"  {RIGHT_TO_LEFT} "},
        {"field": size, "value": "large"},
        {"field": visits, "value": "007.50"},
        {"field": since, "value": "2024-02-29"},
        {"field": likes, "value": "TRUE"},
    )
    bad = fill_in(
        shop,
        {"field": name, "value": "Rex"},
        {"field": size, "value": "Large"},
        {"field": visits, "value": "many"},
        {"field": since, "value": "2025-02-29"},
        {"field": likes, "value": "perhaps"},
    )

    # then: nothing of what was refused is written, nor what stood beside it
    assert good["errors"] == []
    assert bad["errors"] == [{"code": "INVALID", "path": f"values.{place}.value"} for place in (1, 2, 3, 4)]
    assert card(shop) == {
        "dog-s-name": RIGHT_TO_LEFT,
        "size": "large",
        "visits": "7.5",
        "since": "2024-02-29",
        "likes-tea": "true",
    }


def test_two_of_staff_do_not_overwrite_what_the_other_wrote(shop: ShopDriver):
    # given: both have read an empty card, and the same note
    open_club(shop)
    field = make_field(shop, "Dog's name", "TEXT")
    note = ask(shop, NOTE_ADD, account=account_of(shop), text="Prefers tea.")["note"]

    # when
    first = fill_in(shop, {"field": field, "value": "Rex", "expectedValue": None})
    second = fill_in(shop, {"field": field, "value": "Max", "expectedValue": ""})
    ask(shop, NOTE_UPDATE, id=note["id"], text="Prefers coffee.", read=note["updatedAt"])
    late = shop.query(NOTE_UPDATE, {"id": note["id"], "text": "Prefers milk.", "read": note["updatedAt"]}, by=STAFF)

    # then
    assert (first["errors"], second["account"]) == ([], None)
    assert second["errors"] == [{"code": "STALE_REVISION", "path": "values.0.value"}]
    assert card(shop) == {"dog-s-name": "Rex"}
    assert late.data == {"loyaltyNoteUpdate": {"note": None, "errors": [{"code": "STALE_REVISION"}]}}


def test_very_long_texts_are_refused_and_those_of_the_limit_are_kept(shop: ShopDriver):
    # given
    open_club(shop)
    account = account_of(shop)
    longest = (RIGHT_TO_LEFT * 1_000)[:10_000]

    # when
    ask(shop, NOTE_ADD, account=account, text=longest)
    refused = [
        shop.query(NOTE_ADD, {"account": account, "text": text}, by=STAFF).data["loyaltyNoteAdd"]["errors"]
        for text in (f"{longest}x", " \n", "a\x00b")
    ]

    # then
    notes = "query($id: ID!) { loyaltyAccount(id: $id) { notes(first: 5) { edges { node { text } } } } }"
    assert ask(shop, notes, id=account)["notes"]["edges"] == [{"node": {"text": longest}}]
    assert refused == [[{"code": "INVALID"}], [{"code": "REQUIRED"}], [{"code": "INVALID"}]]
    own = shop.query("{ me { loyaltyAccount { fields { value } notes(first: 5) { totalCount } } } }", by=DANA)
    assert own.data == {"me": {"loyaltyAccount": {"fields": None, "notes": None}}}
