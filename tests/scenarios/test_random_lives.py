"""Random lives of customers, told through the shop's own API and compared with plain arithmetic after every step.

What is bought, delivered, refunded, cancelled, given and deducted comes in any order; the plain customer counts only
units, whole points and what is left. At the end the audit finds nothing, and every movement has a receipt in words.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run

from tests.scenarios.drivers.protocol import ShopDriver
from tests.scenarios.stories import buy, moves, numbers, open_club

pytestmark = pytest.mark.django_db(transaction=True)

PRICE = 100
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


class LifeOfACustomer(RuleBasedStateMachine):
    shop: ShopDriver
    numbers = itertools.count(1)

    @initialize(points=st.integers(100, 1500))
    def begin(self, points):
        self.email = f"life-{next(self.numbers)}@example.com"
        self.shop.add_customer(self.email)
        assert self.shop.give_points(self.email, points).errors == ()
        self.plain = PlainCustomer(available=points)

    def orders(self, holds):
        return [order for order in self.plain.orders if holds(order)]

    @rule(points=st.integers(1, 300))
    def give(self, points):
        assert self.shop.give_points(self.email, points).errors == ()
        self.plain.available += points

    @rule(points=st.integers(1, 900))
    def deduct(self, points):
        outcome = self.shop.deduct_points(self.email, points)
        if points > self.plain.available:
            assert outcome.codes == ("INSUFFICIENT_POINTS",)
        else:
            assert outcome.errors == ()
            self.plain.available -= points

    @rule(pieces=st.integers(1, 4), hundreds=st.integers(0, 8))
    def order(self, pieces, hundreds):
        # At most 20 % of the cart, and what there is.
        points = 100 * min(hundreds, 2 * pieces, self.plain.available // 100)
        checkout = self.shop.start_checkout({"EYELINER": pieces}, by=self.email)
        if points:
            assert self.shop.apply_points(checkout, points, by=self.email).errors == ()
        key = buy(self.shop, checkout, by=self.email)
        self.plain.available -= points
        self.plain.orders.append(PlainOrder(key, pieces, points))

    @precondition(lambda self: self.orders(lambda order: order.delivered < order.pieces and not order.is_canceled))
    @rule(data=st.data())
    def deliver(self, data):
        order = data.draw(
            st.sampled_from(self.orders(lambda order: order.delivered < order.pieces and not order.is_canceled))
        )
        pieces = data.draw(st.integers(1, order.pieces - order.delivered))
        self.shop.fulfill(order.key, {"EYELINER": pieces})
        order.delivered += pieces
        self.plain.settle(order)

    @precondition(lambda self: self.orders(lambda order: order.delivered == order.pieces > order.refunded))
    @rule(data=st.data())
    def refund(self, data):
        order = data.draw(st.sampled_from(self.orders(lambda order: order.delivered == order.pieces > order.refunded)))
        pieces = data.draw(st.integers(1, order.pieces - order.refunded))
        self.shop.refund_lines(order.key, {"EYELINER": pieces})
        order.refunded += pieces
        self.plain.settle(order)

    @precondition(lambda self: self.orders(lambda order: order.delivered == 0 and not order.is_canceled))
    @rule(data=st.data())
    def cancel(self, data):
        order = data.draw(st.sampled_from(self.orders(lambda order: order.delivered == 0 and not order.is_canceled)))
        self.shop.cancel_order(order.key)
        order.is_canceled = True
        self.plain.settle(order)

    @invariant()
    def the_numbers_agree(self):
        if not hasattr(self, "plain"):
            return
        account = self.shop.read_account(self.email)
        assert (account.available, account.balance) == (self.plain.available, self.plain.available)
        for order in self.plain.orders:
            earned, _, redeemed, taken_back, returned = numbers(self.shop, order.key, by=self.email)
            assert (earned, redeemed) == (order.earned - order.reversed, order.redeemed)
            assert (taken_back, returned) == (order.reversed, order.returned)

    def teardown(self):
        if not hasattr(self, "plain"):
            return
        assert sum(points for _, points in moves(self.shop, self.email)) == self.plain.available
        answer = self.shop.query(RECEIPTS, by=self.email)
        edges = answer.data["me"]["loyaltyAccount"]["transactions"]["edges"]
        assert len(edges) == len(moves(self.shop, self.email))
        for node in (edge["node"] for edge in edges):
            assert abs(node["receipt"]["points"]) == abs(node["pointsChange"])
            assert node["receipt"]["summary"]
            assert all(line["message"] for line in node["receipt"]["lines"])


def test_random_lives_agree_with_plain_arithmetic(shop):
    open_club(shop, points=0)
    LifeOfACustomer.shop = shop

    run(
        LifeOfACustomer,
        settings=settings(
            max_examples=8, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )

    assert shop.audit_findings() == []
