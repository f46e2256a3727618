"""Every field and mutation of ours, asked by everybody (``authorization_rows.py`` says what each may see)."""

from __future__ import annotations

import json
import re
import uuid
from typing import Any

import pytest
from django.db import connection, transaction
from graphql import GraphQLObjectType, get_named_type

from playground.graphql.schema import schema
from playground.models import Checkout, Order
from saleor_loyalty.accounts import AccountTarget, enroll_account
from saleor_loyalty.graphql.schema import HOST_FIELDS, MUTATIONS, QUERIES
from saleor_loyalty.ledger import open_account, reverse_award
from saleor_loyalty.models import LoyaltyAccount, LoyaltyProgram, TransactionText
from saleor_loyalty.programs import update_draft
from tests import club

from .api import DENIED, Api, gid
from .authorization_rows import ACTORS, AREAS, ARGUMENTS, PLACES, POLICIES, ROWS
from .mutations.test_checkout_loyalty_points_apply import APPLY
from .mutations.test_checkout_loyalty_points_remove import REMOVE
from .mutations.test_loyalty_balance_set import SET
from .mutations.test_loyalty_points_deduct import DEDUCT
from .mutations.test_loyalty_points_give import GIVE
from .program_documents import CREATE, DRAFT, PAUSE, PUBLISH, RESUME, programs_written

RULES = club.rules(
    pointNames={
        "en": {"zero": "0 stars", "one": "star", "two": "stars", "few": "stars", "many": "stars", "other": "stars"}
    },
    earning=[
        {
            "key": "basic",
            "name": "Basic",
            "type": "CONVERSION_RATE",
            "points": 1,
            "maxPointsPerOrder": 5000,
            "startsAt": "2020-01-01T00:00:00+00:00",
            "endsAt": "2099-01-01T00:00:00+00:00",
        }
    ],
    redemption={"step": 10},
)
# In another currency, which is worth a warning.
RULES["channels"].append({"key": "eu", "channel": "eu", "currency": "EUR"})


@pytest.fixture
def actors(request: pytest.FixtureRequest) -> dict[str, Api]:
    return {name: request.getfixturevalue(name) for name in ACTORS}


@pytest.fixture
def scene(actors: dict[str, Api], account: LoyaltyAccount, variant: Any, program: LoyaltyProgram) -> dict[str, Any]:
    """Dana's club life: something in every field. Returns the variables of the documents."""
    staff, app = actors["staff"], actors["app"]
    for document, variables in ((DRAFT, {"rules": json.dumps(RULES)}), (PUBLISH, {})):
        answer = staff(document, id=gid("LoyaltyProgram", program), **variables)
        assert next(iter(answer.values()))["errors"] == []
    update_draft(program.pk, data=RULES, at=club.now())
    paid = club.fill_cart(account.user, variant)
    club.apply(paid, 800)
    order = club.complete(paid)
    club.settle(order)
    club.fulfill(order)
    club.settle(order)
    checkout = club.fill_cart(account.user, variant)
    club.apply(checkout, 100)
    for api, key in ((staff, "by staff"), (app, "by app")):
        values = {"account": gid("LoyaltyAccount", account), "points": 100, "reason": "Hello", "idempotencyKey": key}
        values |= {"internalNote": "secret", "externalReference": "ticket", "expiresAt": "2099-01-01T00:00:00+00:00"}
        assert api(GIVE, input=values)["loyaltyPointsGive"]["errors"] == []
    open_account(program, email="guest@example.com", at=club.now())
    enroll_account(AccountTarget(account_id=account.pk), at=club.now())
    reverse_award(account.pk, points=1, at=club.now(), idempotency_key="taken back", order_id=str(order.pk))
    return filled(account, staff=staff, app=app) | {
        "checkout": gid("Checkout", checkout),
        "order": gid("Order", order),
        "program": gid("LoyaltyProgram", program),
        "account": gid("LoyaltyAccount", account),
    }


def filled(account: LoyaltyAccount, *, staff: Api, app: Api) -> dict[str, Any]:
    """Put something of every area into the scene; return the variables of the documents."""
    return {name: value for area in AREAS for name, value in area.fill(account, staff=staff, app=app).items()}


def selection(type_name: str, field: str) -> str:
    graphql_type = get_named_type(schema().get_type(type_name).fields[field].type)
    subfields = " { __typename }" if isinstance(graphql_type, GraphQLObjectType) else ""
    return f"{field}{ARGUMENTS.get(f'{type_name}.{field}', '')}{subfields}"


def objects(data: Any, fields: list[str]) -> list[dict[str, Any]]:
    """Return the objects of the answer that hold exactly these fields."""
    if isinstance(data, list):
        return [found for item in data for found in objects(item, fields)]
    if not isinstance(data, dict):
        return []
    return [data] if set(data) == set(fields) else [found for item in data.values() for found in objects(item, fields)]


