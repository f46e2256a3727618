"""Events that are reported: exactly once, about whom, and what a report may say."""

from __future__ import annotations

import datetime

import pytest

from saleor_loyalty import cards
from saleor_loyalty.accounts import EventReport, delete_card, report_event
from saleor_loyalty.errors import LoyaltyException
from saleor_loyalty.ledger import Actor, open_account
from saleor_loyalty.models import AccountLabel, Label, LoyaltyAccount, ReportedEvent
from tests import club

pytestmark = pytest.mark.django_db
APP = Actor("APP", 3)


def report(program, *, key="k", at=None, **values):
    values = {"name": "CONTACTED_ME", **values}
    if not {"account_id", "user_id", "email"} & values.keys():
        values["email"] = "guest@example.com"
    return report_event(program.pk, report=EventReport(**values), idempotency_key=key, actor=APP, at=at or club.now())


def refused(program, **values):
    """Return code and field; nothing may have been written."""

    def everything():
        models = (ReportedEvent, LoyaltyAccount, AccountLabel, Label)
        return [list(model.objects.order_by("pk").values()) for model in models]

    before = everything()
    with pytest.raises(LoyaltyException) as caught:
        report(program, **values)
    assert everything() == before
    return caught.value.code, caught.value.field


def labels_of(account):
    return list(Label.objects.filter(assignments__account=account).values_list("name", "is_automatic"))


def test_a_visitors_form_opens_a_card_with_the_automatic_label(program):
    # given
    at = club.now()
    happened = at - datetime.timedelta(hours=3)

    # when
    reported = report(
        program,
        name="FORM_SUBMITTED",
        email=" Guest@Example.com ",
        external_reference="form-7",
        occurred_at=happened,
        payload={"topic": "prices"},
        at=at,
    )

    # then
    account, event = LoyaltyAccount.objects.get(), ReportedEvent.objects.get()
    assert (reported.event, reported.is_new) == (event, True)
    assert (account.email, account.user_id, account.balance, account.enrolled_at) == (
        "guest@example.com",
        None,
        0,
        None,
    )
    assert (event.account, event.name, event.external_reference, event.payload) == (
        account,
        "FORM_SUBMITTED",
        "form-7",
        {"topic": "prices"},
    )
    assert (event.occurred_at, event.created_at, event.actor_kind, event.actor_id) == (happened, at, "APP", 3)
    assert labels_of(account) == [("Form submitted", True)]


def test_who_wrote_has_the_label_once_however_often_they_write(program, dana):
    for number in range(3):
        report(program, user_id=dana.pk, key=f"mail-{number}")
    account = LoyaltyAccount.objects.get()
    assert (account.user_id, ReportedEvent.objects.count()) == (dana.pk, 3)
    assert labels_of(account) == [("Contacted me", True)]


def test_the_address_of_a_customer_means_that_customer(program, dana):
    report(program, email="Dana@example.com")
    assert LoyaltyAccount.objects.get().user_id == dana.pk


def test_the_address_of_a_customer_from_when_its_case_was_kept_means_that_customer_too(program, dana):
    # given
    type(dana).objects.filter(pk=dana.pk).update(email="Dana@Example.com")

    # when the second is the same report, but for the case
    first = report(program, email=" Dana@Example.com ", key="k")
    again = report(program, email="dana@example.COM", key="k")

    # then
    assert (first.event, first.is_new, again.is_new) == (again.event, True, False)
    assert LoyaltyAccount.objects.get().user_id == dana.pk


def test_a_label_that_staff_has_made_of_the_same_name_stays_theirs(program, dana):
    cards.create_label(program.pk, name="Contacted me", at=club.now())
    report(program, user_id=dana.pk)
    assert labels_of(LoyaltyAccount.objects.get()) == [("Contacted me 2", True)]


def test_an_event_of_the_shops_own_name_is_recorded_and_labels_nobody(program, dana):
    report(program, name="loyalty.app_opened-2", user_id=dana.pk)
    assert (ReportedEvent.objects.get().name, Label.objects.count()) == ("loyalty.app_opened-2", 0)


