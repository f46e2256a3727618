"""Customers are told in time, in their language, once, and again where sending failed."""

from __future__ import annotations

import datetime
import json

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from playground.models import User
from saleor_loyalty.ledger import award_points, deduct_points, give_points, open_account
from saleor_loyalty.models import EventDelivery, EventEndpoint, ExpiryNotice, LoyaltyAccount, LoyaltyProgram
from saleor_loyalty.notices import note_expiring_points, send_notices
from tests import club

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


@pytest.fixture
def program(db) -> LoyaltyProgram:
    club.open_channel()
    return club.publish(
        club.rules(
            expiry={"type": "ROLLING", "months": 12, "noticeDays": [30, 7]}, listing={"timeZone": "Asia/Jerusalem"}
        )
    )


@pytest.fixture
def dana(program) -> User:
    return club.add_customer(first_name="Dana", last_name="Levi", language_code="he")


def give(user: User, points: int, *, days: int, at: datetime.datetime) -> LoyaltyAccount:
    account = open_account(LoyaltyProgram.objects.get(), user_id=user.pk, at=at)
    give_points(account.pk, points=points, at=at, expires_at=at + days * DAY, idempotency_key=f"{user.pk} {days}")
    return account


def notices() -> list[tuple[int, int]]:
    return list(ExpiryNotice.objects.order_by("pk").values_list("days", "points"))


def test_a_customer_is_told_of_a_date_once_for_each_of_the_days_of_the_rules(dana):
    # given
    at = club.now()
    give(dana, 40, days=100, at=at)

    # when / then
    told = {day: note_expiring_points(at=at + day * DAY, limit=10) for day in (69, 70, 71, 92, 93, 94, 99)}
    assert told == {69: 0, 70: 1, 71: 0, 92: 0, 93: 1, 94: 0, 99: 0}
    assert notices() == [(30, 40), (7, 40)]


def test_where_two_notices_have_come_at_once_only_the_shorter_is_sent(dana):
    at = club.now()
    give(dana, 40, days=5, at=at)
    assert note_expiring_points(at=at, limit=10) == 1
    assert note_expiring_points(at=at, limit=10) == 0
    assert notices() == [(7, 40)]


def test_what_was_spent_by_then_is_not_told_of(dana):
    at = club.now()
    account = give(dana, 40, days=100, at=at)
    deduct_points(account.pk, points=15, at=at, idempotency_key="spent")
    note_expiring_points(at=at + 80 * DAY, limit=10)
    assert notices() == [(30, 25)]


def test_guests_and_frozen_and_paused_ones_are_not_told(dana, program):
    # given
    at = club.now()
    guest = open_account(program, email="guest@example.com", at=at)
    award_points(
        guest.pk, points=5, at=at, expires_at=at + 5 * DAY, available_at=None, idempotency_key="g", order_id="1",
        program_version=None, channel_slug="shop", receipt=None,
    )  # fmt: skip
    account = give(dana, 40, days=5, at=at)
    LoyaltyAccount.objects.filter(pk=account.pk).update(status="FROZEN")

    # then
    assert note_expiring_points(at=at, limit=10) == 0
    LoyaltyAccount.objects.filter(pk=account.pk).update(status="ACTIVE")
    LoyaltyProgram.objects.update(status="PAUSED")
    assert note_expiring_points(at=at, limit=10) == 0


def test_an_e_mail_goes_out_in_the_customer_s_language_where_the_shop_wants_it(dana, settings):
    # given
    settings.LOYALTY_EXPIRY_EMAILS = True
    settings.LOYALTY_EMAIL_FROM = "club@example.com"
    at = datetime.datetime(2027, 3, 1, 12, 0, tzinfo=datetime.UTC)
    account = open_account(LoyaltyProgram.objects.get(), user_id=dana.pk, at=at)
    midnight = datetime.datetime(2027, 3, 5, 22, 0, tzinfo=datetime.UTC)
    give_points(account.pk, points=40, at=at, expires_at=midnight, idempotency_key="gift")
    note_expiring_points(at=at, limit=10)

    # when
    assert send_notices(at=at, limit=10) == 1
    assert send_notices(at=at, limit=10) == 0

    # then
    (message,) = mail.outbox
    assert (message.from_email, message.to) == ("club@example.com", ["Dana Levi <dana@example.com>"])
    plain = {ord("\u2068"): None, ord("\u2069"): None}
    assert message.subject.translate(plain) == "40 נקודות יפוגו בקרוב"
    assert "עד 5 במרץ 2027 ועד בכלל" in message.body.translate(plain)


def test_by_default_no_e_mail_of_ours_goes_out(dana):
    at = club.now()
    give(dana, 40, days=5, at=at)
    note_expiring_points(at=at, limit=10)
    assert send_notices(at=at, limit=10) == 1
    assert mail.outbox == []


def test_what_could_not_be_sent_is_kept_and_tried_again(dana, settings):
    # given
    settings.LOYALTY_EXPIRY_EMAILS = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # nobody listens there
    at = club.now()
    give(dana, 40, days=5, at=at)
    note_expiring_points(at=at, limit=10)

    # when
    assert send_notices(at=at, limit=10) == 0

    # then
    assert list(ExpiryNotice.objects.values_list("sent_at", "attempts")) == [(None, 1)]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send_notices(at=at, limit=10) == 1
    assert len(mail.outbox) == 1


def test_after_five_failures_and_after_the_date_it_is_given_up(dana):
    at = club.now()
    give(dana, 40, days=5, at=at)
    note_expiring_points(at=at, limit=10)
    assert send_notices(at=at + 5 * DAY, limit=10) == 0
    ExpiryNotice.objects.update(attempts=5)
    assert send_notices(at=at, limit=10) == 0


def test_who_has_gone_meanwhile_is_not_written_to(dana, settings):
    settings.LOYALTY_EXPIRY_EMAILS = True
    at = club.now()
    give(dana, 40, days=5, at=at)
    note_expiring_points(at=at, limit=10)
    User.objects.filter(pk=dana.pk).update(is_active=False)
    assert send_notices(at=at, limit=10) == 1
    assert mail.outbox == []


def test_endpoints_are_told_with_the_notice(dana, program):
    # given
    at = club.now()
    EventEndpoint.objects.create(
        url="https://example.com/",
        event_names=["loyalty.points.expiring"],
        is_active=True,
        created_at=at,
        updated_at=at,
    )
    account = give(dana, 40, days=5, at=at)

    # when
    note_expiring_points(at=at, limit=10)

    # then
    delivery = EventDelivery.objects.select_related("event").get()
    payload = delivery.event.payload
    assert json.loads(json.dumps(payload))["points"] == 40
    assert (delivery.event.account_id, payload["days"]) == (account.pk, 7)


def test_looking_for_them_takes_the_same_statements_for_many_customers(dana):
    at = club.now()
    give(dana, 40, days=5, at=at)
    note_expiring_points(at=at - 60 * DAY, limit=50)  # what a process learns once (the rules of a version) is learned
    with CaptureQueriesContext(connection) as one:
        assert note_expiring_points(at=at, limit=50) == 1
    for number in range(20):
        give(club.add_customer(f"member{number}@example.com"), 5, days=6, at=at)
    with CaptureQueriesContext(connection) as many:
        assert note_expiring_points(at=at, limit=50) == 20
    assert len(many) == len(one)
