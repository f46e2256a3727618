"""Plans and memberships over GraphQL: what staff do, find and read, and what is refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from graphql import parse, validate

from playground.graphql.schema import schema
from saleor_loyalty import memberships
from saleor_loyalty.graphql.schema import MUTATIONS
from saleor_loyalty.ledger import Actor, open_account
from saleor_loyalty.memberships import PlanTerms
from saleor_loyalty.models import Membership, MembershipChange
from tests import club
from tests.memberships.builders import everything

from .api import Api, gid, nodes
from .membership_documents import (
    CANCEL,
    CREATE,
    EXTEND,
    FREEZE,
    MARK_AS_PAID,
    MEMBERSHIP,
    PLAN_CREATE,
    PLAN_UPDATE,
    UNFREEZE,
    fill_memberships,
)
from .test_authorization import camel

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "sell-memberships.md"
LIST = """query($where: LoyaltyMembershipWhereInput, $sortBy: LoyaltyMembershipSortingInput, $n: Int, $after: String) {
    loyaltyMemberships(where: $where, sortBy: $sortBy, first: $n, after: $after) {
        totalCount pageInfo { endCursor } edges { node { name status endDate } } } }"""
MEMBERSHIP_FIELDS = MEMBERSHIP.removeprefix("membership {").rsplit("}", 1)[0]


@pytest.fixture
def scene(account, staff: Api, app: Api):
    return fill_memberships(account, staff=staff, app=app)


def payload(api: Api, document: str, **variables):
    return next(iter(api(document, **variables).values()))


def refused(api: Api, document: str, **variables):
    before = everything()
    found = payload(api, document, **variables)
    assert everything() == before
    return [(error["field"], error["code"]) for error in found["errors"]]


def test_the_how_to_tells_of_every_mutation_and_its_operations_are_valid():
    text = PAGE.read_text(encoding="utf-8")
    for operation in re.findall(r"```graphql\n(.*?)```", text, flags=re.DOTALL):
        assert [str(error) for error in validate(schema(), parse(operation))] == [], operation
    told = set(re.findall(r"loyaltyMembership\w+", text)) - {"loyaltyMemberships", "loyaltyMembershipPlans"}
    assert told == {camel(name) for name in MUTATIONS if name.startswith("loyalty_membership")}


def test_a_plan_is_made_and_changed(staff: Api, account):
    variant = gid("ProductVariant", 7)
    terms = {"name": "Gold", "durationDays": 30, "startPoints": 5, "variants": [{"variant": variant, "sku": "G"}]}

    made = payload(staff, PLAN_CREATE, input=terms)["plan"]
    changed = payload(staff, PLAN_UPDATE, id=made["id"], input={"durationMonths": 2, "durationDays": None})["plan"]

    assert (made["key"], made["durationDays"], made["label"]) == ("gold", 30, {"name": "Gold"})
    assert made["variants"] == [{"variantId": variant, "sku": "G"}]
    assert (made["kind"], made["startsWhen"], made["stacking"]) == ("SUBSCRIPTION", "ORDER_PAID", "QUEUE")
    assert (changed["durationMonths"], changed["durationDays"], changed["startPoints"]) == (2, None, 5)


def test_what_is_refused(staff: Api, account, scene):
    assert refused(staff, PLAN_CREATE, input={"name": " "}) == [("name", "REQUIRED")]
    assert refused(staff, PLAN_CREATE, input={"name": "Gold"}) == [("durationMonths", "INVALID")]
    taken = {"name": "Again", "durationDays": 3, "variants": [{"sku": "PLAN"}]}
    assert refused(staff, PLAN_CREATE, input=taken) == [("variants", "ALREADY_EXISTS")]
    wrong = {"name": "Again", "durationDays": 3, "variants": [{"variant": "garbage"}]}
    assert refused(staff, PLAN_CREATE, input=wrong) == [("variants", "INVALID")]
    assert refused(staff, PLAN_UPDATE, id=gid("LoyaltyMembershipPlan", 0), input={}) == [("id", "NOT_FOUND")]
    for document in (MARK_AS_PAID, UNFREEZE, CANCEL):
        assert refused(staff, document, id="garbage") == [("id", "INVALID")]
        assert refused(staff, document, id=gid("LoyaltyMembership", 0)) == [("id", "NOT_FOUND")]
    assert refused(staff, UNFREEZE, id=scene["membership"]) == [("id", "INVALID")]
    assert refused(staff, FREEZE, id=scene["membership"], until="2020-01-01") == [("until", "INVALID")]
    assert refused(staff, EXTEND, id=scene["membership"], endDate="2020-01-01") == [("endDate", "INVALID")]
    assert refused(staff, CREATE, input={"plan": scene["plan"]}) == [("account", "REQUIRED")]
    assert refused(staff, CANCEL, id=scene["membership"], reason="x" * 1001) == [("reason", "INVALID")]


def test_a_user_without_an_account_gets_one_with_the_first_membership(staff: Api, scene):
    noa = club.add_customer("noa@example.com")

    made = payload(staff, CREATE, input={"user": gid("User", noa), "plan": scene["plan"], "isPaid": False})

    assert (made["errors"], made["membership"]["paymentStatus"]) == ([], "UNPAID")
    assert [row["type"] for row in made["membership"]["history"]] == ["CREATED", "STARTED"]


def test_the_list_is_filtered_and_sorted(staff: Api, account, scene):
    def names(where=None, sort_by=None):
        found = staff(LIST, where=where, sortBy=sort_by, n=10)["loyaltyMemberships"]
        assert found["totalCount"] == len(found["edges"])
        return [(row["name"], row["status"]) for row in nodes(found)]

    sold, frozen, canceled = ("Gold", "ACTIVE"), ("Gold", "FROZEN"), ("Ten visits", "CANCELED")
    assert names() == [canceled, frozen, sold]
    assert names({"status": ["ACTIVE", "CANCELED"]}) == [canceled, sold]
    assert names({"plan": scene["plan"]}) == [frozen, sold]
    assert names({"account": gid("LoyaltyAccount", account), "status": ["ENDED"]}) == []
    assert names({"account": "garbage"}) == names({"program": gid("LoyaltyProgram", 0)}) == []
    assert names({"expiringWithinDays": 60}) == [frozen]
    by_end = [canceled, frozen, sold]
    assert names(None, {"field": "END_DATE", "direction": "ASC"}) == by_end
    assert names(None, {"field": "END_DATE", "direction": "DESC"}) == by_end[::-1]
    for days in (-1, 3661):
        assert staff.error(LIST, where={"expiringWithinDays": days}, n=10) == (
            "GraphQLError",
            "`expiringWithinDays`: This must be from 0 to 3660.",
        )


@pytest.mark.parametrize("sort_by", [None, {"field": "END_DATE", "direction": "DESC"}])
def test_the_list_is_paged(staff: Api, scene, sort_by):
    seen, after = [], None
    for _ in range(3):
        page = staff(LIST, sortBy=sort_by, n=1, after=after)["loyaltyMemberships"]
        after = page["pageInfo"]["endCursor"]
        seen += [row["name"] for row in nodes(page)]

    assert sorted(seen) == ["Gold", "Gold", "Ten visits"]


def test_a_card_has_the_newest_100_and_a_history_the_last_100(staff: Api, program, account):
    terms = PlanTerms(name="Day", duration_days=1)
    plan = memberships.create_plan(program.pk, terms=terms, at=club.now())
    first = memberships.create_membership(account.pk, plan_id=plan.pk, actor=Actor(), at=club.now())
    columns = {"account": account, "plan": plan, "created_at": club.now(), "updated_at": club.now()}
    rows = [Membership(plan_name=f"Number {number}", payment_status="PAID", **columns) for number in range(100)]
    Membership.objects.bulk_create(rows)
    fields = {"membership": rows[-1], "actor_kind": "STAFF", "created_at": club.now(), "type": "EXTENDED"}
    MembershipChange.objects.bulk_create(MembershipChange(reason=str(number), **fields) for number in range(101))
    other = open_account(program, email="other@example.com", at=club.now())
    memberships.create_membership(other.pk, plan_id=plan.pk, actor=Actor(), at=club.now())

    document = "{ loyaltyAccounts(first: 5) { edges { node { email memberships { id name history { reason } } } } } }"
    found = {row["email"]: row["memberships"] for row in nodes(staff(document)["loyaltyAccounts"])}

    shown = found[None]
    assert [row["name"] for row in shown] == [f"Number {number}" for number in reversed(range(100))]
    assert gid("LoyaltyMembership", first.pk) not in [row["id"] for row in shown]
    assert [row["reason"] for row in shown[0]["history"]] == [str(number) for number in range(1, 101)]
    assert [row["name"] for row in found["other@example.com"]] == ["Day"]


def test_a_list_takes_the_same_number_of_statements_for_1_and_for_20(staff: Api, program):
    plans = [
        memberships.create_plan(program.pk, terms=PlanTerms(name=f"Plan {number}", duration_days=3), at=club.now())
        for number in range(20)
    ]
    for plan in plans:
        member = open_account(program, email=f"{plan.key}@example.com", at=club.now())
        sold = memberships.create_membership(member.pk, plan_id=plan.pk, actor=Actor(), at=club.now())
        memberships.freeze_membership(sold.pk, actor=Actor("STAFF", staff.user.pk), at=club.now())
    plan_fields = "id key name label { name } variants { sku }"
    fields = f"{MEMBERSHIP_FIELDS} plan {{ {plan_fields} }} account {{ email }} order {{ id }}"
    for document in (
        f"query($n: Int) {{ loyaltyMemberships(first: $n) {{ totalCount edges {{ node {{ {fields} }} }} }} }}",
        f"query($n: Int) {{ loyaltyAccounts(first: $n) {{ edges {{ node {{ memberships {{ {fields} }} }} }} }} }}",
        f"query($n: Int) {{ loyaltyMembershipPlans(first: $n) {{ edges {{ node {{ {plan_fields} }} }} }} }}",
    ):
        counts = []
        for number in (1, 20):
            with CaptureQueriesContext(connection) as queries:
                staff(document, n=number)
            counts.append(len(queries))
        assert counts[0] == counts[1] <= 9, document
