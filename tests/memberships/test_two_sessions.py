"""What two sessions at once may do to one customer's memberships; with real connections, threads and locks."""

from __future__ import annotations

import pytest

from playground.order_facts import read_order_facts
from saleor_loyalty.errors import LoyaltyException
from saleor_loyalty.memberships import update_plan
from saleor_loyalty.models import LoyaltyTransaction, Membership, MembershipFreeze
from saleor_loyalty.orders import settle_order, settle_order_now
from tests import club
from tests.ledger.connections import second_while_first_is_uncommitted, together

from .builders import NOW, a_plan, by_hand, cancel, dates, extend, follow, freeze, history, noon, pay, status, unfreeze

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_freeze_waits_for_a_cancellation_and_is_refused(membership):
    _, second = second_while_first_is_uncommitted(lambda: cancel(membership), lambda: freeze(membership))

    assert isinstance(second, LoyaltyException)
    assert (status(membership), MembershipFreeze.objects.count()) == ("CANCELED", 0)


def test_a_cancellation_waits_for_a_freeze_and_ends_it(membership):
    second_while_first_is_uncommitted(lambda: freeze(membership), lambda: cancel(membership))

    assert status(membership) == "CANCELED"
    assert MembershipFreeze.objects.get().until_on == NOW.date()


def test_two_freezes_are_one(membership):
    _, second = second_while_first_is_uncommitted(lambda: freeze(membership), lambda: freeze(membership))

    assert isinstance(second, LoyaltyException)
    assert MembershipFreeze.objects.count() == 1


def test_two_unfreezes_are_one(membership):
    freeze(membership)
    at = noon("2026-03-20")

    second_while_first_is_uncommitted(lambda: unfreeze(membership, at=at), lambda: unfreeze(membership, at=at))

    assert dates(membership) == ("2026-03-10", "2026-04-20")


def test_two_extensions_add_both_or_refuse_the_shorter(membership):
    _, second = second_while_first_is_uncommitted(
        lambda: extend(membership, "2026-04-20"), lambda: extend(membership, "2026-04-15")
    )

    assert isinstance(second, LoyaltyException)
    assert dates(membership) == ("2026-03-10", "2026-04-20")


def test_two_that_are_made_at_once_queue(account, plan):
    second_while_first_is_uncommitted(lambda: by_hand(account, plan), lambda: by_hand(account, plan))

    first, second = Membership.objects.order_by("pk")
    assert (dates(first), dates(second)) == (("2026-03-10", "2026-04-10"), ("2026-04-10", "2026-05-10"))


def test_two_payments_are_one(account, plan):
    membership = by_hand(account, plan, is_paid=False)

    second_while_first_is_uncommitted(lambda: pay(membership), lambda: pay(membership))

    assert history(membership) == ["CREATED", "STARTED", "PAID"]


def test_two_settlements_sell_once(dana, variant, program):
    a_plan(program, variant, start_points=40)
    order = club.order_of(dana, variant, 2, is_paid=True)
    facts = read_order_facts(str(order.pk))

    outcomes = together(
        *[lambda: settle_order_now(str(order.pk), at=club.now())] * 2,
        *[lambda: settle_order(facts, at=club.now())] * 2,
    )

    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
    assert Membership.objects.count() == 2
    assert [row.points for row in LoyaltyTransaction.objects.all()] == [40]


def test_two_sweeps_do_everything_once(account, program):
    membership = by_hand(account, a_plan(program, start_points=40), starts_on=noon("2026-03-20").date())

    together(*[lambda: follow(noon("2026-03-20"))] * 3)

    assert LoyaltyTransaction.objects.count() == 1
    assert history(membership) == ["CREATED", "STARTED"]


def test_a_plan_that_is_just_being_changed_is_sold_on_its_old_or_its_new_terms(account, plan):
    second_while_first_is_uncommitted(
        lambda: update_plan(plan.pk, changes={"duration_months": 2}, at=NOW),
        lambda: update_plan(plan.pk, changes={"name": "Silver"}, at=NOW),
    )

    plan.refresh_from_db()
    assert (plan.duration_months, plan.name) == (2, "Silver")
