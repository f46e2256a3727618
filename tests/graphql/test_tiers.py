"""Tiers over GraphQL: exact values for the customer and for staff, filters, previews, and constant SQL."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from saleor_loyalty.models import LoyaltyAccount, LoyaltyProgram
from saleor_loyalty.programs import update_draft
from saleor_loyalty.tiers import reassess_tier
from tests import club
from tests.graphql.api import Api, gid, nodes
from tests.tiers.builders import DAY, account_of, buy, give_back, publish

TIERS = [
    {
        "key": "silver",
        "name": "Silver",
        "requiredPoints": 100,
        "benefits": ["Early access"],
        "translations": {"it": {"name": "Argento", "benefits": ["Accesso anticipato"]}},
    },
    {"key": "gold", "name": "Gold", "requiredPoints": 500, "multiplier": "1.5"},
]
TIER = """key name benefits requiredPoints requiredSpend { amount currency } multiplier windowMonths graceDays
    keepMonths"""
PROGRESS = """tier { key } since heldUntil graceUntil nextTier { key } qualifyingPoints missingPoints
    qualifyingSpend { amount currency } missingSpend { amount currency }"""
MINE = f"""{{ me {{ loyaltyAccount(channel: "shop") {{
    tier {{ {TIER} italian: name(languageCode: IT) }} tierProgress {{ {PROGRESS} }} tierHistory {{ toKey }}
    program {{ tiers {{ key }} }} }} }} }}"""
LIST = f"""query($n: Int, $where: LoyaltyAccountWhereInput) {{ loyaltyAccounts(first: $n, where: $where) {{ edges {{
    node {{ id tier {{ {TIER} members }} tierProgress {{ {PROGRESS} }}
        tierHistory {{ fromKey toKey reason changedAt qualifyingPoints qualifyingSpend {{ amount }} }} }} }} }} }}"""
PREVIEW = """query($id: ID!) { loyaltyTierPreview(program: $id) {
    accounts isComplete up down grace tiers { key accounts } } }"""


@pytest.fixture
def variant(program: LoyaltyProgram):
    publish(tiers=TIERS, tierPolicy={"windowMonths": 12, "graceDays": 30})
    return club.add_variant("CHAIR", price=100)


def mine(owner: Api):
    return owner(MINE)["me"]["loyaltyAccount"]


def test_a_customer_follows_the_way_to_the_next_tier(owner: Api, customer, variant):
    at = club.now()
    buy(customer, variant, 1, at=at)

    found = mine(owner)

    assert found["tier"] == {
        "key": "silver",
        "name": "Silver",
        "italian": "Argento",
        "benefits": ["Early access"],
        "requiredPoints": 100,
        "requiredSpend": [],
        "multiplier": None,
        "windowMonths": 12,
        "graceDays": 30,
        "keepMonths": 0,
    }
    progress = found["tierProgress"]
    lapses = at.replace(year=at.year + 1)
    assert progress == {
        "tier": {"key": "silver"},
        "since": at.isoformat(),
        "heldUntil": (lapses + 30 * DAY).isoformat(),
        "graceUntil": None,
        "nextTier": {"key": "gold"},
        "qualifyingPoints": 100,
        "missingPoints": 400,
        "qualifyingSpend": [],
        "missingSpend": [],
    }
    assert (found["tierHistory"], found["program"]["tiers"]) == (None, [{"key": "silver"}, {"key": "gold"}])


def test_whoever_has_no_tier_yet_sees_what_is_missing(owner: Api, account: LoyaltyAccount, variant):
    found = mine(owner)

    assert found["tier"] is None
    assert (found["tierProgress"]["nextTier"], found["tierProgress"]["missingPoints"]) == ({"key": "silver"}, 100)


def test_in_a_program_without_tiers_there_is_nothing_to_follow(owner: Api, account: LoyaltyAccount):
    found = mine(owner)

    assert (found["tier"], found["tierProgress"], found["program"]["tiers"]) == (None, None, [])


def test_after_a_refund_the_customer_sees_the_grace_and_staff_the_history(owner: Api, staff: Api, customer, variant):
    order = buy(customer, variant, 5)
    give_back(order, 5)
    status = account_of(customer).tier_status

    progress = mine(owner)["tierProgress"]
    assert (progress["tier"], progress["qualifyingPoints"], progress["missingPoints"]) == ({"key": "gold"}, 0, None)
    assert progress["graceUntil"] == progress["heldUntil"] == status.grace_until.isoformat()

    reassess_tier(account_of(customer).pk, at=status.grace_until)
    [row] = nodes(staff(LIST, n=5, where={"user": {"eq": gid("User", customer)}})["loyaltyAccounts"])
    assert [(change["fromKey"], change["toKey"], change["reason"]) for change in row["tierHistory"]] == [
        ("gold", None, "REVERSED"),
        (None, "gold", "EARNED"),
    ]
    assert row["tierHistory"][1]["qualifyingPoints"] == 500


def test_tiers_by_money_say_what_is_missing_in_each_currency(owner: Api, customer, variant):
    publish(
        tiers=[{"key": "silver", "name": "Silver", "requiredSpend": {"ILS": "500"}}],
        tierPolicy={"basis": "MONEY_SPENT"},
    )
    buy(customer, variant, 1, is_paid=True)

    progress = mine(owner)["tierProgress"]

    assert (progress["tier"], progress["qualifyingPoints"], progress["missingPoints"]) == (None, None, None)
    assert progress["qualifyingSpend"] == [{"amount": 130.0, "currency": "ILS"}]
    assert progress["missingSpend"] == [{"amount": 370.0, "currency": "ILS"}]


def test_staff_filter_by_tier(staff: Api, customer, variant):
    omar, noa = club.add_customer("omar@example.com"), club.add_customer("noa@example.com")
    buy(customer, variant, 1)
    buy(omar, variant, 5)
    club.give(noa, 10_000)
    names = {gid("LoyaltyAccount", account_of(user)): user.email[:4] for user in (customer, omar, noa)}

    def found(tier):
        return sorted(names[row["id"]] for row in nodes(staff(LIST, n=9, where={"tier": tier})["loyaltyAccounts"]))

    assert found({"eq": "gold"}) == ["omar"]
    assert found({"oneOf": ["gold", "silver"]}) == ["dana", "omar"]
    assert found({"eq": ""}) == ["noa@"]
    assert found({"eq": "gold", "oneOf": ["silver"]}) == []
    assert found({"oneOf": []}) == []
    assert found({"eq": "platinum"}) == []
    [row] = nodes(staff(LIST, n=9, where={"tier": {"eq": "gold"}})["loyaltyAccounts"])
    assert row["tier"]["members"] == 1


def test_a_tier_with_a_key_that_none_can_have_is_refused(staff: Api, program):
    assert staff.error(LIST, n=1, where={"tier": {"eq": "x" * 65}})[1] == "There is no such tier."


def test_a_preview_of_the_draft(staff: Api, owner: Api, customer, variant, program):
    buy(customer, variant, 1)
    assert staff(PREVIEW, id=gid("LoyaltyProgram", program)) == {"loyaltyTierPreview": None}
    update_draft(program.pk, data=club.rules(tiers=[{**TIERS[1], "requiredPoints": 100}]), at=club.now())

    found = staff(PREVIEW, id=gid("LoyaltyProgram", program))["loyaltyTierPreview"]

    assert found == {
        "accounts": 1,
        "isComplete": True,
        "up": 1,
        "down": 0,
        "grace": 0,
        "tiers": [{"key": "gold", "accounts": 1}],
    }
    assert staff(PREVIEW, id=gid("LoyaltyProgram", -1)) == {"loyaltyTierPreview": None}
    assert owner.error(PREVIEW, id=gid("LoyaltyProgram", program))[0] == "PermissionDenied"


def test_a_version_says_its_tiers_and_their_policy(staff: Api, variant, program):
    document = """query($id: ID) { loyaltyProgram(id: $id) { publishedVersion {
        tiers { key } tierPolicy { basis windowMonths graceDays keepMonths } } } }"""

    found = staff(document, id=gid("LoyaltyProgram", program))["loyaltyProgram"]["publishedVersion"]

    assert found["tiers"] == [{"key": "silver"}, {"key": "gold"}]
    policy = {"basis": "POINTS_EARNED", "windowMonths": 12, "graceDays": 30, "keepMonths": 0}
    assert found["tierPolicy"] == policy


def test_1_and_20_accounts_take_the_same_number_of_statements(staff: Api, variant):
    for number in range(20):
        buy(club.add_customer(f"member{number}@example.com"), variant, 1)
    staff(LIST, n=20)  # what a process learns once is learned

    def statements(n: int) -> list[str]:
        with CaptureQueriesContext(connection) as queries:
            answer = staff(LIST, n=n)
        assert len(nodes(answer["loyaltyAccounts"])) == n
        return [query["sql"] for query in queries]

    one, twenty = statements(1), statements(20)
    assert len(one) == len(twenty), json.dumps(twenty, indent=1)


def test_a_member_sees_at_the_product_and_in_the_cart_what_the_tier_earns(
    owner: Api, anonymous: Api, customer, variant
):
    buy(customer, variant, 5)
    cart = club.fill_cart(customer, variant)
    product = """{ product(slug: "chair", channel: "shop") { loyalty { points } } }"""
    checkout = """query($id: ID) { checkout(id: $id) { loyalty { pointsToEarn { points } } } }"""

    assert owner(product)["product"]["loyalty"]["points"] == 150
    assert anonymous(product)["product"]["loyalty"]["points"] == 100
    found = owner(checkout, id=gid("Checkout", cart))["checkout"]["loyalty"]
    assert found["pointsToEarn"]["points"] == 150


def test_an_audience_of_a_tier_keeps_its_filter(staff: Api, customer, variant, program):
    buy(customer, variant, 5)
    create = """mutation($input: LoyaltyAudienceCreateInput!) { loyaltyAudienceCreate(input: $input) {
        audience { where accounts(first: 5) { totalCount } } errors { field code message } } }"""
    values = {"name": "Gold", "where": {"tier": {"eq": "gold"}}}

    made = staff(create, input=values)["loyaltyAudienceCreate"]

    assert made["errors"] == []
    assert made["audience"]["accounts"]["totalCount"] == 1
    assert json.loads(made["audience"]["where"]) == {"tier": {"oneOf": ["gold"]}}


def test_staff_read_what_the_tier_added_to_an_order(staff: Api, customer, variant):
    buy(customer, variant, 5)
    order = buy(customer, variant, 1)
    document = """query($id: ID!) { order(id: $id) { loyalty { receipt { points
        lines { code ruleKey points detail message staffMessage } } } } }"""

    found = staff(document, id=gid("Order", order))["order"]["loyalty"]["receipt"]

    assert found["points"] == 150
    [line] = [line for line in found["lines"] if line["code"] == "MULTIPLIER_APPLIED"]
    assert (line["ruleKey"], line["points"], line["detail"]) == ("tier:gold", 50, "1.5/100")
    assert "1.5" in line["staffMessage"]
