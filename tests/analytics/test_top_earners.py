"""Top earners are exact however few accounts are looked at, and found without looking at all."""

from __future__ import annotations

import datetime
import importlib
import random
from collections import defaultdict
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from saleor_loyalty import analytics, ledger
from saleor_loyalty.analytics.counting import Stretch, count_transactions, count_weeks
from saleor_loyalty.analytics.days import Period
from saleor_loyalty.analytics.views import View
from saleor_loyalty.models import (
    DailyStatistics,
    LoyaltyTransaction,
    MonthlyEarnings,
    StatisticsProgress,
    WeeklyEarnings,
)

from . import reports
from .reports import NOW, give, open_account, period, roll_up

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[0, 1, 1000])
def others_max(request, monkeypatch):
    module = importlib.import_module("saleor_loyalty.analytics.top_earners")
    monkeypatch.setattr(module, "OTHERS_MAX", request.param)
    return request.param


@pytest.fixture
def shallow(monkeypatch):
    """Lists are read two accounts deep, then four; two accounts are added up at first."""
    module = importlib.import_module("saleor_loyalty.analytics.top_earners")
    monkeypatch.setattr(module, "SHALLOWEST", 1)
    monkeypatch.setattr(module, "DEPTHS", (1, 2))
    monkeypatch.setattr(module, "LIKELY", 1)


def earners(program, chosen: Period, *, limit: int = 2, channel: str | None = None) -> list[tuple[int, int]]:
    found = analytics.top_earners(program.pk, limit=limit, at=NOW, period=chosen, channel=channel)
    return [(row.account_id, row.points) for row in found]


def statements(program, chosen: Period) -> int:
    with CaptureQueriesContext(connection) as captured:
        earners(program, chosen)
    return sum(not query["sql"].startswith(("SET LOCAL", "SAVEPOINT", "RELEASE")) for query in captured)


def test_a_clear_lead_is_told_by_the_heads_of_the_lists(program, shallow):
    # given: the two best of both months are the same
    accounts = [open_account(program) for _ in range(6)]
    for month in ("2026-01", "2026-02"):
        for account, points in zip(accounts, (900, 800, 30, 20, 10, 5), strict=True):
            give(account, points, on=f"{month}-10T12:00")
    roll_up(program)

    # then
    chosen = period("2026-01-01", "2026-02-28")
    assert earners(program, chosen) == [(accounts[0].pk, 1800), (accounts[1].pk, 1600)]
    assert statements(program, chosen) == 3


def test_who_leads_in_no_month_can_lead_over_all(program, shallow):
    # given: two accounts lead each month, a third is third in all three
    accounts = [open_account(program) for _ in range(7)]
    for month in range(3):
        for account in accounts[2 * month : 2 * month + 2]:
            give(account, 100, on=f"2026-0{month + 1}-10T12:00")
        give(accounts[6], 60, on=f"2026-0{month + 1}-10T12:00")
    roll_up(program)

    # then
    assert earners(program, period("2026-01-01", "2026-03-31")) == [(accounts[6].pk, 180), (accounts[0].pk, 100)]
    assert earners(program, period("2026-01-05", "2026-02-10")) == [(accounts[6].pk, 120), (accounts[0].pk, 100)]


def test_who_was_given_much_on_other_days_of_the_month_is_not_among_them(program, shallow):
    # given: of the best of both months the period has nothing, of the next ones all
    accounts = [open_account(program) for _ in range(4)]
    for account, points in zip(accounts, (900, 800, 90, 80), strict=True):
        give(account, points, on=f"2026-01-{'02' if points > 100 else '28'}T12:00")
        give(account, points, on=f"2026-02-{'27' if points > 100 else '03'}T12:00")
    roll_up(program)

    # then: whether most days of the months are in the period or few
    for chosen in (period("2026-01-05", "2026-02-24"), period("2026-01-25", "2026-02-05")):
        assert earners(program, chosen) == [(accounts[2].pk, 180), (accounts[3].pk, 160)]


def test_who_can_have_just_as_much_is_added_up_too(program, shallow, others_max):
    # given: the first account has as much as the second, which other days of the month make likelier
    accounts = [open_account(program) for _ in range(3)]
    for account, inside, outside in zip(accounts, (100, 100, 150), (0, 10, 50), strict=True):
        give(account, inside, on="2026-01-16T12:00")
        if outside:
            give(account, outside, on="2026-01-02T12:00")
    roll_up(program)

    # then
    for chosen in (period("2026-01-05", "2026-01-31"), period("2026-01-10", "2026-01-20")):
        assert earners(program, chosen) == [(accounts[2].pk, 150), (accounts[0].pk, 100)]


