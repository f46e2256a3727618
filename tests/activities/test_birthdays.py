"""Birthdays are paid on their day and once a year, whatever stood still or was edited in between."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection

from saleor_loyalty import cards
from saleor_loyalty.activities import award_birthdays, birthdays
from saleor_loyalty.ledger import open_account
from saleor_loyalty.models import CustomField, CustomFieldValue, LoyaltyAccount, LoyaltyProgram, ReportedEvent
from tests import club

from .builders import activity, awards, publish, reasons

pytestmark = pytest.mark.django_db

BIRTHDAY = activity("BIRTHDAY", 200, name="Happy birthday")
LONG_AGO = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)


def at(text):
    return datetime.datetime.fromisoformat(text + "+00:00")


def born(day, *, email="dana@example.com", known_at=LONG_AGO, **fields):
    """Return a customer on whose card the day stands since then."""
    program = LoyaltyProgram.objects.get()
    user = club.add_customer(email, **fields)
    account = open_account(program, user_id=user.pk, at=LONG_AGO)
    say(account, day, at=known_at)
    return account


def say(account, day, *, at):
    field = CustomField.objects.get(program=account.program_id, key="birthday")
    cards.set_field_values(account.pk, values=[cards.FieldEntry(field_id=field.pk, value=day)], at=at)


def run(moment, *, limit=100):
    return award_birthdays(at=at(moment), limit=limit)


@pytest.fixture
def program(channel):
    return publish(BIRTHDAY, at=LONG_AGO)


def test_a_birthday_is_paid_on_its_day_and_once(program):
    # given
    dana = born("1990-03-14")
    noa = born("1985-03-15", email="noa@example.com")

    # when / then
    assert run("2026-03-13T23:59") == 0
    assert run("2026-03-14T00:00") == 1
    assert run("2026-03-14T17:00") == 0
    assert awards() == [("BIRTHDAY", 200, "Happy birthday")]
    event = ReportedEvent.objects.get()
    assert (event.account, event.name, event.occurred_at, event.points) == (
        dana,
        "BIRTHDAY",
        at("2026-03-14T00:00"),
        200,
    )
    assert run("2026-03-15T08:00") == 1
    assert ReportedEvent.objects.filter(account=noa).count() == 1
    assert run("2027-03-14T08:00") == 1
    assert ReportedEvent.objects.filter(account=dana).count() == 2
    assert club.audit() == []


def test_the_day_is_that_of_the_first_channels_time_zone(channel):
    publish(BIRTHDAY, at=LONG_AGO, listing={"timeZone": "Pacific/Auckland"})
    born("1990-07-14")
    assert run("2026-07-13T11:59") == 0
    assert run("2026-07-13T12:00") == 1
    assert ReportedEvent.objects.get().occurred_at == at("2026-07-13T12:00")


def test_who_was_born_on_29_february_is_paid_on_the_28th_of_years_without_it(program):
    born("1992-02-29")
    assert run("2027-02-28T08:00") == 1
    assert run("2028-02-28T08:00") == 0
    assert run("2028-02-29T08:00") == 1
    assert len(awards()) == 2


def test_what_days_of_standstill_missed_is_made_up_for(program):
    # given
    run("2026-03-01T08:00")
    for day in range(2, 8):
        born(f"1990-03-{day:02}", email=f"{day}@example.com")

    # when
    assert run("2026-03-06T08:00") == 5

    # then
    days = ReportedEvent.objects.order_by("pk").values_list("occurred_at", flat=True)
    assert [day.day for day in days] == [2, 3, 4, 5, 6]


def test_while_the_plugin_is_off_birthdays_wait(program, settings):
    run("2026-03-01T08:00")
    born("1990-03-02")
    settings.PLAYGROUND_LOYALTY_IS_ACTIVE = False
    assert (run("2026-03-02T08:00"), ReportedEvent.objects.count()) == (0, 0)
    settings.PLAYGROUND_LOYALTY_IS_ACTIVE = True
    assert run("2026-03-04T08:00") == 1


def test_what_a_standstill_of_many_weeks_missed_is_left(program):
    run("2026-03-01T08:00")
    born("1990-03-02")
    assert run("2026-06-30T08:00") == 0


def test_a_run_does_only_so_many_and_the_next_goes_on(program):
    run("2026-03-13T08:00")
    for number in range(5):
        born("1990-03-14", email=f"{number}@example.com")
    assert [run("2026-03-15T08:00", limit=2) for _ in range(4)] == [2, 2, 1, 0]
    assert len(awards()) == 5


@pytest.mark.parametrize("day", ["12-31", "01-01", "07-02"])
def test_whoever_edits_nothing_is_paid_every_year(program, day):
    born(f"1990-{day}")
    for year in range(2024, 2029):
        assert run(f"{year}-{day}T08:00") == 1
    assert awards() == [("BIRTHDAY", 200, "Happy birthday")] * 5


def test_editing_the_field_earns_no_second_time_in_the_year(program):
    # given
    dana = born("1990-03-14")
    run("2026-03-14T08:00")

    # when
    say(dana, "1990-11-05", at=at("2026-05-01T08:00"))
    assert run("2026-11-05T08:00") == 0

    # then
    assert len(awards()) == 1
    assert run("2027-11-05T08:00") == 1
    assert len(awards()) == 2


def test_editing_the_field_over_new_year_earns_no_second_time_within_half_a_year(program):
    # given
    dana = born("1990-12-31")
    run("2026-12-31T08:00")
    say(dana, "1990-01-01", at=at("2026-12-31T09:00"))

    # when
    run("2027-01-01T08:00")

    # then
    refused = ReportedEvent.objects.last()
    assert (refused.points, reasons(refused)) == (0, [("ALREADY_EARNED", "birthday", 0, "")])
    assert len(awards()) == 1
    assert run("2028-01-01T08:00") == 1
    assert len(awards()) == 2


def test_a_day_that_is_entered_when_it_is_over_counts_next_year(program):
    run("2026-03-13T08:00")
    born("1990-03-14", known_at=at("2026-03-15T00:00"))
    assert run("2026-03-15T08:00") == 0
    assert run("2027-03-14T08:00") == 1


def test_nobody_has_a_birthday_on_the_day_of_birth_or_before(program):
    born("2026-03-14")
    born("2030-03-14", email="noa@example.com")
    assert run("2026-03-14T08:00") == 0


def test_a_closed_account_gets_nothing_and_one_without_the_field_neither(program):
    dana = born("1990-03-14")
    LoyaltyAccount.objects.filter(pk=dana.pk).update(status="CLOSED", closed_at=LONG_AGO)
    noa = club.add_customer("noa@example.com")
    open_account(program, user_id=noa.pk, at=LONG_AGO)
    assert run("2026-03-14T08:00") == 0
    assert (awards(), LoyaltyAccount.objects.count()) == ([], 2)


def test_another_field_with_that_day_is_no_birthday(program):
    dana = born("1990-03-14")
    field = CustomField.objects.get(key="company")
    CustomFieldValue.objects.filter(account=dana).update(field=field)
    assert run("2026-03-14T08:00") == 0


def test_an_account_that_fails_stops_no_other_and_is_tried_again(program, monkeypatch, caplog):
    # given
    run("2026-03-13T08:00")
    dana, noa = born("1990-03-14"), born("1990-03-15", email="noa@example.com")
    works = birthdays.note_event

    def fail(account_id, **values):
        if account_id == dana.pk:
            raise ZeroDivisionError
        return works(account_id, **values)

    # when
    monkeypatch.setattr(birthdays, "note_event", fail)
    assert run("2026-03-15T08:00") == 1

    # then
    assert list(ReportedEvent.objects.values_list("account_id", flat=True)) == [noa.pk]
    assert f"The birthday of account {dana.pk} could not be awarded." in caplog.text
    monkeypatch.setattr(birthdays, "note_event", works)
    assert run("2026-03-16T08:00") == 1
    assert len(awards()) == 2


def test_accounts_that_fail_take_nobodys_place(program, monkeypatch):
    # given
    run("2026-03-13T08:00")
    broken = [born("1990-03-14", email=f"{number}@example.com").pk for number in range(2)]
    noa = born("1990-03-14", email="noa@example.com")
    works = birthdays.note_event

    def fail(account_id, **values):
        if account_id in broken:
            raise ZeroDivisionError
        return works(account_id, **values)

    # when
    monkeypatch.setattr(birthdays, "note_event", fail)
    assert [run("2026-03-14T08:00", limit=1) for _ in range(2)] == [1, 0]

    # then
    assert list(ReportedEvent.objects.values_list("account_id", flat=True)) == [noa.pk]


def test_a_rule_that_came_later_pays_nothing_for_days_before_it(channel):
    # given
    publish(activity(), at=LONG_AGO)
    born("1990-03-14")
    run("2026-03-13T08:00")
    publish(BIRTHDAY, at=at("2026-03-15T00:00"))

    # when / then
    assert run("2026-03-16T08:00") == 0


def test_birthdays_are_found_by_an_index_over_month_and_day(program):
    """PostgreSQL may read them from it alone; with a thousand cards it has no reason to read every value."""
    field = CustomField.objects.get(key="birthday")
    guests = LoyaltyAccount.objects.bulk_create(
        LoyaltyAccount(program=program, email=f"{number}@example.com", created_at=LONG_AGO) for number in range(1000)
    )
    CustomFieldValue.objects.bulk_create(
        CustomFieldValue(
            account=guest, field=field, value=f"1990-{number % 12 + 1:02}-{number % 28 + 1:02}", updated_at=LONG_AGO
        )
        for number, guest in enumerate(guests)
    )
    day = datetime.date(2026, 3, 14)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {CustomFieldValue._meta.db_table}")
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = birthdays._celebrating(program.pk, day, known_by=at("2026-03-15T00:00")).explain()
    assert "loyalty_field_value_day_idx" in plan, plan
    assert "loyalty_reported_event_once_per_key" in plan, plan
