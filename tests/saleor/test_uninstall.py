"""Saleor survives us: users with points are deleted through Saleor, and it runs when the package is gone."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection
from django_celery_beat.models import IntervalSchedule, PeriodicTask
from saleor.account.models import Group, User
from saleor.discount.models import CheckoutLineDiscount
from saleor.order.models import Order
from saleor.permission.models import Permission
from saleor.plugins.models import PluginConfiguration

from saleor_loyalty.adapter.host import PLUGIN_ID
from saleor_loyalty.models import LoyaltyAccount, LoyaltyTransaction, Reservation
from tests.scenarios.drivers.protocol import STAFF
from tests.scenarios.drivers.saleor_scene import to_global_id
from tests.scenarios.stories import DANA, open_club

CUSTOMER_DELETE = "mutation($id: ID!) { customerDelete(id: $id) { errors { field code message } } }"
STAFF_DELETE = "mutation($id: ID!) { staffDelete(id: $id) { errors { field code message } } }"
BOSS = "boss@example.com"

WITHOUT_LOYALTY = """
import django
django.setup()
import saleor.graphql.api
import json, sys
from django.apps import apps
from django.test import Client
from graphene import Node
from saleor.account.models import User
from saleor.core.jwt import create_access_token
from saleor.order.models import Order

assert not apps.is_installed("saleor_loyalty")
from django.conf import settings
settings.ALLOWED_HOSTS.append("testserver")
boss = User.objects.get(email="boss@example.com")

def ask(document, **variables):
    response = Client().post(
        "/graphql/", json.dumps({"query": document, "variables": variables}), content_type="application/json",
        headers={"Authorization": "JWT " + create_access_token(boss)},
    )
    answer = json.loads(response.content)
    assert "errors" not in answer, answer
    return answer["data"]

def pk(email):
    return Node.to_global_id("User", User.objects.get(email=email).pk)

