"""``loyaltyPointsBulkGive``, ``loyaltyTransactionReverse`` and the limit of one operation."""

from __future__ import annotations

import pytest

from saleor_loyalty.models import Batch, LoyaltyAccount, LoyaltyTransaction
from tests import club
from tests.graphql.api import Api, gid

GIVE = """mutation($input: [LoyaltyPointsGiveInput!]!, $errorPolicy: ErrorPolicyEnum, $dryRun: Boolean) {
    loyaltyPointsBulkGive(input: $input, errorPolicy: $errorPolicy, dryRun: $dryRun) {
        count results { account { id } transaction { pointsChange } errors { field code maxPoints } }
        batch { id status total done points errorPolicy rows(first: 5) { totalCount edges { node { status } } } }
        errors { field code } } }"""
REVERSE = """mutation($id: ID!, $key: String!) {
    loyaltyTransactionReverse(id: $id, reason: "Oops", idempotencyKey: $key) {
    transaction { type pointsChange reverses { id } reason } unrecoveredPoints errors { field code } } }"""


def row(account, points=10, key="k1", **values):
    return {
        "account": gid("LoyaltyAccount", account),
        "points": points,
        "reason": "x",
        "idempotencyKey": key,
        **values,
    }


def give(api: Api, *rows, **values):
    return api(GIVE, input=list(rows), **values)["loyaltyPointsBulkGive"]


def codes(answer):
    return [[error["code"] for error in result["errors"]] for result in answer["results"]]


def test_each_gets_points_and_all_are_one_batch(staff: Api, account: LoyaltyAccount):
    answer = give(staff, row(account, 10), row(account, 20, "k2"))

    assert (answer["count"], codes(answer), answer["errors"]) == (2, [[], []], [])
    assert [result["transaction"]["pointsChange"] for result in answer["results"]] == [10, 20]
    batch = Batch.objects.get()
    assert answer["batch"]["id"] == gid("LoyaltyBatch", batch)
    assert (answer["batch"]["done"], answer["batch"]["status"]) == (2, "DONE")
    again = give(staff, row(account, 10), row(account, 20, "k2"))
    assert (again["batch"]["id"], again["count"]) == (answer["batch"]["id"], 2)
    assert LoyaltyTransaction.objects.filter(batch_id=batch.pk).count() == 2


@pytest.mark.parametrize(
    ("policy", "count"), [("REJECT_EVERYTHING", 0), ("REJECT_FAILED_ROWS", 1), ("IGNORE_FAILED", 2)]
)
def test_the_policy_says_what_a_failure_means(staff: Api, account: LoyaltyAccount, policy, count):
    rows = [row(account), row(account, 5, "k2", source="ORDER"), row(account, 0, "k3")]

    answer = give(staff, *rows, errorPolicy=policy)

    assert (answer["count"], codes(answer)) == (count, [[], ["INVALID"], ["INVALID"]])
    assert LoyaltyTransaction.objects.count() == 1 + count


def test_a_dry_run_gives_nothing(staff: Api, account: LoyaltyAccount):
    before = club.everything_written()

    answer = give(staff, row(account), dryRun=True)

    assert (answer["count"], answer["batch"], codes(answer)) == (0, None, [[]])
    assert (club.everything_written(), Batch.objects.count()) == (before, 0)


def test_the_limit_is_told(staff: Api, account: LoyaltyAccount):
    club.publish(club.rules(manual={"maxPointsPerOperation": 100}))

    answer = give(staff, row(account, 101))

    assert answer["results"][0]["errors"] == [{"field": "points", "code": "LIMIT_REACHED", "maxPoints": 100}]


def test_a_movement_is_taken_back_once(staff: Api, account: LoyaltyAccount):
    given = LoyaltyTransaction.objects.get()
    ids = {"id": gid("LoyaltyTransaction", given)}

    answer = staff(REVERSE, key="r1", **ids)["loyaltyTransactionReverse"]
    again = staff(REVERSE, key="r2", **ids)["loyaltyTransactionReverse"]

    assert answer["transaction"] == {"type": "REVERSE", "pointsChange": -1000, "reverses": ids, "reason": "Oops"}
    assert (answer["unrecoveredPoints"], answer["errors"]) == (0, [])
    assert (again["transaction"], again["errors"]) == (None, [{"field": "id", "code": "ALREADY_REVERSED"}])
