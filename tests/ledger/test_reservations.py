import datetime
from decimal import Decimal

import pytest

from saleor_loyalty import ledger
from saleor_loyalty.errors import (
    AccountClosed,
    AccountFrozen,
    IdempotencyConflict,
    InsufficientPoints,
    InvalidPoints,
    ReservationAlreadySettled,
    ReservationNotFound,
)
from saleor_loyalty.models import Reservation

from .builders import DAY, HOUR, NOW, columns, everything, findings, give, points_of, reloaded, reserve, rows


def update(reservation, points, *, at=NOW, lasts=HOUR):
    money = Decimal(points) / 10
    return ledger.update_reservation(
        reservation.pk, points=points, value=money, rows=money, expires_at=at + lasts, at=at
    )


def test_reserved_points_are_set_aside(account):
    give(account, 100)

    reservation = reserve(account, 60, requested_points=80)

    assert (reservation.points, reservation.requested_points, reservation.status) == (60, 80, "RESERVED")
    assert (reservation.value, reservation.rows) == (Decimal(6), Decimal(6))
    assert ledger.open_reservation("checkout-1") == reservation
    assert columns(account) == (100, 40, 0, 60, 0)
    assert reloaded(account).next_due_at == NOW + HOUR
    assert findings(account) == []


def test_more_than_is_available_is_not_reserved(account):
    give(account, 100)
    reserve(account, 60)
    before = everything()

    with pytest.raises(InsufficientPoints) as refused:
        reserve(account, 41, checkout_id="checkout-2")

    assert (refused.value.requested, refused.value.available) == (41, 40)
    assert everything() == before


def test_reserving_again_replaces_the_checkouts_reservation(account):
    give(account, 100)
    first = reserve(account, 60)

    second = reserve(account, 90)

    first.refresh_from_db()
    assert (first.status, first.settled_at) == ("RELEASED", NOW)
    assert ledger.open_reservation("checkout-1") == second
    assert columns(account) == (100, 10, 0, 90, 0)
    assert findings(account) == []


def test_a_refused_replacement_leaves_the_old_reservation(account):
    give(account, 100)
    reserve(account, 60)
    before = everything()

    with pytest.raises(InsufficientPoints) as refused:
        reserve(account, 101)

    assert refused.value.available == 100
    assert everything() == before


def test_somebody_elses_reservation_of_the_checkout_is_released(account_factory):
    first, second = account_factory(), account_factory()
    give(first, 100)
    give(second, 100)
    reserve(second, 60)

    reservation = reserve(first, 30)

    assert ledger.open_reservation("checkout-1") == reservation
    assert columns(first) == (100, 70, 0, 30, 0)
    assert columns(second) == (100, 100, 0, 0, 0)
    assert findings() == []


def test_the_same_request_returns_the_open_reservation(account):
    give(account, 100)
    first = reserve(account, 60, idempotency_key="k")
    before = everything()

    assert reserve(account, 60, idempotency_key="k") == first
    assert everything() == before


def test_another_request_under_the_same_key_is_refused(account):
    give(account, 100)
    reserve(account, 60, idempotency_key="k")
    before = everything()

    with pytest.raises(IdempotencyConflict):
        reserve(account, 61, idempotency_key="k")

    assert everything() == before


def test_a_late_retry_does_not_bring_a_replaced_reservation_back(account):
    give(account, 100)
    reserve(account, 60, idempotency_key="k1")
    reserve(account, 70, idempotency_key="k2")
    before = everything()

    with pytest.raises(ReservationAlreadySettled):
        reserve(account, 60, idempotency_key="k1")

    assert everything() == before


@pytest.mark.parametrize("points", [0, -1, True, 1.0, 2**31])
def test_points_that_are_not_a_whole_number_in_range_are_refused(account, points):
    give(account, 100)
    before = everything()

    with pytest.raises(InvalidPoints):
        reserve(account, points)  # type: ignore[arg-type]

    assert everything() == before


@pytest.mark.parametrize("status", ["FROZEN", "CLOSED", "ANONYMIZED"])
def test_frozen_and_closed_accounts_reserve_nothing(account, status):
    give(account, 100)
    account.status = status
    account.save(update_fields=["status"])
    before = everything()

    with pytest.raises(AccountFrozen if status == "FROZEN" else AccountClosed):
        reserve(account, 10)

    assert everything() == before


def test_past_its_deadline_a_reservation_is_free_without_any_sweep(account):
    give(account, 100)
    dead = reserve(account, 60)

    assert points_of(account, at=NOW + HOUR).available == 100
    second = reserve(account, 100, at=NOW + HOUR, checkout_id="checkout-2")

    dead.refresh_from_db()
    assert (dead.status, dead.settled_at) == ("EXPIRED", NOW + HOUR)
    assert columns(account) == (100, 0, 0, 100, 0)
    assert second.expires_at == NOW + 2 * HOUR
    assert findings(account, at=NOW + HOUR) == []


