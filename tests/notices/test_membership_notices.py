"""That a membership ends is told in time, once for each end and number of days, and only where it is so."""

from __future__ import annotations

import datetime
import json

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from playground.models import User
from saleor_loyalty.deliveries import create_endpoint
from saleor_loyalty.ledger import open_account
from saleor_loyalty.models import (
    LoyaltyAccount,
    LoyaltyProgram,
    Membership,
    MembershipNotice,
    MembershipPlan,
    OutboxEvent,
)
from saleor_loyalty.notices import note_expiring_memberships, send_notices
from saleor_loyalty.personal_data import write_personal_data
from tests import club
from tests.graphql.api import gid
from tests.memberships.builders import (
    NOW,
    a_plan,
    by_hand,
    cancel,
    day,
    extend,
    freeze,
    noon,
    unfreeze,
)

pytestmark = pytest.mark.django_db
PLAIN = {ord("\u2068"): None, ord("\u2069"): None}


def publish(*days: int, time_zone: str = "UTC") -> LoyaltyProgram:
    return club.publish(club.rules(memberships={"noticeDays": list(days)}, listing={"timeZone": time_zone}))


@pytest.fixture
def program(db) -> LoyaltyProgram:
    club.open_channel()
    return publish(14, 3)


@pytest.fixture
def dana(program) -> User:
    return club.add_customer(first_name="Dana", last_name="Levi", language_code="he")


@pytest.fixture
def account(program, dana) -> LoyaltyAccount:
    return open_account(program, user_id=dana.pk, at=NOW)


@pytest.fixture
def plan(program) -> MembershipPlan:
    return a_plan(program)


@pytest.fixture
def membership(account, plan) -> Membership:
    """From 10 March 2026 to 9 April, the last day."""
    return by_hand(account, plan)


def note(*days: str) -> dict[str, int]:
    return {text: note_expiring_memberships(at=noon(text), limit=10) for text in days}


def noted() -> list[tuple[int, str]]:
    """(which notice, of which end), in their order."""
    rows = MembershipNotice.objects.order_by("pk").values_list("days", "ends_on")
    return [(days, ends_on.isoformat()) for days, ends_on in rows]


def test_an_end_is_told_once_for_each_of_the_days_of_the_rules(membership):
    assert note("2026-03-26", "2026-03-27", "2026-03-28", "2026-04-06", "2026-04-07", "2026-04-08", "2026-04-10") == {
        "2026-03-26": 0,
        "2026-03-27": 1,
        "2026-03-28": 0,
        "2026-04-06": 0,
        "2026-04-07": 1,
        "2026-04-08": 0,
        "2026-04-10": 0,
    }
    assert noted() == [(14, "2026-04-10"), (3, "2026-04-10")]


def test_where_two_notices_have_come_at_once_only_the_shorter_is_noted(membership):
    assert note("2026-04-08") == {"2026-04-08": 1}
    assert note("2026-04-08", "2026-04-09") == {"2026-04-08": 0, "2026-04-09": 0}
    assert noted() == [(3, "2026-04-10")]


def test_days_begin_by_the_clock_on_the_wall_of_the_membership(account):
    # given: it is 27 March in Auckland from 11:00 UTC of the 26th on
    publish(14, time_zone="Pacific/Auckland")
    by_hand(account, a_plan(account.program))
    before = datetime.datetime(2026, 3, 26, 10, 59, tzinfo=datetime.UTC)

    # then (by hand at noon UTC it began on the 11th there, and ends on 11 April)
    assert note_expiring_memberships(at=before + datetime.timedelta(days=1), limit=10) == 0
    assert note_expiring_memberships(at=before + datetime.timedelta(days=1, minutes=1), limit=10) == 1
    assert noted() == [(14, "2026-04-11")]


def test_an_extended_one_is_not_told_of_the_old_end_and_is_told_of_the_new_one_again(membership):
    note("2026-03-27")
    extend(membership, "2026-05-10", at=noon("2026-03-30"))

    note("2026-04-07", "2026-04-25")
    assert noted() == [(14, "2026-04-10")]
    note("2026-04-26", "2026-05-07")
    assert noted() == [(14, "2026-04-10"), (14, "2026-05-10"), (3, "2026-05-10")]


