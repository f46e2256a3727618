"""Staff in Saleor's permission groups, restricted to channels or not, and apps: what they see and change of points."""

from __future__ import annotations

import json

import pytest
from graphene import Node
from saleor.account.models import Group, User
from saleor.app.models import App
from saleor.channel.models import Channel
from saleor.permission.enums import get_permissions_from_names

from saleor_loyalty.models import LoyaltyAccount, LoyaltyProgram, LoyaltyTransaction
from tests.scenarios.drivers.protocol import STAFF, STAFF_WITHOUT_PERMISSION
from tests.scenarios.stories import DANA, club_rules, open_club

MARKETING = "marketing@example.com"
GROUP_CREATE = """mutation($input: PermissionGroupCreateInput!) { permissionGroupCreate(input: $input) {
    group { name restrictedAccessToChannels accessibleChannels { slug } } errors { field code message } } }"""
ACCOUNTS = "{ loyaltyAccounts(first: 10) { totalCount edges { node { points { available } } } } }"
GIVE = """mutation($input: LoyaltyPointsGiveInput!) { loyaltyPointsGive(input: $input) {
    transaction { pointsChange user { email } app { name } } errors { field code } } }"""
PAUSE = "mutation($id: ID!) { loyaltyProgramPause(id: $id) { program { status } errors { code } } }"


@pytest.fixture
def club(shop):
    open_club(shop)
    Channel.objects.create(slug="outlet", name="Outlet", currency_code="PLN", default_country="PL", is_active=True)
    User.objects.create(email=MARKETING, is_staff=True, is_active=True, is_confirmed=True)
    return shop


def put_into_group(shop, name: str, *channels: str) -> None:
    """Make a permission group over Saleor's own mutation; without channels it is not restricted."""
    values = {
        "name": name,
        "addPermissions": ["MANAGE_LOYALTY", "MANAGE_USERS"],
        "addUsers": [Node.to_global_id("User", User.objects.get(email=MARKETING).pk)],
        "restrictedAccessToChannels": bool(channels),
        "addChannels": [Node.to_global_id("Channel", Channel.objects.get(slug=slug).pk) for slug in channels],
    }
    # Nobody puts others into a channel that is not their own: the shop's staff is in no restricted group.
    payload = shop.query(GROUP_CREATE, {"input": values}, by=STAFF).data["permissionGroupCreate"]
    assert payload["errors"] == []
    assert payload["group"]["restrictedAccessToChannels"] == bool(channels)


def give(shop, *, by: str | None, key: str = "thanks", **options) -> dict:
    account = Node.to_global_id("LoyaltyAccount", LoyaltyAccount.objects.get().pk)
    values = {"account": account, "points": 5, "reason": "Thank you", "idempotencyKey": key}
    return shop.query(GIVE, {"input": values}, by=by, **options)


def test_staff_of_another_channel_finds_no_account_and_gives_no_points(club):
    # given
    put_into_group(club, "Outlet", "outlet")
    before = list(LoyaltyTransaction.objects.values())

    # when
    listed = club.query(ACCOUNTS, by=MARKETING)
    given = give(club, by=MARKETING)

    # then
    assert listed.data == {"loyaltyAccounts": {"totalCount": 0, "edges": []}}
    assert given.data["loyaltyPointsGive"] == {
        "transaction": None,
        "errors": [{"field": "account", "code": "NOT_FOUND"}],
    }
    assert list(LoyaltyTransaction.objects.values()) == before


def test_staff_of_the_channel_sees_the_accounts_and_gives_points(club):
    # given
    put_into_group(club, "Shop", club.channel)

    # when
    given = give(club, by=MARKETING)

    # then
    assert given.data["loyaltyPointsGive"] == {
        "transaction": {"pointsChange": 5, "user": {"email": MARKETING}, "app": None},
        "errors": [],
    }
    listed = club.query(ACCOUNTS, by=MARKETING).data["loyaltyAccounts"]
    assert listed == {"totalCount": 1, "edges": [{"node": {"points": {"available": 1005}}}]}


def test_one_group_without_restriction_is_enough(club):
    put_into_group(club, "Outlet", "outlet")
    put_into_group(club, "Everywhere")
    assert club.query(ACCOUNTS, by=MARKETING).data["loyaltyAccounts"]["totalCount"] == 1


def test_channels_of_several_groups_add_up(club):
    put_into_group(club, "Outlet", "outlet")
    put_into_group(club, "Shop", club.channel)
    assert give(club, by=MARKETING).data["loyaltyPointsGive"]["errors"] == []


def test_a_program_of_two_channels_is_paused_by_those_who_have_both(club):
    # given
    program = LoyaltyProgram.objects.get()
    listings = [{"key": slug, "channel": slug, "currency": club.currency} for slug in (club.channel, "outlet")]
    club.publish_program({**club_rules(club), "channels": listings})
    program_id = Node.to_global_id("LoyaltyProgram", program.pk)
    put_into_group(club, "Shop", club.channel)

    # when
    refused = club.query(PAUSE, {"id": program_id}, by=MARKETING)

    # then
    assert refused.data == {"loyaltyProgramPause": None}
    assert [error["message"] for error in refused.errors] == ["You don't have access to all channels of this program."]
    program.refresh_from_db()
    assert program.status == "ACTIVE"

    # when
    put_into_group(club, "Outlet", "outlet")

    # then
    assert club.query(PAUSE, {"id": program_id}, by=MARKETING).data["loyaltyProgramPause"] == {
        "program": {"status": "PAUSED"},
        "errors": [],
    }


def test_an_app_gives_points_under_its_own_name_in_every_channel(club):
    # given
    app = App.objects.create(name="CRM", is_active=True)
    app.permissions.set(get_permissions_from_names(["MANAGE_LOYALTY"]))
    _token, plain = app.tokens.create(name="key")
    account = Node.to_global_id("LoyaltyAccount", LoyaltyAccount.objects.get().pk)
    values = {"account": account, "points": 5, "reason": "Thank you", "idempotencyKey": "thanks"}

    # when
    answer = club.client.post(
        "/graphql/",
        json.dumps({"query": GIVE, "variables": {"input": values}}),
        content_type="application/json",
        HTTP_AUTHORIZATION=f"Bearer {plain}",
    ).json()

    # then
    assert answer["data"]["loyaltyPointsGive"] == {
        "transaction": {"pointsChange": 5, "user": None, "app": {"name": "CRM"}},
        "errors": [],
    }


def test_an_app_without_the_permission_and_staff_without_it_are_refused(club):
    # given
    before = list(LoyaltyTransaction.objects.values())

    # when
    answer = give(club, by=STAFF_WITHOUT_PERMISSION)

    # then
    assert answer.data == {"loyaltyPointsGive": None}
    assert [error["extensions"]["exception"]["code"] for error in answer.errors] == ["PermissionDenied"]
    assert list(LoyaltyTransaction.objects.values()) == before


def test_what_was_taken_from_a_group_is_gone_at_once(club):
    # given
    put_into_group(club, "Shop", club.channel)
    group = Group.objects.get(name="Shop")
    group.permissions.clear()

    # when
    answer = give(club, by=MARKETING)

    # then
    assert [error["extensions"]["exception"]["code"] for error in answer.errors] == ["PermissionDenied"]
    assert LoyaltyAccount.objects.get(user__email=DANA).balance == 1000