order = Node.to_global_id("Order", Order.objects.get().pk)
seen = ask(
    '''query($id: ID!) { order(id: $id) { total { gross { amount } }
    lines { unitDiscountReason discounts { type name total { amount } } } } }''', id=order
)
assert seen["order"]["total"]["gross"]["amount"] == 330, seen
assert [row["type"] for line in seen["order"]["lines"] for row in line["discounts"]] == ["ORDER_PROMOTION"], seen
assert ask("{ me { userPermissions { code } } }")["me"]["userPermissions"]
checkouts = ask("{ checkouts(first: 5) { edges { node { totalPrice { gross { amount } } } } } }")["checkouts"]["edges"]
print("checkouts", [edge["node"]["totalPrice"]["gross"]["amount"] for edge in checkouts])
deleted = ask("mutation($id: ID!) { customerDelete(id: $id) { errors { code message } } }", id=pk("dana@example.com"))
assert deleted["customerDelete"]["errors"] == [], deleted
deleted = ask("mutation($id: ID!) { staffDelete(id: $id) { errors { code message } } }", id=pk("staff@example.com"))
assert deleted["staffDelete"]["errors"] == [], deleted
print("it runs")
"""


@pytest.fixture
def shop_with_history(shop):
    """A customer and a staff member with rows in the ledger, an order with points and an open cart with points."""
    boss = User.objects.create(email=BOSS, is_staff=True, is_superuser=True, is_active=True)
    boss.set_unusable_password()
    boss.save()
    open_club(shop, points=2000)
    User.objects.filter(email=STAFF).update(is_active=True)
    give_to_staff = shop.give_points(STAFF, 50)
    assert give_to_staff.errors == ()
    checkout = shop.start_checkout({"EYELINER": 4}, by=DANA)
    assert shop.apply_points(checkout, 800, by=DANA).errors == ()
    assert shop.complete(checkout, by=DANA, is_paid=True).errors == ()
    cart = shop.start_checkout({"EYELINER": 4}, by=DANA)
    assert shop.apply_points(cart, 700, by=DANA).errors == ()
    return shop, cart


def test_a_customer_and_a_staff_member_with_points_are_deleted_through_saleor(shop_with_history):
    # given
    shop, _ = shop_with_history
    rows = LoyaltyTransaction.objects.count()
    ids = {email: to_global_id("User", User.objects.get(email=email).pk) for email in (DANA, STAFF)}

    # when
    customer = shop.query(CUSTOMER_DELETE, {"id": ids[DANA]}, by=BOSS)
    staff = shop.query(STAFF_DELETE, {"id": ids[STAFF]}, by=BOSS)

    # then
    assert (customer.errors, customer.data["customerDelete"]["errors"]) == ((), [])
    assert (staff.errors, staff.data["staffDelete"]["errors"]) == ((), [])
    assert not User.objects.filter(email__in=(DANA, STAFF)).exists()
    assert LoyaltyTransaction.objects.count() == rows
    accounts = LoyaltyAccount.objects.order_by("pk")
    assert [(account.user_id, account.email, account.status) for account in accounts] == [(None, None, "CLOSED")] * 2
    assert Order.objects.get().user is None


def test_uninstalling_removes_what_saleor_would_trip_over_and_keeps_the_ledger(shop_with_history):
    # given
    shop, cart = shop_with_history
    every = IntervalSchedule.objects.create(every=1, period="hours")
    for name in ("loyalty-expire-lots", "somebody-elses"):
        PeriodicTask.objects.create(name=name, task=name, interval=every)
    PluginConfiguration.objects.create(identifier=PLUGIN_ID, name="Loyalty", active=True)
    rows = LoyaltyTransaction.objects.count()
    assert shop.read_checkout(cart, by=DANA).total == 340

    # when
    call_command("loyalty_uninstall", yes=True)

    # then
    assert CheckoutLineDiscount.objects.filter(unique_type="loyalty").count() == 0
    assert Reservation.objects.filter(status="RESERVED").count() == 0
    assert list(
        PeriodicTask.objects.filter(name__in=("loyalty-expire-lots", "somebody-elses")).values_list("name")
    ) == [("somebody-elses",)]
    assert not Permission.objects.filter(content_type__app_label="saleor_loyalty").exists()
    assert not PluginConfiguration.objects.filter(identifier=PLUGIN_ID).exists()
    assert Group.objects.get(name="Everything").permissions.exists()
    assert LoyaltyTransaction.objects.count() == rows
    assert shop.read_total(cart, by=DANA) == 410


def test_uninstalling_is_asked_for(shop, monkeypatch):
    # given
    monkeypatch.setattr("builtins.input", lambda prompt: "no")

    # when
    with pytest.raises(Exception, match="Nothing was removed"):
        call_command("loyalty_uninstall")

    # then
    assert Permission.objects.filter(content_type__app_label="saleor_loyalty", codename="manage_loyalty").exists()


def test_without_the_package_saleor_runs_and_deletes_users_with_points(shop_with_history, run_saleor):
    # given
    call_command("loyalty_uninstall", yes=True)
    connection.close()

    # when Saleor runs without the app, on the same database with our tables still in it
    done = run_saleor(code=WITHOUT_LOYALTY, settings_module="tests.saleor.settings_without_loyalty")

    # then
    assert "checkouts [410.0]" in done.stdout
    assert "it runs" in done.stdout
    assert not User.objects.filter(email__in=(DANA, STAFF)).exists()
    accounts = LoyaltyAccount.objects.all()
    assert {account.user_id is None for account in accounts} == {False}  # the rows still say whose they were


def test_even_without_uninstalling_saleor_deletes_a_user_with_points(shop_with_history, run_saleor):
    # given the package is removed without asking it; only the permission row must go, which Saleor would fail on
    Permission.objects.filter(content_type__app_label="saleor_loyalty").delete()
    connection.close()
    code = WITHOUT_LOYALTY.replace('print("checkouts"', 'print("carts"')

    # when
    done = run_saleor(code=code, settings_module="tests.saleor.settings_without_loyalty")

    # then
    assert "it runs" in done.stdout
    assert not User.objects.filter(email__in=(DANA, STAFF)).exists()
