"""``loyaltyBatchCreate``, ``loyaltyBatchCancel``, ``loyaltyBatchRevert``, and the lists of batches."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client, TestCase
from django.test.utils import CaptureQueriesContext

from playground.graphql.requests import make_token
from saleor_loyalty.batches import step_batch
from saleor_loyalty.ledger import open_account
from saleor_loyalty.models import Batch, BatchRow, LoyaltyAccount, LoyaltyTransaction
from tests import club
from tests.cards.builders import assign, label
from tests.graphql.api import DENIED, Api, gid, nodes

ROWS = """rows(first: 10) { totalCount edges { node { number identity status code field message points
    account { id user { email } } transaction { pointsChange } reversal { pointsChange } unrecoveredPoints } } }"""
BATCH = f"""id kind status errorPolicy dryRun total done failed points revertedPoints unrecoveredPoints reason
    internalNote source problem createdAt finishedAt revertedAt user {{ email }} app {{ name }} program {{ name }}
    {ROWS} bad: rows(first: 10, onlyFailed: true) {{ totalCount edges {{ node {{ number code field }} }} }}"""
CREATE = f"""mutation($input: LoyaltyBatchCreateInput!) {{ loyaltyBatchCreate(input: $input) {{
    batch {{ {BATCH} }} errors {{ field code message }} }} }}"""
READ = f"query($id: ID!) {{ loyaltyBatch(id: $id) {{ {BATCH} }} }}"
LIST = f"query($n: Int) {{ loyaltyBatches(first: $n) {{ totalCount edges {{ node {{ {BATCH} }} }} }} }}"
CANCEL = "mutation($id: ID!) { loyaltyBatchCancel(id: $id) { batch { status } errors { field code } } }"
REVERT = """mutation($id: ID!, $dryRun: Boolean) { loyaltyBatchRevert(id: $id, dryRun: $dryRun) {
    batch { status } points unrecoveredPoints errors { field code } } }"""


def create(api: Api, **values: Any) -> Any:
    values = {"reason": "Summer", "idempotencyKey": "summer", **values}
    return api(CREATE, input=values)["loyaltyBatchCreate"]


def send_file(api: Api, data: str | bytes, **values: Any) -> Any:
    """Return the whole answer to a multipart request, sent through the view."""
    values = {"reason": "Summer", "idempotencyKey": "summer", "file": None, **values}
    file = io.BytesIO(data.encode() if isinstance(data, str) else data)
    file.name = "points.csv"
    parts = {
        "operations": json.dumps({"query": CREATE, "variables": {"input": values}}),
        "map": json.dumps({"0": ["variables.input.file"]}),
        "0": file,
    }
    with TestCase.captureOnCommitCallbacks(execute=True):
        return Client().post("/graphql/", parts, headers={"Authorization": f"Bearer {make_token(api.user)}"}).json()


def refusals(payload: Any) -> list[tuple[str, str]]:
    return [(error["field"], error["code"]) for error in payload["errors"]]


def read(api: Api, payload: Any) -> Any:
    return api(READ, id=payload["batch"]["id"])["loyaltyBatch"]


def failed(batch: Any) -> list[tuple[int, str, str]]:
    return [(row["number"], row["code"], row["field"]) for row in nodes(batch["bad"])]


def everything() -> list[Any]:
    return [list(model.objects.order_by("pk").values()) for model in (Batch, BatchRow, LoyaltyTransaction)]


def test_a_file_of_a_multipart_request_is_worked_off(staff: Api, account: LoyaltyAccount):
    text = f"account,email,points\n{gid('LoyaltyAccount', account)},,5\n,new@example.com,7\n,x,8\n,new@example.com,9\n"

    payload = send_file(staff, text, internalNote="fair", source="OFFLINE")["data"]["loyaltyBatchCreate"]

    assert payload["errors"] == []
    batch = read(staff, payload)
    assert (batch["status"], batch["total"], batch["done"], batch["failed"], batch["points"]) == ("DONE", 4, 2, 2, 12)
    assert (batch["kind"], batch["errorPolicy"], batch["dryRun"]) == ("GIVE", "REJECT_FAILED_ROWS", False)
    assert (batch["source"], batch["internalNote"], batch["user"]) == (
        "OFFLINE",
        "fair",
        {"email": "staff@example.com"},
    )
    assert failed(batch) == [(3, "INVALID", "email"), (4, "DUPLICATED_INPUT_ITEM", "email")]
    rows = nodes(batch["rows"])
    # Whom a row named is forgotten when its points have moved.
    assert [row["identity"] for row in rows] == [None, None, "x", "new@example.com"]
    assert rows[0]["account"] == {"id": gid("LoyaltyAccount", account), "user": {"email": "dana@example.com"}}
    assert [row["transaction"] and row["transaction"]["pointsChange"] for row in rows] == [5, 7, None, None]


def test_a_filter_and_labels_say_who_gets_points(staff: Api, account: LoyaltyAccount, stranger: Api):
    vip = label(account.program, "vip")
    assign([account], [vip])

    by_filter = create(staff, where={"balance": {"range": {"lte": 10}}}, points=3)
    by_label = create(staff, labels=[gid("LoyaltyLabel", vip)], points=4, idempotencyKey="label")
    by_both = create(
        staff,
        where={"balance": {"range": {"lte": 10}}},
        labels=[gid("LoyaltyLabel", vip)],
        points=5,
        idempotencyKey="both",
    )

    assert [read(staff, payload)["done"] for payload in (by_filter, by_label, by_both)] == [1, 1, 0]
    balances = LoyaltyAccount.objects.order_by("pk").values_list("user__email", "balance")
    assert dict(balances) == {"dana@example.com": 1004, "omar@example.com": 10}


def test_the_same_request_is_one_batch_and_a_dry_run_moves_nothing(staff: Api, account: LoyaltyAccount):
    where = {"ids": [gid("LoyaltyAccount", account)]}

    dry = read(staff, create(staff, where=where, points=3, dryRun=True))
    again = create(staff, where=where, points=3, dryRun=True)

    assert (dry["status"], dry["dryRun"], dry["done"], dry["points"]) == ("DONE", True, 1, 3)
    assert again["batch"]["id"] == dry["id"]
    assert refusals(create(staff, where=where, points=3)) == [("idempotencyKey", "IDEMPOTENCY_KEY_REUSED")]
    assert LoyaltyTransaction.objects.count() == 1


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"points": 5}, ("file", "INVALID")),
        ({"where": {"balance": {"range": {"gte": 1}}}}, ("points", "INVALID")),
        ({"where": {"balance": {"range": {"gte": 1}}}, "points": 0}, ("points", "INVALID")),
        ({"where": {}, "points": 5}, ("where", "REQUIRED")),
        ({"where": {"balance": {"range": {"gte": 1}}}, "points": 5, "reason": " "}, ("reason", "REQUIRED")),
        ({"where": {"balance": {"range": {"gte": 1}}}, "points": 5, "source": "TIER"}, ("source", "INVALID")),
        ({"labels": ["TG95YWx0eU5vdGU6MQ=="], "points": 5}, ("labels", "INVALID")),
        ({"file": "0", "points": 5}, ("file", "INVALID")),
        (
            {"program": "TG95YWx0eVByb2dyYW06OTk5OTk5", "where": {"status": "ACTIVE"}, "points": 5},
            ("program", "NOT_FOUND"),
        ),
    ],
)
def test_a_wish_that_makes_no_sense_is_refused_and_nothing_is_written(staff: Api, account, values, refusal):
    before = everything()
    assert refusals(create(staff, **values)) == [refusal]
    assert everything() == before


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "The file is empty."),
        (b"name,points\nDana,5\n", "Line 1: there is no column 'name'."),
        ("email,points\na@b.c,5\n".encode("utf-32"), "Line 1: the file is UTF-32; save it as UTF-8."),
        (b"e\xffmail,points\n", "Line 1: the file is neither UTF-8 nor UTF-16"),
    ],
)
def test_a_file_of_another_encoding_or_columns_is_refused_at_once(staff: Api, account, data, message):
    before = everything()

    payload = send_file(staff, data)["data"]["loyaltyBatchCreate"]

    assert refusals(payload) == [("file", "INVALID")]
    assert payload["errors"][0]["message"].startswith(message)
    assert everything() == before


def test_a_file_that_breaks_later_says_so_on_its_batch(staff: Api, account: LoyaltyAccount):
    payload = send_file(staff, b'email,points\na@b.cd,5\n"never closed,5\n')["data"]["loyaltyBatchCreate"]
    batch = read(staff, payload)
    assert (batch["status"], batch["problem"], batch["done"]) == ("FAILED", "Line 3: unexpected end of data.", 0)
    assert not LoyaltyAccount.objects.filter(email="a@b.cd").exists()


def test_ids_of_other_things_and_other_programs_fail_their_row(staff: Api, account: LoyaltyAccount):
    club.open_channel("other")
    other = club.publish(club.rules(listing={"key": "o", "channel": "other"}), slug="other")
    foreign = open_account(other, email="far@example.com", at=club.now())
    ids = [gid("LoyaltyAccount", foreign), gid("LoyaltyNote", account), gid("LoyaltyAccount", 10**18), "1 or 1"]

    payload = send_file(
        staff,
        "account,points\n" + "".join(f"{text},5\n" for text in ids),
        program=gid("LoyaltyProgram", account.program_id),
    )["data"]["loyaltyBatchCreate"]

    batch = read(staff, payload)
    assert (batch["done"], [code for _, code, _ in failed(batch)]) == (
        0,
        ["NOT_FOUND", "INVALID", "NOT_FOUND", "INVALID"],
    )


def test_files_and_search_need_manage_users_and_so_does_whom_rows_named(
    loyalty_only_staff: Api, staff: Api, account: LoyaltyAccount
):
    before = everything()
    denied = send_file(loyalty_only_staff, "email,points\ndana@example.com,5\n")
    assert (denied["data"], len(denied["errors"])) == ({"loyaltyBatchCreate": None}, 1)
    wish = {"search": "dana", "points": 5, "reason": "x", "idempotencyKey": "k"}
    assert loyalty_only_staff.error(CREATE, input=wish)[0] == DENIED
    assert everything() == before

    payload = send_file(staff, "email,points\nnobody,5\n")["data"]["loyaltyBatchCreate"]
    assert [row["identity"] for row in nodes(read(staff, payload)["rows"])] == ["nobody"]
    assert [row["identity"] for row in nodes(read(loyalty_only_staff, payload)["rows"])] == [None]


def test_a_batch_is_cancelled_and_one_that_has_ended_stays(staff: Api, account: LoyaltyAccount, monkeypatch):
    where = {"ids": [gid("LoyaltyAccount", account)]}
    monkeypatch.setattr("saleor_loyalty.batches.waking.TASK", "tests.batches.builders.sleeper")
    waiting, done = (create(staff, where=where, points=3, idempotencyKey=key)["batch"]["id"] for key in "ab")
    while step_batch(Batch.objects.get(idempotency_key="b").pk, at=club.now()):
        pass

    answers = [staff(CANCEL, id=key)["loyaltyBatchCancel"] for key in (waiting, done, gid("LoyaltyBatch", 10**18))]

    assert [answer["batch"] and answer["batch"]["status"] for answer in answers] == ["CANCELED", "DONE", None]
    assert refusals(answers[2]) == [("id", "NOT_FOUND")]
    assert refusals(staff(REVERT, id=waiting)["loyaltyBatchRevert"]) == [("id", "INVALID")]


def test_a_batch_is_taken_back_once(staff: Api, account: LoyaltyAccount):
    key = create(staff, where={"ids": [gid("LoyaltyAccount", account)]}, points=3)["batch"]["id"]

    told = staff(REVERT, id=key, dryRun=True)["loyaltyBatchRevert"]
    done = staff(REVERT, id=key)["loyaltyBatchRevert"]
    again = [staff(REVERT, id=key, dryRun=dry)["loyaltyBatchRevert"] for dry in (True, False)]

    assert (told["points"], told["unrecoveredPoints"], told["batch"]) == (3, 0, {"status": "DONE"})
    assert (done["errors"], read(staff, {"batch": {"id": key}})["revertedPoints"]) == ([], 3)
    assert [refusals(answer) for answer in again] == [[("id", "ALREADY_REVERSED")]] * 2
    account.refresh_from_db()
    assert account.balance == 1000


def test_lists_of_batches_take_as_many_statements_for_one_as_for_twenty(staff: Api, app: Api, account, stranger: Api):
    accounts = [gid("LoyaltyAccount", row) for row in LoyaltyAccount.objects.all()]
    for number in range(20):
        key = create((staff, app)[number % 2], where={"ids": accounts}, points=1, idempotencyKey=str(number))["batch"]
        if number % 3 == 0:
            staff(REVERT, id=key["id"])

    def statements(number: int) -> int:
        with CaptureQueriesContext(connection) as found:
            listed = staff(LIST, n=number)["loyaltyBatches"]
        assert (listed["totalCount"], len(nodes(listed))) == (20, number)
        return len(found)

    # The newest two have an app and staff, and a reversal and none.
    assert statements(2) == statements(20)
    with CaptureQueriesContext(connection) as one:
        staff(READ, id=gid("LoyaltyBatch", Batch.objects.first()))
    assert len(one) <= statements(20)
