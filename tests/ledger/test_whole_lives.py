"""Random lives once more, whole: under every policy of expiry and across changes of the clocks, frozen and thawed,
with corrections by hand, longer dates, and a guest whose points come over. Compared with plain Python step by step.

After each step: what ``test_life_of_an_account`` compares, of the member and of the guest; the numbers of all accounts
of the shop, added up from the rows; and every receipt of a new row gives its points again.
"""

import datetime

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule, run_state_machine_as_test

from saleor_loyalty import ledger
from saleor_loyalty.errors import AlreadyReversed
from saleor_loyalty.models import LoyaltyAccount, LoyaltyTransaction
from saleor_loyalty.programs import lasting_of
from saleor_loyalty.rules import parse_rules, recount_movement

from .builders import NOW, award, commit, everything, findings, give, new_key, points_of
from .plain_account import PlainAccount
from .test_life_of_an_account import HOURS, NAMES, ORDERS, POINTS, LifeOfAnAccount

HOUR = datetime.timedelta(hours=1)
POLICIES = [
    {"type": "NEVER"},
    {"type": "ROLLING", "days": 20},
    {"type": "MONTH_END"},
    {"type": "CALENDAR_YEAR_END"},
    {"type": "INACTIVITY", "days": 30},
]
# Their clocks change on 8, 27 and 29 March, and in autumn; Sydney's days begin half a day earlier.
ZONES = ["America/New_York", "Asia/Jerusalem", "Europe/Rome", "Australia/Sydney"]
OF_THE_LEDGER = ("GIVE", "DEDUCT", "SET", "EXPIRE", "MERGE_IN", "MERGE_OUT")


def rules_with(policy, zone):
    return parse_rules(
        {
            "channels": [{"key": "default", "channel": "default", "currency": "ILS", "timeZone": zone}],
            "expiry": policy,
        }
    )


