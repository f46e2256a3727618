import pytest

from saleor_loyalty import ledger
from saleor_loyalty.errors import IdempotencyConflict, InvalidPoints
from saleor_loyalty.models import Reservation

from .builders import (
    DAY,
    HOUR,
    NOW,
    columns,
    commit,
    everything,
    findings,
    give,
    remaining,
    reserve,
    rows,
    sums,
)


def test_a_reservation_becomes_the_orders_redemption(account):
    # given
    give(account, 100)
    reservation = reserve(account, 60)

    # when
    result = commit(account, 60, receipt={"points": 60})

    # then
    assert (result.points, result.shortfall) == (60, 0)
    transaction = result.transaction
    assert (transaction.type, transaction.points) == ("REDEEM", -60)
    assert (transaction.order_id, transaction.checkout_id) == ("order-9", "checkout-1")
    assert (transaction.receipt, transaction.is_shortfall) == ({"points": 60}, False)
    reservation.refresh_from_db()
    assert (reservation.status, reservation.order_id, reservation.settled_at) == ("COMMITTED", "order-9", NOW)
    assert columns(account) == (40, 40, 0, 0, 0)
    assert sums(account) == (100, 60, 0, 0, 0)
    assert findings(account) == []


def test_the_smaller_of_reserved_points_and_rows_is_taken_and_the_rest_released(account):
    give(account, 100)
    reserve(account, 60)

    assert commit(account, 45).points == 45

    assert columns(account) == (55, 55, 0, 0, 0)
    assert findings(account) == []


def test_never_more_than_was_reserved_is_taken(account):
    give(account, 100)
    reserve(account, 60)

    assert commit(account, 80).points == 60


def test_where_the_rows_are_worth_nothing_the_reservation_is_released(account):
    give(account, 100)
    reserve(account, 60)

    result = commit(account, 0)

    assert (result.transaction, result.points, result.shortfall) == (None, 0, 0)
    assert Reservation.objects.get().status == "RELEASED"
    assert columns(account) == (100, 100, 0, 0, 0)
    assert findings(account) == []


def test_a_reservation_that_is_gone_is_taken_again_from_what_is_available(account):
    give(account, 100)
    reserve(account, 60)

    result = commit(account, 60, at=NOW + HOUR)

    assert (result.points, result.shortfall, result.transaction.is_shortfall) == (60, 0, False)
    assert Reservation.objects.get().status == "EXPIRED"
    assert columns(account) == (40, 40, 0, 0, 0)
    assert findings(account, at=NOW + HOUR) == []


def test_what_is_missing_then_becomes_a_debt_that_the_audit_shows(account):
    # given
    give(account, 100)
    reserve(account, 60)
    reserve(account, 70, checkout_id="checkout-2", at=NOW + HOUR)

    # when
    result = commit(account, 60, at=NOW + HOUR)

    # then
    assert (result.points, result.shortfall, result.transaction.is_shortfall) == (60, 30, True)
    assert columns(account) == (40, 0, 0, 70, 30)
    assert findings(account, at=NOW + HOUR) == ["SHORTFALL"]


def test_the_commit_without_a_reservation_takes_what_is_wanted_within_the_rows(account):
    give(account, 100)

    assert commit(account, 60, points_wanted=25).points == 25
    assert commit(account, 30, points_wanted=50, order_id="order-10").points == 30


def test_somebody_elses_reservation_of_the_checkout_is_left_alone(account_factory):
    first, second = account_factory(), account_factory()
    give(first, 100)
    give(second, 100)
    reserve(second, 60)

    commit(first, 40)

    assert columns(first) == (60, 60, 0, 0, 0)
    assert columns(second) == (100, 40, 0, 60, 0)


def test_set_aside_points_can_be_committed_from_a_lot_past_its_date(account):
    give(account, 60, expires_at=NOW + HOUR)
    give(account, 40)
    reserve(account, 50, lasts=2 * HOUR)

    commit(account, 50, at=NOW + HOUR)

    # the ten points that were not set aside expired on the way
    assert rows(account)[2:] == [("EXPIRE", -10, 90), ("REDEEM", -50, 40)]
    assert remaining(account) == [0, 40]
    assert columns(account) == (40, 40, 0, 0, 0)
    assert findings(account, at=NOW + HOUR) == []


def test_what_a_commit_releases_of_a_lot_past_its_date_expires(account):
    give(account, 60, expires_at=NOW + HOUR)
    reserve(account, 60, lasts=2 * HOUR)

    commit(account, 45, at=NOW + HOUR)

    assert rows(account)[1:] == [("REDEEM", -45, 15), ("EXPIRE", -15, 0)]
    assert findings(account, at=NOW + HOUR) == []


@pytest.mark.parametrize("status", ["FROZEN", "CLOSED", "ANONYMIZED"])
def test_the_order_exists_already_so_every_status_commits(account, status):
    give(account, 100)
    reserve(account, 60)
    account.status = status
    account.save(update_fields=["status"])

    assert commit(account, 60).points == 60


def test_the_same_request_returns_the_stored_outcome(account):
    give(account, 10)
    first = commit(account, 60, idempotency_key="k")
    give(account, 200, at=NOW + DAY)
    before = everything()

    second = commit(account, 60, idempotency_key="k", at=NOW + DAY)

    assert (second.transaction, second.points, second.shortfall) == (first.transaction, 60, 50)
    assert everything() == before


def test_another_order_under_the_same_key_is_refused(account):
    give(account, 100)
    commit(account, 60, idempotency_key="k")
    before = everything()

    with pytest.raises(IdempotencyConflict):
        commit(account, 60, idempotency_key="k", order_id="order-10")

    assert everything() == before


@pytest.mark.parametrize("points", [-1, True, 1.0])
def test_points_that_are_not_a_whole_number_in_range_are_refused(account, points):
    give(account, 100)
    reserve(account, 60)
    before = everything()

    with pytest.raises(InvalidPoints):
        commit(account, points)

    assert everything() == before


def test_committing_costs_ten_statements(account, django_assert_max_num_queries):
    give(account, 100)
    reserve(account, 60)

    with django_assert_max_num_queries(10 + 2) as captured:
        commit(account, 60)

    statements = [query["sql"] for query in captured if "SAVEPOINT" not in query["sql"]]
    # account, key, reservation; reservation, lots, transaction, text, uses, lot; account
    assert len(statements) == 10
    assert ledger.open_reservation("checkout-1") is None
