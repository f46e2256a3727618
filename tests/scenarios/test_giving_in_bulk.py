"""Stories of staff who give points to many customers at once, and take them back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.scenarios.drivers.protocol import STAFF, STAFF_WITHOUT_PERMISSION, ShopDriver
from tests.scenarios.stories import DANA, NOA, moves, open_club

from .test_customer_cards import account_of, ask, make_label

pytestmark = pytest.mark.django_db(transaction=True)

CREATE = """mutation($input: LoyaltyBatchCreateInput!) { loyaltyBatchCreate(input: $input) {
    batch { id } errors { field code message } } }"""
BATCH = """query($id: ID!) { loyaltyBatch(id: $id) { status total done failed points revertedPoints unrecoveredPoints
    user { email } failures: rows(first: 10, onlyFailed: true) { edges { node { number code field } } } } }"""
BATCHES = "{ loyaltyBatches(first: 10) { totalCount edges { node { id } } } }"
BULK_GIVE = """mutation($input: [LoyaltyPointsGiveInput!]!, $policy: ErrorPolicyEnum) {
    loyaltyPointsBulkGive(input: $input, errorPolicy: $policy) {
        count results { transaction { pointsChange } errors { field code } } batch { id } errors { field code } } }"""
REVERT = """mutation($id: ID!, $dryRun: Boolean) { loyaltyBatchRevert(id: $id, dryRun: $dryRun) {
    points unrecoveredPoints errors { field code } } }"""
ASSIGN = """mutation($account: ID!, $label: ID!) {
    loyaltyLabelAssign(accounts: [$account], labels: [$label]) { changed errors { code } } }"""


def upload(shop: ShopDriver, text: str | bytes, *, by: str = STAFF, **values: Any) -> Any:
    """Return what the mutation answers to a file: its payload, or None where it is refused as a whole."""
    values = {"reason": "The fair", "idempotencyKey": "fair", "file": None, **values}
    file = text.encode() if isinstance(text, str) else text
    answer = shop.query_with_file(CREATE, {"input": values}, file=file, place="input.file", by=by)
    assert answer.data is not None, answer.errors
    return answer.data["loyaltyBatchCreate"]


def state(shop: ShopDriver, batch: str) -> Mapping[str, Any]:
    return ask(shop, BATCH, id=batch)


def failures(found: Mapping[str, Any]) -> list[tuple[int, str, str]]:
    nodes = [edge["node"] for edge in found["failures"]["edges"]]
    return [(node["number"], node["code"], node["field"]) for node in nodes]


def test_a_file_gives_points_to_customers_and_guests_and_is_taken_back(shop: ShopDriver):
    # given
    open_club(shop, points=0)
    shop.add_customer(NOA)
    text = f"\ufeffE-mail;Points\r\n{DANA};100\r\nguest@example.com;50\r\n{NOA};many\r\n{DANA.upper()};7\r\n"

    # when
    payload = upload(shop, text)

    # then
    assert payload["errors"] == []
    batch = payload["batch"]["id"]
    found = state(shop, batch)
    assert (found["status"], found["total"], found["done"], found["failed"], found["points"]) == ("DONE", 4, 2, 2, 150)
    assert found["user"] == {"email": STAFF}
    assert failures(found) == [(3, "INVALID", "points"), (4, "DUPLICATED_INPUT_ITEM", "email")]
    assert moves(shop) == [("GIVE", 100)]
    assert shop.audit_findings() == []

    # when: Dana loses some of it, and all is taken back
    assert shop.deduct_points(DANA, 30).errors == ()
    told = ask(shop, REVERT, id=batch, dryRun=True)
    ask(shop, REVERT, id=batch)

    # then
    found = state(shop, batch)
    assert (told["points"], told["unrecoveredPoints"]) == (120, 30)
    assert (found["status"], found["revertedPoints"], found["unrecoveredPoints"]) == ("REVERTED", 120, 30)
    assert moves(shop) == [("GIVE", 100), ("DEDUCT", -30), ("REVERSE", -70)]
    assert shop.audit_findings() == []
    again = shop.query(REVERT, {"id": batch}, by=STAFF)
    assert again.data == {
        "loyaltyBatchRevert": {
            "points": None,
            "unrecoveredPoints": None,
            "errors": [{"field": "id", "code": "ALREADY_REVERSED"}],
        }
    }


def test_who_has_a_label_gets_points(shop: ShopDriver):
    # given
    open_club(shop)
    label, account = make_label(shop, "VIP"), account_of(shop)
    shop.add_customer(NOA)
    assert shop.give_points(NOA, 10).errors == ()
    ask(shop, ASSIGN, account=account, label=label)

    # when
    values = {"labels": [label], "points": 5, "reason": "Thank you", "idempotencyKey": "vip"}
    batch = ask(shop, CREATE, input=values)["batch"]["id"]

    # then
    assert (state(shop, batch)["status"], state(shop, batch)["done"]) == ("DONE", 1)
    assert moves(shop) == [("GIVE", 1000), ("GIVE", 5)]
    assert moves(shop, NOA) == [("GIVE", 10)]


@pytest.mark.parametrize(
    ("policy", "count", "given"),
    [
        ("REJECT_EVERYTHING", 0, []),
        ("REJECT_FAILED_ROWS", 1, [("GIVE", 10)]),
        ("IGNORE_FAILED", 2, [("GIVE", 10), ("GIVE", 20)]),
    ],
)
def test_the_policy_of_a_list_says_what_a_failure_means(shop: ShopDriver, policy: str, count: int, given: list[Any]):
    # given
    open_club(shop)
    account = account_of(shop)
    row = {"account": account, "reason": "x"}
    rows = [
        {**row, "points": 10, "idempotencyKey": "a"},
        {**row, "points": 20, "idempotencyKey": "b", "source": "ORDER"},
        {**row, "points": 0, "idempotencyKey": "c"},
    ]

    # when
    payload = ask(shop, BULK_GIVE, input=rows, policy=policy)

    # then
    assert payload["count"] == count
    codes = [[(error["field"], error["code"]) for error in result["errors"]] for result in payload["results"]]
    assert codes == [[], [("source", "INVALID")], [("points", "INVALID")]]
    assert moves(shop) == [("GIVE", 1000), *given]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"email,points\ncaf\xe9@example.com,5\n", None),
        (b"name,points\nDana,5\n", "Line 1: there is no column 'name'."),
        (b"", "The file is empty."),
    ],
)
def test_a_file_that_cannot_be_read_gives_nothing(shop: ShopDriver, text: bytes, message: str | None):
    # given
    open_club(shop)

    # when
    payload = upload(shop, text)

    # then: of a longer file only the columns are judged at once
    if message is None:
        assert state(shop, payload["batch"]["id"])["status"] == "FAILED"
    else:
        assert payload["batch"] is None
        assert payload["errors"] == [{"field": "file", "code": "INVALID", "message": message}]
    assert moves(shop) == [("GIVE", 1000)]


def test_staff_without_the_permission_gives_nothing(shop: ShopDriver):
    open_club(shop)
    assert upload(shop, f"email,points\n{DANA},5\n", by=STAFF_WITHOUT_PERMISSION) is None
    assert ask(shop, BATCHES)["totalCount"] == 0
    assert moves(shop) == [("GIVE", 1000)]
