"""Stories of staff who keep a customer's card, which the customer never sees."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.scenarios.drivers.protocol import STAFF, STAFF_WITHOUT_PERMISSION, ShopDriver
from tests.scenarios.stories import DANA, ask, buy, open_club

pytestmark = pytest.mark.django_db(transaction=True)

CARD = """labels { name } fields { field { key } value }
    notes(first: 10) { edges { node { type text user { email } } } }"""


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


TIMELINE = """query($id: ID!, $after: String) { loyaltyAccount(id: $id) { lastActivityAt closedAt status
    timeline(first: 3, after: $after) { pageInfo { endCursor hasNextPage } edges { node {
        type name user { email } transaction { pointsChange } note { text } event { event } } } } } }"""
EVENT = """mutation($input: LoyaltyEventReportInput!) { loyaltyEventReport(input: $input) {
    account { id labels { name } } isNew errors { field code } } }"""
DELETE = """mutation($account: ID!, $forfeit: Boolean) { loyaltyCardDelete(accountId: $account, forfeit: $forfeit) {
    account { id status } forfeiture { pointsChange } errors { code } } }"""


def timeline(shop: ShopDriver, account: str) -> list[Mapping[str, Any]]:
    """Return the whole timeline, read page by page."""
    found: list[Mapping[str, Any]] = []
    page: Mapping[str, Any] = {"pageInfo": {"endCursor": None, "hasNextPage": True}}
    while page["pageInfo"]["hasNextPage"]:
        asked = ask(shop, TIMELINE, id=account, after=page["pageInfo"]["endCursor"])
        page = asked["timeline"]
        found += [edge["node"] for edge in page["edges"]]
    return found


def test_an_app_tells_of_a_visitor_who_wrote_and_staff_reads_it_on_the_timeline(shop):
    # given
    open_club(shop)
    report = {"event": "FORM_SUBMITTED", "email": "Guest@Example.com", "externalReference": "form-1"}

    # when
    first = ask(shop, EVENT, input={**report, "idempotencyKey": "form-1"})
    again = ask(shop, EVENT, input={**report, "idempotencyKey": "form-1"})

    # then
    assert (first["isNew"], again["isNew"], first["account"]) == (True, False, again["account"])
    assert first["account"]["labels"] == [{"name": "Form submitted"}]
    told = timeline(shop, first["account"]["id"])
    assert [(entry["type"], entry["name"]) for entry in told] == [
        ("LABEL_ASSIGNED", "Form submitted"),
        ("EVENT", "FORM_SUBMITTED"),
        ("ACCOUNT_OPENED", None),
    ]


def test_everything_that_happens_to_a_customer_is_on_one_timeline(shop):
    # given
    open_club(shop)
    account = account_of(shop)
    fill_card(shop, account, make_label(shop, "VIP"))
    shop.fulfill(buy(shop, shop.start_checkout({"BRUSH": 1}, by=DANA)))

    # when
    told = timeline(shop, account)

    # then
    assert [(entry["type"], entry["name"]) for entry in told if entry["type"] != "ORDER"] == [
        ("TRANSACTION", "EARN"),
        ("FIELD_CHANGED", "Birthday"),
        ("NOTE", "Visit"),
        ("LABEL_ASSIGNED", "VIP"),
        ("TRANSACTION", "GIVE"),
        ("ACCOUNT_OPENED", None),
    ]
    [order] = [entry for entry in told if entry["type"] == "ORDER"]
    assert order["name"]
    [note] = [entry for entry in told if entry["type"] == "NOTE"]
    assert (note["note"], note["user"]) == ({"text": "Prefers tea."}, {"email": STAFF})
    own = shop.query("{ me { loyaltyAccount { timeline(first: 1) { totalCount } } } }", by=DANA)
    assert own.data == {"me": {"loyaltyAccount": {"timeline": None}}}


def test_a_deleted_card_is_gone_and_the_customer_who_buys_again_begins_anew(shop):
    # given a card with points, some of them at a checkout
    open_club(shop)
    account = account_of(shop)
    fill_card(shop, account, make_label(shop, "VIP"))
    checkout = shop.start_checkout({"EYELINER": 4}, by=DANA)
    assert shop.apply_points(checkout, 800, by=DANA).errors == ()

    def refused(**variables: Any) -> list[str]:
        answer = shop.query(DELETE, {"account": account, **variables}, by=STAFF)
        assert answer.data is not None
        return [error["code"] for error in answer.data["loyaltyCardDelete"]["errors"]]

    # when / then
    assert refused(forfeit=True) == ["POINTS_RESERVED"]
    shop.let_reservation_lapse(checkout)
    assert refused() == ["HAS_POINTS"]
    deleted = ask(shop, DELETE, account=account, forfeit=True)
    assert deleted["account"] == {"id": account, "status": "CLOSED"}
    assert deleted["forfeiture"] == {"pointsChange": -1000}
    assert ask(shop, f"query($id: ID!) {{ loyaltyAccount(id: $id) {{ {CARD} }} }}", id=account) == {
        "labels": [],
        "fields": [],
        "notes": {"edges": []},
    }
    # the cart with the old points is no order until they are off
    assert shop.complete(checkout, by=DANA, is_paid=True).order is None
    # and the next purchase earns on a new account
    shop.fulfill(buy(shop, shop.start_checkout({"BRUSH": 1}, by=DANA)))
    state = shop.read_account(DANA)
    assert (state.available, state.earned) == (50, 50)
    assert shop.audit_findings() == []
