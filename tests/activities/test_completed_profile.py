"""A card that says all that the rules ask for: PROFILE_COMPLETED, once for each account, and what it earns."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from saleor_loyalty import cards
from saleor_loyalty.accounts import fill_card, merge_accounts
from saleor_loyalty.activities import judge_waiting_events
from saleor_loyalty.errors import AccountClosed, FieldValuesInvalid
from saleor_loyalty.ledger import Actor, open_account
from saleor_loyalty.models import CustomField, CustomFieldValue, LoyaltyAccount, ReportedEvent
from saleor_loyalty.programs import create_program
from tests import club
from tests.ledger.connections import together

from .builders import DAY, activity, awards, publish, reasons, report

pytestmark = pytest.mark.django_db
STAFF = Actor("STAFF", 7)
COMPLETED = activity("PROFILE_COMPLETED", 70, key="profile", name="All about you")
BOTH = {"requiredFields": ["phone", "birthday"]}


@pytest.fixture
def program(channel):
    return publish(COMPLETED, profile=BOTH)


@pytest.fixture
def account(program, dana):
    return open_account(program, user_id=dana.pk, at=club.now())


def fill(account: LoyaltyAccount, *, at: datetime.datetime | None = None, **values: str | None) -> LoyaltyAccount:
    fields = {field.key: field.pk for field in CustomField.objects.filter(program=account.program_id)}
    entries = [cards.FieldEntry(field_id=fields[key], value=value) for key, value in values.items()]
    return fill_card(account.pk, values=entries, actor=STAFF, at=at or club.now())


def completions() -> list[tuple[int, str, int, str]]:
    """(account, state, points, who) of each event."""
    rows = ReportedEvent.objects.filter(name="PROFILE_COMPLETED").order_by("pk")
    return list(rows.values_list("account_id", "state", "points", "actor_kind"))


def test_the_last_of_the_required_fields_completes_the_profile(account, dana):
    # when / then
    fill(account, phone="123456", company="Acme")
    assert (completions(), club.points_of(dana)) == ([], (0, 0, 0, 0))
    at = club.now()
    fill(account, at=at, birthday="1990-05-17")
    assert completions() == [(account.pk, "JUDGED", 70, "SYSTEM")]
    assert awards() == [("ACCOUNT", 70, "All about you")]
    event = ReportedEvent.objects.get()
    assert (event.occurred_at, event.idempotency_key) == (at, f"program:PROFILE_COMPLETED:{account.pk}")
    assert reasons(event) == [("RULE_APPLIED", "profile", 70, "fixed/70")]
    assert club.points_of(dana) == (70, 0, 0, 0)


def test_all_at_once_completes_it_too(account, dana):
    fill(account, phone="123456", birthday="1990-05-17")
    assert (len(completions()), club.points_of(dana)) == (1, (70, 0, 0, 0))


def test_emptying_and_filling_and_changing_earn_nothing_more(account, dana):
    fill(account, phone="123456", birthday="1990-05-17")
    fill(account, phone=None)
    fill(account, phone="654321")
    fill(account, company="Acme")
    assert (len(completions()), club.points_of(dana)) == (1, (70, 0, 0, 0))


def test_blank_is_not_filled(account):
    fill(account, phone="123456", birthday="  ")
    assert completions() == []


def test_what_was_reported_before_from_outside_is_not_reported_again(account, program, dana):
    report(program, "PROFILE_COMPLETED", user_id=dana.pk)
    fill(account, phone="123456", birthday="1990-05-17")
    assert completions() == [(account.pk, "JUDGED", 70, "APP")]
    assert club.points_of(dana) == (70, 0, 0, 0)


def test_of_one_person_it_is_reported_once(account, program, dana):
    # given a guest whom Dana has claimed since
    guest = open_account(program, email="guest@example.com", at=club.now())
    fill(guest, phone="123456", birthday="1990-05-17")
    LoyaltyAccount.objects.filter(pk=guest.pk).update(claimed_by=account)

    # when
    fill(account, phone="123456", birthday="1990-05-17")

    # then
    assert completions() == [(guest.pk, "JUDGED", 70, "SYSTEM")]


def test_an_account_that_was_merged_into_this_one_counts(account, program, dana):
    other = open_account(program, user_id=club.add_customer("other@example.com").pk, at=club.now())
    fill(other, phone="123456", birthday="1990-05-17")
    merge_accounts(other.pk, target_id=account.pk, at=club.now(), actor=STAFF, idempotency_key="merge")
    fill(account, phone="654321")
    assert (len(completions()), club.points_of(dana)) == (1, (70, 0, 0, 0))


@pytest.mark.parametrize("profile", [{}, {"requiredFields": []}, {"requiredFields": ["phone", "shoe-size"]}])
def test_without_required_fields_or_with_one_that_there_is_not_it_is_never_reported(channel, dana, profile):
    account = open_account(publish(COMPLETED, profile=profile), user_id=dana.pk, at=club.now())
    fill(account, phone="123456", birthday="1990-05-17", company="A", position="B", email="a@example.com")
    assert completions() == []


def test_a_field_of_the_same_key_in_another_program_does_not_count(account, dana):
    theirs = open_account(create_program(name="Other", slug="other", at=club.now()), user_id=dana.pk, at=club.now())
    fill(theirs, birthday="1990-05-17")
    fill(account, phone="123456")
    assert completions() == []


def test_an_archived_field_that_says_something_counts_as_filled(account):
    fill(account, phone="123456")
    cards.archive_custom_field(CustomField.objects.get(program=account.program, key="phone").pk, at=club.now())
    fill(account, birthday="1990-05-17")
    assert len(completions()) == 1


def test_without_a_rule_that_gives_for_it_it_is_on_the_timeline_all_the_same(channel, dana):
    account = open_account(publish(profile=BOTH), user_id=dana.pk, at=club.now())
    fill(account, phone="123456", birthday="1990-05-17")
    assert completions() == [(account.pk, "NONE", 0, "SYSTEM")]


def test_a_card_that_was_complete_before_the_rules_asked_counts_when_it_is_saved_next(channel, dana):
    account = open_account(publish(at=club.now() - DAY), user_id=dana.pk, at=club.now())
    fill(account, phone="123456", birthday="1990-05-17")
    publish(COMPLETED, profile=BOTH)
    assert completions() == []
    fill(account, company="Acme")
    assert completions() == [(account.pk, "JUDGED", 70, "SYSTEM")]


def test_what_a_guest_earns_by_it_waits_for_the_guest_to_join(program):
    guest = open_account(program, email="guest@example.com", at=club.now())
    fill(guest, phone="123456", birthday="1990-05-17")
    assert club.points_of(guest) == (0, 70, 0, 0)


def test_while_the_plugin_is_switched_off_it_waits(account, dana, settings):
    # given
    settings.PLAYGROUND_LOYALTY_IS_ACTIVE = False
    fill(account, phone="123456", birthday="1990-05-17")
    assert completions() == [(account.pk, "WAITING", 0, "SYSTEM")]

    # when
    settings.PLAYGROUND_LOYALTY_IS_ACTIVE = True
    judge_waiting_events(after_id=0, limit=10, at=club.now())

    # then
    assert completions() == [(account.pk, "JUDGED", 70, "SYSTEM")]


def test_what_is_refused_reports_nothing(account):
    for status, birthday, refusal in (
        ("ACTIVE", "yesterday", FieldValuesInvalid),
        ("CLOSED", "1990-05-17", AccountClosed),
    ):
        LoyaltyAccount.objects.update(status=status)
        before = club.everything_written()
        with pytest.raises(refusal):
            fill(account, phone="123456", birthday=birthday)
        assert club.everything_written() == before


def test_it_costs_one_statement_where_nothing_is_asked_and_three_where_it_is_known(channel, dana):
    # given
    account = open_account(publish(at=club.now() - DAY), user_id=dana.pk, at=club.now())
    fill(account, company="0")  # what a process learns once is learned

    def cost(**values: str | None) -> int:
        with CaptureQueriesContext(connection) as found:
            fill(account, **values)
        return len([row for row in found.captured_queries if "SAVEPOINT" not in row["sql"]]) - 1  # (of this test)

    with CaptureQueriesContext(connection) as alone:
        field = CustomField.objects.get(program=account.program, key="company")
        entry = cards.FieldEntry(field_id=field.pk, value="1")
        cards.set_field_values(account.pk, values=[entry], at=club.now())
    plain = len([row for row in alone.captured_queries if "SAVEPOINT" not in row["sql"]]) - 1

    # then: besides the lock on the person
    assert cost(company="2") == plain + 1 + 1
    publish(COMPLETED, profile=BOTH)
    fill(account, company="3")
    assert cost(company="4") == plain + 1 + 2
    fill(account, phone="123456", birthday="1990-05-17")
    assert cost(company="5") == plain + 1 + 3


@pytest.mark.django_db(transaction=True)
def test_two_who_save_the_last_fields_at_once_complete_it_once(account, dana):
    together(lambda: fill(account, phone="123456"), lambda: fill(account, birthday="1990-05-17"))
    assert CustomFieldValue.objects.count() == 2
    assert (len(completions()), club.points_of(dana)) == (1, (70, 0, 0, 0))
