"""The ledger's rules once more, in plain Python and without a thought for speed, to compare the real one with."""

import math
from dataclasses import dataclass, field


class Refused(Exception):
    pass


@dataclass(eq=False)
class PlainLot:
    left: int
    available_at: int | None
    expires_at: int | None
    order_id: str = ""
    is_matured: bool = False
    lasts_while_active: bool = False
    expired: int = 0

    def is_due(self, now):
        return self.expires_at is not None and self.expires_at <= now


@dataclass(eq=False)
class PlainDebit:
    points: int
    owed: int = 0
    uses: list = field(default_factory=list)
    """[lot, points not given back], in the order of use."""


@dataclass
class PlainAccount:
    now: int = 0
    lots: list = field(default_factory=list)
    active_until: int | None = None
    seen: int = 0
    """The moment of the last look."""
    reservations: dict = field(default_factory=dict)
    """checkout -> [points, deadline]"""
    debits: list = field(default_factory=list)
    redemptions: dict = field(default_factory=dict)
    given: int = 0
    redeemed: int = 0
    expired: int = 0
    reversed: int = 0
    deducted: int = 0

    # What can be read.

    @property
    def pending(self):
        return sum(lot.left for lot in self.lots if not lot.is_matured)

    @property
    def reserved(self):
        return sum(points for points, _ in self.reservations.values())

    @property
    def debt(self):
        return sum(debit.owed for debit in self.debits)

    @property
    def available(self):
        return sum(lot.left for lot in self.lots if lot.is_matured) - self.reserved

    @property
    def balance(self):
        return sum(lot.left for lot in self.lots) - self.debt

    # Time.

    def catch_up(self):
        """Live through every moment that has passed since the last time, one by one: a debt is paid by what becomes
        free first."""
        goal = self.now
        moments = {deadline for _, deadline in self.reservations.values()}
        moments.update(moment for lot in self.lots for moment in (lot.available_at, lot.expires_at))
        for moment in sorted(moment for moment in moments if moment is not None and self.seen < moment <= goal):
            self.now = moment
            self.live()
        self.now = self.seen = goal
        self.live()

    def live(self):
        self.reservations = {key: value for key, value in self.reservations.items() if value[1] > self.now}
        for lot in self.lots:
            if lot.available_at is not None and lot.available_at <= self.now:
                lot.is_matured = True
        self.settle()

    def settle(self):
        self.pay_debt(self.soonest(includes_due=True))
        due = [lot for lot in self.soonest(includes_due=True, matured=None) if lot.left and lot.is_due(self.now)]
        kept = self.reserved
        for lot in reversed(due):
            keep = min(kept, lot.left) if lot.is_matured else 0
            kept -= keep
            self.expire(lot, lot.left - keep)
            lot.left = keep

    def expire(self, lot, points):
        self.expired += points
        lot.expired += points

    def keep_active(self, until):
        """An order makes the points last longer that last while the customer is active."""
        if until is None or (self.active_until is not None and until <= self.active_until):
            return
        self.active_until = until
        for lot in self.lots:
            if lot.left:
                self.follow_activity(lot)

    def follow_activity(self, lot):
        if lot.lasts_while_active and self.active_until is not None and lot.expires_at is not None:
            lot.expires_at = max(lot.expires_at, self.active_until)

    def extend(self, until):
        for lot in self.lots:
            if lot.left and lot.expires_at is not None and (until is None or lot.expires_at < until):
                lot.expires_at = until

    def soonest(self, *, includes_due=False, matured=True):
        lots = [
            lot
            for lot in self.lots
            if (matured is None or lot.is_matured) and (includes_due or not lot.is_due(self.now))
        ]
        return sorted(lots, key=lambda lot: math.inf if lot.expires_at is None else lot.expires_at)

    def pay_debt(self, lots):
        free = self.available
        for debit in self.debits:
            for lot in lots:
                points = min(debit.owed, lot.left, free)
                if points > 0:
                    free -= points
                    debit.owed -= points
                    lot.left -= points
                    debit.uses.append([lot, points])

    # Acts.

    def credit(self, points, *, available_at, expires_at, order_id="", lasts_while_active=False):
        lot = PlainLot(points, available_at, expires_at, order_id, lasts_while_active=lasts_while_active)
        lot.is_matured = available_at is not None and available_at <= self.now
        self.lots.append(lot)
        self.given += points
        if lot.is_matured:
            self.pay_debt([lot])
        return lot

    def take(self, points, lots, debit):
        for lot in lots:
            used = min(points, lot.left)
            if used:
                lot.left -= used
                points -= used
                debit.uses.append([lot, used])
        assert points == 0

    def debit(self, points, *, owed=0, includes_due=False):
        debit = PlainDebit(points, owed)
        self.debits.append(debit)
        self.take(points - owed, self.soonest(includes_due=includes_due), debit)
        return debit

    def deduct(self, points):
        if points > self.available:
            raise Refused
        self.deducted += points
        return self.debit(points)

    def set(self, points):
        difference = points - self.available + (self.debt if points else 0)
        if difference > 0:
            return self.credit(difference, available_at=self.now, expires_at=None)
        return self.deduct(-difference) if difference < 0 else None

    def reserve(self, checkout, points, deadline):
        own = self.reservations.get(checkout, [0])[0]
        if points > self.available + own:
            raise Refused
        self.reservations[checkout] = [points, deadline]
        self.settle()

    def release(self, checkout):
        del self.reservations[checkout]
        self.settle()

    def commit(self, checkout, points_max, order_id):
        reservation = self.reservations.pop(checkout, None)
        points = points_max if reservation is None else min(points_max, reservation[0])
        owed = 0 if reservation else max(0, points - self.available)
        if points:
            debit = self.debit(points, owed=owed, includes_due=reservation is not None)
            self.redemptions.setdefault(order_id, []).insert(0, debit)
            self.redeemed += points
        if reservation:
            self.settle()

    def reverse(self, points, order_id, policy):
        own = [lot for lot in self.soonest(includes_due=True, matured=None) if lot.order_id == order_id]
        return self.take_back(points, own, policy)

    def correct_credit(self, lot, points):
        """Take back what was given by hand; returns the points taken."""
        return self.take_back(points - lot.expired, [lot], "WITHIN_BALANCE")

    def correct_debit(self, debit):
        self.deducted -= debit.points
        for lot, points in debit.uses:
            self.put_back(lot, points)
        self.settle()

    def put_back(self, lot, points):
        self.follow_activity(lot)
        if lot.is_due(self.now):
            self.expire(lot, points)
        else:
            lot.left += points

    def take_back(self, points, own, policy):
        debit = PlainDebit(0)
        pending = [lot for lot in own if not lot.is_matured]
        from_pending = min(points, sum(lot.left for lot in pending))
        self.take(from_pending, pending, debit)
        missing = points - from_pending
        free = 0 if policy == "PENDING_ONLY" else min(missing, self.available)
        matured = [lot for lot in own if lot.is_matured and not lot.is_due(self.now)]
        from_own = min(free, sum(lot.left for lot in matured))
        self.take(from_own, matured, debit)
        self.take(free - from_own, self.soonest(), debit)
        debit.owed = missing - free if policy == "ALLOW_NEGATIVE" else 0
        debit.points = from_pending + free + debit.owed
        self.debits.append(debit)
        self.reversed += debit.points
        return debit.points

    def returnable(self, order_id):
        return sum(
            debit.owed + sum(points for lot, points in debit.uses) for debit in self.redemptions.get(order_id, [])
        )

    def give_back(self, points, order_id):
        if points > self.returnable(order_id):
            raise Refused
        self.redeemed -= points
        for debit in self.redemptions[order_id]:
            unowed = min(points, debit.owed)
            debit.owed -= unowed
            points -= unowed
            for use in reversed(debit.uses):
                lot, used = use
                back = min(points, used)
                use[1] -= back
                points -= back
                if back:
                    self.put_back(lot, back)
        self.settle()

    def join(self):
        for lot in self.lots:
            if lot.available_at is None:
                lot.available_at = self.now
                lot.is_matured = True
        self.settle()

    def claim(self, guest):
        """All that a guest's account holds moves here; what the guest owes is paid first."""
        if guest.debt and any(lot.left for lot in guest.lots):
            guest.join()
        moving = [lot for lot in guest.soonest(includes_due=True, matured=None) if lot.left]
        self.keep_active(
            max((lot.expires_at for lot in moving if lot.lasts_while_active and lot.expires_at), default=None)
        )
        came = []
        for lot in moving:
            arrived = PlainLot(
                lot.left,
                self.now if lot.available_at is None else lot.available_at,
                lot.expires_at,
                lot.order_id,
                lasts_while_active=lot.lasts_while_active,
            )
            arrived.is_matured = arrived.available_at <= self.now
            self.follow_activity(arrived)
            self.lots.append(arrived)
            came.append(arrived)
            self.given += lot.left
            guest.given -= lot.left
            lot.left = 0
        self.pay_debt([lot for lot in came if lot.is_matured])