@pytest.mark.parametrize("stop", [cancel, freeze, lambda row, at: freeze(row, "2026-04-20", at=at)])
def test_a_cancelled_or_frozen_one_is_not_told(membership, stop):
    stop(membership, at=noon("2026-03-20"))
    assert note("2026-03-27", "2026-04-07", "2026-04-19") == {"2026-03-27": 0, "2026-04-07": 0, "2026-04-19": 0}
    assert noted() == []


def test_a_frozen_one_is_told_of_its_new_end_once_it_goes_on(membership):
    freeze(membership, at=noon("2026-03-20"))
    unfreeze(membership, at=noon("2026-04-19"))
    note("2026-04-25", "2026-04-26")
    assert noted() == [(14, "2026-05-10")]


def test_one_that_goes_on_with_the_next_one_is_not_told_but_the_last_one_is(membership, account, plan):
    by_hand(account, plan, at=noon("2026-03-12"))
    note("2026-03-27", "2026-04-07")
    assert noted() == []
    note("2026-04-27")
    assert noted() == [(14, "2026-05-10")]


def test_one_whose_next_one_is_cancelled_or_of_another_plan_or_later_is_told(membership, account, plan, program):
    cancel(by_hand(account, plan, at=noon("2026-03-12")), at=noon("2026-03-13"))
    by_hand(account, a_plan(program, name="Silver", duration_months=12), at=noon("2026-03-12"))
    by_hand(account, plan, at=noon("2026-03-12"), starts_on=day("2026-04-11"))
    note("2026-03-27")
    assert noted() == [(14, "2026-04-10")]


def test_a_notice_that_would_come_on_the_first_day_or_before_is_not_sent(account, program):
    by_hand(account, a_plan(program, duration_days=3))
    by_hand(account, a_plan(program, name="Four days", duration_days=4))
    assert note("2026-03-10", "2026-03-11", "2026-03-12") == {"2026-03-10": 0, "2026-03-11": 1, "2026-03-12": 0}
    assert noted() == [(3, "2026-03-14")]


def test_one_that_never_ends_or_has_not_begun_is_not_told(account, program):
    by_hand(account, a_plan(program, kind="PACKAGE", duration_months=None))
    by_hand(account, a_plan(program, name="Later", duration_days=10), starts_on=day("2026-03-20"))
    assert note("2026-03-17", "2026-03-19") == {"2026-03-17": 0, "2026-03-19": 0}


@pytest.mark.parametrize("status", ["FROZEN", "CLOSED"])
def test_of_an_account_that_is_frozen_or_over_nobody_is_told(membership, account, status):
    note("2026-03-27")
    LoyaltyAccount.objects.filter(pk=account.pk).update(status=status)
    assert note("2026-04-07") == {"2026-04-07": 0}


def test_while_the_program_is_paused_nobody_is_told(membership):
    LoyaltyProgram.objects.update(status="PAUSED")
    assert note("2026-03-27") == {"2026-03-27": 0}


def test_without_days_in_the_rules_nobody_is_told(membership):
    publish()
    assert note("2026-03-27", "2026-04-09") == {"2026-03-27": 0, "2026-04-09": 0}


def test_endpoints_are_told_with_the_notice_of_guests_too(account, dana, plan, program):
    # given
    create_endpoint(
        program.pk, name="Mail", url="http://127.0.0.1:9/", event_names=["loyalty.membership.expiring"], at=NOW
    )
    guest = open_account(program, email="guest@example.com", at=NOW)
    ours = [by_hand(who, plan) for who in (account, guest)]

    # when
    assert note("2026-03-27", "2026-03-28") == {"2026-03-27": 2, "2026-03-28": 0}

    # then
    events = list(OutboxEvent.objects.order_by("pk"))
    assert [(event.account_id, event.payload["user"]) for event in events] == [
        (account.pk, gid("User", dana)),
        (guest.pk, None),
    ]
    assert events[0].payload == {
        "membership": gid("LoyaltyMembership", ours[0]),
        "plan": gid("LoyaltyMembershipPlan", plan),
        "account": gid("LoyaltyAccount", account),
        "user": gid("User", dana),
        "startsOn": "2026-03-10",
        "endsOn": "2026-04-10",
        "isPaid": True,
        "days": 14,
    }
    assert events[0].occurred_at == noon("2026-03-27")


