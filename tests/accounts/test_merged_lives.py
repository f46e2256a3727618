"""Random lives of two accounts that are merged, live on, and are made two again: the numbers always add up.

Whatever happens before, between and after, the audit finds nothing, the sums of the shop are what they were before the
merge and before the undoing, and the two together have what they would have without either.
"""

from __future__ import annotations

import contextlib
import datetime
import itertools

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from saleor_loyalty import ledger
from saleor_loyalty.accounts import merge_accounts, undo_merge
from saleor_loyalty.errors import LoyaltyException
from saleor_loyalty.ledger import Actor, audit_accounts, open_account
from saleor_loyalty.models import LoyaltyAccount
from tests.ledger.builders import DAY, NOW, award, deduct, give, make_program, reserve, reverse

STAFF = Actor("STAFF", 7)
TERMS = ("balance", "given", "redeemed", "expired", "reversed", "deducted")
POINTS = st.integers(min_value=1, max_value=60)
MOVES = st.one_of(
    st.tuples(st.just("give"), POINTS, st.sampled_from([None, 3, 9])),
    st.tuples(st.just("later"), POINTS, st.sampled_from([2, 6])),
    st.tuples(st.just("waits"), POINTS),
    st.tuples(st.just("deduct"), POINTS),
    st.tuples(st.just("spend"), POINTS),
    st.tuples(st.just("award"), POINTS),
    st.tuples(st.just("reverse"), POINTS),
    st.tuples(
        st.just("day"),
    ),
)
LIFE = st.lists(st.tuples(st.sampled_from([0, 1]), MOVES), max_size=8)


class Club:
    def __init__(self) -> None:
        self.program = make_program()
        self.accounts = [open_account(self.program, email=f"{name}@example.com", at=NOW) for name in "ab"]
        self.at = NOW
        self.numbers = itertools.count(1)

    def live(self, life, *, only: int | None = None) -> None:
        """Live on; what is refused changes nothing. ``only``: everything happens to that account."""
        for who, (move, *values) in life:
            account = self.accounts[who if only is None else only]
            with contextlib.suppress(LoyaltyException):
                getattr(self, move)(account, *values)

    def give(self, account, points, days) -> None:
        give(account, points, at=self.at, expires_at=None if days is None else self.at + days * DAY)

    def later(self, account, points, days) -> None:
        give(account, points, at=self.at, available_at=self.at + days * DAY)

    def waits(self, account, points) -> None:
        award(account, points, at=self.at, order_id=f"guest-{next(self.numbers)}", available_at=None)

    def deduct(self, account, points) -> None:
        deduct(account, points, at=self.at)

    def spend(self, account, points) -> None:
        number = next(self.numbers)
        checkout = f"checkout-{number}"
        reserve(account, points, at=self.at, checkout_id=checkout)
        ledger.commit_reservation(
            checkout_id=checkout,
            account_id=account.pk,
            order_id=f"spent-{number}",
            points_max=points,
            at=self.at,
            idempotency_key=f"spend-{number}",
            receipt=None,
        )

    def award(self, account, points) -> None:
        award(account, points, at=self.at, order_id=f"order-{account.pk}", available_at=self.at)

    def reverse(self, account, points) -> None:
        reverse(account, points, at=self.at, order_id=f"order-{account.pk}", policy="ALLOW_NEGATIVE")

    def day(self, account) -> None:
        self.at += DAY

    def totals(self) -> list[int]:
        """Bring both up to now, and return the sums of the shop."""
        for account in self.accounts:
            ledger.expire_due_lots(at=self.at, limit=100)
            account.refresh_from_db()
        return [sum(getattr(account, term) for account in self.accounts) for term in TERMS]

    def findings(self) -> list[str]:
        return [finding.message for finding in audit_accounts(at=self.at)]


class MergedLives(TestCase):
    @settings(max_examples=25, deadline=None)
    @given(before=LIFE, between=LIFE, after=LIFE)
    def test_the_numbers_add_up(self, before, between, after):
        club = Club()
        source, target = club.accounts
        club.live(before)
        sums = club.totals()

        # merged: nothing is lost, nothing is double
        merged = merge_accounts(source.pk, target_id=target.pk, idempotency_key="m", actor=STAFF, at=club.at).merge
        assert club.totals() == sums
        source.refresh_from_db()
        assert (source.balance, source.debt, source.pending, source.status) == (0, 0, 0, "CLOSED")
        assert club.findings() == []

        # what happens between happens to the one that is left
        club.live(between, only=1)
        sums = club.totals()

        # two again
        undone = undo_merge(merged.pk, actor=STAFF, at=club.at)
        assert club.totals() == sums
        assert undone.preview.points + undone.preview.points_gone == merged.points
        assert undone.preview.points_gone >= 0
        assert club.findings() == []

        # and they live on
        club.live(after)
        club.totals()
        assert club.findings() == []

    @settings(max_examples=15, deadline=None)
    @given(before=LIFE)
    def test_undoing_at_once_leaves_both_as_they_were(self, before):
        club = Club()
        source, target = club.accounts
        club.live(before)
        club.totals()
        # What pays a debt of the target is spent: that does not come back.
        assume(target.debt == 0)
        figures = [_figures(account) for account in club.accounts]
        preview = merge_accounts(
            source.pk, target_id=target.pk, idempotency_key="", actor=STAFF, at=club.at, is_dry_run=True
        ).preview
        merged = merge_accounts(source.pk, target_id=target.pk, idempotency_key="m", actor=STAFF, at=club.at).merge
        target.refresh_from_db()
        assert (preview.target_after.available, preview.target_after.pending, preview.target_after.debt) == (
            target.available,
            target.pending,
            target.debt,
        )
        undo_merge(merged.pk, actor=STAFF, at=club.at)
        assert [_figures(account) for account in club.accounts] == figures
        assert club.findings() == []


def _figures(account: LoyaltyAccount) -> tuple[object, ...]:
    account.refresh_from_db()
    lots = account.lots.filter(remaining__gt=0).order_by("expires_at", "available_at", "remaining")
    dates: list[tuple[int, datetime.datetime | None, datetime.datetime | None]] = list(
        lots.values_list("remaining", "available_at", "expires_at")
    )
    return account.balance, account.available, account.pending, account.debt, account.status, dates
