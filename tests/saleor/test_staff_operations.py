"""Every operation of staff in a real Saleor: by staff of a permission group, by staff of another channel, by an app,
and by those who may not. What they do is on Saleor's own users and apps."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.apps import apps
from graphene import Node
from saleor.account.models import User
from saleor.app.models import App
from saleor.permission.enums import get_permissions_from_names

from saleor_loyalty.models import AccountStatus, LoyaltyAccount, LoyaltyProgram, LoyaltyTransaction
from tests.saleor.staff_operations import OPERATIONS, READINGS, Scene, reading
from tests.saleor.test_staff_of_channels import MARKETING, club, put_into_group  # noqa: F401
from tests.scenarios.drivers.protocol import STAFF, STAFF_WITHOUT_PERMISSION
from tests.scenarios.stories import DANA
from tests.scenarios.test_customer_cards import account_of, make_label

Asking = Callable[[str, Mapping[str, Any]], Mapping[str, Any]]
"""Returns the whole answer to a document with its variables."""


@pytest.fixture
def scene(club) -> Scene:  # noqa: F811
    """The club of Dana, who has 1000 points, and a second label."""
    program = Node.to_global_id("LoyaltyProgram", LoyaltyProgram.objects.get().pk)
    return {"program": program, "account": account_of(club), "other label": make_label(club, "Regulars")}


def as_user(shop: Any, email: str | None) -> Asking:
    def ask(document: str, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        answer = shop.query(document, dict(variables), by=email)
        return {"data": answer.data, "errors": list(answer.errors)}

    return ask


def as_app(shop: Any, *permissions: str) -> Asking:
    app = App.objects.create(name="CRM", is_active=True)
    app.permissions.set(get_permissions_from_names(permissions))
    _token, plain = app.tokens.create(name="key")

    def ask(document: str, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        body = json.dumps({"query": document, "variables": variables})
        headers = {"HTTP_AUTHORIZATION": f"Bearer {plain}"}
        answer = shop.client.post("/graphql/", body, content_type="application/json", **headers).json()
        return {"data": answer.get("data"), "errors": answer.get("errors", [])}

    return ask


def do_everything(ask: Asking, scene: Scene, *, who: str) -> list[tuple[str, Any]]:
    """Make every operation in turn; return those that did not answer without an error."""
    scene["who"] = who
    failed = []
    for operation in OPERATIONS:
        answer = ask(operation.document, operation.values(scene))
        payload = (answer["data"] or {}).get(operation.name)
        if answer["errors"] or payload["errors"]:
            failed.append((operation.name, answer["errors"] or payload["errors"]))
            continue
        operation.keep(payload, scene)
    return failed


def codes(ask: Asking, scene: Scene) -> dict[str, set[str]]:
    """Make every operation; return how each was refused: codes of errors, or names of exceptions."""
    found = {}
    for operation in OPERATIONS:
        answer = ask(operation.document, operation.values(scene))
        payload = (answer["data"] or {}).get(operation.name) or {"errors": []}
        refusals = {error["code"] for error in payload["errors"]}
        found[operation.name] = refusals | {error["extensions"]["exception"]["code"] for error in answer["errors"]}
    return found


def everything_written() -> dict[str, list[Any]]:
    models = apps.get_app_config("saleor_loyalty").get_models()
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


@pytest.mark.parametrize("is_restricted", [False, True])
def test_staff_of_a_permission_group_does_everything(club, scene: Scene, is_restricted: bool):  # noqa: F811
    # given
    put_into_group(club, "Marketing", *([club.channel] if is_restricted else []))

    # when
    failed = do_everything(as_user(club, MARKETING), scene, who="marketing")

    # then
    assert failed == []
    marketing = User.objects.get(email=MARKETING)
    moved = LoyaltyTransaction.objects.filter(actor_kind="STAFF", actor_id=marketing.pk).order_by("pk")
    assert list(moved.values_list("type", "points")) == [
        ("GIVE", 50),
        ("REVERSE", -50),
        ("DEDUCT", -5),
        ("SET", -95),
        ("GIVE", 7),
        ("GIVE", 3),
        ("REVERSE", -3),
    ]
    assert LoyaltyAccount.objects.get(user__email=DANA).balance == 907
    assert LoyaltyAccount.objects.get(user=None).status == AccountStatus.CLOSED
    assert club.audit_findings() == []


def test_an_app_does_everything_under_its_own_name(club, scene: Scene):  # noqa: F811
    # when
    failed = do_everything(as_app(club, "MANAGE_LOYALTY", "MANAGE_USERS"), scene, who="crm")

    # then
    assert failed == []
    app = App.objects.get()
    moved = LoyaltyTransaction.objects.filter(actor_kind="APP", actor_id=app.pk).order_by("pk")
    assert list(moved.values_list("points", flat=True)) == [50, -50, -5, -95, 7, 3, -3]
    assert club.audit_findings() == []


@pytest.fixture
def finished(club, scene: Scene) -> Scene:  # noqa: F811
    """What the shop's staff has made: there is something of everything, and what was deleted is made again."""
    ask = as_user(club, STAFF)
    assert do_everything(ask, scene, who="staff") == []
    scene["other label"] = make_label(club, "Regulars")
    scene["who"] = "staff-again"
    again = {"Label", "Note", "Audience", "Account", "MembershipPlan"}
    for operation in OPERATIONS:
        if operation.name.removeprefix("loyalty").removesuffix("Create").removesuffix("Add") in again:
            operation.keep(ask(operation.document, operation.values(scene))["data"][operation.name], scene)
    scene["who"] = "others"
    return scene


