from saleor_loyalty import ledger
from saleor_loyalty.models import LotUse

from .builders import (
    DAY,
    HOUR,
    NOW,
    award,
    columns,
    commit,
    findings,
    give,
    points_of,
    remaining,
    reserve,
    sums,
)


def owe(account, points, *, order_id):
    return commit(account, points, order_id=order_id, checkout_id=f"checkout-of-{order_id}").transaction


def test_a_credit_pays_the_oldest_debt_first(account):
    # given
    first = owe(account, 30, order_id="order-1")
    second = owe(account, 50, order_id="order-2")
    assert columns(account) == (-80, 0, 0, 0, 80)
    assert findings(account) == ["SHORTFALL", "SHORTFALL"]

    # when
    give(account, 45)

    # then
    assert list(LotUse.objects.order_by("pk").values_list("transaction", "points")) == [
        (first.pk, 30),
        (second.pk, 15),
    ]
    assert columns(account) == (-35, 0, 0, 0, 35)
    assert findings(account) == ["SHORTFALL"]
    give(account, 100)
    assert columns(account) == (65, 65, 0, 0, 0)
    assert sums(account) == (145, 80, 0, 0, 0)
    assert findings(account) == []


def test_pending_points_pay_only_once_they_have_matured(account):
    owe(account, 30, order_id="order-1")
    award(account, 100, available_at=NOW + DAY)
    assert columns(account) == (70, 0, 100, 0, 30)

    assert points_of(account, at=NOW + DAY).debt == 0
    assert points_of(account, at=NOW + DAY).available == 70
    ledger.expire_due_lots(at=NOW + DAY, limit=1)

    assert columns(account) == (70, 70, 0, 0, 0)
    assert findings(account, at=NOW + DAY) == []


def test_matured_points_pay_before_they_expire_when_the_sweep_is_late(account):
    owe(account, 30, order_id="order-1")
    award(account, 100, available_at=NOW + DAY, expires_at=NOW + 2 * DAY)

    late = NOW + 3 * DAY
    expected = points_of(account, at=late)
    ledger.expire_due_lots(at=late, limit=1)

    assert columns(account) == (0, 0, 0, 0, 0)
    assert sums(account) == (100, 30, 70, 0, 0)
    assert (expected.balance, expected.debt, expected.expired) == (0, 0, 70)
    assert findings(account, at=late) == []


def test_points_that_a_reservation_gives_up_pay_the_debt(account):
    give(account, 40)
    reservation = reserve(account, 40)
    owe(account, 30, order_id="order-1")
    assert columns(account) == (10, 0, 0, 40, 30)

    ledger.release_reservation(reservation.pk, at=NOW)

    assert columns(account) == (10, 10, 0, 0, 0)
    assert remaining(account) == [10]
    assert findings(account) == []


def test_points_of_a_dead_reservation_pay_the_debt_in_the_read_path_too(account):
    give(account, 40)
    reserve(account, 40)
    owe(account, 30, order_id="order-1")

    points = points_of(account, at=NOW + HOUR)

    assert (points.balance, points.available, points.reserved, points.debt) == (10, 10, 0, 0)


def test_guest_points_pay_the_debt_when_the_guest_joins(account):
    owe(account, 30, order_id="order-1")
    award(account, 100, available_at=None)

    ledger.release_guest_points(account.pk, at=NOW)

    assert columns(account) == (70, 70, 0, 0, 0)
    assert findings(account) == []
