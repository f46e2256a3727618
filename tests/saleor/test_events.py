"""Events out of a real Saleor: told of its orders, and mirrored so that its own webhooks fire."""

from __future__ import annotations

import pytest
from django.utils import timezone
from saleor.account.models import User
from saleor.app.models import App
from saleor.core.models import EventDelivery as SaleorDelivery
from saleor.order.models import Order
from saleor.permission.models import Permission
from saleor.plugins.manager import PluginsManager
from saleor.webhook.models import Webhook, WebhookEvent
from saleor.webhook.transport.asynchronous.transport import send_webhook_request_async

from saleor_loyalty.adapter.facts import publish_facts
from saleor_loyalty.deliveries import create_endpoint
from saleor_loyalty.events import SUBSCRIBABLE
from saleor_loyalty.ledger import give_points, open_account
from saleor_loyalty.models import EventDelivery, LoyaltyProgram, OrderRecord
from saleor_loyalty.programs import create_program
from saleor_loyalty.tasks import mirror_facts_task
from tests.deliveries.receiver import receiving

pytestmark = pytest.mark.saleor


@pytest.fixture
def program(db) -> LoyaltyProgram:
    return create_program(name="Club", slug="club", at=timezone.now())


@pytest.fixture
def told(monkeypatch):
    """What Saleor's own plugins are told of, by the name of the hook."""
    calls = []
    for name in ("customer_metadata_updated", "order_metadata_updated"):
        monkeypatch.setattr(
            PluginsManager, name, lambda self, instance, *rest, hook=name, **more: calls.append((hook, instance.pk))
        )
    return calls


@pytest.fixture
def receiver(settings):
    settings.LOYALTY_EVENT_PRIVATE_NETWORKS = True
    with receiving() as found:
        yield found


def give(account, points, key):
    give_points(account.pk, points=points, at=timezone.now(), idempotency_key=key)


def test_a_movement_is_delivered_after_its_commit(
    program, customer_user, receiver, django_capture_on_commit_callbacks
):
    # given
    at = timezone.now()
    create_endpoint(program.pk, name="Receiver", url=receiver.url, event_names=SUBSCRIBABLE, at=at)

    # when
    with django_capture_on_commit_callbacks(execute=True):
        give(open_account(program, user_id=customer_user.pk, at=at), 10, "a")

    # then
    assert [event["name"] for event in receiver.accepted] == [
        "loyalty.account.created",
        "loyalty.transaction.created",
    ]
    assert set(EventDelivery.objects.values_list("status", flat=True)) == {"DELIVERED"}


def test_points_are_mirrored_to_private_metadata_once_and_saleor_tells_of_it(
    program, customer_user, told, settings, django_capture_on_commit_callbacks
):
    # given
    settings.LOYALTY_MIRROR_FACTS = True
    User.objects.filter(pk=customer_user.pk).update(metadata={"a": "1"}, private_metadata={"erp": "7"})
    account = open_account(program, user_id=customer_user.pk, at=timezone.now())

    # when
    with django_capture_on_commit_callbacks(execute=True):
        give(account, 10, "a")

    # then
    customer_user.refresh_from_db()
    assert customer_user.private_metadata == {
        "erp": "7",
        "loyalty.club.available": "10",
        "loyalty.club.pending": "0",
        "loyalty.club.tier": "",
    }
    assert customer_user.metadata == {"a": "1"}
    assert told == [("customer_metadata_updated", customer_user.pk)]

    # when: a second time, or a task that runs twice
    mirror_facts_task(account.pk, [])

    # then
    assert len(told) == 1


def test_saleors_own_webhooks_fire(program, customer_user, order, settings, monkeypatch):
    # given: an app that listens to Saleor, and knows nothing of loyalty
    settings.PLUGINS = ["saleor.plugins.webhook.plugin.WebhookPlugin"]
    monkeypatch.setattr(send_webhook_request_async, "apply_async", lambda *_args, **_kwargs: None)
    app = App.objects.create(name="ERP", is_active=True)
    names = {"manage_users", "manage_orders"}
    app.permissions.set(Permission.objects.filter(codename__in=names))
    webhook = Webhook.objects.create(name="ERP", app=app, target_url="https://erp.example.com/", is_active=True)
    events = ["customer_metadata_updated", "order_metadata_updated"]
    WebhookEvent.objects.bulk_create(WebhookEvent(webhook=webhook, event_type=name) for name in events)
    facts = {"loyalty.club.available": "10"}

    # when
    for _ in range(2):
        publish_facts(user_id=customer_user.pk, customer=facts, orders={str(order.pk): {"loyalty.club.earned": "3"}})

    # then
    assert sorted(SaleorDelivery.objects.values_list("event_type", flat=True)) == events


def test_an_order_shows_what_it_earned(program, customer_user, order_with_lines, told):
    # given
    order, at = order_with_lines, timezone.now()
    version = program.versions.create(number=1, rules={}, checksum="0", created_at=at, updated_at=at)
    account = open_account(program, user_id=customer_user.pk, at=at)
    OrderRecord.objects.create(
        program=program,
        program_version=version,
        account=account,
        order_id=str(order.pk),
        channel_slug=order.channel.slug,
        currency=order.currency,
        awarded=12,
        reversed=2,
        redeemed=100,
        created_at=at,
        updated_at=at,
    )
    before = Order.objects.get(pk=order.pk)

    # when
    mirror_facts_task(account.pk, [str(order.pk), "2b3b7f3e-0000-4000-8000-000000000000"])

    # then
    after = Order.objects.get(pk=order.pk)
    assert after.private_metadata == {
        **before.private_metadata,
        "loyalty.club.earned": "10",
        "loyalty.club.redeemed": "100",
    }
    assert (after.metadata, after.updated_at) == (before.metadata, before.updated_at)
    assert ("order_metadata_updated", order.pk) in told


def test_nothing_is_mirrored_unless_it_is_switched_on(
    program, customer_user, told, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        give(open_account(program, user_id=customer_user.pk, at=timezone.now()), 10, "a")

    customer_user.refresh_from_db()
    assert "loyalty.club.available" not in customer_user.private_metadata
    assert told == []


def test_a_host_that_fails_leaves_the_movement_alone(
    program, customer_user, settings, monkeypatch, django_capture_on_commit_callbacks
):
    # given
    settings.LOYALTY_MIRROR_FACTS = True

    def fail(*_args, **_kwargs):
        raise RuntimeError("a webhook is broken")

    monkeypatch.setattr(PluginsManager, "customer_metadata_updated", fail)
    account = open_account(program, user_id=customer_user.pk, at=timezone.now())

    # when
    with django_capture_on_commit_callbacks(execute=True):
        give(account, 10, "a")

    # then
    account.refresh_from_db()
    assert account.balance == 10
