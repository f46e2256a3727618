"""Two sessions at once, with real connections and locks; and a process that is killed at any statement."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection

from playground import shop
from playground.models import Order, Voucher
from saleor_loyalty.ledger import Actor
from saleor_loyalty.models import LoyaltyTransaction, RewardIssue
from saleor_loyalty.orders import settle_order_now
from saleor_loyalty.rewards import RewardNotReversible, expire_rewards, reverse_reward
from tests import club
from tests.batches.test_kills import Execution, Killed
from tests.sessions import together

from .builders import STAFF, everything_of_rewards, issue, publish_rewards, status_of, stock_of, ten_off

pytestmark = pytest.mark.django_db(transaction=True)


def taking(account, key=""):
    return lambda: issue(account, key=key or uuid.uuid4().hex)


def refusals(outcomes):
    return [error.code for _, error in outcomes if error is not None]


def test_two_customers_at_the_last_one_in_stock(program):
    publish_rewards(ten_off(stock=1))
    accounts = [club.give(club.add_customer(f"{name}@example.com"), 100) for name in ("dana", "noa")]

    outcomes = together(*(taking(account) for account in accounts))

    assert refusals(outcomes) == ["REWARD_OUT_OF_STOCK"]
    assert (RewardIssue.objects.count(), Voucher.objects.count(), stock_of()) == (1, 1, 1)
    assert sorted(club.points_of(account)[0] for account in accounts) == [0, 100]
    assert club.audit() == []


def test_the_first_two_customers_of_a_reward_are_both_counted(program):
    accounts = [club.give(club.add_customer(f"{name}@example.com"), 100) for name in ("dana", "noa")]
    assert refusals(together(*(taking(account) for account in accounts))) == []
    assert stock_of() == 2


def test_one_customer_cannot_have_more_than_the_limit_or_the_points_allow(dana):
    publish_rewards(ten_off(usageLimitPerCustomer=1), {**ten_off(), "key": "other"})
    account = club.give(dana, 150)
    assert refusals(together(taking(account), taking(account))) == ["LIMIT_REACHED"]
    both = together(lambda: issue(account, "other"), lambda: issue(account, "other"))
    assert refusals(both) == ["INSUFFICIENT_POINTS"] * 2
    assert club.points_of(account) == (50, 0, 0, 0)


def test_the_same_request_twice_at_once_is_answered_with_one_reward(account):
    (first, _), (second, _) = together(taking(account, "k"), taking(account, "k"))
    assert first == second
    assert (RewardIssue.objects.count(), Voucher.objects.count(), stock_of()) == (1, 1, 1)
    assert club.movements(account) == [("GIVE", 1000), ("REDEEM", -100)]


def test_two_who_take_it_back_at_once_take_it_back_once(account):
    had = issue(account)
    outcomes = together(*(lambda: reverse_reward(had.pk, actor=STAFF, at=club.now()) for _ in range(2)))
    assert refusals(outcomes) == []
    assert club.movements(account) == [("GIVE", 1000), ("REDEEM", -100), ("RETURN", 100)]
    assert stock_of() == 0
    assert club.audit() == []


def test_an_order_and_a_reversal_at_once_leave_one_of_them(account, dana, variant):
    had = issue(account)
    cart = club.fill_cart(dana, variant)
    with shop.changing(cart.pk) as checkout:
        shop.add_voucher(checkout, had.code)

    outcomes = together(
        lambda: reverse_reward(had.pk, actor=STAFF, at=club.now()),
        lambda: shop.complete_checkout(cart.pk, user=dana),
    )

    was_used = Order.objects.filter(voucher_code=had.code).exists()
    returned = LoyaltyTransaction.objects.filter(type="RETURN").count()
    assert (status_of(had), returned) == (("USED", 0) if was_used else ("REVERSED", 1))
    if was_used:
        assert isinstance(outcomes[0][1], RewardNotReversible)
    assert club.audit() == []


def test_two_sweeps_end_each_reward_once(dana):
    publish_rewards(ten_off(validDays=1, returnPointsOfExpired=True))
    account = club.give(dana, 300)
    last = [issue(account) for _ in range(3)][-1]
    outcomes = together(*(lambda: expire_rewards(at=last.expires_at, limit=10) for _ in range(2)))
    assert refusals(outcomes) == []
    assert LoyaltyTransaction.objects.filter(type="RETURN").count() == 3
    assert club.points_of(account, at=last.expires_at) == (300, 0, 0, 0)


def test_an_order_settled_twice_at_once_uses_the_reward_once(account, dana, variant):
    had = issue(account)
    order = club.order_of(dana, variant)
    Order.objects.filter(pk=order.pk).update(voucher_code=had.code)
    together(*(lambda: settle_order_now(str(order.pk), at=club.now()) for _ in range(2)))
    assert status_of(had) == "USED"


def killed_after(statements, work):
    """Run the work as a process that dies before its next statement. Returns whether it did."""
    try:
        with connection.execute_wrapper(Execution(statements)):
            work()
    except Killed:
        connection.close()
        return True
    return False


def test_killed_before_any_statement_nothing_or_all_of_a_reward_is_there(account):
    nothing = everything_of_rewards()
    killed = 0
    while killed_after(killed, taking(account, "k")):
        assert everything_of_rewards() == nothing, killed
        killed += 1

    # It went through once; the same request again finds it.
    assert killed > 15
    assert taking(account, "k")() == RewardIssue.objects.get()
    assert (Voucher.objects.count(), stock_of()) == (1, 1)
    assert club.movements(account) == [("GIVE", 1000), ("REDEEM", -100)]


def test_killed_before_any_statement_a_reward_is_given_back_wholly_or_not_at_all(account):
    had = issue(account)
    before = everything_of_rewards()
    killed = 0
    while killed_after(killed, lambda: reverse_reward(had.pk, actor=Actor(), at=club.now())):
        assert everything_of_rewards() == before, killed
        killed += 1
    assert killed > 15
    assert (status_of(had), Voucher.objects.count(), stock_of()) == ("REVERSED", 0, 0)
    assert club.movements(account) == [("GIVE", 1000), ("REDEEM", -100), ("RETURN", 100)]
    assert club.audit() == []