def test_the_same_report_counts_once_and_another_under_its_key_is_refused(program, dana):
    # given
    first = report(program, user_id=dana.pk, external_reference="m-1")

    # when / then
    again = report(program, user_id=dana.pk, external_reference="m-1", at=club.now())
    assert (again.event, again.is_new) == (first.event, False)
    for other in (
        {"user_id": dana.pk, "external_reference": "m-2"},
        {"user_id": dana.pk, "external_reference": "m-1", "name": "FORM_SUBMITTED"},
        {"user_id": dana.pk, "external_reference": "m-1", "payload": {}},
        {"email": "else@example.com", "external_reference": "m-1"},
    ):
        assert refused(program, **other) == ("IDEMPOTENCY_KEY_REUSED", "idempotencyKey")
    assert ReportedEvent.objects.count() == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        *(
            ({"name": name}, "event")
            for name in ("", "contacted me", "Contacted", "REVIEW", "a" * 65, ".a", "é", "a\n")
        ),
        ({"external_reference": "x" * 251}, "externalReference"),
        *(({"external_reference": text}, "externalReference") for text in ("a\x00b", "a\nb", "\ud800", "a\u202eb")),
        *(
            ({"email": text}, "email")
            for text in ("nobody", "", "a@b", "a\x00@example.com", "x" * 250 + "@example.com")
        ),
        *(({"payload": value}, "payload") for value in ([], "x", 1, {"a": "x" * 4000}, {"a": float("nan")})),
        *(({"payload": value}, "payload") for value in ({"a": "\x00"}, {"a": "\ud800"}, {"a": float("inf")})),
        ({"key": ""}, "idempotencyKey"),
        ({"key": "k" * 251}, "idempotencyKey"),
        ({"key": "a\x00"}, "idempotencyKey"),
    ],
)
def test_what_a_report_may_not_say_is_refused(program, values, field):
    assert refused(program, **values) == ("INVALID", field)


def test_times_that_cannot_be_are_refused(program):
    now = club.now()
    for moment in (
        now + datetime.timedelta(minutes=6),
        datetime.datetime(1999, 12, 31, tzinfo=datetime.UTC),
        now.replace(tzinfo=None),
    ):
        assert refused(program, occurred_at=moment, at=now) == ("INVALID", "occurredAt")
    assert report(program, occurred_at=now + datetime.timedelta(minutes=4), at=now).is_new


def test_whom_and_what_does_not_exist_is_refused(program, account):
    assert refused(program, account_id=0) == ("NOT_FOUND", "account")
    assert refused(program, user_id=0) == ("NOT_FOUND", "user")
    program.pk = 0
    assert refused(program, account_id=account.pk) == ("NOT_FOUND", "program")


def test_a_closed_account_gets_no_more_events_and_its_address_opens_a_new_card(program):
    # given
    report(program, key="first", external_reference="m-1", payload={"name": "Dana"})
    closed = LoyaltyAccount.objects.get()

    # when
    delete_card(closed.pk, actor=APP, at=club.now())

    # then the event stays, and tells nothing
    event = ReportedEvent.objects.get()
    assert (event.name, event.external_reference, event.payload, event.request_hash) == ("CONTACTED_ME", "", None, "")
    assert refused(program, account_id=closed.pk, key="x") == ("ACCOUNT_FROZEN", "account")
    assert report(program, key="first").is_new is False
    assert report(program, key="second").event.account_id != closed.pk


def test_a_flood_of_events_about_one_customer_is_stopped(program, account):
    at = club.now()
    ReportedEvent.objects.bulk_create(
        ReportedEvent(
            program=program, account=account, name="opened", occurred_at=at, created_at=at, idempotency_key=f"{number}"
        )
        for number in range(100)
    )
    assert refused(program, account_id=account.pk, at=at) == ("LIMIT_REACHED", "account")
    assert report(program, at=at).is_new
    assert report(program, account_id=account.pk, key="later", at=at + datetime.timedelta(hours=1)).is_new


def test_a_report_takes_a_constant_number_of_statements(program, account, django_assert_max_num_queries):
    report(program, account_id=account.pk)
    with django_assert_max_num_queries(20):  # with those of atomic blocks
        report(program, account_id=account.pk, key="l")
    open_account(program, email="guest@example.com", at=club.now())
    with django_assert_max_num_queries(25):
        report(program, key="m")