class WholeLife(LifeOfAnAccount):
    @initialize(policy=st.sampled_from(POLICIES), zone=st.sampled_from(ZONES))
    def open(self, policy, zone):
        super().open()
        self.rules = rules_with(policy, zone)
        self.corrected = []
        self.movements = []
        self.checked = 0

        self.guest = ledger.open_account(self.account.program, email="guest@example.com", at=NOW)
        self.plain_guest = PlainAccount(now=self.plain.now)

    def lasting(self, hours):
        """Return how long points last that are available from that moment, by the program's policy; in hours too."""
        found = lasting_of(self.rules, channel="default", at=self.moment(hours))
        until = None if found.until is None else (found.until - NOW) // HOUR
        assert until is None or self.moment(until) == found.until
        return found, until

    def by_hand(self, done):
        if done is not None and done[1] is not None:
            self.movements.append((done[0].transaction, done[1]))

    # By the program's policy.

    @rule(points=POINTS)
    def give_by_policy(self, points):
        lasting, until = self.lasting(self.plain.now)
        done = self.both(
            lambda: give(self.account, points, at=self.at, lasting=lasting),
            lambda: self.plain.credit(
                points, available_at=self.plain.now, expires_at=until, lasts_while_active=lasting.while_active
            ),
            is_for_active=True,
        )
        self.by_hand(done)

    @rule(points=POINTS, waits=st.none() | HOURS, order_id=ORDERS, is_guest=st.booleans())
    def award_by_policy(self, points, waits, order_id, is_guest):
        available = self.plain.now + (waits or 0)
        lasting, until = self.lasting(available)
        account, plain = (self.guest, self.plain_guest) if is_guest else (self.account, self.plain)
        plain.catch_up()
        starts = None if plain is not self.plain else available

        def award_plainly():
            plain.keep_active(until if lasting.while_active else None)
            plain.credit(
                points,
                available_at=starts,
                expires_at=until,
                order_id=order_id,
                lasts_while_active=lasting.while_active,
            )

        self.both(
            lambda: award(
                account,
                points,
                at=self.at,
                order_id=order_id,
                available_at=self.moment(starts),
                expires_at=lasting.until,
                lasts_while_active=lasting.while_active,
            ),
            award_plainly,
        )

    @rule(points=POINTS, order_id=ORDERS)
    def redeem_by_policy(self, points, order_id):
        lasting, until = self.lasting(self.plain.now)
        activity = until if lasting.while_active else None

        def commit_plainly():
            self.plain.keep_active(activity)
            self.plain.commit("nobody's", points, order_id)

        self.both(
            lambda: commit(
                self.account,
                points,
                at=self.at,
                checkout_id="nobody's",
                order_id=order_id,
                active_until=self.moment(activity),
            ),
            commit_plainly,
        )

    @rule(hours=st.none() | st.integers(1, 24 * 40))
    def extend(self, hours):
        until = self.later(hours)
        self.both(
            lambda: ledger.extend_expiry(
                self.account.pk, expires_at=self.moment(until), at=self.at, actor=ledger.Actor(), reason=""
            ),
            lambda: self.plain.extend(until),
        )

    # Corrections.

    @precondition(lambda self: getattr(self, "movements", None))
    @rule(data=st.data())
    def correct(self, data):
        number = data.draw(st.integers(0, len(self.movements) - 1))
        row, plain = self.movements[number]
        key = new_key()

        def act():
            return ledger.reverse_transaction(row.pk, at=self.at, idempotency_key=key)

        if number in self.corrected:
            before = everything()
            with pytest.raises(AlreadyReversed):
                act()
            assert everything() == before
            return
        is_credit = row.points > 0
        result, taken = self.both(
            act, lambda: self.plain.correct_credit(plain, row.points) if is_credit else self.plain.correct_debit(plain)
        )
        assert result.reversed_points == (taken if is_credit else -row.points)
        if result.posting is not None:
            self.corrected.append(number)
            assert recount_movement(result.posting.transaction.receipt) == result.posting.transaction.points

    # Freezing.

    @rule()
    def freeze_or_thaw(self):
        self.is_frozen = not self.is_frozen
        status = "FROZEN" if self.is_frozen else "ACTIVE"
        LoyaltyAccount.objects.filter(pk=self.account.pk).update(status=status)

    # The guest.

    @rule(points=POINTS, order_id=ORDERS, policy=st.sampled_from(["WITHIN_BALANCE", "ALLOW_NEGATIVE"]))
    def reverse_of_guest(self, points, order_id, policy):
        self.plain_guest.catch_up()
        expected = self.plain_guest.reverse(points, order_id, policy)
        result = ledger.reverse_award(
            self.guest.pk, points=points, at=self.at, order_id=order_id, policy=policy, idempotency_key=new_key()
        )
        assert result.reversed_points == expected

    @rule()
    def claim(self):
        self.plain_guest.catch_up()
        self.both(
            lambda: ledger.transfer_guest_points(
                self.guest.pk,
                to_account_id=self.account.pk,
                since=NOW,
                order_ids=("order-1", "order-2"),
                at=self.at,
            ),
            lambda: self.plain.claim(self.plain_guest),
        )

    # Time.

    @rule(days=st.integers(1, 45), hours=st.integers(0, 23))
    def wait_for_days(self, days, hours):
        self.wait(24 * days + hours)

    @rule(offset=st.sampled_from([-1, 0, 1]))
    def wait_for_the_next_date(self, offset):
        """To the hour at which something expires, the one before it, or the one after it."""
        dates = [lot.expires_at for lot in self.plain.lots if lot.left and lot.expires_at is not None]
        ahead = min((date for date in dates if date > self.plain.now), default=self.plain.now)
        self.wait(max(0, ahead + offset - self.plain.now))

    def wait(self, hours):
        self.plain.now += hours
        self.plain_guest.now = self.plain.now

    # What always holds.

    @invariant()
    def the_guest_agrees_too(self):
        if not hasattr(self, "checked"):
            return
        self.plain_guest.catch_up()
        read = points_of(self.guest, at=self.at)
        plain = {name: getattr(self.plain_guest, name) for name in NAMES}
        assert {name: getattr(read, name) for name in NAMES} == plain
        assert read.available >= 0
        assert findings(self.guest, at=self.at, ignore=["SHORTFALL"]) == []

    @invariant()
    def the_numbers_of_the_shop_add_up(self):
        if not hasattr(self, "checked"):
            return
        accounts = LoyaltyAccount.objects.all()
        for account in accounts:
            rows = sum(LoyaltyTransaction.objects.filter(account=account).values_list("points", flat=True))
            lots = sum(account.lots.values_list("remaining", flat=True))
            assert account.balance == rows == lots - account.debt
            assert account.available >= 0
        names = ("given", "redeemed", "expired", "reversed", "deducted", "balance")
        given, *others = (sum(getattr(account, name) for account in accounts) for name in names)
        assert given == sum(others)

    @invariant()
    def every_receipt_gives_its_points_again(self):
        if not hasattr(self, "checked"):
            return
        rows = LoyaltyTransaction.objects.filter(pk__gt=self.checked).order_by("pk")
        for row in rows:
            self.checked = row.pk
            if row.type in OF_THE_LEDGER:
                assert recount_movement(row.receipt) == row.points
                assert (row.receipt["kind"], row.receipt["points"]) == (row.type, row.points)


@pytest.mark.django_db
def test_random_whole_lives_agree_with_plain_python():
    run_state_machine_as_test(
        WholeLife,
        settings=settings(
            max_examples=25,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
