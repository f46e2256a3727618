"""Every field and mutation of ours, asked by everybody (``authorization_rows.py`` says what each may see)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from graphene import Node
from graphql import GraphQLObjectType

from playground.graphql.schema import schema
from playground.models import Checkout, Order
from saleor_loyalty.graphql.schema import HOST_FIELDS, MUTATIONS, QUERIES
from saleor_loyalty.models import LoyaltyAccount, LoyaltyProgram
from saleor_loyalty.programs import update_draft
from tests import club

from .api import DENIED, Api, gid
from .authorization_rows import ACTORS, AREAS, PLACES, POLICIES, ROWS
from .authorization_scene import (
    RULES,
    camel,
    edit_a_text_behind_the_ledger,
    everything_written,
    filled,
    mutation_calls,
    outcomes,
    selection,
    set_scene,
)

PARTS_OF_PAYLOADS = {
    "LoyaltyAccountFigures",
    "LoyaltyAuditHealingStep",
    "LoyaltyError",
    "LoyaltyFieldConflict",
    "LoyaltyMergePreview",
    "LoyaltyMergeUndoPreview",
    "LoyaltyMovingLot",
    "LoyaltyPointsBulkGiveResult",
}
"""Found in what mutations answer, and nowhere else; that is nothing to whoever may not call them."""


def named(kind: str) -> set[str]:
    """Return the mutations that the areas name as STOREFRONT (for the owner alone), FOR_CUSTOMERS (for
    every user, about the own account), FOR_STAFF_USERS (not for apps) or NEEDS_USERS."""
    return {name for area in AREAS for name in getattr(area, kind, ())}


@pytest.fixture
def actors(request: pytest.FixtureRequest) -> dict[str, Api]:
    return {name: request.getfixturevalue(name) for name in ACTORS}


@pytest.fixture
def scene(actors: dict[str, Api], account: LoyaltyAccount, variant: Any, program: LoyaltyProgram) -> dict[str, Any]:
    return set_scene(account, variant, program, staff=actors["staff"], app=actors["app"])


def test_each_field_answers_each_actor_as_its_row_says(
    actors: dict[str, Api], scene: dict[str, Any], account: LoyaltyAccount
):
    # given
    edit_a_text_behind_the_ledger()  # the audit finds it
    mismatches = []

    # when
    for type_name, by_policy in ROWS.items():
        for policy, row in by_policy.items():
            if policy == "always null":
                continue
            fields = row.split()
            selected = " ".join(selection(type_name, field) for field in fields)
            for name, expected in zip(ACTORS, POLICIES[policy].split(), strict=True):
                place = PLACES[type_name][0 if name == "owner" else -1]
                for field, found in outcomes(actors[name], place % selected, fields, scene).items():
                    if found != expected:
                        mismatches.append((type_name, field, name, found, expected))

    # then
    assert mismatches == []


def test_every_field_of_the_schema_has_its_row():
    # given
    payloads = {field.type._meta.name for field in MUTATIONS.values()}
    served = {
        (name, field)
        for name, found in schema().get_type_map().items()
        if getattr(getattr(found, "graphene_type", None), "__module__", "").startswith("saleor_loyalty")
        and isinstance(found, GraphQLObjectType)
        and name not in payloads | PARTS_OF_PAYLOADS
        for field in found.fields
    }
    served |= {("Query", camel(name)) for name in QUERIES}
    served |= {(host_type._meta.name, camel(name)) for host_type, name, _field, _resolver in HOST_FIELDS}

    # then
    rows = {(name, field) for name, by_policy in ROWS.items() for row in by_policy.values() for field in row.split()}
    assert rows == served
    assert set(PLACES) == set(ROWS)
    assert set(mutation_calls({}, None, None)) == {camel(name) for name in MUTATIONS}


@pytest.mark.parametrize("name", [camel(name) for name in MUTATIONS])
def test_each_mutation_is_for_its_own_people(
    actors: dict[str, Api], account: LoyaltyAccount, checkout: Checkout, program: LoyaltyProgram, name: str
):
    # given
    update_draft(program.pk, data=RULES, at=club.now())
    scene = filled(account, staff=actors["staff"], app=actors["app"]) | {"program": gid("LoyaltyProgram", program)}
    document, variables = mutation_calls(scene, account, checkout)[name]
    is_storefront = name.startswith("checkout") or name in named("STOREFRONT")
    knowing = {"staff", "app"} if name in named("NEEDS_USERS") else {"loyalty_only_staff", "staff", "app"}
    allowed = {"owner"} if is_storefront else knowing
    if name in named("FOR_STAFF_USERS"):
        allowed = allowed - {"app"}
    before = everything_written()

    for actor, api in actors.items():
        # when
        with transaction.atomic():
            answer = api.ask(document, **variables)
            after = everything_written()
            transaction.set_rollback(True)

        # then
        if name in named("FOR_CUSTOMERS"):
            # Every user, about the own account: what they are told there is not about permissions.
            assert "errors" not in answer, actor
            codes = [error["code"] for error in answer["data"][name]["errors"]]
            assert (codes, after) == (["NOT_FOUND"], before) if api.user is None else codes != ["NOT_FOUND"], actor
            continue
        if actor in allowed:
            assert "errors" not in answer, actor
            assert answer["data"][name]["errors"] == [], actor
            continue
        assert after == before, actor
        if is_storefront:
            assert [error["code"] for error in answer["data"][name]["errors"]] == ["NOT_FOUND"], actor
        else:
            assert answer["data"] == {name: None}, actor
            assert [error["extensions"]["exception"]["code"] for error in answer["errors"]] == [DENIED], actor


def test_a_customer_with_staff_permissions_on_paper_but_no_staff_flag_is_a_customer(owner: Api, account):
    owner.user.permissions = ["MANAGE_LOYALTY", "MANAGE_USERS", "MANAGE_ORDERS", "MANAGE_CHECKOUTS"]
    owner.user.save()
    assert owner.error("{ loyaltyAccounts(first: 1) { totalCount } }")[0] == DENIED


def test_a_denial_does_not_say_whether_the_thing_exists(stranger: Api, account: LoyaltyAccount):
    document = "query($id: ID!) { loyaltyAccount(id: $id) { id } }"
    answers = {stranger.error(document, id=gid("LoyaltyAccount", key)) for key in (account.pk, 0, 10**30)}
    assert answers == {(DENIED, "To access this path, you need the following permissions: MANAGE_LOYALTY")}


def test_an_order_that_changed_hands_is_read_by_its_customer_alone(owner: Api, stranger: Api, scene, account):
    # given
    order = Order.objects.get(pk=Node.from_global_id(scene["order"])[1])
    order.user = stranger.user
    order.save()
    document = "query($order: ID!) { order(id: $order) { loyalty { redeemed } } }"

    # when / then
    assert owner(document, order=gid("Order", order)) == {"order": {"loyalty": None}}
    assert stranger(document, order=gid("Order", order)) == {"order": {"loyalty": {"redeemed": 800}}}


def test_a_checkout_that_changed_hands_shows_the_new_customer_s_own_points(owner: Api, stranger: Api, scene):
    # given
    checkout = Checkout.objects.get(pk=Node.from_global_id(scene["checkout"])[1])
    checkout.user = stranger.user
    checkout.save()
    document = "query($id: ID) { checkout(id: $id) { loyalty { redemption { available } } } }"

    # when / then
    assert owner(document, id=gid("Checkout", checkout)) == {"checkout": {"loyalty": {"redemption": None}}}
    assert stranger(document, id=gid("Checkout", checkout)) == {
        "checkout": {"loyalty": {"redemption": {"available": 7}}}
    }