def test_points_that_moved_away_since_the_roll_up_count_against(program, shallow):
    # given: a guest leads until the account of a member has the points
    guest, other = open_account(program), open_account(program)
    member = ledger.open_account(program, user_id=7, at=NOW)
    give(guest, 500, on="2026-01-20T12:00")
    give(other, 100, on="2026-01-20T12:00")
    roll_up(program)
    ledger.transfer_guest_points(
        guest.pk, to_account_id=member.pk, since=reports.moment("2025-01-01T00:00"), order_ids=set(), at=NOW
    )

    # then
    for _ in range(2):
        for chosen in (period("2026-01-02", "2026-03-31"), period("2026-01-20", "2026-03-31")):
            assert earners(program, chosen) == [(member.pk, 500), (other.pk, 100)]
        roll_up(program)


def test_everybody_equal_is_told_by_account_id(program, shallow):
    accounts = [open_account(program) for _ in range(6)]
    for account in reversed(accounts):
        give(account, 10, on="2026-01-10T12:00")
    roll_up(program)
    for chosen in (period("2026-01-01", "2026-01-31"), period("2026-01-10", "2026-01-10"), Period()):
        assert earners(program, chosen) == [(accounts[0].pk, 10), (accounts[1].pk, 10)]
    assert statements(program, period("2026-01-01", "2026-01-31")) == 4


def test_who_moved_since_the_roll_up_is_among_them(program, shallow):
    accounts = [open_account(program) for _ in range(6)]
    for account in accounts:
        give(account, 10, on="2026-01-10T12:00")
    roll_up(program)
    give(accounts[5], 7, on="2026-01-11T12:00")
    give(open_account(program), 500, on="2026-02-11T12:00")
    assert earners(program, period("2026-01-01", "2026-01-31")) == [(accounts[5].pk, 17), (accounts[0].pk, 10)]
    assert earners(program, period("2026-01-11", "2026-01-31")) == [(accounts[5].pk, 7)]


def test_several_programs_take_as_many_statements_as_one(program):
    programs = [program, reports.publish(time_zone="UTC", slug="other")]
    for number, chosen in enumerate(programs):
        give(open_account(chosen), 10 + number, on="2026-01-10T12:00")
        roll_up(chosen)
    questions = [
        analytics.Question(program_id=chosen.pk, period=asked)
        for chosen in programs
        for asked in (period("2026-01-02", "2026-01-31"), Period())
    ]
    with CaptureQueriesContext(connection) as captured:
        found = analytics.top_earners_of(questions, limit=3, at=NOW)
    assert [[row.points for row in rows] for rows in found] == [[10], [10], [11], [11]]
    assert len(captured) == 2


def test_nobody_is_asked_for(program):
    give(open_account(program), 10)
    assert earners(program, Period(), limit=0) == []
    assert earners(program, period("2026-03-01"), limit=0) == []


def test_a_clear_lead_of_a_few_days_is_told_by_the_weeks(program, shallow, monkeypatch):
    # given: who leads the month was given it on other days
    accounts = [open_account(program) for _ in range(8)]
    for account, points in zip(accounts, (9, 8, 1, 1, 1, 900, 900, 900), strict=True):
        give(account, points, on="2026-01-10T12:00" if points < 10 else "2026-01-25T12:00")
        give(account, min(points, 9), on="2026-01-16T12:00")
    roll_up(program)

    # then
    chosen = period("2026-01-10", "2026-01-16")
    best = [(accounts[0].pk, 18), (accounts[1].pk, 16)]
    assert (earners(program, chosen), statements(program, chosen)) == (best, 2)
    # The month's list begins with what nobody was given on these days: everybody must be looked at.
    monkeypatch.setattr(importlib.import_module("saleor_loyalty.analytics.top_earners"), "DAYS_BY_WEEK", 0)
    assert (earners(program, chosen), statements(program, chosen)) == (best, 3)


