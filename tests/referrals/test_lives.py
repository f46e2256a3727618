"""Random lives of a referral against a model that only keeps what happened: nobody is paid twice, nor for an order
that did not last.

The order is settled now and then, as hooks come; the periodic task runs now and then. The model knows neither: what
must come out depends on what happened to the order and when, and on what staff said.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playground.models import Fulfillment, Order, User, Variant
from saleor_loyalty.ledger import Actor
from saleor_loyalty.models import Referral
from saleor_loyalty.referrals import approve_referral, reject_referral
from saleor_loyalty.referrals.refusals import ReferralSettled
from tests import club

from .builders import DAY, buy, claim, open_code, paid, sweep

pytestmark = pytest.mark.django_db
STAFF = Actor("STAFF", 7)
WINDOW = 14
ACT = st.tuples(
    st.sampled_from([0, 1, 5, 14]),  # days later
    st.sampled_from(["order", "deliver", "undo", "cancel", "refund", "settle", "sweep", "sweep", "approve", "reject"]),
    st.sampled_from([0, 0, 1]),  # which order
    st.sampled_from([20, 60]),  # how much is refunded in all
)
BEGUN = st.sampled_from(
    [
        [],
        [(0, "order", 0, 0), (0, "deliver", 0, 0), (0, "settle", 0, 0)],
        [(0, "order", 0, 0), (0, "deliver", 0, 0), (0, "settle", 0, 0), (0, "sweep", 0, 0)],
        [(0, "order", 0, 0), (0, "order", 1, 0), (0, "deliver", 1, 0), (0, "settle", 1, 0), (1, "sweep", 0, 0)],
    ]
)
"""Most lives begin well, so that the rarer things happen to a referral that waits."""
ACTS = st.tuples(BEGUN, st.lists(ACT, max_size=10)).map(lambda parts: [*parts[0], *parts[1]])


@dataclass
class PlainOrder:
    refunded: int = 0
    is_delivered: bool = False
    is_cancelled: bool = False

    @property
    def counts(self) -> bool:
        return self.is_delivered and self.is_enough

    @property
    def is_enough(self) -> bool:
        return not self.is_cancelled and 100 - self.refunded >= 50


@dataclass
class PlainReferral:
    """What the rules promise, told once more and more simply: of orders seen when they are settled."""

    is_alike: bool
    orders: list[PlainOrder] = field(default_factory=list)
    counted: int | None = None
    since: datetime.datetime | None = None
    looks_next: datetime.datetime | None = None
    """When the periodic task has something to do: not before."""
    is_approved: bool = False
    is_flagged: bool = False
    is_over: bool = False
    is_paid: bool = False

    def settle(self, number: int, at: datetime.datetime) -> None:
        order = self.orders[number]
        if self.is_over or self.is_paid:
            return
        if self.counted is None:
            if order.counts:
                self.counted, self.since, self.looks_next = number, at, at
        elif self.counted == number:
            if not order.is_enough:
                self.is_over = True
            elif not order.counts:
                self.counted = self.since = self.looks_next = None
                self.is_flagged = False

    def sweep(self, at: datetime.datetime) -> None:
        if self.counted is None or self.is_flagged or self.is_over or self.is_paid or at < self.looks_next:
            return
        self.settle(self.counted, at)
        if self.counted is None or self.is_over:
            return
        if self.is_alike and not self.is_approved:
            self.is_flagged = True
        elif at >= self.since + WINDOW * DAY:
            self.is_paid = True
        else:
            self.looks_next = self.since + WINDOW * DAY

    def approve(self, at: datetime.datetime) -> bool:
        if not self.is_flagged or self.is_over:
            return False
        self.is_flagged, self.is_approved = False, True
        self.looks_next = max(at, self.since + WINDOW * DAY)
        self.sweep(at)
        return True

    def reject(self) -> bool:
        if self.is_over or self.is_paid:
            return False
        self.is_over = True
        return True


def act(plain: PlainReferral, orders: list[Order], what: str, number: int, money: int, *, scene, at) -> None:
    referral, noa, variant = scene
    if what == "order" and len(orders) < 3:
        orders.append(buy(noa, variant, street="Herzl 1" if plain.is_alike else "Ben Yehuda 7"))
        plain.orders.append(PlainOrder())
    elif what == "sweep":
        sweep(at)
        plain.sweep(at)
    elif what in ("approve", "reject"):
        expected = plain.approve(at) if what == "approve" else plain.reject()
        try:
            if what == "approve":
                approve_referral(referral.pk, actor=STAFF, at=at)
            else:
                reject_referral(referral.pk, reason="No.", actor=STAFF, at=at)
        except ReferralSettled:
            assert not expected
        else:
            assert expected
    elif number < len(orders):
        change(plain, orders[number], plain.orders[number], what, number, money, at=at)


def change(
    plain: PlainReferral, order: Order, plain_order: PlainOrder, what: str, number: int, money: int, *, at
) -> None:
    if what == "deliver" and not plain_order.is_delivered and not plain_order.is_cancelled:
        club.fulfill(order)
        plain_order.is_delivered = True
    elif what == "undo":
        Fulfillment.objects.filter(order=order).update(status="CANCELED")
        plain_order.is_delivered = False
    elif what == "cancel" and not plain_order.is_delivered:
        Order.objects.filter(pk=order.pk).update(status="CANCELED")
        plain_order.is_cancelled = True
    elif what == "refund" and money > plain_order.refunded:
        Order.objects.filter(pk=order.pk).update(refunded=money)
        plain_order.refunded = money
    elif what == "settle":
        club.settle(order, at=at)
        plain.settle(number, at)


@pytest.mark.parametrize("is_alike", [False, True])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(acts=ACTS)
def test_what_is_paid_is_what_a_plain_model_pays(variant, dana, noa, is_alike, acts):
    with transaction.atomic():  # each life begins in the same shop
        live(acts, dana=dana, noa=noa, variant=variant, is_alike=is_alike)
        transaction.set_rollback(True)


def live(acts, *, dana: User, noa: User, variant: Variant, is_alike: bool) -> None:
    # given
    if is_alike:
        buy(dana, variant)
    referral = claim(noa, open_code(dana))
    Referral.objects.update(valid_until=club.now() + 3650 * DAY)
    plain, orders, at = PlainReferral(is_alike=is_alike), [], club.now()

    # when
    for days, what, number, money in acts:
        at += days * DAY
        act(plain, orders, what, number, money, scene=(referral, noa, variant), at=at)
        assert len(paid()) == 2 * plain.is_paid

    # then
    referral.refresh_from_db()
    assert paid() == ([(dana.email, 200), (noa.email, 100)] if plain.is_paid else [])
    assert (referral.state in ("REJECTED", "CANCELED"), referral.state == "CONFIRMED") == (
        plain.is_over,
        plain.is_paid,
    )
    if plain.is_paid:
        assert referral.order_id == str(orders[plain.counted].pk)
    assert club.audit() == []
