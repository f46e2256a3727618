"""Random lives of an account against a plain model that looks every day and remembers nothing but its own words."""

import calendar
import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from saleor_loyalty.rules import NO_TIER, Qualifying, assess_tier, steps_until

from .builders import rules

START = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
DAYS = 400
DAY = datetime.timedelta(days=1)
ASKED = {"silver": 100, "gold": 300}
ORDER = ["", "silver", "gold"]


def months_later(day, months):
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return day.replace(year=year, month=month, day=min(day.day, calendar.monthrange(year, month)[1]))


class PlainTier:
    """Looks once a day, counts all that was ever bought, and keeps its own notes."""

    def __init__(self, *, window, grace, keep):
        self.window, self.grace, self.keep = window, grace, keep
        self.tier, self.since, self.kept_until, self.grace_until = "", None, None, None

    def counted(self, orders, day):
        return sum(
            number
            for bought, number in orders
            if bought <= day and (self.window is None or day < months_later(bought, self.window))
        )

    def look(self, orders, day):
        total = self.counted(orders, day)
        reached = max((tier for tier in ORDER if not tier or total >= ASKED[tier]), key=ORDER.index)
        if ORDER.index(reached) > ORDER.index(self.tier):
            self.enter(reached, day, months_later(day, self.keep) if self.keep else None)
        elif self.tier and reached != self.tier:
            if self.counted(orders, self.since) < ASKED[self.tier]:
                self.kept_until = None
            if self.kept_until is not None and day < self.kept_until:
                self.grace_until = None
                return
            if self.grace_until is None:
                self.grace_until = day + self.grace * DAY
            if day >= self.grace_until:
                self.enter(reached, day, None)
        else:
            self.grace_until = None

    def enter(self, tier, day, kept_until):
        self.tier, self.since, self.kept_until, self.grace_until = tier, day, kept_until, None


@settings(max_examples=150, deadline=None)
@given(
    bought=st.lists(st.tuples(st.integers(0, DAYS), st.sampled_from([30, 100, 150, 300])), min_size=1, max_size=8),
    refunds=st.dictionaries(st.integers(0, 7), st.integers(0, DAYS), max_size=3),
    window=st.sampled_from([None, 1, 3, 6]),
    grace=st.sampled_from([0, 1, 10, 45]),
    keep=st.sampled_from([0, 1, 5]),
)
def test_any_life_is_that_of_the_plain_model(bought, refunds, window, grace, keep):
    document = rules(
        tiers=[{"key": key, "name": key, "requiredPoints": number} for key, number in ASKED.items()],
        tierPolicy={"windowMonths": window, "graceDays": grace, "keepMonths": keep},
    )
    plain = PlainTier(window=window, grace=grace, keep=keep)
    standing, outlook = NO_TIER, ()
    lives = []
    for number in range(DAYS + 1):
        day = START + number * DAY
        orders = [
            (START + when * DAY, 0 if number >= max(when, refunds.get(position, DAYS + 1)) else points)
            for position, (when, points) in enumerate(bought)
            if when <= number
        ]
        plain.look(orders, day)
        # The account is looked at only when something was bought or refunded; time does the rest by the outlook.
        touched = [when for when, _ in bought] + [
            max(bought[position][0], when) for position, when in refunds.items() if position < len(bought)
        ]
        passed = steps_until(outlook, at=day)
        now = passed[-1].standing if passed else standing
        if number in touched:
            entries = [Qualifying(when, points=points) for when, points in orders]
            found = assess_tier(now, entries, rules=document, at=day)
            now = standing = found.standing
            outlook = found.outlook
        lives.append((number, now.tier, now.grace_until, plain.tier, plain.grace_until))
    assert [(number, tier) for number, tier, *_ in lives] == [(number, tier) for number, _, _, tier, _ in lives]
    assert [grace for _, _, grace, *_ in lives] == [grace for *_, grace in lives]