def test_updating_changes_points_money_and_deadline(account):
    give(account, 100)
    reservation = reserve(account, 60)

    update(reservation, 20, at=NOW + HOUR / 2)

    reservation.refresh_from_db()
    assert (reservation.points, reservation.value, reservation.rows) == (20, Decimal(2), Decimal(2))
    assert (reservation.requested_points, reservation.expires_at) == (60, NOW + HOUR * 1.5)
    assert columns(account) == (100, 80, 0, 20, 0)
    update(reservation, 100)
    assert columns(account) == (100, 0, 0, 100, 0)
    assert findings(account) == []


def test_updating_beyond_what_is_available_is_refused(account):
    give(account, 100)
    reservation = reserve(account, 60)
    before = everything()

    with pytest.raises(InsufficientPoints) as refused:
        update(reservation, 101)

    assert (refused.value.requested, refused.value.available) == (101, 100)
    assert everything() == before


def test_a_frozen_accounts_reservation_can_shrink_but_not_grow(account):
    give(account, 100)
    reservation = reserve(account, 60)
    account.status = "FROZEN"
    account.save(update_fields=["status"])
    before = everything()

    with pytest.raises(AccountFrozen):
        update(reservation, 61)

    assert everything() == before
    update(reservation, 59)
    assert columns(account) == (100, 41, 0, 59, 0)


def test_renewing_moves_the_deadline(account):
    give(account, 100)
    reservation = reserve(account, 60)

    renewed = ledger.renew_reservation(reservation.pk, expires_at=NOW + 5 * HOUR, at=NOW + HOUR / 2)

    assert renewed.expires_at == NOW + 5 * HOUR
    assert points_of(account, at=NOW + 4 * HOUR).reserved == 60
    assert findings(account) == []


def test_an_earlier_deadline_counts_from_then_on(account):
    give(account, 100)
    reservation = reserve(account, 60, lasts=5 * HOUR)

    ledger.renew_reservation(reservation.pk, expires_at=NOW + HOUR, at=NOW)

    assert reloaded(account).next_due_at == NOW + HOUR
    assert findings(account) == []


def test_renewing_costs_two_statements(account, django_assert_num_queries):
    give(account, 100)
    reservation = reserve(account, 60)

    with django_assert_num_queries(4):  # with SAVEPOINT and RELEASE
        ledger.renew_reservation(reservation.pk, expires_at=NOW + 5 * HOUR, at=NOW)


def test_releasing_frees_the_points_once(account):
    give(account, 100)
    reservation = reserve(account, 60)

    assert ledger.release_reservation(reservation.pk, at=NOW) is True

    assert columns(account) == (100, 100, 0, 0, 0)
    assert rows(account) == [("GIVE", 100, 100)]
    assert findings(account) == []
    before = everything()
    assert ledger.release_reservation(reservation.pk, at=NOW) is False
    assert everything() == before


def test_released_past_its_deadline_it_has_expired(account):
    give(account, 100)
    reservation = reserve(account, 60)

    assert ledger.release_reservation(reservation.pk, at=NOW + DAY) is True

    reservation.refresh_from_db()
    assert reservation.status == "EXPIRED"
    assert columns(account) == (100, 100, 0, 0, 0)


@pytest.mark.parametrize("ending", ["RELEASED", "EXPIRED"])
def test_an_ended_reservation_is_neither_updated_nor_renewed(account, ending):
    give(account, 100)
    reservation = reserve(account, 60)
    ledger.release_reservation(reservation.pk, at=NOW, status=ending)
    before = everything()

    with pytest.raises(ReservationAlreadySettled):
        update(reservation, 10)
    with pytest.raises(ReservationAlreadySettled):
        ledger.renew_reservation(reservation.pk, expires_at=NOW + DAY, at=NOW)

    assert everything() == before


def test_past_its_deadline_a_reservation_is_neither_updated_nor_renewed(account):
    give(account, 100)
    reservation = reserve(account, 60)
    before = everything()

    with pytest.raises(ReservationAlreadySettled):
        update(reservation, 10, at=NOW + HOUR)
    with pytest.raises(ReservationAlreadySettled):
        ledger.renew_reservation(reservation.pk, expires_at=NOW + DAY, at=NOW + HOUR)

    assert everything() == before


def test_an_unknown_reservation_is_not_found(db):
    with pytest.raises(ReservationNotFound):
        ledger.release_reservation(-1, at=NOW)
    with pytest.raises(ReservationNotFound):
        ledger.renew_reservation(-1, expires_at=NOW + HOUR, at=NOW)
    with pytest.raises(ReservationNotFound):
        update(Reservation(pk=-1), 10)


@pytest.mark.parametrize("money", [1.0, 1])
def test_money_that_is_no_decimal_is_a_callers_mistake(account, money):
    give(account, 100)
    reservation = reserve(account, 60)
    before = everything()

    with pytest.raises(TypeError, match="Decimal"):
        ledger.update_reservation(
            reservation.pk, points=1, value=money, rows=Decimal(1), expires_at=NOW + datetime.timedelta(1), at=NOW
        )

    assert everything() == before
