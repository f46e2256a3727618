"""Random lives of one membership, day by day, against a plain calendar that only counts days."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from saleor_loyalty.ledger import open_account
from saleor_loyalty.memberships import status_of, where_status
from saleor_loyalty.models import LoyaltyAccount, Membership
from tests import club

from .builders import a_plan, by_hand, extend, freeze, history, labels_of, noon, unfreeze

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
START = noon("2026-03-10")

ACTS = st.lists(
    st.tuples(
        st.integers(0, 12),  # days later
        st.sampled_from(["freeze", "freeze until", "unfreeze", "extend", "nothing"]),
        st.integers(1, 20),  # how many days it is about
    ),
    max_size=8,
)


class PlainCalendar:
    """How many days are still to be served, and until when nothing counts."""

    def __init__(self, days: int) -> None:
        self.left = days
        self.is_frozen = False
        self.thaws_on: datetime.date | None = None

    def morning(self, today: datetime.date) -> None:
        if self.is_frozen and self.thaws_on == today:
            self.is_frozen, self.thaws_on = False, None

    def night(self) -> None:
        if not self.is_frozen and self.left:
            self.left -= 1

    @property
    def status(self) -> str:
        if not self.left:
            return "ENDED"
        return "FROZEN" if self.is_frozen else "ACTIVE"


def act(membership: Membership, plain: PlainCalendar, what: str, days: int, at: datetime.datetime) -> None:
    today = at.date()
    if what == "freeze" and plain.status == "ACTIVE":
        freeze(membership, at=at)
        plain.is_frozen = True
    elif what == "freeze until" and plain.status == "ACTIVE":
        until = today + days * DAY
        freeze(membership, until.isoformat(), at=at)
        plain.is_frozen, plain.thaws_on = True, until
    elif what == "unfreeze" and plain.status == "FROZEN":
        unfreeze(membership, at=at)
        plain.is_frozen, plain.thaws_on = False, None
    elif what == "extend" and plain.status != "ENDED":
        membership.refresh_from_db()
        if membership.ends_on is not None:
            extend(membership, (membership.ends_on + days * DAY).isoformat(), at=at)
            plain.left += days


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(st.integers(1, 40), ACTS)
def test_every_day_is_as_a_plain_calendar_counts_it(program, days, acts):
    account = open_account(program, email="life@example.com", at=club.now())
    Membership.objects.filter(account=account).delete()
    membership = by_hand(account, a_plan(program, duration_days=days), at=START)
    plain, at = PlainCalendar(days), START

    def check() -> None:
        membership.refresh_from_db()
        assert status_of(membership, at=at) == plain.status
        found = where_status(Membership.objects.filter(pk=membership.pk), {plain.status}, at=at)
        assert found.exists()
        if plain.status == "ACTIVE":
            assert membership.ends_on == at.date() + plain.left * DAY

    for later, what, about in acts:
        for _ in range(later):
            plain.night()
            at += DAY
            plain.morning(at.date())
        act(membership, plain, what, about, at)
        check()


def test_daylight_saving_neither_adds_nor_takes_a_day(program):
    account: LoyaltyAccount = open_account(program, email="rome@example.com", at=club.now())
    membership = by_hand(account, a_plan(program, duration_days=2), at=noon("2026-03-28"))
    Membership.objects.update(time_zone="Europe/Rome")
    membership.refresh_from_db()

    last_minute = datetime.datetime(2026, 3, 29, 21, 59, tzinfo=datetime.UTC)  # 23:59 in Rome, an hour shorter

    assert status_of(membership, at=last_minute) == "ACTIVE"
    assert status_of(membership, at=last_minute + datetime.timedelta(minutes=1)) == "ENDED"
    assert (labels_of(account), history(membership)) == (["Gold"], ["CREATED", "STARTED"])
