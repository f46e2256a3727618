"""Periods in pieces: what is added less what is removed is each day of the period, once."""

from __future__ import annotations

import datetime
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from saleor_loyalty.analytics.days import Period, split_for_sums

DAY = datetime.timedelta(days=1)
OCTOBER, NOVEMBER = datetime.date(2026, 10, 1), datetime.date(2026, 11, 1)
BEGINNING, END = datetime.date(2024, 1, 1), datetime.date(2027, 12, 31)
CALENDAR = [BEGINNING + number * DAY for number in range((END - BEGINNING).days + 1)]
days_of_years = st.dates(BEGINNING, END)


def days_of(stretches: tuple[Period, ...]) -> list[datetime.date]:
    return [
        stretch.first + number * DAY
        for stretch in stretches
        for number in range((stretch.last - stretch.first).days + 1)
    ]


@given(st.tuples(st.none() | days_of_years, st.none() | days_of_years))
def test_the_pieces_add_up_to_each_day_of_the_period_once(ends):
    # given
    first, last = ends if None in ends else sorted(ends)

    # when
    parts = split_for_sums(Period(first=first, last=last))

    # then
    counted = Counter(days_of(parts.added))
    for day in CALENDAR:
        month = day.replace(day=1)
        is_whole = (
            parts.has_months and (parts.since or BEGINNING) <= month and (not parts.until or month < parts.until)
        )
        counted[day] += is_whole + parts.months.count(month)
    counted.subtract(days_of(parts.removed))
    expected = [day for day in CALENDAR if (first or BEGINNING) <= day <= (last or END)]
    assert sorted(counted.elements()) == expected
    assert min(counted.values(), default=0) >= 0
    assert len(days_of(parts.added)) + len(days_of(parts.removed)) <= 2 * 16


def test_of_a_month_that_is_nearly_whole_the_other_days_are_removed():
    parts = split_for_sums(Period(first=OCTOBER + 2 * DAY, last=NOVEMBER))
    assert not parts.has_months
    assert parts.months == (OCTOBER,)
    assert parts.added == (Period(first=NOVEMBER, last=NOVEMBER),)
    assert parts.removed == (Period(first=OCTOBER, last=OCTOBER + DAY),)


def test_of_the_middle_of_a_month_both_sides_are_removed():
    parts = split_for_sums(Period(first=OCTOBER + DAY, last=NOVEMBER - 2 * DAY))
    assert parts.months == (OCTOBER,)
    assert parts.added == ()
    assert parts.removed == (
        Period(first=OCTOBER, last=OCTOBER),
        Period(first=NOVEMBER - DAY, last=NOVEMBER - DAY),
    )


def test_of_half_a_month_the_days_are_added():
    parts = split_for_sums(Period(first=OCTOBER, last=OCTOBER + 15 * DAY))
    assert (parts.months, parts.removed) == ((), ())
    assert parts.added == (Period(first=OCTOBER, last=OCTOBER + 15 * DAY),)
