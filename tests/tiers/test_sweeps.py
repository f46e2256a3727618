"""The sweeps: what time changes, what publishing changes, killed and failing in the middle."""

from __future__ import annotations

import pytest

from saleor_loyalty.models import FailedWork, LoyaltyAccount, LoyaltyProgram, TierChange, TierReview
from saleor_loyalty.rules import parse_rules
from saleor_loyalty.tasks import review_tiers_task
from saleor_loyalty.tiers import (
    apply_tiers,
    due_for_review,
    preview_tiers,
    reassess_tier_under,
    review_due_tiers,
    review_tiers,
)
from tests import club

from .builders import DAY, TIERS, account_of, buy, changes, publish, tier_of

EASIER = [
    {"key": "silver", "name": "Silver", "requiredPoints": 50},
    {"key": "gold", "name": "Gold", "requiredPoints": 100},
]


def test_only_accounts_whose_day_has_come_are_reviewed(program, dana, variant):
    publish(tierPolicy={"windowMonths": 1})
    omar = club.add_customer("omar@example.com")
    start = club.now()
    buy(dana, variant, 1, at=start)
    buy(omar, variant, 1, at=start + 20 * DAY)

    assert review_due_tiers(at=start + 5 * DAY, limit=10) == 0
    assert review_due_tiers(at=start + 35 * DAY, limit=10) == 1
    assert review_due_tiers(at=start + 35 * DAY, limit=10) == 0

    assert (account_of(dana).tier_key, account_of(omar).tier_key) == ("", "silver")
    assert changes(dana)[-1] == ("silver", "", "LAPSED")


def test_what_is_due_is_what_nobody_has_noted_yet(program, dana, variant):
    publish(tierPolicy={"windowMonths": 1})
    buy(dana, variant, 1)
    later = club.now() + 40 * DAY

    assert (due_for_review(at=club.now()).count(), due_for_review(at=later).count()) == (0, 1)
    review_due_tiers(at=later, limit=10)
    assert due_for_review(at=later).count() == 0


@pytest.fixture
def broken(monkeypatch):
    """Return a set: judging an account whose id is put into it fails."""
    found, works = set(), review_tiers.reassess_tier

    def judge(account_id, **values):
        if account_id in found:
            raise RuntimeError("broken")
        return works(account_id, **values)

    monkeypatch.setattr(review_tiers, "reassess_tier", judge)
    return found


def test_an_account_that_fails_does_not_stop_the_others(program, dana, variant, broken, caplog):
    publish(tierPolicy={"windowMonths": 1})
    omar = club.add_customer("omar@example.com")
    for user in (dana, omar):
        buy(user, variant, 1)
    broken.add(account_of(dana).pk)

    assert review_due_tiers(at=club.now() + 60 * DAY, limit=10) == 1

    assert (account_of(dana).tier_key, account_of(omar).tier_key) == ("silver", "")
    assert f"The tier of account {account_of(dana).pk} could not be judged." in caplog.text


def test_neither_failing_nor_closed_accounts_take_the_place_of_others(program, variant, broken):
    publish(tierPolicy={"windowMonths": 1})
    users = [club.add_customer(f"c{number}@example.com") for number in range(4)]
    for user in users:
        buy(user, variant, 1)
    failing, closed, *others = users
    LoyaltyAccount.objects.filter(user=closed).update(status="CLOSED")
    broken.add(account_of(failing).pk)
    later = club.now() + 60 * DAY

    assert [review_due_tiers(at=later, limit=1) for _ in range(3)] == [1, 1, 0]

    assert [account_of(user).tier_key for user in (failing, closed, *others)] == ["silver", "silver", "", ""]


def test_an_account_that_fails_as_tiers_are_published_is_judged_once_it_can_be(program, dana, variant, broken):
    # given
    omar = club.add_customer("omar@example.com")
    for user in (dana, omar):
        buy(user, variant, 1)
    apply_tiers(at=club.now(), limit=10)
    publish(tiers=EASIER)
    broken.add(account_of(dana).pk)
    at = club.now()

    # when it fails for hours
    assert apply_tiers(at=at, limit=10) == 2
    assert [apply_tiers(at=at + hours * club.HOUR, limit=10) for hours in (1, 2, 3)] == [0, 0, 0]

    # then
    assert (tier_of(dana), tier_of(omar)) == ("silver", "gold")
    broken.clear()
    apply_tiers(at=at + 4 * club.HOUR, limit=10)
    assert (tier_of(dana), changes(dana)[-1]) == ("gold", ("silver", "gold", "RULES_CHANGED"))
    assert FailedWork.objects.count() == 0