def test_an_e_mail_goes_out_in_the_customer_s_language_with_the_last_day(membership, settings):
    # given
    settings.LOYALTY_EXPIRY_EMAILS = True
    settings.LOYALTY_EMAIL_FROM = "club@example.com"
    note("2026-03-27")

    # when
    assert [send_notices(at=noon("2026-03-27"), limit=10) for _ in range(2)] == [1, 0]

    # then
    (message,) = mail.outbox
    assert (message.from_email, message.to) == ("club@example.com", ["Dana Levi <dana@example.com>"])
    assert message.subject.translate(PLAIN) == "המנוי Gold שלך מסתיים בקרוב"
    assert message.body.translate(PLAIN) == "המנוי Gold שלך ב־Club בתוקף עד 9 באפר׳ 2026 ועד בכלל. אחר כך הוא יסתיים."


@pytest.mark.parametrize(
    "change",
    [
        lambda row: extend(row, "2026-05-10", at=noon("2026-03-27")),
        lambda row: freeze(row, at=noon("2026-03-27")),
        lambda row: cancel(row, at=noon("2026-03-27")),
        lambda row: LoyaltyAccount.objects.update(status="FROZEN"),
        lambda row: User.objects.update(is_active=False),
    ],
)
def test_what_is_no_longer_so_when_its_turn_comes_is_not_sent(membership, settings, change):
    settings.LOYALTY_EXPIRY_EMAILS = True
    note("2026-03-27")
    change(membership)
    send_notices(at=noon("2026-03-27"), limit=10)
    assert mail.outbox == []
    assert MembershipNotice.objects.filter(sent_at__isnull=True).count() == 0


def test_what_could_not_be_sent_is_tried_again_five_times_and_until_the_end(membership, settings):
    # given
    settings.LOYALTY_EXPIRY_EMAILS = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # nobody listens there
    note("2026-04-07")

    # when
    assert [send_notices(at=noon("2026-04-07"), limit=10) for _ in range(6)] == [0] * 6

    # then
    assert list(MembershipNotice.objects.values_list("sent_at", "attempts")) == [(None, 5)]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    MembershipNotice.objects.update(attempts=4)
    assert send_notices(at=noon("2026-04-11"), limit=10) == 0
    assert send_notices(at=noon("2026-04-09"), limit=10) == 1
    assert len(mail.outbox) == 1


def test_an_account_that_fails_stops_no_other(membership, plan, program, caplog):
    other = by_hand(open_account(program, user_id=club.add_customer("o@example.com").pk, at=NOW), plan)
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE saleor_loyalty_membershipnotice ADD CONSTRAINT broken CHECK (membership_id <> %s)",
            [membership.pk],
        )

    # then
    assert note("2026-03-27") == {"2026-03-27": 1}
    assert list(MembershipNotice.objects.values_list("membership_id", flat=True)) == [other.pk]
    assert f"memberships of account {membership.account_id} end cannot be told" in caplog.text


def test_the_notices_are_in_the_customer_s_personal_data(membership, account):
    note("2026-03-27")
    data = json.loads("".join(write_personal_data(account.pk, is_for_staff=False, at=noon("2026-03-27"))))
    assert data["membershipNotices"] == [
        {"planName": "Gold", "endsOn": "2026-04-10", "days": 14, "sentAt": None},
    ]


def test_looking_for_them_takes_one_statement_more_for_each_of_the_days_and_none_for_each_customer(membership, plan):
    note("2026-03-11")  # what a process learns once (the rules of a version) is learned
    with CaptureQueriesContext(connection) as none_due:
        assert note("2026-03-12") == {"2026-03-12": 0}
    for number in range(20):
        user = club.add_customer(f"member{number}@example.com")
        by_hand(open_account(plan.program, user_id=user.pk, at=NOW), plan, is_paid=False)
    with CaptureQueriesContext(connection) as many:
        assert note("2026-03-12") == {"2026-03-12": 0}
    assert len(none_due) == len(many) == 3
    with CaptureQueriesContext(connection) as due:
        assert note_expiring_memberships(at=noon("2026-03-27"), limit=50) == 21
    statements = [row for row in due.captured_queries if "SAVEPOINT" not in row["sql"]]
    assert len(statements) == 4 + 21 * 4