def test_while_the_weeks_lag_behind_nobody_is_missing(program, shallow, monkeypatch):
    # given: rolled up by a version of the package that knew no weeks, but for the first day
    accounts = [open_account(program) for _ in range(6)]
    for number, account in enumerate(accounts):
        give(account, 10 + number, on="2026-01-10T12:00")
    roll_up(program)
    for account, points in zip(accounts, (50, 90, 10, 10, 10, 10), strict=True):
        give(account, points, on="2026-01-11T12:00")
    roll_up(program)
    behind = LoyaltyTransaction.objects.filter(occurred_at=reports.moment("2026-01-10T12:00")).last().pk
    StatisticsProgress.objects.update(weeks_transaction_id=behind)
    WeeklyEarnings.objects.all().delete()
    with connection.cursor() as cursor:
        stretch = Stretch(program_id=program.pk, time_zone="UTC", after=0, up_to=behind)
        count_weeks(stretch)
        cursor.execute("SELECT sum(most) FROM saleor_loyalty_weeklyearnings")
        assert cursor.fetchone() == (75,)

    # then
    chosen = period("2026-01-10", "2026-01-12")
    best = [(accounts[1].pk, 101), (accounts[0].pk, 60)]
    assert list(analytics.check_statistics(program.pk)) == []
    assert (earners(program, chosen), statements(program, chosen)) == (best, 2)
    assert (
        f"weeks, for the top earners of a few days, to {behind}" in analytics.statistics_health([program.pk])[0].text
    )
    # Also where they fell behind after that was looked at.
    module = importlib.import_module("saleor_loyalty.analytics.top_earners")
    with monkeypatch.context() as patched:
        open_views = module.open_views
        patched.setattr(
            module,
            "open_views",
            lambda *args, **values: [replace(view, has_weeks=True) for view in open_views(*args, **values)],
        )
        assert earners(program, chosen) == best

    # when: they catch up, two transactions at a time
    runs = [analytics.roll_up(program.pk, at=NOW, limit=2) for _ in range(4)]

    # then
    assert [(run.transactions, run.is_complete) for run in runs] == [(0, False)] * 3 + [(0, True)]
    assert sum(WeeklyEarnings.objects.values_list("most", flat=True)) == 255
    assert "weeks" not in analytics.statistics_health([program.pk])[0].text
    assert list(analytics.check_statistics(program.pk)) == []
    assert earners(program, chosen) == best


def test_weeks_that_were_counted_in_another_time_zone_are_counted_again(program, shallow):
    """A worker of a version that knows no weeks has counted the days again in the zone that the rules name now."""
    accounts = [open_account(program) for _ in range(6)]
    give(accounts[5], 50, on="2026-01-14T20:00")
    for account in accounts[:5]:
        give(account, 30, on="2026-01-16T12:00")
    roll_up(program)
    DailyStatistics.objects.all().delete()
    MonthlyEarnings.objects.all().delete()
    StatisticsProgress.objects.update(time_zone="Asia/Tokyo")
    last = StatisticsProgress.objects.get().last_transaction_id
    count_transactions(Stretch(program_id=program.pk, time_zone="Asia/Tokyo", after=0, up_to=last))
    reports.publish(time_zone="Asia/Tokyo")

    # then: in Tokyo it was the fifteenth by then
    chosen = period("2026-01-15", "2026-01-21")
    assert earners(program, chosen, limit=1) == [(accounts[5].pk, 50)]

    # when
    for _ in range(5):
        analytics.roll_up(program.pk, at=NOW, limit=2)

    # then
    assert list(analytics.check_statistics(program.pk)) == []
    assert set(WeeklyEarnings.objects.values_list("week", flat=True)) == {reports.day("2026-01-15")}
    assert earners(program, chosen, limit=1) == [(accounts[5].pk, 50)]


def test_the_weeks_are_not_counted_twice_where_the_days_begin_anew(program):
    """As above, while the days have not come as far as the weeks."""
    account = open_account(program)
    for _ in range(6):
        give(account, 10, on="2026-01-14T12:00")
    roll_up(program)
    first = LoyaltyTransaction.objects.order_by("pk").values_list("pk", flat=True)[1]
    DailyStatistics.objects.all().delete()
    MonthlyEarnings.objects.all().delete()
    count_transactions(Stretch(program_id=program.pk, time_zone="UTC", after=0, up_to=first))
    StatisticsProgress.objects.update(last_transaction_id=first)

    for _ in range(4):
        analytics.roll_up(program.pk, at=NOW, limit=2)

    assert list(WeeklyEarnings.objects.values_list("most")) == [(60,)]
    assert list(analytics.check_statistics(program.pk)) == []


def test_a_row_of_a_week_that_is_wrong_is_found_and_counted_again(program):
    account = open_account(program)
    give(account, 10, on="2026-01-31T12:00")
    roll_up(program)
    WeeklyEarnings.objects.update(most=11)

    (found,) = analytics.check_statistics(program.pk)
    assert (found.table, found.row) == ("WeeklyEarnings", (reports.day("2026-01-29"), account.pk))
    assert (found.stored, found.counted) == ((11,), (10,))
    assert list(analytics.rebuild(program.pk, at=NOW)) == [reports.day("2026-01-01")]
    assert list(analytics.check_statistics(program.pk)) == []


