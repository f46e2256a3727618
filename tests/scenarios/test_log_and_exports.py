"""Stories of staff who look for something in the points log, take it away as a file, and write to an audience."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from tests.scenarios.drivers.protocol import STAFF, STAFF_WITHOUT_PERMISSION, ShopDriver
from tests.scenarios.stories import DANA, buy, open_club

from .test_customer_cards import account_of, ask, make_label

pytestmark = pytest.mark.django_db(transaction=True)

LOG = """query($search: String, $filter: LoyaltyTransactionFilterInput) {
    loyaltyTransactions(first: 10, search: $search, filter: $filter, sortBy: {field: CREATED_AT, direction: ASC}) {
        totalCount edges { node { type pointsChange pointsBalance order { id number } } } } }"""
EXPORT = """mutation($input: LoyaltyExportCreateInput!) {
    loyaltyExportCreate(input: $input) { export { id } errors { field code } } }"""
FILE = "query($id: ID!) { loyaltyExport(id: $id) { status rowsDone rowsTotal url } }"


def found(shop: ShopDriver, **variables: Any) -> list[tuple[str, int]]:
    rows = ask(shop, LOG, **variables)["edges"]
    return [(row["node"]["type"], row["node"]["pointsChange"]) for row in rows]


def download(shop: ShopDriver, **values: Any) -> list[dict[str, str]]:
    export = ask(shop, EXPORT, input=values)["export"]
    file = ask(shop, FILE, id=export["id"])
    assert (file["status"], file["rowsDone"]) == ("READY", file["rowsTotal"])
    return rows_behind(file["url"])


def rows_behind(url: str) -> list[dict[str, str]]:
    response = Client().get(urlsplit(url).path)
    assert response.status_code == 200
    text = b"".join(response).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_staff_finds_an_order_s_movements_and_takes_them_away(shop: ShopDriver):
    # given: Dana has 1000 points, spends 200 of them and earns with the order
    open_club(shop)
    checkout = shop.start_checkout({"EYELINER": 5}, by=DANA)
    assert shop.apply_points(checkout, 200, by=DANA).errors == ()
    order = buy(shop, checkout)
    shop.fulfill(order)
    log = ask(shop, LOG)
    number = next(row["node"]["order"]["number"] for row in log["edges"] if row["node"]["order"])
    moves = found(shop)
    assert [move for move, _ in moves] == ["GIVE", "REDEEM", "EARN"]

    # when / then
    assert found(shop, search=number) == moves[1:]
    assert found(shop, search=f"#{number}") == moves[1:]
    assert found(shop, search="nobody@example.com") == []
    assert found(shop, filter={"pointsChange": {"range": {"lte": -1}}}) == moves[1:2]
    rows = download(shop, kind="LOG", search=number)
    assert [(row["type"], int(row["pointsChange"])) for row in rows] == moves[1:]
    assert {(row["orderNumber"], row["email"]) for row in rows} == {(number, DANA)}
    assert int(rows[-1]["pointsBalance"]) == sum(points for _, points in moves)


def test_staff_writes_to_the_people_with_a_label(shop: ShopDriver):
    # given
    open_club(shop)
    account, label = account_of(shop), make_label(shop, "VIP")
    ask(
        shop,
        """mutation($account: ID!, $label: ID!) {
            loyaltyLabelAssign(accounts: [$account], labels: [$label]) { changed errors { code } } }""",
        account=account,
        label=label,
    )

    # when
    audience: Mapping[str, Any] = ask(
        shop,
        """mutation($label: ID!) { loyaltyAudienceCreate(input: {name: "Spring", label: $label}) {
            audience { id accountsCount accounts(first: 5) { edges { node { id } } } } errors { code } } }""",
        label=label,
    )["audience"]
    sent = ask(
        shop,
        """mutation($id: ID!) { loyaltyAudienceSend(id: $id, withExport: true, idempotencyKey: "spring") {
            endpointsCount export { id } errors { code } } }""",
        id=audience["id"],
    )

    # then
    assert (audience["accountsCount"], audience["accounts"]["edges"]) == (1, [{"node": {"id": account}}])
    assert sent["endpointsCount"] == 0
    rows = rows_behind(ask(shop, FILE, id=sent["export"]["id"])["url"])
    assert [(row["email"], row["labels"], row["available"]) for row in rows] == [(DANA, "VIP", "1000")]


def test_who_may_not_manage_points_gets_no_file_and_a_wrong_link_leads_nowhere(shop: ShopDriver):
    open_club(shop)
    export = ask(shop, EXPORT, input={"kind": "LOG"})["export"]
    url = ask(shop, FILE, id=export["id"])["url"]

    for somebody in (STAFF_WITHOUT_PERMISSION, DANA, None):
        assert shop.query(EXPORT, {"input": {"kind": "LOG"}}, by=somebody).errors
        assert shop.query(FILE, {"id": export["id"]}, by=somebody).errors
    assert shop.query(FILE, {"id": export["id"]}, by=STAFF).data["loyaltyExport"]["url"].startswith("http")
    response = Client().get(urlsplit(url).path + "x")
    assert (response.status_code, response.content) == (404, b"")
