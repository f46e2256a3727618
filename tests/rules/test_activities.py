"""Activities: exact points, caps at the boundary, windows to the second, priority and stop; all without a database."""

from __future__ import annotations

import datetime
import zoneinfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleor_loyalty.basket import CustomerFacts, EarnedBefore
from saleor_loyalty.rules import (
    Activity,
    judge_activity,
    receipt_from_json,
    receipt_of_rule,
    receipt_to_json,
    recount_movement,
    recount_points,
)
from saleor_loyalty.rules.document.timing import PERIODS
from saleor_loyalty.rules.periods import period_bounds

from .builders import AT, listing, rules

MEMBER = CustomerFacts(user_id=1, member_status="MEMBER")


def activity(key="review", points=50, event="REVIEW_APPROVED", **more):
    return {"key": key, "event": event, "points": points, **more}


def cap(points, period="EVER"):
    return {"points": points, "period": period}


def earned(*before, **facts):
    facts = {"user_id": 1, "member_status": "MEMBER", **facts}
    return CustomerFacts(earned=tuple(EarnedBefore(*one) for one in before), **facts)


def judge(document, customer=MEMBER, *, at=AT, event="REVIEW_APPROVED", **facts):
    """Return (points, [(code, rule, points, detail)]), after the receipt was shown to hold together."""
    seen = Activity(event=event, occurred_at=at, customer=customer, **facts)
    receipt = judge_activity(seen, rules=document)
    if receipt is None:
        return None
    assert receipt_from_json(receipt_to_json(receipt)) == receipt
    assert recount_points(receipt) == receipt.points
    for key in receipt.rule_keys:
        own = receipt_of_rule(receipt, key)
        assert recount_movement(receipt_to_json(own)) == own.points
    assert sum(receipt_of_rule(receipt, key).points for key in receipt.rule_keys) == receipt.points
    return receipt.points, [(line.code, line.rule_key, line.points, line.detail) for line in receipt.lines]


def test_a_rule_gives_its_points_and_nothing_for_other_events():
    document = rules(activities=[activity()])
    assert judge(document) == (50, [("RULE_APPLIED", "review", 50, "fixed/50")])
    assert judge(document, event="COMMENT_APPROVED") is None


@pytest.mark.parametrize(
    ("before", "points", "last"),
    [
        (0, 50, "RULE_APPLIED"),
        (50, 50, "RULE_APPLIED"),
        (51, 49, "CAPPED"),
        (99, 1, "CAPPED"),
        (100, 0, "LIMIT_REACHED"),
        (130, 0, "LIMIT_REACHED"),
    ],
)
def test_a_cap_is_reached_exactly(before, points, last):
    document = rules(activities=[activity(customerCaps=[cap(100, "MONTH")])])
    given_points, lines = judge(document, earned(("review", "MONTH", before)))
    assert (given_points, lines[-1][0]) == (points, last)


def test_of_several_caps_the_one_that_leaves_least_holds_and_of_equals_the_shortest():
    document = rules(activities=[activity(customerCaps=[cap(1000), cap(60, "DAY"), cap(100, "WEEK")])])
    before = [("review", "DAY", 30), ("review", "WEEK", 80), ("review", "EVER", 500)]
    assert judge(document, earned(*before))[1][-1] == ("CAPPED", "review", 20, "WEEK/100")
    before[1] = ("review", "WEEK", 70)
    assert judge(document, earned(*before))[1][-1] == ("CAPPED", "review", 30, "DAY/60")


def test_what_another_rule_gave_uses_up_no_cap():
    document = rules(activities=[activity(customerCaps=[cap(50)])])
    assert judge(document, earned(("other", "EVER", 50)))[0] == 50


def test_rules_count_between_their_dates_and_on_their_weekdays_in_the_first_channels_time_zone():
    # given Sundays in Jerusalem, within one week
    document = rules(
        channels=[listing(timeZone="Asia/Jerusalem")],
        activities=[
            activity(weekdays=["SUNDAY"], startsAt="2026-03-22T00:00:00+02:00", endsAt="2026-03-29T12:00:00+03:00")
        ],
    )

    # when / then
    for moment, outcome in (
        ("2026-03-21T23:59:59+02:00", "DATES"),
        ("2026-03-22T00:00:00+02:00", ""),
        ("2026-03-22T23:59:59+02:00", ""),
        ("2026-03-23T00:00:00+02:00", "WEEKDAY"),
        ("2026-03-28T23:59:59+03:00", "WEEKDAY"),
        ("2026-03-28T21:00:00+00:00", ""),
        ("2026-03-29T11:59:59+03:00", ""),
        ("2026-03-29T12:00:00+03:00", "DATES"),
    ):
        points, lines = judge(document, at=datetime.datetime.fromisoformat(moment))
        assert (points, lines[0][3]) == ((0, outcome) if outcome else (50, "fixed/50")), moment


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"used_by": frozenset({"review"})}, "ALREADY_EARNED"),
        ({"came_before": True}, "ALREADY_EARNED"),
        ({"used_by": frozenset({"other"})}, "RULE_APPLIED"),
    ],
)
def test_what_has_earned_before_earns_nothing(facts, code):
    assert judge(rules(activities=[activity()]), **facts)[1][0][0] == code


def test_a_rule_that_counts_every_time_does_not_ask_for_the_reference():
    document = rules(activities=[activity(oncePerReference=False)])
    assert judge(document, used_by=frozenset({"review"}))[0] == 50


