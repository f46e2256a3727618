"""Notices through a real Saleor's own notifications: an app with NOTIFY_USER is told what to write, and to whom."""

from __future__ import annotations

import datetime
import json

import pytest
from django.utils import timezone
from graphene import Node
from saleor.account.models import User
from saleor.app.models import App
from saleor.core.models import EventDelivery as SaleorDelivery
from saleor.permission.models import Permission
from saleor.webhook.models import Webhook, WebhookEvent
from saleor.webhook.transport.asynchronous.transport import send_webhook_request_async

from saleor_loyalty.ledger import Actor
from saleor_loyalty.memberships import PlanTerms, create_membership, create_plan
from saleor_loyalty.models import ExpiryNotice, LoyaltyAccount, MembershipNotice
from saleor_loyalty.tasks import send_expiry_notices_task
from tests.scenarios.stories import DANA, buy, open_club


@pytest.fixture
def mailer(settings, monkeypatch):
    """An app that sends a shop's mails, beside the plugin."""
    settings.PLUGINS = [*settings.PLUGINS, "saleor.plugins.webhook.plugin.WebhookPlugin"]
    monkeypatch.setattr(send_webhook_request_async, "apply_async", lambda *_args, **_kwargs: None)
    app = App.objects.create(name="Mailer", is_active=True)
    app.permissions.set(Permission.objects.all())
    webhook = Webhook.objects.create(name="Mailer", app=app, target_url="https://mail.example.com/", is_active=True)
    WebhookEvent.objects.create(webhook=webhook, event_type="notify_user")


def test_an_app_that_sends_mails_is_told_that_points_expire(shop, mailer):
    # given
    open_club(shop, expiry={"type": "ROLLING", "days": 5, "noticeDays": [7]})

    # when
    assert [send_expiry_notices_task(), send_expiry_notices_task()] == [1, 0]

    # then
    delivery = SaleorDelivery.objects.get()
    told = json.loads(delivery.payload.get_payload())
    payload, notice = told["payload"], ExpiryNotice.objects.get()
    assert (delivery.event_type, told["notify_event"]) == ("notify_user", "loyalty_points_expiring")
    assert (payload["recipient_email"], payload["language_code"]) == (DANA, "en")
    assert (payload["user_id"], payload["account_id"]) == (User.objects.get(email=DANA).pk, notice.account_id)
    assert (payload["points"], payload["days"]) == (1000, 7)
    assert payload["expires_at"] == notice.expires_at.isoformat()
    assert payload["subject"].translate({0x2068: None, 0x2069: None}) == "1,000 points expire soon"
    assert notice.sent_at is not None


def test_an_app_that_sends_mails_is_told_that_a_membership_ends(shop, mailer):
    # given
    open_club(shop, memberships={"noticeDays": [14]})
    account = LoyaltyAccount.objects.get()
    plan = create_plan(account.program_id, terms=PlanTerms(name="Gold", duration_days=30), at=timezone.now())
    begun = timezone.now().date() - datetime.timedelta(days=20)
    gold = create_membership(account.pk, plan_id=plan.pk, starts_on=begun, actor=Actor(), at=timezone.now())

    # when
    assert [send_expiry_notices_task(), send_expiry_notices_task()] == [1, 0]

    # then
    delivery = SaleorDelivery.objects.get()
    told = json.loads(delivery.payload.get_payload())
    payload, notice = told["payload"], MembershipNotice.objects.get()
    assert (delivery.event_type, told["notify_event"]) == ("notify_user", "loyalty_membership_expiring")
    assert (payload["recipient_email"], payload["language_code"]) == (DANA, "en")
    assert (payload["user_id"], payload["account_id"]) == (account.user_id, account.pk)
    assert (payload["membership_id"], payload["plan"], payload["days"]) == (gold.pk, "Gold", 14)
    assert payload["ends_on"] == str(begun + datetime.timedelta(days=30)) == str(notice.ends_on)
    assert payload["subject"] == "Your membership Gold ends soon"
    assert notice.sent_at is not None


def test_an_app_that_sends_mails_is_told_that_points_were_taken_back_and_why(shop, mailer):
    # given
    open_club(shop, points=0)
    User.objects.filter(email=DANA).update(language_code="it")
    order = buy(shop, shop.start_checkout({"EYELINER": 2}, by=DANA))
    shop.fulfill(order)
    SaleorDelivery.objects.all().delete()

    # when
    shop.refund_lines(order, {"EYELINER": 1})
    shop.reconcile()

    # then
    [delivery] = [one for one in SaleorDelivery.objects.all() if "loyalty_points" in one.payload.get_payload()]
    told = json.loads(delivery.payload.get_payload())
    plain = {ord(mark): None for mark in "\u2068\u2069"}
    assert told["notify_event"] == "loyalty_points_taken_back"
    assert {name: told["payload"][name] for name in ("recipient_email", "points", "order_id", "reason")} == {
        "recipient_email": DANA,
        "points": 100,
        "order_id": Node.from_global_id(order)[1],
        "reason": "REFUNDED",
    }
    assert told["payload"]["text"].translate(plain) == (
        "Club: 100 punti sono stati ritirati. Gli articoli rimborsati non contano."
    )


def test_an_app_that_cannot_be_told_leaves_the_notice_for_the_next_run(shop, mailer, monkeypatch):
    # given
    open_club(shop, expiry={"type": "ROLLING", "days": 5, "noticeDays": [7]})

    # when
    with monkeypatch.context() as patch:
        patch.setattr("saleor.plugins.webhook.plugin.WebhookPlugin.notify", _fail)
        assert send_expiry_notices_task() == 0

    # then
    assert list(ExpiryNotice.objects.values_list("sent_at", "attempts")) == [(None, 1)]
    assert send_expiry_notices_task() == 1


def _fail(*_args, **_kwargs):
    raise RuntimeError("a webhook is broken")
