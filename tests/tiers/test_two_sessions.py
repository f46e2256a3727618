"""Two sessions at one account: nothing is lost, nothing is noted twice; with real connections and locks."""

from __future__ import annotations

import pytest

from saleor_loyalty.models import TierChange, TierStatus
from saleor_loyalty.tiers import reassess_tier, review_due_tiers
from tests import club
from tests.ledger.connections import second_while_first_is_uncommitted, together

from .builders import DAY, account_of, buy, changes, publish, tier_of

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_orders_settled_at_once_count_both(dana, variant):
    buy(dana, variant, 1)
    orders = [club.order_of(dana, variant, 2) for _ in range(2)]

    second_while_first_is_uncommitted(lambda: club.settle(orders[0]), lambda: club.settle(orders[1]))

    assert tier_of(dana) == "gold"
    assert account_of(dana).tier_status.qualifying == {"points": 500}
    assert changes(dana) == [("", "silver", "EARNED"), ("silver", "gold", "EARNED")]


def test_a_look_waits_for_a_settlement_and_sees_it(dana, variant):
    buy(dana, variant, 1)
    order = club.order_of(dana, variant, 4)
    account_id = account_of(dana).pk

    outcomes = second_while_first_is_uncommitted(
        lambda: club.settle(order).earnable, lambda: reassess_tier(account_id, at=club.now())
    )

    assert outcomes == [400, "gold"]
    assert changes(dana)[1:] == [("silver", "gold", "EARNED")]


def test_two_sweeps_at_once_note_each_change_once(program, variant):
    publish(tierPolicy={"windowMonths": 1})
    users = [club.add_customer(f"c{number}@example.com") for number in range(5)]
    for user in users:
        buy(user, variant, 1)
    later = club.now() + 40 * DAY

    together(*(lambda: review_due_tiers(at=later, limit=10) for _ in range(3)))

    assert TierChange.objects.filter(reason="LAPSED").count() == 5
    assert TierStatus.objects.filter(next_review_at__isnull=False).count() == 0
    assert {account_of(user).tier_key for user in users} == {""}
