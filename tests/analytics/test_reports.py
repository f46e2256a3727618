from __future__ import annotations

import datetime

import pytest

from saleor_loyalty import analytics, ledger
from saleor_loyalty.analytics import Earner, Period, Step
from saleor_loyalty.analytics.days import step_end, step_start
from saleor_loyalty.models import LoyaltyAccount

from . import reports
from .reports import NOW, award, day, deduct, give, moment, open_account, period, roll_up

pytestmark = pytest.mark.django_db
TERMS = ("given", "redeemed", "expired", "reversed", "deducted")


@pytest.fixture
def history(program) -> tuple[LoyaltyAccount, LoyaltyAccount]:
    """A winter and a spring: every kind of movement, half of it rolled up."""
    dana, omar = open_account(program), open_account(program)
    award(dana, 1000, on="2026-02-10T10:00", channel="shop")
    give(omar, 300, on="2026-02-20T10:00", source="VIP")
    deduct(omar, 50, on="2026-02-21T10:00")
    roll_up(program)
    reports.spend(dana, 400, on="2026-03-02T10:00", order_id="order-a")
    reports.return_points(dana, 100, on="2026-03-03T10:00", order_id="order-a")
    award(dana, 200, on="2026-03-04T10:00", channel="shop", order_id="order-b")
    reports.reverse(dana, 60, on="2026-03-05T10:00", order_id="order-b")
    award(omar, 80, on="2026-03-06T10:00", channel="eu", expires_at=moment("2026-03-10T10:00"))
    ledger.expire_due_lots(at=moment("2026-03-11T10:00"), limit=10)
    award(omar, 70, on="2026-03-12T10:00", channel="eu", available_at=moment("2026-05-01T10:00"))
    reports.reserve(dana, 90, on="2026-03-13T10:00")
    return dana, omar


def status(program, chosen: Period | None = None, *, channel: str | None = None) -> analytics.PointStatus:
    return analytics.point_status(program.pk, at=NOW, period=chosen, channel=channel)


def terms(found) -> tuple[int, ...]:
    return tuple(getattr(found, term) for term in TERMS)


def parts(found: analytics.PointStatus) -> tuple[int | None, ...]:
    return found.available, found.pending, found.reserved, found.debt


def test_the_identity_of_all_time_with_its_parts(program, history):
    # when
    found = status(program)

    # then
    assert terms(found) == (1650, 300, 80, 60, 50)
    assert (found.outstanding_before, found.outstanding, found.transactions) == (0, 1160, 10)
    assert parts(found) == (1000, 70, 90, 0)
    assert found.given == sum(terms(found)[1:]) + found.outstanding
    assert found.outstanding == found.available + found.pending + found.reserved - found.debt
    assert found.outstanding == sum(LoyaltyAccount.objects.values_list("balance", flat=True))


def test_a_period_begins_with_what_was_outstanding_and_ends_with_what_is(program, history):
    february = status(program, period("2026-02-01", "2026-02-28"))
    march = status(program, period("2026-03-01", "2026-03-31"))

    assert terms(february) == (1300, 0, 0, 0, 50)
    assert (february.outstanding_before, february.outstanding, february.transactions) == (0, 1250, 3)
    assert parts(february) == (None, None, None, None)
    assert terms(march) == (350, 300, 80, 60, 0)
    assert (march.outstanding_before, march.outstanding, march.transactions) == (1250, 1160, 7)
    assert parts(march) == (1000, 70, 90, 0)


def test_a_channel_has_its_own_movements_and_no_parts(program, history):
    shop, eu, none = (status(program, channel=channel) for channel in ("shop", "eu", ""))

    assert [terms(found) for found in (shop, eu, none)] == [
        (1200, 300, 0, 60, 0),
        (150, 0, 0, 0, 0),
        (300, 0, 80, 0, 50),
    ]
    assert parts(shop) == (None, None, None, None)
    assert sum(found.outstanding for found in (shop, eu, none)) == status(program).outstanding
    assert terms(status(program, channel="nowhere")) == (0, 0, 0, 0, 0)


