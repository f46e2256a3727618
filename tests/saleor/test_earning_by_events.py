"""Joining over Saleor's own GraphQL: registering, confirming, and all the ways in which Saleor tells of it, or not."""

from __future__ import annotations

import pytest
from saleor.account.models import User
from saleor.site.models import SiteSettings

from saleor_loyalty.adapter import plugin
from saleor_loyalty.adapter.periodic import SCHEDULE
from saleor_loyalty.host import get_host
from saleor_loyalty.models import LoyaltyAccount, LoyaltyTransaction, ReportedEvent
from saleor_loyalty.tasks import award_activities_task, follow_changed_customers_task
from tests.saleor.test_joining import CUSTOMER_UPDATE, SET_PASSWORD, done
from tests.scenarios.drivers import saleor_documents, saleor_scene
from tests.scenarios.drivers.protocol import STAFF
from tests.scenarios.stories import moves, open_club
from tests.scenarios.test_earning_beyond_orders import ACTIVITIES, NEWCOMER, points_of

CUSTOMER_CREATE = """mutation($input: UserCreateInput!) {
    customerCreate(input: $input) { user { id } errors { field code message } } }"""


@pytest.fixture
def club(shop):
    open_club(shop, points=0, activities=ACTIVITIES)
    return shop


def test_registering_and_confirming_earn_once_each(club):
    # when
    club.register(NEWCOMER)

    # then
    account = LoyaltyAccount.objects.get(user__email=NEWCOMER)
    assert (account.balance, account.pending) == (100, 100)
    user = User.objects.get(email=NEWCOMER)
    event = ReportedEvent.objects.get()
    assert (event.name, event.occurred_at, event.points) == ("SIGNED_UP", user.date_joined, 100)

    # when
    club.confirm_account(NEWCOMER)

    # then
    assert points_of(club, NEWCOMER) == (120, 0)
    assert list(LoyaltyTransaction.objects.order_by("pk").values_list("source", "points")) == [
        ("SIGN_UP", 100),
        ("ACCOUNT", 20),
    ]


def test_registering_without_confirmation_by_mail_earns_points_that_wait(club):
    SiteSettings.objects.update(enable_account_confirmation_by_email=False)
    club.register(NEWCOMER)
    account = LoyaltyAccount.objects.get(user__email=NEWCOMER)
    assert (account.balance, account.pending) == (100, 100)


def test_a_customer_whom_staff_makes_is_welcomed_too(club):
    # Saleor makes every new customer unconfirmed, whatever staff says.
    done(club, CUSTOMER_CREATE, {"input": {"email": NEWCOMER, "isConfirmed": True}}, by=STAFF)
    assert points_of(club, NEWCOMER) == (0, 100)


def test_an_address_that_staff_confirms_earns(club):
    club.register(NEWCOMER)
    user = saleor_scene.to_global_id("User", User.objects.get(email=NEWCOMER).pk)
    done(club, CUSTOMER_UPDATE, {"id": user, "input": {"isConfirmed": True}}, by=STAFF)
    assert points_of(club, NEWCOMER) == (120, 0)


def test_a_password_set_by_mail_confirms_without_a_hook_and_the_walk_awards(club):
    # given
    from saleor.core.tokens import password_reset_token_generator

    club.register(NEWCOMER)
    user = User.objects.get(email=NEWCOMER)
    token = password_reset_token_generator.make_token(user)

    # when
    done(club, SET_PASSWORD, {"email": NEWCOMER, "token": token, "password": saleor_scene.PASSWORD})
    follow_changed_customers_task()

    # then
    assert points_of(club, NEWCOMER) == (120, 0)


def test_while_hooks_are_lost_the_walk_finds_the_customer(club, monkeypatch):
    # given
    for name in ("account_confirmed", "customer_created", "customer_updated"):
        monkeypatch.setattr(plugin.LoyaltyPlugin, name, lambda self, user, *args, previous_value=None, **kwargs: None)
    club.register(NEWCOMER)
    values = saleor_scene.confirmation_of(NEWCOMER)
    done(club, saleor_documents.CONFIRM_ACCOUNT, values)
    assert ReportedEvent.objects.count() == 0

    # when
    for _ in range(2):
        follow_changed_customers_task()

    # then
    assert points_of(club, NEWCOMER) == (120, 0)
    assert moves(club, NEWCOMER) == [("EARN", 100), ("EARN", 20)]


def test_a_failure_of_ours_keeps_nobody_from_registering(club, monkeypatch, caplog):
    def fail(*_args, **_kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr("saleor_loyalty.tasks.follow_customer_task.delay", fail)
    club.register(NEWCOMER)
    assert User.objects.filter(email=NEWCOMER).exists()
    assert "could not be sent" in caplog.text


def test_the_port_lists_customers_as_they_change(shop):
    # given
    users = [User.objects.create(email=f"{number}@example.com") for number in range(3)]
    User.objects.create(email="another-clerk@example.com", is_staff=True)
    host = get_host()
    since = users[0].updated_at

    # when / then
    listed = host.changed_users(since=since, after_id=users[0].pk - 1, limit=10)
    assert [pk for _changed_at, pk in listed] == [user.pk for user in users]
    assert [pk for _, pk in host.changed_users(since=since, after_id=users[0].pk, limit=1)] == [users[1].pk]
    assert list(host.user_ids(after_id=users[0].pk, limit=1)) == [users[1].pk]
    assert host.users([users[0].pk])[users[0].pk].joined_at == users[0].date_joined


def test_the_periodic_tasks_are_in_the_schedule():
    tasks = {task for task, _every in SCHEDULE.values()}
    assert {task.name for task in (award_activities_task, follow_changed_customers_task)} <= tasks
