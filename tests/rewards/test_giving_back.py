"""Giving back what was not used: in the shop and in points, once; and what is too late for it."""

import datetime

import pytest

from playground.models import Voucher
from saleor_loyalty.accounts import merge_accounts
from saleor_loyalty.ledger import Actor
from saleor_loyalty.models import Lot, LoyaltyTransaction, RewardIssue
from saleor_loyalty.rewards import (
    RewardIssueNotFound,
    RewardNotReversible,
    expire_rewards,
    mark_as_used,
    reverse_reward,
)
from tests import club

from .builders import (
    STAFF,
    everything_of_rewards,
    issue,
    publish_rewards,
    status_of,
    stock_of,
    ten_off,
    voucher_of,
)

DAY = datetime.timedelta(days=1)


def reverse(had, *, actor=STAFF, **values):
    return reverse_reward(had.pk, actor=actor, at=values.pop("at", None) or club.now(), **values)


def test_the_points_return_to_the_lots_they_came_from_with_their_dates(dana):
    # given
    account = club.give(dana, 60, expires_at=club.now() + 5 * DAY)
    club.give(dana, 60)
    had = issue(account)
    assert list(Lot.objects.order_by("pk").values_list("remaining", flat=True)) == [0, 20]

    # when
    at = club.now()
    back = reverse(had, at=at, reason="Sorry", internal_note="Called")

    # then
    assert (back.status, back.ended_at, back.ended_by_kind, back.ended_by_id) == ("REVERSED", at, "STAFF", 7)
    assert list(Lot.objects.order_by("pk").values_list("remaining", flat=True)) == [60, 60]
    assert club.movements(account)[-2:] == [("REDEEM", -100), ("RETURN", 100)]
    returned = LoyaltyTransaction.objects.select_related("text").get(pk=back.return_transaction_id)
    assert (returned.reverses_id, returned.source) == (had.transaction_id, "REWARD")
    assert (returned.text.reason, returned.text.internal_note) == ("Sorry", "Called")
    assert returned.receipt["lines"][0]["code"] == "REWARD_RETURNED"
    assert voucher_of(had) is None
    assert stock_of() == 0
    assert club.audit() == []


def test_points_past_their_date_expire_again(dana):
    account = club.give(dana, 100, expires_at=club.now() + DAY)
    had = issue(account)
    at = club.now() + 2 * DAY
    reverse(had, at=at)
    assert club.movements(account) == [("GIVE", 100), ("REDEEM", -100), ("RETURN", 100), ("EXPIRE", -100)]
    assert club.points_of(account, at=at) == (0, 0, 0, 0)


def test_giving_back_twice_gives_back_once(account):
    had = issue(account)
    reverse(had)
    before = everything_of_rewards()
    assert reverse(had).status == "REVERSED"
    assert everything_of_rewards() == before


def refused(had, *, actor=STAFF, **values):
    before = everything_of_rewards()
    with pytest.raises(RewardNotReversible) as caught:
        reverse(had, actor=actor, **values)
    assert everything_of_rewards() == before
    return caught.value.code


def test_what_an_order_used_stays_used(account, dana, variant):
    had = issue(account)
    Voucher.objects.update(is_used=True)
    assert refused(had) == "REWARD_USED"


def test_what_is_over_stays(dana):
    publish_rewards(ten_off(validDays=1))
    had = issue(club.give(dana, 100))
    assert refused(had, at=had.expires_at) == "REWARD_EXPIRED"


def test_customers_give_back_where_the_rules_of_its_version_say_so(dana):
    account = club.give(dana, 300)
    customer = Actor(kind="CUSTOMER", id=dana.pk)
    before = issue(account)
    publish_rewards(ten_off(reversibleByCustomer=True))
    after = issue(account)
    assert refused(before, actor=customer) == "INVALID"
    assert reverse(after, actor=customer).status == "REVERSED"


def test_what_does_not_exist_is_not_found(account):
    before = everything_of_rewards()
    with pytest.raises(RewardIssueNotFound):
        reverse(RewardIssue(pk=0))
    assert everything_of_rewards() == before


