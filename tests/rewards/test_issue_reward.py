"""Taking a reward: its points go, the real thing is made, and the issue says so; or nothing of it happens."""

import datetime
from decimal import Decimal

import pytest

from playground.models import Voucher
from saleor_loyalty.errors import IdempotencyConflict, LoyaltyException
from saleor_loyalty.ledger import Actor
from saleor_loyalty.models import LoyaltyAccount, LoyaltyTransaction, RewardIssue
from saleor_loyalty.programs import pause_program
from saleor_loyalty.rewards import RewardNotFound, RewardRefused
from tests import club

from .builders import PARTY, everything_of_rewards, issue, publish_rewards, stock_of, ten_off, voucher_of

DAY = datetime.timedelta(days=1)


def refused(account, error=RewardRefused, reward_key="ten-off", **values):
    """Ask for a reward that is refused; return the exception, and show that nothing was written."""
    before = everything_of_rewards()
    with pytest.raises(error) as caught:
        issue(account, reward_key, **values)
    assert everything_of_rewards() == before
    return caught.value


def test_points_buy_a_voucher_of_the_shop_that_one_order_uses_up(account, dana):
    # when
    at = club.now()
    had = issue(account, at=at)

    # then
    assert (had.reward_key, had.type, had.points, had.status) == ("ten-off", "VOUCHER", 100, "ISSUED")
    assert (had.channel_slug, had.expires_at, had.created_at) == (club.CHANNEL, None, at)
    assert (had.actor_kind, had.actor_id) == ("CUSTOMER", dana.pk)
    voucher = Voucher.objects.get()
    assert (voucher.code, voucher.amount, voucher.percent) == (had.code, Decimal("10.000"), None)
    assert (voucher.is_single_use, voucher.is_used) == (True, False)
    assert club.points_of(account) == (900, 0, 0, 0)
    assert club.movements(account) == [("GIVE", 1000), ("REDEEM", -100)]
    taken = LoyaltyTransaction.objects.get(pk=had.transaction_id)
    assert (taken.source, taken.channel_slug, taken.order_id) == ("REWARD", club.CHANNEL, "")
    assert taken.receipt["lines"][0]["code"] == "REWARD_REDEEMED"
    assert stock_of() == 1
    assert club.audit() == []


def test_the_terms_of_a_voucher_are_those_of_the_rules(dana):
    publish_rewards(ten_off(voucher={"percent": 15}, minOrder={club.CHANNEL: "50"}, validDays=30))
    at = club.now()
    had = issue(club.give(dana, 100), at=at)
    voucher = voucher_of(had)
    assert (voucher.percent, voucher.amount, voucher.min_spent) == (Decimal("15.00"), None, Decimal("50.000"))
    assert voucher.expires_at == had.expires_at == at + 30 * DAY


def test_access_to_an_event_is_a_code_of_our_own(account):
    had, other = issue(account, "party"), issue(account, "party")
    assert (had.type, had.points, had.reference) == ("EVENT_ACCESS", 300, "")
    assert len(had.code) == 19
    assert had.code != other.code
    assert Voucher.objects.count() == 0


def test_the_same_request_gets_the_same_reward(account):
    first = issue(account, key="k")
    before = everything_of_rewards()
    assert issue(account, key="k") == first
    assert everything_of_rewards() == before


@pytest.mark.parametrize(
    "other", [{"reward_key": "party"}, {"actor": Actor(kind="STAFF", id=7)}, {"channel": "elsewhere"}]
)
def test_another_request_under_the_same_key_is_refused(account, other):
    issue(account, key="k")
    refused(account, IdempotencyConflict, key="k", **other)


def test_a_key_must_be_given(account):
    refusal = refused(account, LoyaltyException, key="x" * 251)
    assert (refusal.code, refusal.field) == ("INVALID", "idempotencyKey")


@pytest.mark.parametrize(
    ("rules", "points", "expected"),
    [
        (ten_off(startsAt="2100-01-01T00:00:00+00:00"), 100, ("REWARD_INACTIVE", 0)),
        (ten_off(conditions={"labels": ["vip"]}), 100, ("NOT_ELIGIBLE", 0)),
        (ten_off(conditions={"plans": ["gold"]}), 100, ("NOT_ELIGIBLE", 0)),
        (ten_off(stock=0), 100, ("REWARD_OUT_OF_STOCK", 0)),
        (ten_off(), 99, ("INSUFFICIENT_POINTS", 1)),
    ],
)
def test_what_cannot_be_had_is_refused_with_its_code_and_changes_nothing(dana, rules, points, expected):
    publish_rewards(rules)
    account = club.give(dana, points)
    refusal = refused(account)
    assert (refusal.code, refusal.missing_points) == expected


def test_customers_whose_address_is_not_confirmed_have_no_rewards(program):
    account = club.give(club.add_customer(is_confirmed=False), 500)
    assert refused(account).code == "NOT_A_MEMBER"


def test_a_frozen_account_has_no_rewards(account):
    LoyaltyAccount.objects.update(status="FROZEN")
    assert refused(account).code == "ACCOUNT_FROZEN"


def test_a_paused_program_has_no_rewards(account, program):
    pause_program(program.pk, at=club.now())
    assert refused(account).code == "PROGRAM_INACTIVE"


def test_the_catalogue_is_that_of_the_rules_in_force(account):
    refused(account, RewardNotFound, "surprise")
    publish_rewards(PARTY)
    refused(account, RewardNotFound)


def test_a_customer_has_at_most_so_many(dana):
    publish_rewards(ten_off(usageLimitPerCustomer=2))
    account = club.give(dana, 1000)
    issue(account)
    issue(account)
    assert refused(account).code == "LIMIT_REACHED"
    assert RewardIssue.objects.count() == stock_of() == 2


def test_the_last_one_in_stock_is_the_last_whoever_has_it(dana, program):
    publish_rewards(ten_off(stock=1))
    issue(club.give(dana, 100))
    other = club.give(club.add_customer("noa@example.com"), 100)
    assert refused(other).code == "REWARD_OUT_OF_STOCK"


def test_what_the_shop_cannot_make_costs_nothing(dana):
    # The playground sells no gift cards.
    card = {"amount": "25", "currency": "ILS"}
    publish_rewards({**ten_off(type="GIFT_CARD", giftCard=card), "voucher": None})
    account = club.give(dana, 100)
    assert refused(account).code == "REWARD_UNAVAILABLE"
