"""Random lives of an account, compared step by step with the same rules in plain Python (``plain_account``).

After each step the numbers are read three ways (the read path, the columns after a sweep, the plain account) and the
audit must find nothing. A refused step must have written nothing. Sweeps come at random, so they must not matter.
"""

import datetime
import itertools
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from saleor_loyalty import ledger
from saleor_loyalty.errors import AccountFrozen, InsufficientPoints, InvalidPoints

from .builders import (
    NOW,
    award,
    commit,
    deduct,
    everything,
    findings,
    give,
    make_program,
    points_of,
    reserve,
    return_points,
    reverse,
    set_available,
)
from .plain_account import PlainAccount, Refused

POINTS = st.integers(1, 60)
HOURS = st.integers(1, 12)
MAYBE_HOURS = st.none() | HOURS
CHECKOUTS = st.sampled_from(["checkout-1", "checkout-2", "checkout-3"])
ORDERS = st.sampled_from(["order-1", "order-2"])
REFUSALS = (InsufficientPoints, InvalidPoints)
NAMES = [name for name in ledger.AccountPoints.__slots__ if name != "expiring_soon"]


class LifeOfAnAccount(RuleBasedStateMachine):
    @initialize()
    def open(self):
        self.block = transaction.atomic()
        self.block.__enter__()
        self.account = ledger.open_account(make_program(), user_id=1, at=NOW)
        self.plain = PlainAccount()
        self.keys = itertools.count(1)

    def teardown(self):
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    @property
    def at(self):
        return self.moment(self.plain.now)

    def moment(self, hours):
        return None if hours is None else NOW + datetime.timedelta(hours=hours)

    def later(self, hours):
        return None if hours is None else self.plain.now + hours

    is_frozen = False

    def both(self, act, plain_act, *, replay=False, is_for_active=False):
        """Do the same on both sides; they agree on the refusal too, and the real one leaves no trace of it. Returns
        what both returned, or None where they refused."""
        self.plain.catch_up()
        try:
            if is_for_active and self.is_frozen:
                raise Refused
            plain = plain_act()
        except Refused:
            before = everything()
            with pytest.raises(AccountFrozen if is_for_active and self.is_frozen else REFUSALS):
                act()
            assert everything() == before
            return None
        real = act()
        if replay:
            before = everything()
            act()
            assert everything() == before
        return real, plain

    def by_hand(self, done):
        """What was moved by hand, for whoever takes it back later."""

    @rule(points=POINTS, waits=MAYBE_HOURS, lasts=MAYBE_HOURS, replay=st.booleans())
    def give(self, points, waits, lasts, replay):
        available, expires = self.later(waits), None if lasts is None else self.later((waits or 0) + lasts)
        key = f"life-{next(self.keys)}"
        done = self.both(
            lambda: give(
                self.account,
                points,
                at=self.at,
                available_at=self.moment(available),
                expires_at=self.moment(expires),
                idempotency_key=key,
            ),
            lambda: self.plain.credit(
                points, available_at=self.plain.now if available is None else available, expires_at=expires
            ),
            replay=replay,
            is_for_active=True,
        )
        self.by_hand(done)

    @rule(points=POINTS, waits=MAYBE_HOURS, lasts=MAYBE_HOURS, order_id=ORDERS)
    def award(self, points, waits, lasts, order_id):
        available = self.later(waits)
        expires = None if lasts is None else self.later((waits or 0) + lasts)
        self.both(
            lambda: award(
                self.account,
                points,
                at=self.at,
                order_id=order_id,
                available_at=self.moment(available),
                expires_at=self.moment(expires),
            ),
            lambda: self.plain.credit(points, available_at=available, expires_at=expires, order_id=order_id),
        )

    @rule(points=POINTS, replay=st.booleans())
    def deduct(self, points, replay):
        key = f"life-{next(self.keys)}"
        done = self.both(
            lambda: deduct(self.account, points, at=self.at, idempotency_key=key),
            lambda: self.plain.deduct(points),
            replay=replay,
            is_for_active=True,
        )
        self.by_hand(done)

    @rule(points=st.integers(0, 80))
    def set(self, points):
        done = self.both(
            lambda: set_available(self.account, points, at=self.at),
            lambda: self.plain.set(points),
            is_for_active=True,
        )
        self.by_hand(done)

    @rule(checkout=CHECKOUTS, points=POINTS, lasts=HOURS)
    def reserve(self, checkout, points, lasts):
        self.both(
            lambda: reserve(
                self.account, points, at=self.at, checkout_id=checkout, lasts=datetime.timedelta(hours=lasts)
            ),
            lambda: self.plain.reserve(checkout, points, self.plain.now + lasts),
            is_for_active=True,
        )

    @rule(checkout=CHECKOUTS, points=POINTS, lasts=HOURS)
    def update(self, checkout, points, lasts):
        self.plain.catch_up()
        if checkout not in self.plain.reservations:
            return
        reservation = ledger.open_reservation(checkout)
        self.both(
            lambda: ledger.update_reservation(
                reservation.pk,
                points=points,
                value=Decimal(points),
                rows=Decimal(points),
                expires_at=self.moment(self.later(lasts)),
                at=self.at,
            ),
            lambda: self.plain.reserve(checkout, points, self.plain.now + lasts),
            is_for_active=points > self.plain.reservations[checkout][0],
        )

    @rule(checkout=CHECKOUTS)
    def release(self, checkout):
        self.plain.catch_up()
        if checkout in self.plain.reservations:
            reservation = ledger.open_reservation(checkout)
            self.both(
                lambda: ledger.release_reservation(reservation.pk, at=self.at),
                lambda: self.plain.release(checkout),
                replay=True,
            )

    @rule(checkout=CHECKOUTS, points=st.integers(0, 60), order_id=ORDERS, replay=st.booleans())
    def commit(self, checkout, points, order_id, replay):
        key = f"life-{next(self.keys)}"
        self.both(
            lambda: commit(
                self.account,
                points,
                at=self.at,
                checkout_id=checkout,
                order_id=order_id,
                idempotency_key=key,
            ),
            lambda: self.plain.commit(checkout, points, order_id),
            replay=replay and points > 0,
        )

    @rule(points=POINTS, order_id=ORDERS, policy=st.sampled_from(["PENDING_ONLY", "WITHIN_BALANCE", "ALLOW_NEGATIVE"]))
    def reverse(self, points, order_id, policy):
        self.plain.catch_up()
        expected = self.plain.reverse(points, order_id, policy)
        result = reverse(self.account, points, at=self.at, order_id=order_id, policy=policy)
        assert (result.reversed_points, result.unrecovered_points) == (expected, points - expected)

    @rule(points=POINTS, order_id=ORDERS, replay=st.booleans())
    def return_points(self, points, order_id, replay):
        key = f"life-{next(self.keys)}"
        self.both(
            lambda: return_points(self.account, points, at=self.at, order_id=order_id, idempotency_key=key),
            lambda: self.plain.give_back(points, order_id),
            replay=replay,
        )

    @rule(data=st.data(), order_id=ORDERS)
    def return_what_is_left(self, data, order_id):
        self.plain.catch_up()
        left = self.plain.returnable(order_id)
        if left:
            self.return_points(data.draw(st.integers(1, left)), order_id, False)

    @rule()
    def join(self):
        self.both(lambda: ledger.release_guest_points(self.account.pk, at=self.at), self.plain.join, replay=True)

    @rule(hours=HOURS)
    def wait(self, hours):
        self.plain.now += hours

    @rule()
    def sweep(self):
        ledger.release_dead_reservations(at=self.at, limit=10)
        ledger.expire_due_lots(at=self.at, limit=10)

    @invariant()
    def both_sides_agree_and_the_audit_finds_nothing(self):
        if not hasattr(self, "plain"):
            return
        self.plain.catch_up()
        read = points_of(self.account, at=self.at)
        assert {name: getattr(read, name) for name in NAMES} == {name: getattr(self.plain, name) for name in NAMES}
        assert findings(self.account, at=self.at, ignore=["SHORTFALL"]) == []
        assert ledger.rebuild_projection(self.account.pk, at=self.at) == {}


@pytest.mark.django_db
def test_random_lives_of_an_account_agree_with_the_plain_one():
    run_state_machine_as_test(
        LifeOfAnAccount,
        settings=settings(
            max_examples=30,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