def outcomes(api: Api, document: str, fields: list[str], variables: dict[str, Any]) -> dict[str, str]:
    """Return what each of the fields answers."""
    used = sorted(set(re.findall(r"\$(\w+)", document)))
    header = f"query({', '.join(f'${name}: ID!' for name in used)}) " if used else ""
    answer = api.ask(header + document, **{name: variables[name] for name in used})
    if "errors" in answer:
        codes = {error["extensions"]["exception"]["code"] for error in answer["errors"]}
        assert codes == {DENIED}, answer["errors"]
        return dict.fromkeys(fields, "denied")
    found = objects(answer["data"], fields)
    if not found:
        return dict.fromkeys(fields, "absent")
    return {field: "null" if all(row[field] is None for row in found) else "value" for field in fields}


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


def edit_a_text_behind_the_ledger() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = 'replica'")
        TransactionText.objects.filter(reason="Welcome").update(reason="Edited")
        cursor.execute("SET LOCAL session_replication_role = 'origin'")


def test_every_field_of_the_schema_has_its_row():
    # given
    payloads = {field.type._meta.name for field in MUTATIONS.values()}
    served = {
        (name, field)
        for name, found in schema().get_type_map().items()
        if getattr(getattr(found, "graphene_type", None), "__module__", "").startswith("saleor_loyalty")
        and isinstance(found, GraphQLObjectType)
        and name not in payloads | {"LoyaltyError"}
        for field in found.fields
    }
    served |= {("Query", camel(name)) for name in QUERIES}
    served |= {(host_type._meta.name, camel(name)) for host_type, name, _field, _resolver in HOST_FIELDS}

    # then
    rows = {(name, field) for name, by_policy in ROWS.items() for row in by_policy.values() for field in row.split()}
    assert rows == served
    assert set(PLACES) == set(ROWS)
    assert set(mutation_calls({}, None, None)) == {camel(name) for name in MUTATIONS}


def everything_written() -> tuple[Any, ...]:
    return (club.everything_written(), programs_written(), *(area.written() for area in AREAS))


def camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest)


def mutation_calls(scene: dict[str, Any], account: Any, checkout: Any) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return a valid call of every mutation."""
    moved = {
        "account": gid("LoyaltyAccount", account),
        "reason": "Because",
        "idempotencyKey": uuid.uuid4().hex,
    }
    program = {"id": scene.get("program")}
    of_areas = {name: call for area in AREAS for name, call in area.calls(scene, account).items()}
    return of_areas | {
        "checkoutLoyaltyPointsApply": (APPLY, {"id": gid("Checkout", checkout), "points": 100}),
        "checkoutLoyaltyPointsRemove": (REMOVE, {"id": gid("Checkout", checkout)}),
        "loyaltyBalanceSet": (SET, {"input": {**moved, "balance": 5}}),
        "loyaltyPointsDeduct": (DEDUCT, {"input": {**moved, "points": 1}}),
        "loyaltyPointsGive": (GIVE, {"input": {**moved, "points": 1}}),
        "loyaltyProgramCreate": (CREATE, {"input": {"name": "Gold", "slug": f"gold-{uuid.uuid4().hex}"}}),
        "loyaltyProgramDraftUpdate": (DRAFT, {**program, "rules": json.dumps(RULES)}),
        "loyaltyProgramPause": (PAUSE, program),
        "loyaltyProgramPublish": (PUBLISH, program),
        "loyaltyProgramResume": (RESUME, program),
    }


@pytest.mark.parametrize("name", [camel(name) for name in MUTATIONS])
def test_each_mutation_is_for_its_own_people(
    actors: dict[str, Api], account: LoyaltyAccount, checkout: Checkout, program: LoyaltyProgram, name: str
):
    # given
    update_draft(program.pk, data=RULES, at=club.now())
    scene = filled(account, staff=actors["staff"], app=actors["app"]) | {"program": gid("LoyaltyProgram", program)}
    document, variables = mutation_calls(scene, account, checkout)[name]
    is_storefront = name.startswith("checkout")
    allowed = {"owner"} if is_storefront else {"loyalty_only_staff", "staff", "app"}
    before = everything_written()

    for actor, api in actors.items():
        # when
        with transaction.atomic():
            answer = api.ask(document, **variables)
            after = everything_written()
            transaction.set_rollback(True)

        # then
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
    order = Order.objects.get()
    order.user = stranger.user
    order.save()
    document = "query($order: ID!) { order(id: $order) { loyalty { redeemed } } }"

    # when / then
    assert owner(document, order=gid("Order", order)) == {"order": {"loyalty": None}}
    assert stranger(document, order=gid("Order", order)) == {"order": {"loyalty": {"redeemed": 800}}}


def test_a_checkout_that_changed_hands_shows_the_new_customer_s_own_points(owner: Api, stranger: Api, scene):
    # given
    checkout = Checkout.objects.get()
    checkout.user = stranger.user
    checkout.save()
    document = "query($id: ID) { checkout(id: $id) { loyalty { redemption { available } } } }"

    # when / then
    assert owner(document, id=gid("Checkout", checkout)) == {"checkout": {"loyalty": {"redemption": None}}}
    assert stranger(document, id=gid("Checkout", checkout)) == {
        "checkout": {"loyalty": {"redemption": {"available": 7}}}
    }
