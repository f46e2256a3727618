"""Random lives of rewards: taken, used, given back, run out and cancelled in any order, the numbers always agree."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playground.models import Checkout, Order, Voucher
from saleor_loyalty.models import LoyaltyAccount, LoyaltyTransaction, RewardIssue
from saleor_loyalty.orders import settle_order_now
from saleor_loyalty.programs.active_program import forget_versions
from saleor_loyalty.rewards import RewardNotReversible, RewardRefused, expire_rewards, reverse_reward
from tests import club

from .builders import STAFF, issue, publish_rewards, stock_of, ten_off

POINTS, PRICE, STOCK = 350, 100, 3
STEPS = st.lists(
    st.tuples(st.sampled_from(["take", "use", "cancel", "reverse", "expire"]), st.integers(0, 2)), max_size=14
)


class Life:
    """One customer's rewards, and what plain counting says of them."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE saleor_loyalty_loyaltyprogram CASCADE")
        forget_versions()
        for model in (Order, Checkout, Voucher, club.Product, club.Channel, club.User):
            model.objects.all().delete()
        club.open_channel()
        publish_rewards(ten_off(stock=STOCK, validDays=30))
        self.user = club.add_customer()
        self.account = club.give(self.user, POINTS)
        self.variant = club.add_variant()
        self.states: list[str] = []
        self.issues: list[RewardIssue] = []
        self.orders: dict[int, Order] = {}

    def take(self, _: int) -> None:
        had = sum(state != "REVERSED" for state in self.states)
        can = had < STOCK and POINTS - PRICE * had >= PRICE
        try:
            self.issues.append(issue(self.account))
        except RewardRefused:
            assert not can
            return
        assert can
        self.states.append("ISSUED")

    def use(self, number: int) -> None:
        if self.states[number] != "ISSUED":
            return
        order = club.order_of(self.user, self.variant)
        Order.objects.filter(pk=order.pk).update(voucher_code=self.issues[number].code)
        Voucher.objects.filter(code=self.issues[number].code).update(is_used=True)
        settle_order_now(str(order.pk), at=club.now())
        self.orders[number], self.states[number] = order, "USED"

    def cancel(self, number: int) -> None:
        if self.states[number] != "USED":
            return
        order = self.orders.pop(number)
        Order.objects.filter(pk=order.pk).update(status="CANCELED")
        settle_order_now(str(order.pk), at=club.now())
        self.states[number] = "ISSUED"

    def reverse(self, number: int) -> None:
        try:
            reverse_reward(self.issues[number].pk, actor=STAFF, at=club.now())
        except RewardNotReversible:
            assert self.states[number] in ("USED", "EXPIRED")
            return
        assert self.states[number] in ("ISSUED", "REVERSED")
        self.states[number] = "REVERSED"

    def expire(self, number: int) -> None:
        if self.states[number] != "ISSUED":
            return
        past = club.now() - datetime.timedelta(seconds=1)
        RewardIssue.objects.filter(pk=self.issues[number].pk).update(expires_at=past)
        assert expire_rewards(at=club.now(), limit=10) == 1
        self.states[number] = "EXPIRED"

    def check(self) -> None:
        assert list(RewardIssue.objects.order_by("pk").values_list("status", flat=True)) == self.states
        standing = sum(state != "REVERSED" for state in self.states)
        assert club.points_of(self.account) == (POINTS - PRICE * standing, 0, 0, 0)
        assert (stock_of() if self.states else 0) == standing
        usable = {had.code for had, state in zip(self.issues, self.states, strict=True) if state == "ISSUED"}
        assert set(Voucher.objects.filter(is_used=False).values_list("code", flat=True)) == usable
        redeemed = LoyaltyTransaction.objects.filter(type="REDEEM").count()
        returned = LoyaltyTransaction.objects.filter(type="RETURN").count()
        assert (redeemed, redeemed - returned) == (len(self.states), standing)
        assert LoyaltyAccount.objects.get(pk=self.account.pk).redeemed == PRICE * standing
        assert club.audit() == []


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
@pytest.mark.django_db(transaction=True)
def test_any_life_of_rewards_agrees_with_plain_counting(steps):
    life = Life()
    for name, number in steps:
        if name == "take":
            life.take(number)
        elif number < len(life.states):
            getattr(life, name)(number)
        life.check()