def test_reports_are_the_same_before_and_after_every_roll_up(program, history):
    # given
    chosen = [Period(), period("2026-03-01", "2026-03-12"), period("2026-02-20"), period(None, "2026-03-04")]

    def everything():
        return [
            reports.reports_of(program, one, channel=channel) for one in chosen for channel in (None, "shop", "eu")
        ]

    before = everything()
    rolled_up = 1
    while rolled_up:
        # when
        rolled_up, _ = roll_up(program, limit=1)

        # then
        assert everything() == before
    assert reports.watermark() > 0


def test_a_movement_after_the_period_hides_the_parts(program, history):
    assert parts(status(program, period(None, "2026-03-31"))) == (1000, 70, 90, 0)
    award(history[1], 1, on="2026-04-01T10:00", channel="eu")
    assert parts(status(program, period(None, "2026-03-31"))) == (None, None, None, None)
    assert status(program, period(None, "2026-03-31")).outstanding == 1160


def test_debt_is_told(program):
    # given
    account = open_account(program)
    give(account, 100)
    reports.fall_short(account, 130, on="2026-03-02T10:00")

    # when
    found = status(program)

    # then
    assert (found.given, found.redeemed, found.outstanding) == (100, 130, -30)
    assert parts(found) == (0, 0, 0, 30)


def test_totals_beyond_32_bits_are_exact(program):
    for number in range(3):
        give(open_account(program), 2_000_000_000 - number)
    assert status(program).given == status(program).available == 5_999_999_997
    roll_up(program)
    assert status(program).outstanding == 5_999_999_997


def test_a_program_without_movements_has_zeros(program):
    found = status(program)
    assert (terms(found), found.outstanding, parts(found)) == ((0,) * 5, 0, (0, 0, 0, 0))
    assert analytics.point_sources(program.pk, at=NOW) == []
    assert analytics.top_earners(program.pk, limit=5, at=NOW) == []
    assert analytics.point_series(program.pk, step=Step.DAY, at=NOW) == []


def test_sources_add_up_to_what_was_given(program, history):
    assert [(row.source, row.points, row.transactions) for row in analytics.point_sources(program.pk, at=NOW)] == [
        ("ORDER", 1350, 4),
        ("VIP", 300, 1),
    ]
    march = analytics.point_sources(program.pk, at=NOW, period=period("2026-03-05"), channel="eu")
    assert [(row.source, row.points, row.transactions) for row in march] == [("ORDER", 150, 2)]


def test_top_earners_are_sorted_by_points_then_by_account(program):
    # given
    accounts = [open_account(program) for _ in range(4)]
    for account, points in zip(accounts, (50, 70, 50, 10), strict=True):
        give(account, points)
    give(accounts[3], 90, on="2026-02-01T12:00")
    deduct(accounts[1], 60, on="2026-03-02T12:00")
    first, second, third, fourth = (account.pk for account in accounts)

    def earners(limit: int, chosen: Period) -> list[tuple[int, int]]:
        found = analytics.top_earners(program.pk, limit=limit, at=NOW, period=chosen)
        assert found == [Earner(account_id=row.account_id, points=row.points) for row in found]
        return [(row.account_id, row.points) for row in found]

    # then
    assert earners(3, Period()) == [(fourth, 100), (second, 70), (first, 50)]
    assert earners(3, period("2026-03-01", "2026-03-31")) == [(second, 70), (first, 50), (third, 50)]
    assert earners(9, period(None, "2026-02-28")) == [(fourth, 90)]


