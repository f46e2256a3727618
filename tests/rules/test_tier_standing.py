"""Which tier, since when and how long: exact moments, one story a test."""

import datetime
from decimal import Decimal

import pytest

from saleor_loyalty.rules import NO_TIER, Qualifying, TierStanding, assess_tier, steps_until

from .builders import listing, rules

UTC = datetime.UTC


def moment(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(f"{text}T12:00:00+00:00")


def points(text: str, number: int) -> Qualifying:
    return Qualifying(moment(text), points=number)


def tiers(**policy):
    return rules(
        tiers=[
            {"key": "silver", "name": "Silver", "requiredPoints": 100},
            {"key": "gold", "name": "Gold", "requiredPoints": 500, "multiplier": "2"},
        ],
        tierPolicy=policy,
    )


def told(assessment):
    return [(step.at.date().isoformat(), step.standing.tier, step.reason) for step in assessment.outlook]


def test_a_tier_is_reached_at_exactly_what_it_asks_for():
    document = tiers()

    short = assess_tier(NO_TIER, [points("2026-01-01", 499)], rules=document, at=moment("2026-01-01"))
    exact = assess_tier(NO_TIER, [points("2026-01-01", 500)], rules=document, at=moment("2026-01-01"))

    assert (short.standing.tier, short.reason, short.qualifying) == ("silver", "EARNED", {"points": 499})
    assert (exact.standing.tier, exact.standing.since) == ("gold", moment("2026-01-01"))
    assert exact.standing.requirement == {"points": 500}


def test_nothing_that_counts_is_no_tier_and_has_no_outlook():
    found = assess_tier(NO_TIER, [], rules=tiers(windowMonths=12), at=moment("2026-01-01"))

    assert (found.standing, found.qualifying, found.outlook) == (NO_TIER, {"points": 0}, ())


def test_for_ever_means_that_time_takes_nothing():
    found = assess_tier(NO_TIER, [points("2001-01-01", 500)], rules=tiers(), at=moment("2026-01-01"))

    assert (found.standing.tier, found.outlook) == ("gold", ())


def test_what_leaves_the_window_takes_the_tier_with_it_to_the_moment():
    entries = [points("2026-01-31", 450), points("2026-03-15", 60)]

    found = assess_tier(NO_TIER, entries, rules=tiers(windowMonths=1), at=moment("2026-01-31"))
    later = assess_tier(NO_TIER, entries, rules=tiers(windowMonths=13), at=moment("2026-03-15"))

    # What is said to come later counts from now on.
    assert (found.standing.tier, told(found)) == ("gold", [("2026-02-28", "", "LAPSED")])
    assert (later.standing.tier, told(later)) == ("gold", [("2027-02-28", "", "LAPSED")])


def test_in_the_very_moment_in_which_it_leaves_the_window_it_does_not_count():
    entries, document = [points("2026-01-01", 500)], tiers(windowMonths=1)

    last = assess_tier(NO_TIER, entries, rules=document, at=moment("2026-02-01") - datetime.timedelta(microseconds=1))

    assert last.standing.tier == "gold"
    assert assess_tier(NO_TIER, entries, rules=document, at=moment("2026-02-01")).standing == NO_TIER


def test_after_the_window_comes_the_grace_and_then_the_tier_that_is_still_reached():
    entries = [points("2026-01-01", 400), points("2026-06-01", 150)]

    found = assess_tier(NO_TIER, entries, rules=tiers(windowMonths=12, graceDays=30), at=moment("2026-06-01"))

    assert found.standing.tier == "gold"
    assert told(found) == [
        ("2027-01-01", "gold", "LAPSED"),  # the grace begins
        ("2027-01-31", "silver", "LAPSED"),
        ("2027-06-01", "silver", "LAPSED"),
        ("2027-07-01", "", "LAPSED"),
    ]
    assert found.outlook[0].standing.grace_until == moment("2027-01-31")
    assert found.outlook[1].standing.since == moment("2027-01-31")


def test_a_tier_is_kept_as_long_as_promised_and_the_grace_follows():
    document = tiers(windowMonths=1, keepMonths=12, graceDays=10)

    found = assess_tier(NO_TIER, [points("2026-01-10", 500)], rules=document, at=moment("2026-01-20"))

    assert found.standing.kept_until == moment("2027-01-20")
    assert told(found) == [("2027-01-20", "gold", "LAPSED"), ("2027-01-30", "", "LAPSED")]


GOLD = TierStanding(
    tier="gold", since=moment("2026-01-20"), kept_until=moment("2027-01-20"), requirement={"points": 500}
)


def test_a_refund_ends_the_promise_and_leaves_the_grace():
    document = tiers(windowMonths=12, keepMonths=12, graceDays=10)

    found = assess_tier(GOLD, [points("2026-01-10", 120)], rules=document, at=moment("2026-02-01"))

    assert (found.standing.tier, found.standing.kept_until) == ("gold", None)
    assert (found.standing.grace_until, found.standing.grace_reason) == (moment("2026-02-11"), "REVERSED")
    assert told(found)[0] == ("2026-02-11", "silver", "REVERSED")


def test_without_grace_a_refund_takes_the_tier_at_once():
    found = assess_tier(GOLD, [], rules=tiers(windowMonths=12), at=moment("2026-02-01"))

    assert (found.standing, found.reason, found.outlook) == (NO_TIER, "REVERSED", ())


def test_rules_that_ask_for_more_do_not_end_the_promise():
    document = rules(tiers=[{"key": "gold", "name": "Gold", "requiredPoints": 900}], tierPolicy={"windowMonths": 12})

    found = assess_tier(
        GOLD, [points("2026-01-10", 500)], rules=document, at=moment("2026-02-01"), cause="RULES_CHANGED"
    )

    assert (found.standing, told(found)) == (GOLD, [("2027-01-20", "", "LAPSED")])


def test_whoever_reaches_it_again_within_the_grace_keeps_it():
    standing = TierStanding(
        tier="gold",
        since=moment("2026-01-20"),
        requirement={"points": 500},
        grace_until=moment("2026-02-11"),
        grace_reason="REVERSED",
    )

    found = assess_tier(standing, [points("2026-02-10", 500)], rules=tiers(graceDays=10), at=moment("2026-02-10"))

    assert found.standing.grace_until is None
    assert (found.standing.tier, found.standing.since, found.outlook) == ("gold", moment("2026-01-20"), ())


def test_a_tier_that_the_rules_do_not_have_any_more_is_gone_at_once():
    document = rules(tiers=[{"key": "blue", "name": "Blue", "requiredPoints": 100}], tierPolicy={"graceDays": 90})

    reached = assess_tier(GOLD, [points("2026-01-10", 120)], rules=document, at=moment("2026-02-01"))
    nothing = assess_tier(GOLD, [points("2026-01-10", 99)], rules=document, at=moment("2026-02-01"))

    assert (reached.standing.tier, reached.reason) == ("blue", "RULES_CHANGED")
    assert (nothing.standing.tier, nothing.reason) == ("", "RULES_CHANGED")


def money(text: str, amount: str, currency: str) -> Qualifying:
    return Qualifying(moment(text), spent=Decimal(amount), currency=currency)


BY_MONEY = {
    "channels": [listing(), listing("usa", "USD")],
    "tiers": [
        {"key": "silver", "name": "Silver", "requiredSpend": {"ILS": "500", "USD": "150"}},
        {"key": "gold", "name": "Gold", "requiredSpend": {"ILS": "2000", "USD": "600.50"}},
    ],
    "tierPolicy": {"basis": "MONEY_SPENT"},
}


@pytest.mark.parametrize(
    ("spent", "tier"),
    [
        ([("499.99", "ILS"), ("149.99", "USD")], ""),
        ([("499.99", "ILS"), ("150", "USD")], "silver"),
        ([("1999", "ILS"), ("600", "USD")], "silver"),
        ([("300", "USD"), ("300.50", "USD")], "gold"),
        ([("9999", "EUR")], ""),
    ],
)
def test_money_of_different_currencies_is_never_added_up(spent, tier):
    entries = [money("2026-01-01", amount, currency) for amount, currency in spent]

    found = assess_tier(NO_TIER, entries, rules=rules(**BY_MONEY), at=moment("2026-01-01"))

    assert found.standing.tier == tier


def test_points_do_not_count_for_tiers_by_money_nor_money_for_those_by_points():
    both = [Qualifying(moment("2026-01-01"), points=10_000, spent=Decimal(600), currency="ILS")]

    assert assess_tier(NO_TIER, both, rules=rules(**BY_MONEY), at=moment("2026-01-01")).qualifying == {
        "ILS": Decimal(600)
    }
    assert assess_tier(NO_TIER, both, rules=tiers(), at=moment("2026-01-01")).qualifying == {"points": 10_000}


def test_what_holds_at_a_moment_is_the_last_step_that_has_come():
    found = assess_tier(
        NO_TIER, [points("2026-01-01", 500)], rules=tiers(windowMonths=1, graceDays=5), at=moment("2026-01-01")
    )

    assert steps_until(found.outlook, at=moment("2026-01-31")) == []
    assert [step.standing.tier for step in steps_until(found.outlook, at=moment("2026-02-01"))] == ["gold"]
    assert [step.standing.tier for step in steps_until(found.outlook, at=moment("2026-02-06"))] == ["gold", ""]
