import threading
import time
from decimal import Decimal

import pytest
from django.db import transaction

from saleor_loyalty import ledger
from saleor_loyalty.errors import ReservationAlreadySettled

from .builders import DAY, HOUR, NOW, columns, everything, findings, give, reloaded, reserve
from .connections import second_while_first_is_uncommitted, together


def lock(checkout_id="checkout-1", *, at=NOW):
    return ledger.lock_last_reservation(checkout_id, at=at)


def test_the_open_reservation_comes_with_its_account_in_one_statement(account, django_assert_num_queries):
    give(account, 100)
    reserve(account, 30)
    reservation = reserve(account, 60)
    before = everything()

    with django_assert_num_queries(1):
        locked = lock()

    assert (locked.pk, locked.points, locked.status) == (reservation.pk, 60, "RESERVED")
    assert (locked.account.pk, locked.account.available) == (account.pk, 40)
    assert everything() == before


def test_of_a_checkout_without_an_open_one_the_last_comes(account):
    give(account, 100)
    reservation = reserve(account, 60)
    ledger.release_reservation(reservation.pk, at=NOW)

    assert lock().status == "RELEASED"


def test_a_checkout_that_never_had_one_has_none(account):
    assert lock("another checkout") is None


def test_what_is_due_is_done_first(account):
    give(account, 100)
    reserve(account, 60)

    locked = lock(at=NOW + DAY)

    assert (locked.status, locked.settled_at) == ("EXPIRED", NOW + DAY)
    assert locked.account.available == 100
    assert reloaded(account).reserved == 0
    assert findings(account, at=NOW + DAY) == []


def test_a_locked_reservation_is_updated_and_renewed_in_one_statement(account, django_assert_num_queries):
    give(account, 100)
    reserve(account, 60)
    locked = lock()

    with django_assert_num_queries(3):  # with SAVEPOINT and RELEASE
        ledger.renew_reservation(locked.pk, expires_at=NOW + 5 * HOUR, at=NOW, locked=locked)
    with django_assert_num_queries(3):
        ledger.update_reservation(
            locked.pk,
            points=60,
            value=Decimal(5),
            rows=Decimal(5),
            expires_at=NOW + 6 * HOUR,
            at=NOW,
            locked=locked,
        )

    locked.refresh_from_db()
    assert (locked.value, locked.expires_at) == (Decimal(5), NOW + 6 * HOUR)
    assert findings(account) == []


def test_more_points_of_a_locked_reservation_are_taken_from_its_account(account):
    give(account, 100)
    reserve(account, 60)
    locked = lock()

    money = Decimal(7)
    ledger.update_reservation(
        locked.pk, points=70, value=money, rows=money, expires_at=NOW + HOUR, at=NOW, locked=locked
    )

    assert columns(account) == (100, 30, 0, 70, 0)
    assert locked.account.available == 30
    assert findings(account) == []


def test_a_locked_reservation_that_has_ended_is_not_renewed(account):
    give(account, 100)
    reserve(account, 60)
    locked = lock(at=NOW + DAY)

    with pytest.raises(ReservationAlreadySettled):
        ledger.renew_reservation(locked.pk, expires_at=NOW + 2 * DAY, at=NOW + DAY, locked=locked)


def test_another_reservation_than_the_locked_one_is_a_callers_mistake(account):
    give(account, 100)
    locked, other = reserve(account, 60), reserve(account, 10, checkout_id="checkout-2")

    with pytest.raises(ValueError, match="another reservation is locked"):
        ledger.renew_reservation(other.pk, expires_at=NOW + DAY, at=NOW, locked=locked)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("end", ["release", "shrink"])
def test_both_are_as_they_are_once_they_are_locked(account, end):
    # given
    give(account, 100)
    reservation = reserve(account, 60)

    def change():
        if end == "release":
            return ledger.release_reservation(reservation.pk, at=NOW)
        money = Decimal(1)
        return ledger.update_reservation(
            reservation.pk, points=10, value=money, rows=money, expires_at=NOW + HOUR, at=NOW
        )

    def look():
        with transaction.atomic():
            locked = lock()
            return locked.status, locked.points, locked.account.available

    # when
    _, seen = second_while_first_is_uncommitted(change, look)

    # then
    assert seen == (("RELEASED", 60, 100) if end == "release" else ("RESERVED", 10, 90))


@pytest.mark.django_db(transaction=True)
def test_the_account_is_locked_before_the_reservation(account):
    # given: a session that holds the account and takes the reservation afterwards, as every verb does
    give(account, 100)
    reservation = reserve(account, 60)
    holds_account = threading.Event()

    def account_first():
        with transaction.atomic():
            ledger.refresh_account(account.pk, at=NOW)
            holds_account.set()
            time.sleep(0.5)  # now the other session waits; with the reservation already its own it would deadlock
            return ledger.release_reservation(reservation.pk, at=NOW)

    def look():
        assert holds_account.wait(20)
        with transaction.atomic():
            return lock().status

    # when
    outcomes = together(account_first, look)

    # then
    assert outcomes == [True, "RELEASED"]