def test_staff_of_another_channel_changes_nothing(club, finished: Scene):  # noqa: F811
    # given
    put_into_group(club, "Outlet", "outlet")
    before = everything_written()

    # when
    refused = codes(as_user(club, MARKETING), finished)

    # then
    assert {name: found for name, found in refused.items() if found != {"NOT_FOUND"}} == {}
    assert everything_written() == before


def test_staff_of_another_channel_sees_nothing(club, finished: Scene):  # noqa: F811
    # given
    put_into_group(club, "Outlet", "outlet")
    ask = as_user(club, MARKETING)

    # when
    seen = {name: ask(*reading(name, finished)) for name in READINGS}

    # then
    nothing = (None, [], {"totalCount": 0, "edges": []})
    assert {name: answer for name, answer in seen.items() if answer["errors"]} == {}
    assert {name: answer for name, answer in seen.items() if answer["data"][name] not in nothing} == {}


def test_staff_of_the_channel_and_an_app_see_everything(club, finished: Scene):  # noqa: F811
    # given
    put_into_group(club, "Shop", club.channel)

    for ask in (as_user(club, MARKETING), as_app(club, "MANAGE_LOYALTY", "MANAGE_USERS")):
        # when
        seen = {name: ask(*reading(name, finished)) for name in READINGS}

        # then
        assert {name: answer["errors"] for name, answer in seen.items() if answer["errors"]} == {}
        empty = (None, [], {"totalCount": 0, "edges": []})
        assert [name for name, answer in seen.items() if answer["data"][name] in empty] == []


@pytest.mark.parametrize("somebody", ["an app without the permission", STAFF_WITHOUT_PERMISSION, DANA, None])
def test_who_may_not_manage_points_does_and_sees_nothing(club, finished: Scene, somebody: str | None):  # noqa: F811
    # given
    is_app = somebody == "an app without the permission"
    ask = as_app(club, "MANAGE_USERS", "MANAGE_ORDERS") if is_app else as_user(club, somebody)
    before = everything_written()

    # when
    refused = codes(ask, finished)
    seen = {name: ask(*reading(name, finished)) for name in READINGS}

    # then
    assert {name: found for name, found in refused.items() if found != {"PermissionDenied"}} == {}
    denied = {name: [e["extensions"]["exception"]["code"] for e in answer["errors"]] for name, answer in seen.items()}
    assert denied == {name: ["PermissionDenied"] for name in READINGS}
    assert everything_written() == before
