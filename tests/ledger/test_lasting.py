"""Points that last while the customer is active, and points that last as the policy of the moment says."""

import re

from django.db import connection
from django.test.utils import CaptureQueriesContext

from saleor_loyalty import ledger
from saleor_loyalty.ledger import Lasting
from saleor_loyalty.models import Lot

from .builders import (
    DAY,
    NOW,
    award,
    commit,
    deduct,
    findings,
    give,
    new_key,
    points_of,
    reloaded,
    reserve,
    return_points,
)


def dates(account):
    """Return (remaining, expires at) of each lot, the oldest first."""
    return list(Lot.objects.filter(account=account).order_by("pk").values_list("remaining", "expires_at"))


def test_an_award_moves_the_date_of_all_that_lasts_while_active(account):
    # given
    award(account, 10, expires_at=NOW + 30 * DAY, lasts_while_active=True)
    give(account, 5, expires_at=NOW + 40 * DAY)
    give(account, 3)

    # when
    award(account, 7, at=NOW + 20 * DAY, expires_at=NOW + 50 * DAY, lasts_while_active=True, order_id="order-2")

    # then
    assert dates(account) == [(10, NOW + 50 * DAY), (5, NOW + 40 * DAY), (3, None), (7, NOW + 50 * DAY)]
    assert points_of(reloaded(account), at=NOW + 45 * DAY).available == 20
    assert points_of(reloaded(account), at=NOW + 50 * DAY).available == 3
    assert list(findings()) == []


def test_what_had_expired_before_the_activity_stays_expired(account):
    # given
    award(account, 10, expires_at=NOW + 30 * DAY, lasts_while_active=True)

    # when
    award(account, 7, at=NOW + 30 * DAY, expires_at=NOW + 60 * DAY, lasts_while_active=True, order_id="order-2")

    # then
    assert dates(account) == [(0, NOW + 30 * DAY), (7, NOW + 60 * DAY)]
    assert points_of(reloaded(account), at=NOW + 30 * DAY).available == 7


def test_an_earlier_activity_that_is_posted_late_shortens_nothing(account):
    # given
    award(account, 10, at=NOW + 5 * DAY, expires_at=NOW + 35 * DAY, lasts_while_active=True)

    # when
    award(account, 7, at=NOW + 5 * DAY, expires_at=NOW + 31 * DAY, lasts_while_active=True, order_id="order-2")

    # then
    assert dates(account) == [(10, NOW + 35 * DAY), (7, NOW + 31 * DAY)]
    assert reloaded(account).active_until == NOW + 35 * DAY


def test_spending_points_keeps_the_others(account):
    # given
    award(account, 10, expires_at=NOW + 30 * DAY, lasts_while_active=True)
    reserve(account, 4)

    # when
    commit(account, points_max=4, active_until=NOW + 60 * DAY)

    # then
    assert dates(account) == [(6, NOW + 60 * DAY)]


def test_a_gift_by_hand_is_no_activity_but_lasts_as_the_policy_says(account):
    # given
    award(account, 10, expires_at=NOW + 30 * DAY, lasts_while_active=True)

    # when
    give(account, 5, at=NOW + DAY, lasting=Lasting(until=NOW + 31 * DAY, while_active=True))

    # then
    assert dates(account) == [(10, NOW + 30 * DAY), (5, NOW + 31 * DAY)]
    award(account, 1, at=NOW + 9 * DAY, expires_at=NOW + 39 * DAY, lasts_while_active=True, order_id="order-2")
    assert dates(account) == [(10, NOW + 39 * DAY), (5, NOW + 39 * DAY), (1, NOW + 39 * DAY)]


def test_a_date_of_its_own_goes_before_the_policy_s(account):
    give(account, 5, expires_at=NOW + DAY, lasting=Lasting(until=NOW + 30 * DAY, while_active=True))
    assert dates(account) == [(5, NOW + DAY)]
    assert not Lot.objects.get().lasts_while_active


def test_a_repeated_gift_is_the_same_whatever_the_policy_says_by_then(account):
    # given
    key = new_key()
    first = give(account, 5, idempotency_key=key, lasting=Lasting(until=NOW + 30 * DAY))

    # when
    again = give(account, 5, idempotency_key=key, at=NOW + DAY, lasting=Lasting(until=NOW + 31 * DAY))

    # then
    assert (again.is_new, again.transaction.pk) == (False, first.transaction.pk)
    assert dates(account) == [(5, NOW + 30 * DAY)]


def test_points_that_come_back_last_as_long_as_the_others(account):
    # given
    award(account, 10, expires_at=NOW + 30 * DAY, lasts_while_active=True)
    reserve(account, 10)
    commit(account, points_max=10, order_id="order-2", active_until=NOW + 31 * DAY)
    award(account, 3, at=NOW + 20 * DAY, expires_at=NOW + 50 * DAY, lasts_while_active=True, order_id="order-3")

    # when
    return_points(account, 10, at=NOW + 40 * DAY, order_id="order-2")

    # then
    assert dates(account) == [(10, NOW + 50 * DAY), (3, NOW + 50 * DAY)]


def test_a_deduction_that_was_a_mistake_gives_back_points_that_last_as_long_as_the_others(account):
    # given all points deducted, and an order that makes the others last longer
    award(account, 10, expires_at=NOW + 30 * DAY, lasts_while_active=True)
    mistake = deduct(account, 10, at=NOW + DAY).transaction
    award(account, 3, at=NOW + 20 * DAY, expires_at=NOW + 50 * DAY, lasts_while_active=True, order_id="order-2")

    # when: the first date has passed
    ledger.reverse_transaction(mistake.pk, at=NOW + 40 * DAY, idempotency_key=new_key())

    # then
    assert dates(account) == [(10, NOW + 50 * DAY), (3, NOW + 50 * DAY)]
    assert points_of(reloaded(account), at=NOW + 40 * DAY).available == 13
    assert list(findings(at=NOW + 40 * DAY)) == []


def test_several_lots_that_get_something_back_follow_the_activity_in_one_statement(account):
    # given three lots that a deduction emptied before the customer was active again
    for number in range(3):
        award(account, 10, expires_at=NOW + 30 * DAY, lasts_while_active=True, order_id=f"order-{number}")
    mistake = deduct(account, 30, at=NOW + DAY).transaction
    award(account, 7, at=NOW + 20 * DAY, expires_at=NOW + 50 * DAY, lasts_while_active=True, order_id="order-3")

    # when
    with CaptureQueriesContext(connection) as queries:
        ledger.reverse_transaction(mistake.pk, at=NOW + 21 * DAY, idempotency_key=new_key(), reason="")

    # then
    dated = [
        query["sql"] for query in queries if re.search(r'UPDATE "saleor_loyalty_lot" SET "expires_at"', query["sql"])
    ]
    assert len(dated) == 1
    assert dates(account) == [(10, NOW + 50 * DAY)] * 3 + [(7, NOW + 50 * DAY)]
    assert list(findings()) == []