def test_tiers_that_are_introduced_find_what_was_earned_before(db):
    club.open_channel()
    club.publish(club.rules(trigger="ORDER_PLACED"))
    dana, variant = club.add_customer(), club.add_variant(price=100)
    buy(dana, variant, 5)
    assert (account_of(dana).tier_key, apply_tiers(at=club.now(), limit=10)) == ("", 0)

    publish()

    assert apply_tiers(at=club.now(), limit=10) == 1
    assert changes(dana) == [("", "gold", "RULES_CHANGED")]
    assert apply_tiers(at=club.now(), limit=10) == 0


def test_publishing_other_tiers_walks_all_accounts_in_batches_and_goes_on_where_it_stopped(program, variant):
    users = [club.add_customer(f"c{number}@example.com") for number in range(5)]
    for user in users:
        buy(user, variant, 1)
    apply_tiers(at=club.now(), limit=100)
    publish(tiers=EASIER)

    assert apply_tiers(at=club.now(), limit=2) == 2
    assert [tier_of(user) for user in users] == ["gold", "gold", "silver", "silver", "silver"]
    assert TierReview.objects.get().after_id == account_of(users[1]).pk

    assert apply_tiers(at=club.now(), limit=2) == 2
    assert apply_tiers(at=club.now(), limit=2) == 1
    assert {tier_of(user) for user in users} == {"gold"}
    assert TierReview.objects.get().finished_at is not None
    assert apply_tiers(at=club.now(), limit=2) == 0
    assert TierChange.objects.filter(reason="RULES_CHANGED").count() == 5


def test_publishing_rules_with_the_same_tiers_walks_nobody(program, dana, variant):
    buy(dana, variant, 1)
    apply_tiers(at=club.now(), limit=10)

    publish(pendingDays=3)

    assert apply_tiers(at=club.now(), limit=10) == 0


def test_tiers_that_are_taken_out_of_the_rules_are_gone(program, dana, variant):
    buy(dana, variant, 5)
    apply_tiers(at=club.now(), limit=10)

    publish(tiers=[])

    assert apply_tiers(at=club.now(), limit=10) == 1
    assert (account_of(dana).tier_key, changes(dana)[-1]) == ("", ("gold", "", "RULES_CHANGED"))


def test_the_periodic_task_does_both(program, dana, variant):
    buy(dana, variant, 1)
    publish(tiers=EASIER)

    assert review_tiers_task() == 1
    assert tier_of(dana) == "gold"


@pytest.mark.parametrize(
    ("tiers", "policy", "expected"),
    [
        (EASIER, {}, (1, 0, 0, {"gold": 2})),
        ([TIERS[1]], {}, (0, 1, 0, {"gold": 1, "": 1})),
        ([{**TIERS[0], "requiredPoints": 200}, TIERS[1]], {"graceDays": 7}, (0, 0, 1, {"silver": 1, "gold": 1})),
        ([], {}, (0, 2, 0, {"": 2})),
    ],
)
def test_a_preview_says_who_goes_up_and_down_and_writes_nothing(program, dana, variant, tiers, policy, expected):
    omar = club.add_customer("omar@example.com")
    buy(dana, variant, 1)
    buy(omar, variant, 5)
    draft = parse_rules(club.rules(tiers=tiers, tierPolicy=policy))

    found = preview_tiers(program.pk, rules=draft, at=club.now())

    assert (found.accounts, found.is_complete) == (2, True)
    assert (found.up, found.down, found.grace, dict(found.by_tier)) == expected
    assert [account_of(user).tier_key for user in (dana, omar)] == ["silver", "gold"]


def test_a_preview_of_many_says_that_it_is_not_complete(program, variant):
    for number in range(3):
        buy(club.add_customer(f"c{number}@example.com"), variant, 1)

    found = preview_tiers(program.pk, rules=parse_rules(club.rules(tiers=EASIER)), at=club.now(), limit=2)

    assert (found.accounts, found.is_complete, found.up) == (2, False, 2)


def test_rules_without_tiers_cost_no_statement(program, django_assert_num_queries):
    rules = parse_rules(club.rules())
    account_id = LoyaltyAccount.objects.values_list("pk", flat=True).first()
    with django_assert_num_queries(0):
        reassess_tier_under(rules, account_id, at=club.now())
    assert LoyaltyProgram.objects.count() == 1
