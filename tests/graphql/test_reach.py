"""Staff who may work in some channels only: what they find and change of a program in another channel, in one of
theirs and another, and in theirs alone."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import transaction
from graphql import GraphQLObjectType

from playground.graphql.schema import schema
from playground.models import User
from saleor_loyalty.graphql.reach import PROGRAM_OF
from saleor_loyalty.graphql.schema import MUTATIONS, QUERIES
from saleor_loyalty.ledger import award_points
from saleor_loyalty.models import LoyaltyAccount, LoyaltyProgram
from saleor_loyalty.programs import create_program, update_draft
from tests import club

from .api import ALL_PERMISSIONS, DENIED, Api, gid, nodes
from .authorization_rows import AREAS, PLACES, ROWS
from .authorization_scene import (
    RULES,
    camel,
    everything_written,
    filled,
    mutation_calls,
    outcomes,
    selection,
    set_scene,
)
from .mutations.test_loyalty_points_give import GIVE
from .program_documents import DRAFT, PAUSE, PUBLISH

NOT_YOURS = (DENIED, "You don't have access to all channels of this program.")
SAME_IN_EVERY_PROGRAM = {"loyaltyEventKinds"}
FOR_EVERYBODY = {"loyaltyRewards"}
"""What a storefront shows to any visitor, staff or not: of the channel that is asked for."""
OPEN_TO_ALL = {"Product", "ProductVariant", "Checkout", "Order"}
"""Types of the host: it decides itself who sees them."""


@pytest.fixture
def elsewhere(db: None) -> Api:
    """Staff with every permission, in a channel that has no program."""
    return staff_of("outlet")


def staff_of(*channels: str) -> Api:
    return Api(
        user=User.objects.create_user(
            f"{'-'.join(channels)}@example.com", is_staff=True, permissions=ALL_PERMISSIONS, channels=list(channels)
        )
    )


@pytest.fixture
def scene(staff: Api, app: Api, account: LoyaltyAccount, variant: Any, program: LoyaltyProgram) -> dict[str, Any]:
    return set_scene(account, variant, program, staff=staff, app=app)


def test_nothing_of_a_program_in_another_channel_is_found(elsewhere: Api, scene: dict[str, Any]):
    # given
    below_program = {
        name: by_policy
        for name, by_policy in ROWS.items()
        if name not in OPEN_TO_ALL | {"Query"} and not name.endswith("CountableConnection")
    }
    found = []

    # when
    for type_name, by_policy in below_program.items():
        for policy, row in by_policy.items():
            if policy.startswith(("public", "customer's", "below customer's", "always")):
                continue
            fields = row.split()
            document = PLACES[type_name][-1] % " ".join(selection(type_name, field) for field in fields)
            outcome = outcomes(elsewhere, document, fields, scene)
            found += [(type_name, field, result) for field, result in outcome.items() if result == "value"]

    # then
    assert found == []


@pytest.mark.parametrize("name", sorted({camel(name) for name in QUERIES} - SAME_IN_EVERY_PROGRAM - FOR_EVERYBODY))
def test_no_query_finds_anything_of_a_program_in_another_channel(elsewhere: Api, scene: dict[str, Any], name: str):
    # given
    is_page = "CountableConnection" in str(schema().get_type("Query").fields[name].type)
    part = "{ totalCount edges { cursor } }" if is_page else selection("Query", name).partition(")")[2]
    document = selection("Query", name).partition(" {")[0] + (f" {part}" if part else "")
    used = sorted({word for word in ("account", "program", *scene) if f"${word}" in document})
    header = f"query({', '.join(f'${word}: ID!' for word in used)}) " if used else ""

    # when
    answer = elsewhere(f"{header}{{ {document} }}", **{word: scene[word] for word in used})

    # then
    assert answer in ({name: None}, {name: []}, {name: {"totalCount": 0, "edges": []}})


FOR_CUSTOMERS = {name for area in AREAS for name in getattr(area, "FOR_CUSTOMERS", ())}


@pytest.mark.parametrize(
    "name", [camel(name) for name in MUTATIONS if not name.startswith("checkout") and camel(name) not in FOR_CUSTOMERS]
)
def test_no_mutation_changes_anything_of_a_program_in_another_channel(
    elsewhere: Api, staff: Api, app: Api, account: LoyaltyAccount, checkout: Any, program: LoyaltyProgram, name: str
):
    # given
    update_draft(program.pk, data=RULES, at=club.now())
    scene = filled(account, staff=staff, app=app) | {"program": gid("LoyaltyProgram", program)}
    document, variables = mutation_calls(scene, account, checkout)[name]
    before = everything_written()

    # when
    with transaction.atomic():
        answer = elsewhere.ask(document, **variables)
        after = everything_written()
        transaction.set_rollback(True)

    # then
    if name == "loyaltyProgramCreate":  # it belongs to no channel yet
        assert answer["data"][name]["errors"] == []
        return
    assert after == before
    assert [error["code"] for error in answer["data"][name]["errors"]] == ["NOT_FOUND"]


@pytest.fixture
def two_channels(program: LoyaltyProgram, account: LoyaltyAccount) -> LoyaltyProgram:
    """The program runs in "shop" and in "outlet"; Dana has 1000 points of no channel and 50 of each channel."""
    club.open_channel("outlet")
    listing = {"key": "outlet", "channel": "outlet", "currency": "ILS"}
    rules = club.rules()
    club.publish({**rules, "channels": [*rules["channels"], listing]})
    for channel in ("shop", "outlet"):
        award_points(
            account.pk,
            points=50,
            at=club.now(),
            available_at=club.now(),
            idempotency_key=channel,
            order_id=f"of {channel}",
            program_version=None,
            channel_slug=channel,
            receipt=None,
        )
    return program


LOG = "{ loyaltyTransactions(first: 10) { totalCount edges { node { pointsChange } } } }"
CARD = """query($id: ID!) { loyaltyAccount(id: $id) { points { balance }
    transactions(first: 10) { totalCount } } }"""
STATISTICS = """query($program: ID!, $channel: String) {
    loyaltyStatistics(program: $program, channel: $channel) { given } }"""


def test_whoever_works_in_one_of_two_channels_sees_the_card_and_gives_points(
    elsewhere: Api, two_channels: LoyaltyProgram, account: LoyaltyAccount
):
    # when
    values = {"account": gid("LoyaltyAccount", account), "points": 5, "reason": "Hello", "idempotencyKey": "hello"}
    given = elsewhere(GIVE, input=values)["loyaltyPointsGive"]

    # then
    assert given["errors"] == []
    card = elsewhere(CARD, id=gid("LoyaltyAccount", account))["loyaltyAccount"]
    assert card == {"points": {"balance": 1105}, "transactions": {"totalCount": 4}}


def test_the_log_of_all_has_the_movements_of_ones_own_channels_and_of_none(
    elsewhere: Api, staff: Api, two_channels: LoyaltyProgram
):
    assert [node["pointsChange"] for node in nodes(elsewhere(LOG)["loyaltyTransactions"])] == [50, 1000]
    assert [node["pointsChange"] for node in nodes(staff(LOG)["loyaltyTransactions"])] == [50, 50, 1000]


def test_whoever_works_in_all_channels_of_a_program_has_its_whole_log(two_channels: LoyaltyProgram):
    everywhere = staff_of("outlet", "shop")
    assert everywhere(LOG)["loyaltyTransactions"]["totalCount"] == 3


def test_totals_are_read_by_channel_where_not_all_channels_are_ones_own(elsewhere: Api, two_channels: LoyaltyProgram):
    program = gid("LoyaltyProgram", two_channels)
    assert elsewhere(STATISTICS, program=program, channel="outlet")["loyaltyStatistics"] == {"given": 50}
    for channel in ("shop", "", None):
        assert elsewhere.error(STATISTICS, program=program, channel=channel) == NOT_YOURS


def test_the_rules_are_changed_by_those_who_work_in_all_channels(elsewhere: Api, two_channels: LoyaltyProgram):
    # given
    program = gid("LoyaltyProgram", two_channels)
    own = json.dumps({**club.rules(), "channels": [{"key": "outlet", "channel": "outlet", "currency": "ILS"}]})

    # then
    assert elsewhere.error(PAUSE, id=program) == NOT_YOURS
    assert elsewhere.error(PUBLISH, id=program) == NOT_YOURS
    assert elsewhere.error(DRAFT, id=program, rules=own) == NOT_YOURS
    everywhere = staff_of("outlet", "shop")
    assert everywhere(DRAFT, id=program, rules=own)["loyaltyProgramDraftUpdate"]["errors"] == []


def test_rules_for_a_channel_of_others_are_neither_drafted_nor_published(elsewhere: Api, program: LoyaltyProgram):
    # given
    mine = create_program(name="Outlet", slug="outlet", at=club.now())
    others = json.dumps(club.rules())

    # then
    assert elsewhere.error(DRAFT, id=gid("LoyaltyProgram", mine), rules=others) == NOT_YOURS
    update_draft(mine.pk, data=club.rules(), at=club.now())
    assert elsewhere.error(PUBLISH, id=gid("LoyaltyProgram", mine)) == NOT_YOURS


def test_the_only_program_is_not_meant_by_those_who_cannot_reach_it(
    elsewhere: Api, program: LoyaltyProgram, customer: User
):
    # given
    values = {"user": gid("User", customer), "points": 5, "reason": "Hello", "idempotencyKey": "hello"}

    # when
    answer = elsewhere(GIVE, input=values)["loyaltyPointsGive"]

    # then
    assert [(error["field"], error["code"]) for error in answer["errors"]] == [("program", "NOT_FOUND")]
    assert LoyaltyAccount.objects.count() == 0


def test_restricted_staff_still_read_their_own_account(elsewhere: Api, program: LoyaltyProgram):
    club.give(elsewhere.user, 30)
    document = "{ me { loyaltyAccount { points { available } } } }"
    assert elsewhere(document) == {"me": {"loyaltyAccount": {"points": {"available": 30}}}}


def test_every_type_that_has_ids_names_its_program():
    ids = {
        name
        for name, found in schema().get_type_map().items()
        if isinstance(found, GraphQLObjectType)
        and getattr(getattr(found, "graphene_type", None), "__module__", "").startswith("saleor_loyalty")
        and any(interface.name == "Node" for interface in found.interfaces)
    }
    assert set(PROGRAM_OF) == ids