def test_the_series_shows_each_step_also_the_empty_ones(program, history):
    # when
    found = analytics.point_series(program.pk, step=Step.WEEK, at=NOW, period=period("2026-02-18", "2026-03-11"))

    # then: (first, last, terms, transactions, outstanding)
    assert [(str(row.first), str(row.last), terms(row), row.transactions, row.outstanding) for row in found] == [
        ("2026-02-18", "2026-02-22", (300, 0, 0, 0, 50), 2, 1250),
        ("2026-02-23", "2026-03-01", (0, 0, 0, 0, 0), 0, 1250),
        ("2026-03-02", "2026-03-08", (280, 300, 0, 60, 0), 5, 1170),
        ("2026-03-09", "2026-03-11", (0, 0, 80, 0, 0), 1, 1090),
    ]
    months = analytics.point_series(program.pk, step=Step.MONTH, at=NOW)
    assert [(str(row.first), str(row.last), row.given, row.outstanding) for row in months] == [
        ("2026-02-10", "2026-02-28", 1300, 1250),
        ("2026-03-01", "2026-03-31", 350, 1160),
    ]
    days = analytics.point_series(program.pk, step=Step.DAY, at=NOW, period=period("2026-03-30"))
    assert [(str(row.first), str(row.last), row.outstanding) for row in days] == [
        ("2026-03-30", "2026-03-30", 1160),
        ("2026-03-31", "2026-03-31", 1160),
    ]


def test_a_series_that_is_too_long_is_refused(program):
    def length(step: Step, first: str, last: str) -> int:
        return len(analytics.point_series(program.pk, step=step, at=NOW, period=period(first, last)))

    assert length(Step.DAY, "2024-01-01", "2026-09-26") == 1000
    assert length(Step.MONTH, "1950-01-15", "2033-04-01") == 1000
    for step, last in ((Step.DAY, "2026-09-27"), (Step.WEEK, "2043-03-02"), (Step.MONTH, "9999-12-31")):
        with pytest.raises(analytics.TooManySteps, match="at most 1000 steps"):
            length(step, "2024-01-01", last)


def test_the_ends_of_the_calendar_are_days_too(program):
    ends = Period(first=datetime.date.min, last=datetime.date.max)
    give(open_account(program), 5)
    assert status(program, ends).given == 5
    assert analytics.top_earners(program.pk, limit=1, at=NOW, period=ends)[0].points == 5
    last = period("9999-12-01", "9999-12-31")
    assert len(analytics.point_series(program.pk, step=Step.DAY, at=NOW, period=last)) == 31
    assert len(analytics.point_series(program.pk, step=Step.MONTH, at=NOW, period=last)) == 1
    first = Period(first=datetime.date.min, last=datetime.date(1, 1, 8))
    assert len(analytics.point_series(program.pk, step=Step.WEEK, at=NOW, period=first)) == 2
    assert analytics.previous_period(first, today=day("2026-01-01")) is None


def test_the_period_before_has_as_many_days():
    def before(first: str | None, last: str | None, today: str = "2026-03-31") -> tuple[str, str] | None:
        found = analytics.previous_period(period(first, last), today=day(today))
        return None if found is None else (str(found.first), str(found.last))

    assert before("2026-03-01", "2026-03-31") == ("2026-01-29", "2026-02-28")
    assert before("2026-03-31", "2026-03-31") == ("2026-03-30", "2026-03-30")
    assert before("2026-03-30", None) == ("2026-03-28", "2026-03-29")
    assert before("2026-04-01", None) is None
    assert before(None, "2026-03-31") is None


def test_a_period_that_ends_before_it_begins_is_a_mistake():
    with pytest.raises(ValueError, match="must not end before it begins"):
        period("2026-03-02", "2026-03-01")


def test_weeks_begin_on_monday_and_months_on_the_first():
    assert step_start(day("2026-03-01"), step=Step.WEEK) == day("2026-02-23")
    assert step_end(day("2026-02-23"), step=Step.WEEK) == day("2026-03-01")
    assert step_start(day("2024-02-29"), step=Step.MONTH) == day("2024-02-01")
    assert step_end(day("2024-02-01"), step=Step.MONTH) == day("2024-02-29")


def test_reports_take_a_constant_number_of_statements(program, history, django_assert_num_queries):
    roll_up(program)
    for number in range(3):
        with django_assert_num_queries(2):
            status(program, period("2026-03-01"))
        with django_assert_num_queries(2):
            analytics.point_series(program.pk, step=Step.DAY, at=NOW)
        with django_assert_num_queries(2):
            analytics.point_sources(program.pk, at=NOW)
        with django_assert_num_queries(2):
            analytics.top_earners(program.pk, limit=5, at=NOW, period=period("2026-03-01"))
        give(open_account(program), 1 + number)