@pytest.mark.parametrize("seed", range(5))
def test_any_few_days_equal_plain_counting(program, shallow, others_max, seed):
    # given: two months of gifts, uneven, some late, most of them rolled up
    dice = random.Random(seed)
    accounts = [open_account(program) for _ in range(12)]
    start = reports.day("2025-12-20")
    rows = []
    for number in range(90):
        account = accounts[min(int(dice.paretovariate(1)) - 1, 11)] if dice.random() < 0.5 else dice.choice(accounts)
        day = start + datetime.timedelta(days=dice.randint(0, 50))
        points, channel = dice.randint(1, 60), dice.choice(["shop", "eu"])
        reports.award(account, points, on=f"{day}T12:00", channel=channel)
        rows.append((account.pk, day, points, channel))
        if number in (40, 80):
            roll_up(program)

    # then
    for _ in range(15):
        first = start + datetime.timedelta(days=dice.randint(0, 50))
        last = first + datetime.timedelta(days=dice.randint(0, 22))
        channel = dice.choice([None, "shop"])
        sums: dict[int, int] = defaultdict(int)
        for pk, day, points, where in rows:
            if first <= day <= last and channel in (None, where):
                sums[pk] += points
        best = sorted(sums.items(), key=lambda item: (-item[1], item[0]))
        assert earners(program, Period(first=first, last=last), limit=3, channel=channel) == best[:3]


@pytest.mark.parametrize("seed", range(6))
def test_any_period_equals_plain_counting(program, shallow, seed):
    # given: years of gifts in two channels, uneven, half of them rolled up
    dice = random.Random(seed)
    accounts = [open_account(program) for _ in range(12)]
    rows = []
    for number in range(70):
        account = accounts[min(int(dice.paretovariate(1)) - 1, 11)] if dice.random() < 0.7 else dice.choice(accounts)
        day = f"20{dice.choice((25, 26))}-{dice.randint(1, 3):02}-{dice.randint(1, 28):02}"
        points, channel = dice.randint(1, 60), dice.choice(["shop", "eu"])
        reports.award(account, points, on=f"{day}T12:00", channel=channel)
        rows.append((account.pk, day, points, channel))
        if number == 50:
            roll_up(program)

    # then
    for _ in range(12):
        first, last = sorted(
            f"20{dice.choice((25, 26))}-{dice.randint(1, 3):02}-{dice.choice((1, 14, 28)):02}" for _ in range(2)
        )
        channel = dice.choice([None, "shop"])
        sums: dict[int, int] = defaultdict(int)
        for pk, day, points, where in rows:
            if first <= day <= last and channel in (None, where):
                sums[pk] += points
        best = sorted(sums.items(), key=lambda item: (-item[1], item[0]))
        assert earners(program, period(first, last), limit=3, channel=channel) == best[:3]


@pytest.mark.parametrize(
    ("first", "last", "depths"),
    [
        (None, None, [4, 16, 60, None]),
        ("2026-01-01", "2026-01-31", [4, 16, 60, None]),
        ("2025-01-16", "2026-01-15", [4, 16, 60, None]),
        ("2026-01-16", "2026-02-15", [16, 60, None]),
        # From the eighth to the fourteenth is a week of a month; seven other days are in two of them.
        ("2026-01-08", "2026-01-14", [4, 16, 60, None]),
        ("2026-01-10", "2026-01-16", [16, 60, None]),
        ("2026-01-10", "2026-01-10", [60, None]),
        # Three weeks are looked for by week, a day more by month.
        ("2026-01-08", "2026-01-28", [4, 16, 60, None]),
        ("2026-01-20", "2026-02-10", [16, 60, None]),
        # What is left of the month that runs is not counted against the period.
        ("2026-03-02", "2026-03-31", [4, 16, 60, None]),
        ("2026-03-01", "2026-03-10", [4, 16, 60, None]),
        ("2026-04-01", None, [4, 16, 60, None]),
    ],
)
def test_lists_that_say_little_about_the_period_are_read_deep_at_once(first, last, depths):
    today = reports.day("2026-03-10") if last == "2026-03-10" else NOW.date()
    view = View(
        program_id=1, period=period(first, last), channel=None, known=0, has_weeks=True, time_zone="UTC", today=today
    )
    assert importlib.import_module("saleor_loyalty.analytics.top_earners")._depths(view) == depths