def test_who_registered_before_gets_it_only_by_the_rule_that_says_so():
    document = rules(
        activities=[
            activity("new", 100, "SIGNED_UP"),
            activity("all", 10, "SIGNED_UP", includesEarlierCustomers=True),
        ]
    )
    assert judge(document, event="SIGNED_UP")[0] == 110
    assert judge(document, event="SIGNED_UP", registered_before=True) == (
        10,
        [("RULE_APPLIED", "all", 10, "fixed/10"), ("REGISTERED_BEFORE", "new", 0, "")],
    )


def test_conditions_hold_for_activities_too():
    document = rules(activities=[activity(conditions={"labels": ["vip"], "memberStatus": ["MEMBER"]})])
    assert judge(document)[1] == [("CONDITION_NOT_MET", "review", 0, "LABELS")]
    assert judge(document, CustomerFacts(member_status="MEMBER", labels=("vip",)))[0] == 50


def test_a_program_that_gives_guests_nothing_gives_them_nothing_here_either():
    document = rules(activities=[activity()], guestEarning="NONE")
    assert judge(document, CustomerFacts()) == (0, [("GUEST_NOT_ELIGIBLE", "", 0, "")])
    assert judge(rules(activities=[activity()]), CustomerFacts())[0] == 50


def test_outside_of_the_programs_dates_nothing_is_earned():
    document = rules(activities=[activity()], startsAt="2026-06-01T12:00:01+00:00")
    assert judge(document) == (0, [("PROGRAM_INACTIVE", "", 0, "DATES")])


def test_a_rule_that_gave_nothing_stops_none():
    document = rules(
        activities=[
            activity("first", 50, priority=2, stopProcessing=True, customerCaps=[cap(50)]),
            activity("second", 20),
        ]
    )
    assert judge(document) == (50, [("RULE_APPLIED", "first", 50, "fixed/50"), ("STOPPED", "second", 0, "first")])
    assert judge(document, earned(("first", "EVER", 50))) == (
        20,
        [("LIMIT_REACHED", "first", 0, "EVER/50"), ("RULE_APPLIED", "second", 20, "fixed/20")],
    )


ZONES = ("UTC", "Asia/Jerusalem", "America/Santiago", "Pacific/Auckland", "Australia/Lord_Howe", "America/Sao_Paulo")
LONG_AGO = datetime.datetime(2015, 1, 2, tzinfo=datetime.UTC)
moments = st.integers(0, 20 * 366 * 24 * 3600).map(lambda seconds: LONG_AGO + datetime.timedelta(seconds=seconds))


@given(at=moments, zone=st.sampled_from(ZONES), period=st.sampled_from(PERIODS[:-1]))
def test_a_period_is_the_whole_calendar_period_around_the_moment(at, zone, period):
    place = zoneinfo.ZoneInfo(zone)
    start, end = period_bounds(period, at=at, time_zone=zone)
    assert start <= at < end

    def name(moment):
        day = moment.astimezone(place).date()
        return {
            "DAY": day,
            "WEEK": day.isocalendar()[:2],
            "MONTH": (day.year, day.month),
            "YEAR": day.year,
        }[period]

    second = datetime.timedelta(seconds=1)
    assert name(start) == name(at) == name(end - second)
    assert name(start - second) != name(at) != name(end)
    # the next one begins where this one ends
    assert period_bounds(period, at=end, time_zone=zone)[0] == end


def test_days_on_which_clocks_change_have_23_and_25_hours():
    hour = datetime.timedelta(hours=1)
    for day, hours in (("2026-03-29", 23), ("2026-10-25", 25), ("2026-07-01", 24)):
        at = datetime.datetime.fromisoformat(f"{day}T12:00:00+00:00")
        start, end = period_bounds("DAY", at=at, time_zone="Europe/Rome")
        assert (end - start) / hour == hours
    assert period_bounds("EVER", at=AT, time_zone="UTC") is None
    with pytest.raises(ValueError, match="FORTNIGHT"):
        period_bounds("FORTNIGHT", at=AT, time_zone="UTC")


caps_strategy = st.dictionaries(st.sampled_from(PERIODS), st.integers(50, 300), max_size=5)
events_strategy = st.lists(st.integers(0, 60 * 24 * 60), max_size=40)


@given(caps=caps_strategy, minutes=events_strategy, zone=st.sampled_from(ZONES))
def test_any_caps_are_kept_as_by_a_plain_count(caps, minutes, zone):
    """Events at random moments, in any order, against a model that adds up what was given, period by period."""
    document = rules(
        channels=[listing(timeZone=zone)],
        activities=[activity(customerCaps=[cap(points, period) for period, points in caps.items()])],
    )
    given_so_far: list[tuple[datetime.datetime, int]] = []
    start = datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC)
    for minute in minutes:
        at = start + datetime.timedelta(minutes=minute)
        in_period = {}
        for period in PERIODS:
            bounds = period_bounds(period, at=at, time_zone=zone)
            in_period[period] = sum(
                points for when, points in given_so_far if bounds is None or bounds[0] <= when < bounds[1]
            )
        expected = max(min([50, *(points - in_period[period] for period, points in caps.items())]), 0)
        points, _lines = judge(
            document, earned(*(("review", period, got) for period, got in in_period.items() if got)), at=at
        )
        assert points == expected
        given_so_far.append((at, points))
