"""Tiers in a real Saleor: what its payments, refunds, promises and joining customers count for."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from django.utils import timezone
from graphene import Node
from saleor.account.models import User

from saleor_loyalty.adapter.periodic import SCHEDULE
from saleor_loyalty.models import LoyaltyAccount, OrderRecord, TierChange
from saleor_loyalty.tasks import review_tiers_task
from saleor_loyalty.tiers import reassess_tier
from tests.scenarios.drivers.protocol import STAFF
from tests.scenarios.drivers.saleor_refunds import grant, report, send
from tests.scenarios.stories import DANA, buy, open_club
from tests.scenarios.test_joining import GUEST, buy_as_guest
from tests.scenarios.test_tiers import TIERS, delivered, history, mine

ORDER_CANCEL = "mutation($id: ID!) { orderCancel(id: $id) { errors { field code message } } }"
CUSTOMER_DELETE = "mutation($id: ID!) { customerDelete(id: $id) { errors { field code message } } }"


@pytest.fixture
def by_money(shop):
    """Silver is reached by 300.00."""
    tiers = [{"key": "silver", "name": "Silver", "requiredSpend": {shop.currency: "300"}}]
    open_club(shop, tiers=tiers, tierPolicy={"basis": "MONEY_SPENT"})
    return shop


def unpaid(shop, lines, *, points=0):
    checkout = shop.start_checkout(lines, by=DANA)
    if points:
        assert shop.apply_points(checkout, points, by=DANA).errors == ()
    outcome = shop.complete(checkout, by=DANA)
    assert outcome.errors == ()
    return outcome.order


def spent(order) -> Decimal | None:
    return OrderRecord.objects.get(order_id=Node.from_global_id(order)[1]).spent


def test_what_is_charged_counts_as_it_comes_in(by_money):
    order = unpaid(by_money, {"EYELINER": 3})
    assert (spent(order), mine(by_money)[0]) == (0, None)

    by_money.pay_by_transaction(order, Decimal(200))
    assert (spent(order), mine(by_money)[0]) == (200, None)

    by_money.pay_by_transaction(order, Decimal(110))
    assert (spent(order), mine(by_money)[0]) == (310, "silver")


def test_what_is_paid_with_points_is_no_money(by_money):
    order = unpaid(by_money, {"EYELINER": 3}, points=500)
    by_money.pay(order)

    assert (spent(order), mine(by_money)[0]) == (260, None)


def test_a_refund_counts_when_it_was_paid_not_when_it_was_granted(by_money):
    order = unpaid(by_money, {"EYELINER": 3})
    by_money.pay(order)
    granted = grant(by_money, order, {"EYELINER": 1})
    assert (spent(order), mine(by_money)[0]) == (310, "silver")

    report(by_money, order, "REFUND_SUCCESS", Decimal(100), granted=granted)

    assert (spent(order), mine(by_money)[0]) == (210, None)
    assert history(by_money) == [(None, "silver", "EARNED"), ("silver", None, "REVERSED")]


def test_more_money_than_the_order_costs_is_not_spent_on_it(by_money):
    order = unpaid(by_money, {"EYELINER": 1})
    by_money.pay_by_transaction(order, Decimal(500))

    assert (spent(order), mine(by_money)[0]) == (110, None)


def test_a_cancelled_order_counts_for_nothing(by_money):
    order = unpaid(by_money, {"EYELINER": 3})
    by_money.pay(order)
    assert mine(by_money)[0] == "silver"

    send(by_money, ORDER_CANCEL, id=order)

    assert (spent(order), mine(by_money)[0]) == (0, None)


def test_a_guest_who_joins_gets_the_tier_of_the_orders_that_become_theirs(shop):
    open_club(shop, points=0, tiers=TIERS)
    buy_as_guest(shop, {"EYELINER": 2})
    assert set(LoyaltyAccount.objects.values_list("tier_key", flat=True)) == {""}

    shop.add_customer(GUEST, is_confirmed=False)
    shop.confirm_account(GUEST)

    account = LoyaltyAccount.objects.get(user__email=GUEST)
    assert account.tier_key == "silver"
    assert list(TierChange.objects.values_list("account_id", "to_key", "reason")) == [(account.pk, "silver", "EARNED")]


def test_the_customer_s_metadata_has_the_tier(shop, settings):
    settings.LOYALTY_MIRROR_FACTS = True
    open_club(shop, points=0, tiers=TIERS)

    delivered(shop, 1)

    assert User.objects.get(email=DANA).private_metadata["loyalty.club.tier"] == "silver"


def test_a_customer_with_a_tier_can_be_deleted_and_is_left_alone_by_the_sweeps(shop):
    open_club(shop, points=0, tiers=TIERS, tierPolicy={"windowMonths": 1})
    buy(shop, shop.start_checkout({"BRUSH": 1}, by=DANA))
    delivered(shop, 1)
    account = LoyaltyAccount.objects.get(user__email=DANA)
    assert account.tier_key == "silver"

    send(shop, CUSTOMER_DELETE, id=Node.to_global_id("User", account.user_id))

    account.refresh_from_db()
    assert (account.user_id, account.status) == (None, "CLOSED")
    review_tiers_task()
    assert reassess_tier(account.pk, at=timezone.now() + datetime.timedelta(days=90)) == "silver"
    listed = shop.query(
        "{ loyaltyAccounts(first: 1) { edges { node { tier { key } tierProgress { since } } } } }", by=STAFF
    )
    assert listed.data["loyaltyAccounts"]["edges"] == [{"node": {"tier": None, "tierProgress": None}}]


def test_the_sweep_is_in_saleor_s_beat_schedule():
    assert SCHEDULE["loyalty-review-tiers"][0] == "saleor_loyalty.tasks.review_tiers_task"
