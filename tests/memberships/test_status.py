"""The status of a membership: what Python says of a row and what SQL says of it is one thing, at every moment."""

from __future__ import annotations

import datetime
import zoneinfo
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from saleor_loyalty.memberships import status_of, where_status
from saleor_loyalty.memberships.status import MembershipStatus
from saleor_loyalty.models import Membership

from .builders import day, noon

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
SECOND = datetime.timedelta(seconds=1)
FIRST = day("2026-03-25")
"""A few days around the night in which clocks change in Rome; few, so that boundaries meet."""
ZONES = ("UTC", "Asia/Jerusalem", "Europe/Rome", "Pacific/Kiritimati", "America/Los_Angeles", "Asia/Kathmandu")

DAYS = st.integers(0, 8).map(lambda later: FIRST + later * DAY)
MOMENTS = st.builds(
    lambda hours, seconds: noon("2026-03-24") + datetime.timedelta(hours=hours, seconds=seconds),
    st.integers(0, 24 * 11),
    st.sampled_from((-1, 0, 1, 1800)),
)


@st.composite
def rows(draw: Any) -> dict[str, Any]:
    """What decides on a status, in every combination that the constraints of the table allow."""
    starts_on = draw(st.none() | DAYS)
    ends_on = None if starts_on is None else draw(st.none() | DAYS.filter(lambda value: value >= starts_on))
    frozen_from = draw(st.none() | DAYS)
    frozen_until = None if frozen_from is None else draw(st.none() | DAYS.filter(lambda value: value >= frozen_from))
    return {
        "starts_on": starts_on,
        "ends_on": ends_on,
        "frozen_from": frozen_from,
        "frozen_until": frozen_until,
        "canceled_at": draw(st.none() | MOMENTS),
        "time_zone": draw(st.sampled_from(ZONES)),
    }


def store(membership: Membership, drawn: list[dict[str, Any]]) -> list[Membership]:
    """Write the rows beside the one there is, past the verbs: status has to be right of whatever the table holds."""
    Membership.objects.exclude(pk=membership.pk).delete()
    copied = {
        column.attname: getattr(membership, column.attname)
        for column in Membership._meta.concrete_fields
        if column.attname != "id"
    }
    return Membership.objects.bulk_create(Membership(**{**copied, **row}) for row in drawn)


def found(status: str, at: datetime.datetime, stored: list[Membership]) -> set[int]:
    mine = Membership.objects.filter(pk__in=[row.pk for row in stored])
    return set(where_status(mine, {status}, at=at).values_list("pk", flat=True))


NOTHING_SAID = dict.fromkeys(("starts_on", "ends_on", "frozen_from", "frozen_until", "canceled_at"))
OF_ONE_DAY = {**NOTHING_SAID, "starts_on": FIRST, "ends_on": FIRST, "time_zone": "UTC"}
FROZEN_BEYOND_ITS_END = {**OF_ONE_DAY, "ends_on": FIRST + DAY, "frozen_from": FIRST, "time_zone": "UTC"}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(st.lists(rows(), min_size=1, max_size=8), MOMENTS)
@example([OF_ONE_DAY, FROZEN_BEYOND_ITS_END], datetime.datetime(2026, 3, 25, tzinfo=datetime.UTC))
def test_every_membership_is_found_by_its_one_status_and_by_no_other(membership, drawn, at):
    stored = store(membership, drawn)

    for status in MembershipStatus.values:
        assert found(status, at, stored) == {row.pk for row in stored if status_of(row, at=at) == status}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
@given(st.lists(rows(), min_size=1, max_size=8), MOMENTS, st.sets(st.sampled_from(MembershipStatus.values)))
def test_several_statuses_find_what_each_of_them_finds(membership, drawn, at, statuses):
    stored = store(membership, drawn)

    both = set(where_status(Membership.objects.all(), statuses, at=at).values_list("pk", flat=True))

    assert both & {row.pk for row in stored} == set().union(*(found(status, at, stored) for status in statuses))


@pytest.mark.parametrize("time_zone", ZONES)
@pytest.mark.parametrize(
    ("changed", "before", "after"),
    [
        ({"starts_on": FIRST}, "UPCOMING", "ACTIVE"),
        ({"starts_on": FIRST - DAY, "ends_on": FIRST}, "ACTIVE", "ENDED"),
        ({"starts_on": FIRST - DAY, "frozen_from": FIRST}, "ACTIVE", "FROZEN"),
        ({"starts_on": FIRST - DAY, "frozen_from": FIRST - DAY, "frozen_until": FIRST}, "FROZEN", "ACTIVE"),
        ({"starts_on": FIRST - DAY, "frozen_from": FIRST - DAY, "ends_on": FIRST}, "FROZEN", "ENDED"),
        ({"starts_on": FIRST, "frozen_from": FIRST}, "UPCOMING", "FROZEN"),
        ({"starts_on": FIRST, "ends_on": FIRST}, "UPCOMING", "ENDED"),
    ],
)
def test_it_changes_at_midnight_of_its_own_time_zone(membership, changed, before, after, time_zone):
    midnight = datetime.datetime.combine(FIRST, datetime.time(), tzinfo=zoneinfo.ZoneInfo(time_zone))
    stored = [row] = store(membership, [{**NOTHING_SAID, **changed, "time_zone": time_zone}])

    for at, status in ((midnight - SECOND, before), (midnight, after)):
        assert status_of(row, at=at) == status
        assert found(status, at, stored) == {row.pk}


def test_it_is_cancelled_from_the_moment_on_and_not_from_its_day(membership):
    at = noon("2026-03-25")
    stored = [row] = store(membership, [{**OF_ONE_DAY, "ends_on": None, "canceled_at": at}])

    assert (status_of(row, at=at - SECOND), status_of(row, at=at)) == ("ACTIVE", "CANCELED")
    assert (found("ACTIVE", at - SECOND, stored), found("CANCELED", at, stored)) == ({row.pk}, {row.pk})
