"""Stories of staff who keep a customer's card, which the customer never sees."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.scenarios.drivers.protocol import STAFF, STAFF_WITHOUT_PERMISSION, ShopDriver
from tests.scenarios.stories import DANA, open_club

pytestmark = pytest.mark.django_db(transaction=True)

CARD = """labels { name } fields { field { key } value }
    notes(first: 10) { edges { node { type text user { email } } } }"""


def ask(shop: ShopDriver, document: str, **variables: Any) -> Mapping[str, Any]:
    """Return what the only field of the document answers to staff, who must not be refused."""
    answer = shop.query(document, variables, by=STAFF)
    assert not answer.errors, answer.errors
    assert answer.data is not None
    payload: Mapping[str, Any] = next(iter(answer.data.values()))
    assert payload.get("errors", []) == []
    return payload


def account_of(shop: ShopDriver) -> str:
    listed = ask(shop, "{ loyaltyAccounts(first: 1) { edges { node { id } } } }")
    account: str = listed["edges"][0]["node"]["id"]
    return account


def make_label(shop: ShopDriver, name: str) -> str:
    document = """mutation($name: String!) { loyaltyLabelCreate(input: {name: $name}) {
        label { id } errors { field code } } }"""
    label: str = ask(shop, document, name=name)["label"]["id"]
    return label


def fill_card(shop: ShopDriver, account: str, label: str) -> None:
    program = ask(shop, "{ loyaltyPrograms(first: 1) { edges { node { id } } } }")["edges"][0]["node"]["id"]
    listed = shop.query(
        "query($program: ID!) { loyaltyCustomFields(program: $program) { id key } }", {"program": program}, by=STAFF
    )
    assert listed.data is not None
    fields = {field["key"]: field["id"] for field in listed.data["loyaltyCustomFields"]}
    ask(
        shop,
        """mutation($account: ID!, $label: ID!) {
            loyaltyLabelAssign(accounts: [$account], labels: [$label]) { changed errors { code } } }""",
        account=account,
        label=label,
    )
    ask(
        shop,
        """mutation($account: ID!) { loyaltyNoteAdd(input: {account: $account, text: "Prefers tea.", type: "Visit"}) {
            note { id } errors { code } } }""",
        account=account,
    )
    ask(
        shop,
        """mutation($account: ID!, $field: ID!) { loyaltyCustomFieldValuesSet(
            input: {account: $account, values: [{field: $field, value: "1990-05-17"}]}) {
            account { id } errors { code path } } }""",
        account=account,
        field=fields["birthday"],
    )


def test_staff_keeps_a_card_that_the_customer_never_sees(shop):
    # given
    open_club(shop)
    account = account_of(shop)

    # when
    fill_card(shop, account, make_label(shop, "VIP"))

    # then
    assert ask(shop, f"query($id: ID!) {{ loyaltyAccount(id: $id) {{ {CARD} }} }}", id=account) == {
        "labels": [{"name": "VIP"}],
        "fields": [{"field": {"key": "birthday"}, "value": "1990-05-17"}],
        "notes": {"edges": [{"node": {"type": "Visit", "text": "Prefers tea.", "user": {"email": STAFF}}}]},
    }
    own = shop.query(f"{{ me {{ loyaltyAccount {{ id {CARD} }} }} }}", by=DANA)
    assert own.data == {"me": {"loyaltyAccount": {"id": account, "labels": None, "fields": None, "notes": None}}}


def test_customers_are_found_by_what_label_they_have_and_have_not(shop):
    # given
    open_club(shop)
    vip, regulars = make_label(shop, "VIP"), make_label(shop, "Regulars")
    fill_card(shop, account_of(shop), vip)

    def count(**condition: Any) -> int:
        document = """query($where: LoyaltyAccountWhereInput) {
            loyaltyAccounts(first: 10, where: $where) { totalCount } }"""
        total: int = ask(shop, document, where={"labels": condition})["totalCount"]
        return total

    # when / then
    assert [count(eq=vip), count(oneOf=[regulars, vip]), count(eq=regulars)] == [1, 1, 0]
    assert [count(notOneOf=[vip]), count(notOneOf=[regulars])] == [0, 1]
    ask(
        shop,
        "mutation($id: ID!, $into: ID!) { loyaltyLabelMerge(id: $id, into: $into) { label { id } errors { code } } }",
        id=vip,
        into=regulars,
    )
    assert [count(eq=regulars), count(notOneOf=[regulars])] == [1, 0]


def test_staff_without_the_permission_and_customers_keep_no_cards(shop):
    open_club(shop)
    account = account_of(shop)
    document = """mutation($account: ID!) { loyaltyNoteAdd(input: {account: $account, text: "x"}) {
        note { id } errors { code } } }"""

    for by in (STAFF_WITHOUT_PERMISSION, DANA, None):
        answer = shop.query(document, {"account": account}, by=by)
        assert [error["extensions"]["exception"]["code"] for error in answer.errors] == ["PermissionDenied"]

    notes = ask(shop, "query($id: ID!) { loyaltyAccount(id: $id) { notes(first: 1) { totalCount } } }", id=account)
    assert notes == {"notes": {"totalCount": 0}}
