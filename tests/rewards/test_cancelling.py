"""What becomes of rewards when the account ends: no code works, and no points come back. Where the customer goes, no
code is remembered."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from playground.models import Order, Voucher
from saleor_loyalty.accounts import close_account, delete_card, erase_account, reopen_account
from saleor_loyalty.errors import HasPoints
from saleor_loyalty.ledger import refresh_account
from saleor_loyalty.models import LoyaltyAccount, OutboxEvent, RewardIssue
from saleor_loyalty.orders import settle_order_now
from saleor_loyalty.rewards import RewardsChanged, cancel_rewards, move_rewards, revoke_for_cancelling, rewards_of
from tests import club

from .builders import STAFF, everything_of_rewards, issue, status_of, stock_of


def states(account):
    return [(had.status, had.code) for had in rewards_of(account.pk)]


def test_an_erased_customer_leaves_no_code(account):
    used, _, _ = issue(account), issue(account), issue(account, "party")
    Voucher.objects.filter(code=used.code).update(is_used=True)

    erase_account(account.pk, at=club.now())

    assert states(account) == [("USED", ""), ("CANCELED", ""), ("CANCELED", "")]
    assert list(Voucher.objects.values_list("is_used", flat=True)) == [True]
    assert (stock_of(), stock_of("party")) == (1, 0)
    assert club.movements(account)[1:] == [("REDEEM", -100), ("REDEEM", -100), ("REDEEM", -300)]
    before = everything_of_rewards()
    erase_account(account.pk, at=club.now())
    assert everything_of_rewards()["issues"] == before["issues"]


def test_a_card_that_is_not_deleted_keeps_its_rewards(account):
    had = issue(account)
    before = everything_of_rewards()
    with pytest.raises(HasPoints):
        delete_card(account.pk, actor=STAFF, at=club.now())
    assert everything_of_rewards() == before
    assert status_of(had) == "ISSUED"


def test_a_deleted_card_ends_its_rewards(account):
    issue(account)
    delete_card(account.pk, forfeits=True, actor=STAFF, at=club.now())
    assert states(account) == [("CANCELED", "")]
    assert Voucher.objects.count() == 0


def close(account, **values):
    return close_account(account.pk, actor=STAFF, at=club.now(), **values)


def test_a_closed_account_that_still_has_a_reward_loses_it_when_it_is_closed_again(account):
    issue(account)
    LoyaltyAccount.objects.update(status="CLOSED")

    close(account)

    assert [status for status, _ in states(account)] == ["CANCELED"]
    assert Voucher.objects.count() == 0
    assert stock_of() == 0


def test_nothing_of_a_closed_account_can_be_used_any_more(account):
    # given
    used, voucher, access = issue(account), issue(account), issue(account, "party")
    Voucher.objects.filter(code=used.code).update(is_used=True)

    # when
    close(account, forfeits=True)

    # then
    assert states(account) == [("USED", used.code), ("CANCELED", voucher.code), ("CANCELED", access.code)]
    assert list(Voucher.objects.values_list("code", flat=True)) == [used.code]
    assert (stock_of(), stock_of("party")) == (1, 0)
    assert [(had.ended_by_kind, had.ended_by_id) for had in rewards_of(account.pk)] == [("STAFF", 7)] * 3
    assert club.movements(account)[1:] == [("REDEEM", -100), ("REDEEM", -100), ("REDEEM", -300), ("DEDUCT", -500)]
    # Closed once more it stays as it is; what it had does not come back.
    before = everything_of_rewards()
    close(account)
    assert everything_of_rewards() == before
    reopen_account(account.pk, actor=STAFF, at=club.now())
    assert states(account)[1:] == [("CANCELED", voucher.code), ("CANCELED", access.code)]


def test_an_account_that_is_not_closed_keeps_its_rewards(account):
    issue(account)
    before = everything_of_rewards()
    with pytest.raises(HasPoints):
        close(account)
    assert everything_of_rewards() == before


def test_an_order_that_ends_gives_no_code_back_while_the_account_is_closed(account, dana, variant):
    # given
    had = issue(account)
    order = club.order_of(dana, variant)
    Order.objects.update(voucher_code=had.code)
    Voucher.objects.update(is_used=True)
    settle_order_now(str(order.pk), at=club.now())
    close(account, forfeits=True)

    # when
    Order.objects.update(status="CANCELED")
    settle_order_now(str(order.pk), at=club.now())

    # then
    assert (status_of(had), Voucher.objects.get().is_used) == ("USED", True)
    reopen_account(account.pk, actor=STAFF, at=club.now())
    settle_order_now(str(order.pk), at=club.now())
    assert (status_of(had), Voucher.objects.get().is_used) == ("ISSUED", False)


@pytest.mark.parametrize("end", [close_account, delete_card])
def test_the_shop_is_locked_before_the_account_and_not_after_it(account, end):
    issue(account)
    with CaptureQueriesContext(connection) as caught:
        end(account.pk, forfeits=True, actor=STAFF, at=club.now())
    locking = [one["sql"] for one in caught if " UPDATE" in one["sql"] and one["sql"].startswith("SELECT")]
    locked = [sql.split(" FROM ")[1].split()[0].strip('"') for sql in locking]
    tables = [model._meta.db_table for model in (Voucher, LoyaltyAccount, RewardIssue)]
    assert [table for table in dict.fromkeys(locked) if table in tables] == tables
    assert locked.count(Voucher._meta.db_table) == 1


def test_a_reward_that_is_had_in_the_same_moment_refuses_the_end_of_the_account(account):
    issue(account)
    before = everything_of_rewards()

    def end():
        with transaction.atomic():
            revoke_for_cancelling([account.pk], at=club.now())
            issue(account)
            cancel_rewards(refresh_account(account.pk, at=club.now()), at=club.now())

    with pytest.raises(RewardsChanged):
        end()

    assert everything_of_rewards() == before


def test_rewards_move_to_another_account_and_back(account):
    target = club.give(club.add_customer("noa@example.com"), 100)
    own = issue(target, key="k")
    first, second = issue(account, key="k"), issue(account, key="other")

    assert move_rewards(account.pk, to_account_id=target.pk) == [first.pk, second.pk]
    assert move_rewards(account.pk, to_account_id=target.pk) == []
    assert [had.pk for had in rewards_of(target.pk)] == [own.pk, first.pk, second.pk]
    assert RewardIssue.objects.get(pk=first.pk).idempotency_key == f"moved:{first.pk}"

    assert move_rewards(target.pk, to_account_id=account.pk, issue_ids=[first.pk]) == [first.pk]
    assert [had.pk for had in rewards_of(account.pk)] == [first.pk]
    assert OutboxEvent.objects.count() == 0
