"""Periods in pieces: what is added less what is removed is each day of the period, once."""

from __future__ import annotations

import datetime
from collections import Counter

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from saleor_loyalty.analytics.days import Days, Period, PeriodPieces, split_period, week_of_month
from saleor_loyalty.analytics.spans import week_of

DAY = datetime.timedelta(days=1)
OCTOBER, NOVEMBER = datetime.date(2026, 10, 1), datetime.date(2026, 11, 1)
BEGINNING, END = datetime.date(2024, 1, 1), datetime.date(2027, 12, 31)
CALENDAR = [BEGINNING + number * DAY for number in range((END - BEGINNING).days + 1)]
days_of_years = st.dates(BEGINNING, END)


def days_of(pieces: tuple[Days, ...]) -> list[datetime.date]:
    return [days.first + number * DAY for days in pieces for number in range(len(days))]


def months_of(pieces: PeriodPieces) -> list[datetime.date]:
    months = [day for day in CALENDAR if day.day == 1]
    return [
        month
        for month in months
        if pieces.has_months and (pieces.since or BEGINNING) <= month and (not pieces.until or month < pieces.until)
    ]


@given(st.tuples(st.none() | days_of_years, st.none() | days_of_years))
def test_the_pieces_add_up_to_each_day_of_the_period_once(ends):
    # given
    first, last = ends if None in ends else sorted(ends)

    # when
    pieces = split_period(Period(first=first, last=last))

    # then
    counted = Counter(days_of(pieces.added))
    months = months_of(pieces)
    counted.update(day for day in CALENDAR if day.replace(day=1) in months)
    counted.subtract(days_of(pieces.removed))
    expected = [day for day in CALENDAR if (first or BEGINNING) <= day <= (last or END)]
    assert sorted(counted.elements()) == expected
    assert min(counted.values(), default=0) >= 0
    assert len(days_of(pieces.added)) + len(days_of(pieces.removed)) <= 2 * 16


def test_of_a_month_that_is_nearly_whole_the_other_days_are_removed():
    pieces = split_period(Period(first=OCTOBER + 2 * DAY, last=NOVEMBER))
    assert months_of(pieces) == [OCTOBER]
    assert pieces.added == (Days(first=NOVEMBER, last=NOVEMBER),)
    assert pieces.removed == (Days(first=OCTOBER, last=OCTOBER + DAY),)


def test_of_the_middle_of_a_month_both_sides_are_removed():
    pieces = split_period(Period(first=OCTOBER + DAY, last=NOVEMBER - 2 * DAY))
    assert months_of(pieces) == [OCTOBER]
    assert pieces.added == ()
    assert pieces.removed == (
        Days(first=OCTOBER, last=OCTOBER),
        Days(first=NOVEMBER - DAY, last=NOVEMBER - DAY),
    )


def test_of_half_a_month_the_days_are_added():
    pieces = split_period(Period(first=OCTOBER, last=OCTOBER + 15 * DAY))
    assert (months_of(pieces), pieces.removed) == ([], ())
    assert pieces.added == (Days(first=OCTOBER, last=OCTOBER + 15 * DAY),)


@pytest.mark.parametrize("first", [datetime.date(9999, 12, 3), datetime.date(9999, 12, 30)])
@pytest.mark.parametrize("last", [None, datetime.date.max])
def test_the_last_month_of_the_calendar_has_no_month_after_it(first, last):
    pieces = split_period(Period(first=first, last=last))
    if first.day == 3:
        assert (pieces.has_months, pieces.since, pieces.until) == (True, datetime.date(9999, 12, 1), None)
        assert (pieces.added, pieces.removed) == ((), (Days(first=first.replace(day=1), last=first - DAY),))
    else:
        assert not pieces.has_months
        assert (pieces.added, pieces.removed) == ((Days(first=first, last=datetime.date.max),), ())


def test_the_weeks_of_a_month_hold_each_of_its_days_once():
    weeks = {week_of_month(day) for day in CALENDAR}

    assert Counter(days_of(tuple(weeks))) == Counter(CALENDAR)
    assert all(day in days_of((week_of_month(day),)) for day in CALENDAR)
    february = [(week.first.day, week.last.day) for week in sorted(weeks, key=lambda week: week.first)[4:10]]
    assert february == [(29, 31), (1, 7), (8, 14), (15, 21), (22, 28), (29, 29)]


@pytest.mark.django_db
def test_the_database_begins_weeks_on_the_same_days():
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT day, {week_of('day')} FROM unnest(%s::date[]) day", [CALENDAR])
        found = cursor.fetchall()

    assert found == [(day, week_of_month(day).first) for day in CALENDAR]
