"""When points expire: exact days for each policy, across month ends, leap years and daylight saving."""

from __future__ import annotations

import datetime
import zoneinfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleor_loyalty.errors import RulesInvalid
from saleor_loyalty.rules import ExpiryPolicy, expiry_of, parse_rules, rules_to_data

JERUSALEM = zoneinfo.ZoneInfo("Asia/Jerusalem")


def policy(type: str, **fields: object) -> ExpiryPolicy:
    return parse_rules({"expiry": {"type": type, **fields}}).expiry


def last_day(found: ExpiryPolicy, at: str, *, time_zone: str = "Asia/Jerusalem") -> str:
    """Return the last local day on which the points can be used."""
    expires_at = expiry_of(found, at=datetime.datetime.fromisoformat(at), time_zone=time_zone)
    assert expires_at is not None
    local = expires_at.astimezone(zoneinfo.ZoneInfo(time_zone))
    assert (local - datetime.timedelta(seconds=1)).date() < local.date()
    return (local.date() - datetime.timedelta(days=1)).isoformat()


@pytest.mark.parametrize(
    ("type", "fields", "at", "expected"),
    [
        ("ROLLING", {"days": 1}, "2026-03-10T12:00+02:00", "2026-03-11"),
        ("ROLLING", {"months": 12}, "2026-03-10T12:00+02:00", "2027-03-10"),
        ("ROLLING", {"months": 1}, "2026-01-31T12:00+02:00", "2026-02-28"),
        ("ROLLING", {"months": 1}, "2028-01-31T12:00+02:00", "2028-02-29"),
        ("ROLLING", {"months": 12}, "2028-02-29T12:00+02:00", "2029-02-28"),
        # 23:30 in UTC is the next day in Jerusalem.
        ("ROLLING", {"days": 1}, "2026-03-10T23:30+00:00", "2026-03-12"),
        ("MONTH_END", {}, "2026-02-10T12:00+02:00", "2026-02-28"),
        ("MONTH_END", {"months": 6}, "2026-08-31T12:00+02:00", "2027-02-28"),
        ("MONTH_END", {"days": 30}, "2026-01-31T12:00+02:00", "2026-03-31"),
        ("CALENDAR_YEAR_END", {}, "2026-12-31T12:00+02:00", "2026-12-31"),
        ("CALENDAR_YEAR_END", {"months": 12}, "2026-01-01T12:00+02:00", "2027-12-31"),
        ("INACTIVITY", {"months": 6}, "2026-01-10T12:00+02:00", "2026-07-10"),
    ],
)
def test_points_last_through_their_last_day(type, fields, at, expected):
    assert last_day(policy(type, **fields), at) == expected


def test_they_expire_at_midnight_of_the_shop_s_time_zone_on_both_sides_of_daylight_saving():
    rolling = policy("ROLLING", days=1)
    # On Friday, 27 March 2026, the clocks of Jerusalem go forward at 02:00.
    for at, expected in (
        ("2026-03-25T12:00+02:00", "2026-03-26T22:00:00+00:00"),
        ("2026-03-26T12:00+02:00", "2026-03-27T21:00:00+00:00"),
    ):
        found = expiry_of(rolling, at=datetime.datetime.fromisoformat(at), time_zone="Asia/Jerusalem")
        assert found == datetime.datetime.fromisoformat(expected)


def test_points_never_expire_by_default():
    assert expiry_of(ExpiryPolicy(), at=datetime.datetime.now(datetime.UTC), time_zone="UTC") is None


def test_what_would_expire_beyond_the_calendar_never_does():
    at = datetime.datetime(8999, 1, 1, tzinfo=datetime.UTC)
    for found in (policy("ROLLING", months=12), policy("ROLLING", days=36_500)):
        assert expiry_of(found, at=at, time_zone="UTC") is None


@pytest.mark.parametrize(
    ("expiry", "path", "message"),
    [
        ({"type": "SOON"}, "expiry.type", "must be one of NEVER, ROLLING, MONTH_END, CALENDAR_YEAR_END, INACTIVITY"),
        ({"type": "ROLLING"}, "expiry", "ROLLING needs months or days"),
        ({"type": "INACTIVITY"}, "expiry", "INACTIVITY needs months or days"),
        ({"type": "ROLLING", "months": 1, "days": 1}, "expiry", "must have months or days, not both"),
        ({"type": "ROLLING", "months": 0}, "expiry.months", "must be between 1 and 1200"),
        ({"type": "ROLLING", "days": 1.5}, "expiry.days", "must be a whole number"),
        ({"months": 1}, "expiry", "points that never expire have no months, days or noticeDays"),
        (
            {"type": "MONTH_END", "noticeDays": [30, 30]},
            "expiry",
            "noticeDays must be at most 5 different numbers of days",
        ),
        ({"type": "MONTH_END", "noticeDays": [0]}, "expiry.noticeDays[0]", "must be between 1 and 365"),
    ],
)
def test_what_contradicts_itself_is_refused_with_its_path(expiry, path, message):
    with pytest.raises(RulesInvalid) as refusal:
        parse_rules({"expiry": expiry})
    assert list(refusal.value.problems) == [(path, message)]


def test_the_policy_survives_the_way_into_the_database_and_back():
    data = {"type": "ROLLING", "months": 12, "noticeDays": [30, 7]}
    stored = rules_to_data(parse_rules({"expiry": data}))
    assert stored["expiry"] == {**data, "days": None}
    assert rules_to_data(parse_rules(stored)) == stored


MOMENTS = st.integers(0, 100 * 366 * 86_400).map(
    lambda seconds: datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC) + datetime.timedelta(seconds=seconds)
)
POLICIES = st.one_of(
    st.builds(policy, st.just("ROLLING"), months=st.integers(1, 60)),
    st.builds(policy, st.just("ROLLING"), days=st.integers(1, 800)),
    st.builds(policy, st.just("MONTH_END"), months=st.integers(1, 60)),
    st.builds(policy, st.sampled_from(["MONTH_END", "CALENDAR_YEAR_END"])),
    st.builds(policy, st.just("CALENDAR_YEAR_END"), months=st.integers(1, 60)),
)
ZONES = st.sampled_from(
    ["UTC", "Asia/Jerusalem", "America/Sao_Paulo", "Asia/Beirut", "Pacific/Apia", "Asia/Kathmandu"]
)


@given(POLICIES, MOMENTS, ZONES)
def test_points_that_were_just_earned_can_be_used_today(found, at, time_zone):
    expires_at = expiry_of(found, at=at, time_zone=time_zone)
    assert expires_at is not None
    assert expires_at > at
    assert (
        expires_at.astimezone(zoneinfo.ZoneInfo(time_zone)).date() > at.astimezone(zoneinfo.ZoneInfo(time_zone)).date()
    )


@given(POLICIES, MOMENTS, MOMENTS, ZONES)
def test_who_earns_later_keeps_points_at_least_as_long(found, one, other, time_zone):
    earlier, later = sorted((one, other))
    first, second = (expiry_of(found, at=at, time_zone=time_zone) for at in (earlier, later))
    assert first is not None
    assert second is not None
    assert first <= second
