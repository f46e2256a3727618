"""Stories of hooks that are lost, doubled, late and out of order: after the reconciliation Dana, whose orders suffered
all of it, has what Noa has, whose orders went the same way and whose hooks all arrived once, in time."""

from __future__ import annotations

import datetime
import random
from collections.abc import Callable
from typing import Any

import pytest

from saleor_loyalty.tasks import settle_order_task
from tests.scenarios.drivers.protocol import ShopDriver
from tests.scenarios.stories import DANA, NOA, buy, numbers, open_club

pytestmark = pytest.mark.django_db(transaction=True)

LIVES = (
    ("fulfill all", "refund 1", "refund 2"),
    ("fulfill 2", "cancel fulfilment", "fulfill all", "refund 1"),
    ("fulfill 1", "fulfill rest", "return 1"),
    ("fulfill 3", "refund 1"),
    ("cancel order",),
)
MISSED = {"AWARD_MISSING", "REVERSAL_MISSING", "RETURN_MISSING", "RECORD_OUTDATED"}


class Post:
    """Between the hooks and the worker: loses, doubles, delays and reorders what is sent."""

    def __init__(self, dice: random.Random, deliver: Callable[[str], Any]) -> None:
        self.dice, self.deliver = dice, deliver
        self.is_faithful = False
        self.waiting: list[str] = []
        self.fates: dict[str, int] = {}

    def send(self, order_id: str) -> None:
        fate = "in time" if self.is_faithful else self.dice.choice(("lost", "lost", "doubled", "late", "in time"))
        self.fates[fate] = self.fates.get(fate, 0) + 1
        if fate == "late":
            self.waiting.append(order_id)
        for _ in range({"doubled": 2, "in time": 1}.get(fate, 0)):
            self.deliver(order_id)

    def bring(self) -> None:
        """Deliver some of what is late, in any order."""
        self.dice.shuffle(self.waiting)
        while self.waiting and self.dice.random() < 0.5:
            self.deliver(self.waiting.pop())


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], Post]:
    def open_post(seed: int) -> Post:
        made = Post(random.Random(seed), settle_order_task.delay)
        monkeypatch.setattr(settle_order_task, "delay", made.send)
        return made

    # Orders count as settled the moment they change.
    monkeypatch.setattr("saleor_loyalty.auditing.order_truth.GRACE", -datetime.timedelta(minutes=1))
    return open_post


def act(shop: ShopDriver, order: str, step: str, fulfillments: dict[str, list[str]]) -> None:
    if step in ("fulfill all", "fulfill rest"):
        fulfillments.setdefault(order, []).append(shop.fulfill(order))
    elif step.startswith("fulfill"):
        fulfillments.setdefault(order, []).append(shop.fulfill(order, {"EYELINER": int(step[-1])}))
    elif step == "cancel fulfilment":
        shop.cancel_fulfillment(fulfillments[order].pop())
    elif step.startswith("refund"):
        shop.refund_lines(order, {"EYELINER": int(step[-1])})
    elif step.startswith("return"):
        shop.return_lines(order, {"EYELINER": int(step[-1])})
    else:
        shop.cancel_order(order)


def live(shop: ShopDriver, customer: str, plan: list[tuple[int, str]], post: Post) -> list[str]:
    """Buy three times, once with points, and let the orders live by the plan; return them."""
    orders = []
    for points in (600, 0, 0):
        checkout = shop.start_checkout({"EYELINER": 4}, by=customer)
        if points:
            assert shop.apply_points(checkout, points, by=customer).errors == ()
        orders.append(buy(shop, checkout, by=customer))
    fulfillments: dict[str, list[str]] = {}
    for number, step in plan:
        act(shop, orders[number], step, fulfillments)
        post.bring()
    return orders


def plan_of(dice: random.Random) -> list[tuple[int, str]]:
    """A life for each of three orders, one step of any of them after the other."""
    lives = {number: list(dice.choice(LIVES)) for number in range(3)}
    plan = []
    while any(lives.values()):
        number = dice.choice([number for number, steps in lives.items() if steps])
        plan.append((number, lives[number].pop(0)))
    return plan


def standing(shop: ShopDriver, order: str, customer: str) -> tuple[int, int, int, int]:
    """What stands of an order. How much was taken back on the way depends on the way: an award whose delivery was
    undone and done again in the meantime was never taken back."""
    earned, pending, redeemed, _, returned = numbers(shop, order, by=customer)
    return earned, pending, redeemed, returned


@pytest.mark.parametrize("seed", range(6))
def test_whatever_becomes_of_the_hooks_the_points_are_the_same(shop, post, seed):
    # given
    open_club(shop)
    shop.add_customer(NOA)
    assert shop.give_points(NOA, 1000).errors == ()
    plan, office = plan_of(random.Random(seed)), post(seed)

    # when
    suffering = live(shop, DANA, plan, office)
    assert set(shop.audit_findings()) <= MISSED
    office.is_faithful = True
    faithful = live(shop, NOA, plan, office)
    shop.reconcile()

    # then
    assert [standing(shop, order, DANA) for order in suffering] == [standing(shop, order, NOA) for order in faithful]
    dana, noa = shop.read_account(DANA), shop.read_account(NOA)
    assert (dana.available, dana.pending, dana.balance) == (noa.available, noa.pending, noa.balance)
    assert shop.audit_findings() == []
    assert set(office.fates) > {"in time"}


def test_what_arrives_after_the_reconciliation_changes_nothing(shop, post, monkeypatch):
    # given a refund whose hook is late
    open_club(shop)
    office = post(0)
    office.is_faithful = True
    order = buy(shop, shop.start_checkout({"EYELINER": 4}, by=DANA))
    shop.fulfill(order)
    monkeypatch.setattr(settle_order_task, "delay", office.waiting.append)
    shop.refund_lines(order, {"EYELINER": 1})
    shop.reconcile()
    before = numbers(shop, order), shop.read_movements(DANA)

    # when it comes after all, three times
    assert office.waiting
    for order_id in office.waiting * 3:
        office.deliver(order_id)

    # then
    assert (numbers(shop, order), shop.read_movements(DANA)) == before
    assert before[0] == (300, 0, 0, 100, 0)
