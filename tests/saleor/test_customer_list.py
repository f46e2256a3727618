"""Customers in the account list who are made, changed and deleted on Saleor's side."""

from __future__ import annotations

import importlib
from typing import Any

import pytest
from django.db import connection
from saleor.account.models import CustomerEvent, User
from saleor.app.models import App
from saleor.core.models import EventDelivery
from saleor.permission.models import Permission
from saleor.plugins.manager import PluginsManager
from saleor.webhook.models import Webhook, WebhookEvent

from saleor_loyalty.models import LoyaltyAccount
from tests.deliveries.receiver import receiving
from tests.scenarios.stories import DANA, open_club
from tests.scenarios.test_customer_list import NOA, ask, found, give

pytestmark = pytest.mark.django_db(transaction=True)

CREATE = """mutation($input: LoyaltyAccountCreateInput!) { loyaltyAccountCreate(input: $input) {
    account { id user { id email } } errors { field code } } }"""
UPDATE = """mutation($id: ID!, $input: CustomerInput!) { customerUpdate(id: $id, input: $input) {
    errors { field code } } }"""
DELETE = "mutation($id: ID!) { customerDelete(id: $id) { errors { field code } } }"


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The e-mails of customers of whom Saleor told its plugins, webhooks among them, that they were made."""
    emails: list[str] = []
    original = PluginsManager.customer_created

    def customer_created(manager: Any, customer: User, *arguments: Any, **values: Any) -> Any:
        assert not connection.in_atomic_block
        emails.append(customer.email)
        return original(manager, customer, *arguments, **values)

    monkeypatch.setattr(PluginsManager, "customer_created", customer_created)
    return emails


def test_a_customer_who_is_made_while_giving_is_a_customer_of_saleor_s_like_any_other(shop: Any, told: list[str]):
    # given
    open_club(shop)

    # when
    give(shop)

    # then
    noa = User.objects.get(email="noa.cohen@example.com")
    assert (noa.is_active, noa.is_confirmed, noa.is_staff, noa.language_code) == (True, False, False, "he")
    assert not noa.check_password("")
    assert list(CustomerEvent.objects.filter(user=noa).values_list("type", flat=True)) == ["account_created"]
    assert told == ["noa.cohen@example.com"]


@pytest.mark.parametrize("text", ["cohen", "נועה", "noa.cohen@example.com", "NOA.Cohen@Example.com", "noa.cohen"])
def test_saleors_own_search_finds_whom_we_have_made(shop: Any, text: str):
    # given
    open_club(shop)
    shop.add_customer("somebody.else@example.com")

    # when
    ask(shop, CREATE, input={"customer": NOA})

    # then
    customers = """query($text: String) { customers(first: 5, filter: {search: $text}) {
        edges { node { email } } } }"""
    assert [edge["node"]["email"] for edge in ask(shop, customers, text=text)["edges"]] == ["noa.cohen@example.com"]


def test_an_apps_webhook_is_called_for_a_customer_whom_we_have_made_and_for_nobody_who_is_refused(
    shop: Any, settings: Any
):
    # given: Saleor's own webhooks, sent over HTTP to a server that listens
    open_club(shop)
    settings.PLUGINS = [*settings.PLUGINS, "saleor.plugins.webhook.plugin.WebhookPlugin"]
    settings.HTTP_IP_FILTER_ENABLED = False
    app = App.objects.create(name="CRM", is_active=True)
    app.permissions.add(Permission.objects.get(codename="manage_users"))
    with receiving() as receiver:
        webhook = Webhook.objects.create(name="Customers", app=app, target_url=receiver.url, is_active=True)
        WebhookEvent.objects.create(webhook=webhook, event_type="customer_created")

        # when
        give(shop, points=0)
        give(shop)

        # then
        [request] = receiver.requests
    assert (request.headers["Saleor-Event"], request.status) == ("customer_created", 200)
    [told] = request.event
    assert (told["email"], told["first_name"]) == ("noa.cohen@example.com", "נועה")
    # Saleor deletes what was delivered.
    assert EventDelivery.objects.count() == 0


def test_points_that_are_refused_leave_no_customer_and_tell_nobody(shop: Any, told: list[str]):
    # given
    open_club(shop)

    # when
    refused = give(shop, points=0)

    # then
    assert refused["errors"] == [{"field": "points", "code": "INVALID"}]
    assert not User.objects.filter(email="noa.cohen@example.com").exists()
    assert CustomerEvent.objects.filter(type="account_created").count() == 0
    assert told == []


def test_a_customer_who_is_changed_in_saleor_is_listed_as_he_now_is(shop: Any):
    # given
    open_club(shop)
    noa = ask(shop, CREATE, input={"customer": NOA})["account"]["user"]

    # when
    changed = ask(shop, UPDATE, id=noa["id"], input={"email": "tamar@example.com", "lastName": "Levi"})

    # then
    assert changed["errors"] == []
    assert found(shop, search="levi") == ["tamar@example.com"]
    assert found(shop, search="cohen") == []
    by_customer = {"field": "CUSTOMER", "direction": "ASC"}
    assert found(shop, sortBy=by_customer) == [DANA, "tamar@example.com"]


@pytest.mark.parametrize("looked_at", [20, 0], ids=["met on the way", "the order is followed"])
def test_where_saleors_search_finds_many_the_list_finds_the_same(
    shop: Any, monkeypatch: pytest.MonkeyPatch, looked_at: int
):
    # given
    open_club(shop)
    give(shop)

    # when
    monkeypatch.setattr(importlib.import_module("saleor_loyalty.accounts.search_accounts"), "FEW", 0)
    monkeypatch.setattr(importlib.import_module("saleor_loyalty.graphql.account_list"), "LOOKED_AT", looked_at)

    # then
    for text in ("cohen", "נועה", "NOA.Cohen@Example.com", "noa.cohen", "נועה cohen"):
        assert found(shop, search=text) == ["noa.cohen@example.com"]
    assert found(shop, search="nobody") == []
    assert found(shop, search="cohen", sortBy={"field": "BALANCE", "direction": "DESC"}) == ["noa.cohen@example.com"]


def test_a_customer_who_is_deleted_in_saleor_leaves_a_closed_account_that_names_nobody(shop: Any):
    # given
    open_club(shop)
    noa = give(shop)["account"]
    key = ask(shop, "query($email: String) { user(email: $email) { id } }", email="noa.cohen@example.com")["id"]

    # when
    deleted = ask(shop, DELETE, id=key)

    # then
    assert deleted["errors"] == []
    assert found(shop, search="cohen") == []
    assert found(shop, where={"status": "ACTIVE"}) == [DANA]
    assert found(shop, where={"status": "CLOSED"}) == [None]
    assert found(shop, sortBy={"field": "CUSTOMER", "direction": "ASC"}) == [None, DANA]
    account = LoyaltyAccount.objects.get(status="CLOSED")
    assert (account.user_id, account.email, account.balance) == (None, None, 50)
    assert found(shop, search=noa["id"]) == [None]
    assert shop.audit_findings() == []


def test_members_are_who_saleor_says_has_confirmed(shop: Any):
    # given
    open_club(shop)
    give(shop)

    # when
    User.objects.filter(email="noa.cohen@example.com").update(is_confirmed=True)

    # then
    assert sorted(found(shop, where={"memberStatus": "MEMBER"})) == [DANA, "noa.cohen@example.com"]
    assert found(shop, where={"memberStatus": "PENDING"}) == []
