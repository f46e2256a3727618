from __future__ import annotations

import pytest

from saleor_loyalty import analytics
from saleor_loyalty.errors import ProgramNotFound
from saleor_loyalty.models import LoyaltyTransaction, StatisticsProgress

from . import reports
from .reports import award, deduct, give, open_account, period, roll_up

pytestmark = pytest.mark.django_db


def test_transactions_are_counted_by_the_day_on_which_they_happened(program):
    # given: Jerusalem is two hours ahead of UTC until 27 March 2026, then three
    account = open_account(program)
    give(account, 5, on="2026-03-01T21:59", source="VIP")
    give(account, 7, on="2026-03-01T22:00", source="VIP")
    give(account, 9, on="2026-03-30T20:59", source="VIP")
    give(account, 11, on="2026-03-30T21:00", source="VIP")

    # when
    assert roll_up(program) == (4, True)

    # then
    assert reports.daily() == [
        ("2026-03-01", "", "given", "GIVE", "VIP", 5, 1),
        ("2026-03-02", "", "given", "GIVE", "VIP", 7, 1),
        ("2026-03-30", "", "given", "GIVE", "VIP", 9, 1),
        ("2026-03-31", "", "given", "GIVE", "VIP", 11, 1),
    ]


def test_a_late_row_is_added_to_its_day(program):
    account = open_account(program)
    give(account, 5)
    roll_up(program)
    give(account, 6)
    give(account, 7, on="2025-12-31T12:00")

    assert roll_up(program) == (2, True)
    assert reports.daily() == [
        ("2025-12-31", "", "given", "GIVE", "MANUAL", 7, 1),
        ("2026-03-01", "", "given", "GIVE", "MANUAL", 11, 2),
    ]


def test_it_goes_on_in_batches_where_it_stopped_and_counts_nothing_twice(program):
    account = open_account(program)
    for points in (1, 2, 4, 8, 16):
        give(account, points)

    found = []
    for _ in range(4):
        batch = roll_up(program, limit=2)
        found.append((batch, sum(row[5] for row in reports.daily())))

    assert found == [((2, False), 3), ((2, False), 15), ((1, True), 31), ((0, True), 31)]


def test_terms_and_signs_are_those_of_the_ledger(program):
    # given
    account = open_account(program)
    award(account, 100, on="2026-03-01T08:00", channel="shop")
    deduct(account, 30, on="2026-03-01T09:00")
    for points in (90, 50, 50):
        reports.set_available(account, points, on="2026-03-01T10:00")

    # when
    roll_up(program)

    # then
    assert reports.daily() == [
        ("2026-03-01", "", "deducted", "DEDUCT", "MANUAL", 30, 1),
        ("2026-03-01", "", "deducted", "SET", "MANUAL", 40, 2),
        ("2026-03-01", "", "given", "SET", "MANUAL", 20, 1),
        ("2026-03-01", "shop", "given", "EARN", "ORDER", 100, 1),
    ]


def test_each_program_has_its_own_statistics(program):
    # given
    other = reports.publish(time_zone="Pacific/Kiritimati", slug="other")
    give(open_account(program), 5, on="2026-03-01T12:00")
    give(open_account(other), 7, on="2026-03-01T12:00")

    # when
    assert [roll_up(program), roll_up(other)] == [(1, True), (1, True)]

    # then
    assert reports.daily() == [
        ("2026-03-01", "", "given", "GIVE", "MANUAL", 5, 1),
        ("2026-03-02", "", "given", "GIVE", "MANUAL", 7, 1),
    ]
    assert analytics.point_status(program.pk, at=reports.NOW).given == 5
    assert analytics.point_status(other.pk, at=reports.NOW).given == 7


def test_rebuilding_gives_the_identical_rows(program):
    # given
    account = open_account(program)
    for number in range(6):
        give(account, 1 + number, on=f"2026-03-0{1 + number % 3}T12:00", source=("VIP", "OFFLINE")[number % 2])
    roll_up(program, limit=4)
    before, watermark = reports.daily(), reports.watermark()
    assert len(before) == 4

    # when
    list(analytics.rebuild(program.pk, at=reports.NOW))

    # then: what was not counted yet is still to come
    assert (reports.daily(), reports.watermark()) == (before, watermark)
    assert roll_up(program) == (2, True)


def test_another_time_zone_counts_the_days_again(program):
    # given
    account = open_account(program)
    give(account, 5, on="2026-03-01T22:30")
    roll_up(program)
    assert [row[0] for row in reports.daily()] == ["2026-03-02"]
    reports.publish(time_zone="America/New_York")

    # when: until the next roll-up the days stay as they were counted, of old and young rows alike
    give(account, 7, on="2026-03-01T22:30")
    before = analytics.point_status(program.pk, at=reports.NOW, period=period("2026-03-02", "2026-03-02"))
    assert before.given == 12
    roll_up(program)

    # then
    assert reports.daily() == [("2026-03-01", "", "given", "GIVE", "MANUAL", 12, 2)]
    assert StatisticsProgress.objects.get().time_zone == "America/New_York"


def test_without_an_active_channel_days_are_in_utc(db):
    program = reports.make_draft()
    assert analytics.time_zone_of(program.pk) == "UTC"


def test_an_unknown_program_is_refused_and_nothing_written(program):
    for call in (
        lambda: analytics.roll_up(0, at=reports.NOW, limit=10),
        lambda: analytics.point_status(0, at=reports.NOW),
    ):
        with pytest.raises(ProgramNotFound):
            call()
    assert StatisticsProgress.objects.count() == 0


def test_a_naive_moment_is_a_mistake(program):
    with pytest.raises(ValueError, match="aware"):
        analytics.point_status(program.pk, at=reports.NOW.replace(tzinfo=None))


def test_rolling_up_writes_nothing_to_the_ledger(program):
    account = open_account(program)
    give(account, 5)
    before = list(LoyaltyTransaction.objects.values())
    revision = type(account).objects.get().revision
    roll_up(program)
    assert (list(LoyaltyTransaction.objects.values()), type(account).objects.get().revision) == (before, revision)
