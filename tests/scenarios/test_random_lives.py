"""Random lives of customers, told through the shop's own API and compared with plain arithmetic after every step.

What is bought, delivered, refunded, cancelled, given and deducted comes in any order; the plain customer counts only
units, whole points and what is left. At the end the audit finds nothing, and every movement has a receipt in words.
Each life is that of its seed, the same on every host; the story so far is printed with a failure.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

import pytest

from tests.scenarios.drivers.protocol import ShopDriver
from tests.scenarios.stories import buy, moves, numbers, open_club

pytestmark = pytest.mark.django_db(transaction=True)

PRICE = 100
LIVES, STEPS = 5, 14
RECEIPTS = """{ me { loyaltyAccount { transactions(first: 100) { edges { node {
    pointsChange receipt { points summary lines { message } } } } } } } }"""


@dataclass
class PlainOrder:
    """One line of so many pieces of 100.00, some of it paid with points: 100 points are worth 10."""

    key: str
    pieces: int
    redeemed: int
    delivered: int = 0
    refunded: int = 0
    is_canceled: bool = False
    earned: int = 0
    reversed: int = 0
    returned: int = 0
    unrecovered: int = 0

    @property
    def worth(self):
        return self.pieces * PRICE - self.redeemed // 10

    def share(self, points, pieces):
        return points * pieces // self.pieces


@dataclass
class PlainCustomer:
    available: int = 0
    orders: list = field(default_factory=list)

    def settle(self, order):
        """What should stand of the order's points, now; what was spent is left to the customer."""
        standing = 0 if order.is_canceled else min(order.delivered, order.pieces - order.refunded)
        target, before = order.share(order.worth, standing), order.earned - order.reversed
        if target > before:
            order.earned += target - before
            self.available += target - before
            order.unrecovered = 0
        elif target < before:
            excess = before - target
            wanted = max(0, excess - order.unrecovered)
            taken = min(wanted, self.available)
            self.available -= taken
            order.reversed += taken
            order.unrecovered = order.unrecovered + wanted - taken if wanted else min(order.unrecovered, excess)
        else:
            order.unrecovered = 0
        gone = order.redeemed if order.is_canceled else order.share(order.redeemed, order.refunded)
        self.available += gone - order.returned
        order.returned = gone


class LifeOfACustomer:
    """One customer of the shop, and what plain arithmetic says of them. ``story`` is what happened."""

    def __init__(self, shop: ShopDriver, email: str, chance: Random) -> None:
        self.shop, self.email, self.chance = shop, email, chance
        self.plain = PlainCustomer()
        self.story: list[tuple[object, ...]] = []
        shop.add_customer(email)
        self.give(chance.randint(100, 1500))

    def choose(self, holds):
        """Return one of the orders of which it holds, or None."""
        found = [order for order in self.plain.orders if holds(order)]
        return self.chance.choice(found) if found else None

    def live(self):
        acts = [
            self.some_gift,
            self.deduct,
            self.order,
            self.order,
            self.deliver,
            self.deliver,
            self.refund,
            self.cancel,
        ]
        self.chance.choice(acts)()
        self.check()

    def some_gift(self):
        self.give(self.chance.randint(1, 300))

    def give(self, points):
        self.story.append(("give", points))
        assert self.shop.give_points(self.email, points).errors == ()
        self.plain.available += points

    def deduct(self):
        points = self.chance.randint(1, 900)
        self.story.append(("deduct", points))
        outcome = self.shop.deduct_points(self.email, points)
        if points > self.plain.available:
            assert outcome.codes == ("INSUFFICIENT_POINTS",)
        else:
            assert outcome.errors == ()
            self.plain.available -= points

    def order(self):
        pieces = self.chance.randint(1, 4)
        # At most 20 % of the cart, and what there is.
        points = 100 * min(self.chance.randint(0, 8), 2 * pieces, self.plain.available // 100)
        self.story.append(("order", pieces, points))
        checkout = self.shop.start_checkout({"EYELINER": pieces}, by=self.email)
        if points:
            assert self.shop.apply_points(checkout, points, by=self.email).errors == ()
        key = buy(self.shop, checkout, by=self.email)
        self.plain.available -= points
        self.plain.orders.append(PlainOrder(key, pieces, points))

    def deliver(self):
        order = self.choose(lambda order: order.delivered < order.pieces and not order.is_canceled)
        if order is not None:
            pieces = self.chance.randint(1, order.pieces - order.delivered)
            self.story.append(("deliver", order.key, pieces))
            self.shop.fulfill(order.key, {"EYELINER": pieces})
            order.delivered += pieces
            self.plain.settle(order)

    def refund(self):
        order = self.choose(lambda order: order.delivered == order.pieces > order.refunded)
        if order is not None:
            pieces = self.chance.randint(1, order.pieces - order.refunded)
            self.story.append(("refund", order.key, pieces))
            self.shop.refund_lines(order.key, {"EYELINER": pieces})
            order.refunded += pieces
            self.plain.settle(order)

    def cancel(self):
        order = self.choose(lambda order: order.delivered == 0 and not order.is_canceled)
        if order is not None:
            self.story.append(("cancel", order.key))
            self.shop.cancel_order(order.key)
            order.is_canceled = True
            self.plain.settle(order)

    def check(self):
        account = self.shop.read_account(self.email)
        assert (account.available, account.balance) == (self.plain.available, self.plain.available), self.story
        for order in self.plain.orders:
            earned, _, redeemed, taken_back, returned = numbers(self.shop, order.key, by=self.email)
            assert (earned, redeemed) == (order.earned - order.reversed, order.redeemed), self.story
            assert (taken_back, returned) == (order.reversed, order.returned), self.story

    def check_receipts(self):
        assert sum(points for _, points in moves(self.shop, self.email)) == self.plain.available
        answer = self.shop.query(RECEIPTS, by=self.email)
        assert answer.data is not None
        edges = answer.data["me"]["loyaltyAccount"]["transactions"]["edges"]
        assert len(edges) == len(moves(self.shop, self.email))
        for node in (edge["node"] for edge in edges):
            assert abs(node["receipt"]["points"]) == abs(node["pointsChange"]), self.story
            assert node["receipt"]["summary"]
            assert all(line["message"] for line in node["receipt"]["lines"])


def test_random_lives_agree_with_plain_arithmetic(shop):
    open_club(shop, points=0)

    for seed in range(LIVES):
        life = LifeOfACustomer(shop, f"life-{seed}@example.com", Random(seed))
        for _ in range(STEPS):
            life.live()
        life.check_receipts()

    assert shop.audit_findings() == []
