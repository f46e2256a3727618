"""What becomes of rewards when the customer goes: no code works, none is remembered, and no points come back."""

import pytest

from playground.models import Voucher
from saleor_loyalty.accounts import delete_card, erase_account
from saleor_loyalty.errors import HasPoints
from saleor_loyalty.models import OutboxEvent, RewardIssue
from saleor_loyalty.rewards import move_rewards, rewards_of
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