def test_staff_without_limits_take_back_on_a_frozen_account(account):
    had = issue(account)
    type(account).objects.update(status="FROZEN")
    assert reverse(had).status == "REVERSED"
    assert club.points_of(account) == (1000, 0, 0, 0)


def test_one_taken_back_can_be_had_again(dana):
    publish_rewards(ten_off(stock=1, usageLimitPerCustomer=1))
    account = club.give(dana, 100)
    reverse(issue(account))
    assert issue(account).status == "ISSUED"
    assert stock_of() == 1


# --- time ---


def test_what_was_not_used_in_time_ends_and_its_points_are_gone(dana):
    publish_rewards(ten_off(validDays=1))
    account = club.give(dana, 100)
    had = issue(account)
    assert expire_rewards(at=had.expires_at - datetime.timedelta(seconds=1), limit=10) == 0
    assert expire_rewards(at=had.expires_at, limit=10) == 1
    assert (status_of(had), club.movements(account)) == ("EXPIRED", [("GIVE", 100), ("REDEEM", -100)])
    assert (voucher_of(had), stock_of()) == (None, 1)
    assert expire_rewards(at=had.expires_at, limit=10) == 0


def test_its_points_come_back_where_the_rules_say_so(dana):
    publish_rewards(ten_off(validDays=1, returnPointsOfExpired=True))
    account = club.give(dana, 100)
    had = issue(account)
    publish_rewards(ten_off())
    assert expire_rewards(at=had.expires_at, limit=10) == 1
    assert club.movements(account) == [("GIVE", 100), ("REDEEM", -100), ("RETURN", 100)]
    assert (status_of(had), stock_of()) == ("EXPIRED", 1)
    assert club.audit() == []


def test_what_was_used_in_time_is_used_also_where_no_order_has_told(dana):
    publish_rewards(ten_off(validDays=1, returnPointsOfExpired=True))
    account = club.give(dana, 100)
    had = issue(account)
    Voucher.objects.update(is_used=True)
    assert expire_rewards(at=had.expires_at, limit=10) == 1
    assert (status_of(had), club.movements(account)) == ("USED", [("GIVE", 100), ("REDEEM", -100)])


# --- access to an event ---


def test_an_access_code_lets_in_once(account):
    had = issue(account, "party")
    at = club.now()
    used = mark_as_used(had.pk, actor=STAFF, at=at)
    assert (used.status, used.ended_at, used.ended_by_id) == ("USED", at, 7)
    before = everything_of_rewards()
    with pytest.raises(RewardNotReversible) as caught:
        mark_as_used(had.pk, actor=STAFF, at=club.now())
    assert caught.value.code == "REWARD_USED"
    assert refused(had) == "REWARD_USED"
    assert everything_of_rewards() == before


@pytest.mark.parametrize(("key", "expected"), [("ten-off", "INVALID"), ("party", "REWARD_EXPIRED")])
def test_nothing_else_is_used_by_hand_and_nothing_that_was_given_back(account, key, expected):
    had = issue(account, key)
    if key == "party":
        reverse(had)
    before = everything_of_rewards()
    with pytest.raises(RewardNotReversible) as caught:
        mark_as_used(had.pk, actor=STAFF, at=club.now())
    assert caught.value.code == expected
    assert everything_of_rewards() == before


# --- merged accounts ---


def test_after_a_merge_the_points_return_to_their_lots_and_on_to_whoever_has_it_now(account, dana):
    # given
    had = issue(account)
    target = club.give(club.add_customer("noa@example.com"), 5)
    merge_accounts(account.pk, target_id=target.pk, actor=STAFF, at=club.now(), idempotency_key="m")
    had.refresh_from_db()
    assert had.account_id == target.pk
    assert club.points_of(target)[0] == 905

    # when
    back = reverse(had)

    # then
    assert (back.status, club.points_of(target)[0]) == ("REVERSED", 1005)
    assert club.movements(account)[-2:] == [("RETURN", 100), ("MERGE_OUT", -100)]
    assert club.audit() == []
