"""The endpoint: who may see what of the shop itself, and what a bad request gets."""

from __future__ import annotations

import inspect
import json

import pytest
from django.test import Client
from graphene import Node

from playground.graphql.requests import make_token
from playground.models import App, Channel, Order, User
from tests.scenarios.drivers.playground import PlaygroundDriver
from tests.scenarios.drivers.protocol import ShopDriver

NORA, OMAR = "nora@example.com", "omar@example.com"


@pytest.fixture
def shop(transactional_db):
    driver = PlaygroundDriver()
    for email in (NORA, OMAR):
        driver.add_customer(email)
    driver.add_product("CUP", price=10)
    return driver


def ask(document: str, *, token: str = "", header: str = "Authorization", **variables: object) -> dict:
    headers = {header: f"Bearer {token}"} if token else {}
    body = {"query": document, "variables": variables}
    return json.loads(Client().post("/graphql/", json.dumps(body), "application/json", headers=headers).content)


def token_of(email: str) -> str:
    return make_token(User.objects.get(email=email))


def test_the_driver_has_every_operation_of_the_protocol():
    for name, member in inspect.getmembers(ShopDriver, inspect.isfunction):
        if not name.startswith("_"):
            own = inspect.signature(getattr(PlaygroundDriver, name))
            expected = inspect.signature(member)
            assert [(p.name, p.kind, p.default) for p in own.parameters.values()] == [
                (p.name, p.kind, p.default) for p in expected.parameters.values()
            ], name


@pytest.mark.parametrize(
    "body", ["", "{", "[]", "7", "{}", '{"query": 5}', '{"query": "{me{id}}", "variables": [1]}', "\xff"]
)
def test_a_request_without_a_query_is_refused(db, body):
    response = Client().post("/graphql/", body, "application/json")
    assert (response.status_code, response.json()) == (400, {"errors": [{"message": "Send JSON with a query."}]})


def test_other_methods_are_not_allowed(db):
    assert Client().put("/graphql/").status_code == 405


def test_a_wrong_document_is_an_error_of_the_answer(db):
    answer = ask("{ nothing }")
    assert answer["data"] is None
    assert answer["errors"][0]["message"] == 'Cannot query field "nothing" on type "Query".'


@pytest.mark.parametrize("header", ["Authorization", "Authorization-Bearer"])
def test_a_token_says_who_asks(shop, header):
    assert ask("{ me { email } }", token=token_of(NORA), header=header) == {"data": {"me": {"email": NORA}}}


def test_a_forged_a_foreign_and_a_dead_token_are_nobody(shop):
    User.objects.filter(email=OMAR).update(is_active=False)
    App.objects.create(name="Old", token="old", is_active=False)
    for token in (token_of(NORA) + "x", "old", "x", token_of(OMAR)):
        assert ask("{ me { email } }", token=token) == {"data": {"me": None}}


def test_a_token_is_made_for_the_right_password_only(shop):
    user = User.objects.get(email=NORA)
    user.set_password("secret")
    user.save()
    document = (
        'mutation($p: String!) { tokenCreate(email: "NORA@example.com", password: $p) { token errors { code } } }'
    )
    wrong = ask(document, p="wrong")["data"]["tokenCreate"]
    right = ask(document, p="secret")["data"]["tokenCreate"]
    assert wrong == {"token": None, "errors": [{"code": "INVALID_CREDENTIALS"}]}
    assert ask("{ me { email } }", token=right["token"])["data"]["me"]["email"] == NORA


def test_lists_and_other_peoples_data_need_permissions(shop):
    checkout = shop.start_checkout({"CUP": 1}, by=NORA)
    order = shop.complete(shop.start_checkout({"CUP": 1}, by=NORA), by=NORA).order
    for document in (
        "{ orders { id } }",
        "{ checkouts { id } }",
        f'{{ user(email: "{NORA}") {{ id }} }}',
        f'{{ checkout(id: "{checkout}") {{ user {{ email }} }} }}',
        f'{{ order(id: "{order}") {{ user {{ email }} }} }}',
        f'mutation {{ orderCancel(id: "{order}") {{ errors {{ code }} }} }}',
    ):
        for token in ("", token_of(OMAR)):
            answer = ask(document, token=token)
            assert answer["errors"][0]["extensions"]["exception"]["code"] == "PermissionDenied", document
    assert Order.objects.get().status == "CONFIRMED"
    assert ask(f'{{ order(id: "{order}") {{ userEmail number }} }}')["data"]["order"] == {
        "userEmail": None,
        "number": str(Order.objects.get().pk),
    }


def test_malformed_and_unknown_ids_are_refused_with_a_code(shop):
    document = "mutation($id: ID!) { checkoutComplete(id: $id) { order { id } errors { field code } } }"
    for global_id, code in (
        ("x", "GRAPHQL_ERROR"),
        (Node.to_global_id("Order", 1), "GRAPHQL_ERROR"),
        (Node.to_global_id("Checkout", "no-uuid"), "NOT_FOUND"),
        (Node.to_global_id("Checkout", "00000000-0000-0000-0000-000000000000"), "NOT_FOUND"),
    ):
        payload = ask(document, id=global_id)["data"]["checkoutComplete"]
        assert payload == {"order": None, "errors": [{"field": "id", "code": code}]}


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([("CUP", 0)], "ZERO_QUANTITY"),
        ([("CUP", -1)], "ZERO_QUANTITY"),
        ([("OTHER", 1)], "UNAVAILABLE_VARIANT_IN_CHANNEL"),
    ],
)
def test_a_cart_takes_only_what_is_sold_here(shop, lines, code):
    shop.add_product("OTHER", price=10)
    elsewhere = Channel.objects.create(slug="elsewhere", name="Elsewhere", currency="EUR")
    shop.row.listings.filter(variant__sku="OTHER").update(channel=elsewhere)
    inputs = [{**shop._line_inputs({sku: 1})[0], "quantity": quantity} for sku, quantity in lines]
    document = "mutation($i: CheckoutCreateInput!) { checkoutCreate(input: $i) { checkout { id } errors { code } } }"
    payload = ask(document, i={"channel": "default-channel", "lines": inputs})["data"]["checkoutCreate"]
    assert payload == {"checkout": None, "errors": [{"code": code}]}
