"""``manage.py loyalty_statistics``, and what the doctor says: differences, failures, unknown time zones."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from saleor_loyalty import analytics, tasks
from saleor_loyalty.analytics import roll_up as roll_up_verb
from saleor_loyalty.errors import RulesInvalid
from saleor_loyalty.models import (
    AwardStatistics,
    DailyStatistics,
    LoyaltyProgram,
    MonthlyEarnings,
    ProgramVersion,
    StatisticsProgress,
)
from saleor_loyalty.programs import publish_draft, update_draft

from . import reports
from .orders import Bought, record_order, settle
from .reports import NOW, give, open_account, roll_up

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> list[str]:
    out = StringIO()
    call_command("loyalty_statistics", *arguments, stdout=out)
    return out.getvalue().splitlines()


@pytest.fixture
def counted(program) -> LoyaltyProgram:
    account = open_account(program)
    give(account, 5, on="2026-01-10T12:00")
    settle(record_order(account, [Bought("1", ("shirts",), {"base": 8})]), 8, on="2026-03-05T12:00")
    roll_up(program)
    return program


def spoil() -> None:
    DailyStatistics.objects.filter(term="given", source="MANUAL").update(points=6)
    AwardStatistics.objects.filter(dimension="PRODUCT", span="DAY").delete()
    MonthlyEarnings.objects.create(
        program=LoyaltyProgram.objects.get(), account_id=1, month="2020-02-01", points=1, most=1
    )


def test_differences_are_printed_and_end_with_an_error(counted):
    # given
    assert run("--check") == ["club: 0 differences"]
    spoil()

    # when
    out = StringIO()
    with pytest.raises(CommandError, match="3 rows are not as the ledger has them"):
        call_command("loyalty_statistics", "--check", stdout=out)

    # then
    assert out.getvalue().splitlines() == [
        'club: DailyStatistics 2026-01-10 "" given GIVE MANUAL: stored (6, 1), counted (5, 1)',
        "club: AwardStatistics 2026-03-05 DAY PRODUCT shop 1: stored None, counted (8, 0, 1)",
        'club: MonthlyEarnings 2020-02-01 "" 1: stored (1, 1), counted None',
        "club: 3 differences",
    ]


def test_rebuilding_mends_what_differs_month_by_month(counted):
    # given
    spoil()

    # when
    found = run("--rebuild", "--program", "club")

    # then
    assert found == [
        "club: 2020-02 is counted again",
        "club: 2026-01 is counted again",
        "club: 2026-03 is counted again",
        "club: 3 months are counted again",
    ]
    assert run("--check") == ["club: 0 differences"]


def test_a_rebuild_that_was_stopped_goes_on_where_it_was(counted):
    spoil()
    assert run("--rebuild", "--since", "2026-03")[-1] == "club: 1 months are counted again"
    assert {difference.table for difference in analytics.check_statistics(counted.pk)} == {
        "DailyStatistics",
        "MonthlyEarnings",
    }


def test_what_is_not_counted_yet_is_no_difference_and_stays_for_the_roll_up(counted):
    give(open_account(counted), 7, on="2026-03-05T12:00")
    run("--rebuild")
    assert run("--check") == ["club: 0 differences"]
    assert roll_up(counted) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--check", "--program", "nowhere"), 'There is no program "nowhere".'),
        (("--since", "2026-03"), "--since goes with --rebuild."),
        (("--rebuild", "--since", "March"), "no month like 2026-03"),
        (("--rebuild", "--check"), "not allowed with"),
    ],
)
def test_arguments_that_make_no_sense_are_refused(counted, arguments, message):
    with pytest.raises(CommandError, match=message):
        run(*arguments)


def test_a_program_that_was_never_rolled_up_is_well(program):
    assert run() == ["club: never rolled up"]
    assert run("--check") == ["club: 0 differences"]
    assert run("--rebuild") == ["club: 0 months are counted again"]


def test_a_program_that_fails_stops_no_other_and_is_tried_again(program, monkeypatch):
    # given: the first program fails
    other = reports.publish(time_zone="UTC", slug="other")
    for chosen in (program, other):
        give(open_account(chosen), 5)

    def fail_for_first(program_id: int, **arguments: object) -> object:
        if program_id == program.pk:
            raise RuntimeError("the disk is full")
        return roll_up_verb(program_id, **arguments)

    monkeypatch.setattr(tasks, "roll_up", fail_for_first)

    # when
    assert tasks.roll_up_statistics_task(limit=10) == 1

    # then: it is noted, reports are exact, and the next run counts it
    assert reports.reports_of(program, analytics.Period())[0].given == 5
    failed, well = analytics.statistics_health([program.pk, other.pk])
    assert (failed.is_well, well.is_well) == (False, True)
    assert failed.text.endswith("RuntimeError: the disk is full")
    with pytest.raises(CommandError, match="The statistics of 1 programs are not as they must be"):
        run()
    monkeypatch.undo()
    assert tasks.roll_up_statistics_task(limit=10) == 1
    assert analytics.statistics_health([program.pk])[0].is_well


def test_a_failure_of_a_program_that_is_gone_is_nobodys(db):
    analytics.note_failure(0, failure="gone", at=NOW)
    assert StatisticsProgress.objects.count() == 0


def unknown_to_postgresql(program: LoyaltyProgram) -> None:
    """As if the version had been published on a server that knows the zone: it is written past the verbs."""
    version = ProgramVersion.objects.get(pk=program.published_version_id)
    channels = [{**channel, "timeZone": "Factory"} for channel in version.rules["channels"]]
    foreign = ProgramVersion.objects.create(
        program=program,
        number=version.number + 1,
        rules={**version.rules, "channels": channels},
        checksum="",
        created_at=NOW,
        updated_at=NOW,
        published_at=NOW,
    )
    LoyaltyProgram.objects.filter(pk=program.pk).update(published_version=foreign)


@pytest.fixture
def without_zone(monkeypatch):
    """The database does not know the zone Factory, which Python does."""
    from saleor_loyalty.programs import time_zones

    known = time_zones._is_known

    def is_known(name: str, using: str) -> bool:
        if name == "Factory":
            raise time_zones._Unknown
        return known(name, using)

    monkeypatch.setattr(time_zones, "_is_known", is_known)


def test_a_time_zone_that_postgresql_does_not_know_stops_nothing(program, without_zone):
    # given
    give(open_account(program), 5, on="2026-03-01T22:30")
    unknown_to_postgresql(program)

    # when
    assert roll_up(program) == (1, True)

    # then: the days are those of UTC, and it is said
    assert [row[0] for row in reports.daily()] == ["2026-03-01"]
    (health,) = analytics.statistics_health([program.pk])
    assert not health.is_well
    assert health.text.endswith("the database does not know the time zone Factory: days are counted in UTC")


def test_rules_with_a_time_zone_that_postgresql_does_not_know_are_not_published(program, without_zone):
    # given
    published = program.published_version_id
    channel = {"key": "shop", "channel": "club-shop", "currency": "ILS", "timeZone": "Factory"}
    update_draft(program.pk, data={"channels": [channel]}, at=NOW)

    # when
    with pytest.raises(RulesInvalid) as refusal:
        publish_draft(program.pk, at=NOW)

    # then
    assert refusal.value.problems == (("channels[0].timeZone", "the database does not know this time zone"),)
    program.refresh_from_db()
    assert program.published_version_id == published
