"""The calendar of memberships against a plain one, that counts day by day."""

from __future__ import annotations

import dataclasses
import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleor_loyalty.memberships.dates import Period, Slot, Term, add_months, lay_out, local_day

from .builders import day

DAY = datetime.timedelta(days=1)
DAYS = st.dates(min_value=datetime.date(2023, 1, 1), max_value=datetime.date(2029, 12, 31))
TERMS = st.one_of(
    st.builds(Term, months=st.integers(1, 24)), st.builds(Term, days=st.integers(1, 400)), st.just(Term())
)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2026-01-31", 2, "2026-03-31"),
        ("2026-01-15", 1, "2026-02-15"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2028-02-29", 48, "2032-02-29"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2026-08-31", 1, "2026-09-30"),
    ],
)
def test_months_end_on_the_same_day_or_on_the_months_last(start, months, end):
    assert add_months(day(start), months) == day(end)


@given(DAYS, st.integers(0, 120))
def test_months_later_is_that_month_and_never_a_later_day(start, months):
    later = add_months(start, months)

    assert later.year * 12 + later.month == start.year * 12 + start.month + months
    assert later.day == start.day or (later.day < start.day and (later + DAY).day == 1)


@given(DAYS, st.integers(0, 60), st.integers(0, 60))
def test_more_months_never_end_earlier(start, months, more):
    assert add_months(start, months) <= add_months(start, months + more)


@pytest.mark.parametrize(
    ("at", "time_zone", "today"),
    [
        ("2026-03-09T22:30:00+00:00", "Asia/Jerusalem", "2026-03-10"),
        ("2026-03-09T22:30:00+00:00", "UTC", "2026-03-09"),
        ("2026-03-29T00:30:00+00:00", "Europe/Rome", "2026-03-29"),  # the night that has 23 hours
        ("2026-03-28T23:30:00+00:00", "Europe/Rome", "2026-03-29"),
        ("2026-10-25T22:30:00+00:00", "Europe/Rome", "2026-10-25"),  # the night that has 25 hours
        ("2026-10-25T23:30:00+00:00", "Europe/Rome", "2026-10-26"),
        ("2026-03-10T10:30:00+00:00", "Pacific/Kiritimati", "2026-03-11"),
    ],
)
def test_a_day_is_that_of_the_wall_calendar(at, time_zone, today):
    assert local_day(datetime.datetime.fromisoformat(at), time_zone) == day(today)


# --- periods ---

SLOTS = st.builds(
    Slot,
    released_on=DAYS,
    term=TERMS,
    extension_days=st.integers(0, 60),
    frozen_days=st.integers(0, 60),
    is_frozen_for_now=st.booleans(),
    is_queued=st.booleans(),
)


def served_days(slot: Slot, period: Period) -> int:
    """Count day by day, as a calendar on the wall: every day of the period that is not frozen."""
    assert period.starts_on is not None
    assert period.ends_on is not None
    days = 0
    today = period.starts_on
    while today < period.ends_on:
        today += DAY
        days += 1
    return days - slot.frozen_days


@given(st.lists(SLOTS, max_size=6))
def test_each_serves_its_term_and_its_extensions_however_it_is_frozen(slots):
    for slot, period in zip(slots, lay_out(slots), strict=True):
        if period.starts_on is None or period.ends_on is None:
            continue
        end = slot.term.end(period.starts_on)
        assert served_days(slot, period) == (end - period.starts_on).days + slot.extension_days


@given(st.lists(SLOTS, min_size=1, max_size=6), st.integers(0, 100))
def test_an_extension_moves_the_end_by_exactly_its_days(slots, more):
    longer = dataclasses.replace(slots[0], extension_days=slots[0].extension_days + more)
    before, after = lay_out(slots)[0], lay_out([longer, *slots[1:]])[0]

    assert after.starts_on == before.starts_on
    if before.ends_on is not None:
        assert after.ends_on == before.ends_on + more * DAY


@given(st.lists(SLOTS, max_size=6))
def test_queued_ones_never_overlap_and_leave_no_day_out(slots):
    queued = [dataclasses.replace(slot, is_queued=True) for slot in slots]
    free_on = None
    for slot, period in zip(queued, lay_out(queued), strict=True):
        if period.starts_on is None:
            continue
        assert period.starts_on == max(slot.released_on, free_on or slot.released_on)
        free_on = max(free_on or period.starts_on, period.ends_on) if period.ends_on else free_on


@given(st.lists(SLOTS, max_size=6))
def test_others_do_not_move_one_that_overlaps(slots):
    for slot, period in zip(slots, lay_out(slots), strict=True):
        if not slot.is_queued:
            assert period == lay_out([slot])[0]
            assert period.starts_on == slot.released_on


def test_nobody_knows_when_one_behind_an_open_freeze_begins():
    first = Slot(released_on=day("2026-03-10"), term=Term(months=1), is_frozen_for_now=True)
    second = Slot(released_on=day("2026-03-12"), term=Term(months=1))

    assert lay_out([first, second]) == [Period(day("2026-03-10"), None), Period(None, None)]


def test_one_without_an_end_keeps_nobody_waiting():
    first = Slot(released_on=day("2026-03-10"), term=Term())
    second = Slot(released_on=day("2026-03-12"), term=Term(days=10))

    assert lay_out([first, second]) == [
        Period(day("2026-03-10"), None),
        Period(day("2026-03-12"), day("2026-03-22")),
    ]


@pytest.mark.parametrize(
    ("canceled_on", "starts_on"),
    [
        ("2026-03-01", "2026-03-12"),  # before it began: it takes no day
        ("2026-03-20", "2026-03-20"),
        ("2026-05-01", "2026-04-10"),  # when it was over: nothing changes
    ],
)
def test_a_cancelled_one_makes_room(canceled_on, starts_on):
    first = Slot(released_on=day("2026-03-10"), term=Term(months=1), canceled_on=day(canceled_on))
    second = Slot(released_on=day("2026-03-12"), term=Term(months=1))

    assert lay_out([first, second])[1].starts_on == day(starts_on)


@given(st.lists(SLOTS, max_size=5), DAYS)
def test_a_cancellation_lets_no_other_begin_later(slots, canceled_on):
    queued = [dataclasses.replace(slot, is_queued=True, is_frozen_for_now=False) for slot in slots]
    if not queued:
        return
    before = lay_out(queued)
    after = lay_out([dataclasses.replace(queued[0], canceled_on=canceled_on), *queued[1:]])

    for one, other in zip(before[1:], after[1:], strict=True):
        assert other.starts_on <= one.starts_on
