from saleor_loyalty import ledger
from saleor_loyalty.models import LoyaltyTransaction, Reservation

from .builders import (
    DAY,
    HOUR,
    NOW,
    award,
    columns,
    commit,
    deduct,
    everything,
    findings,
    give,
    points_of,
    reloaded,
    remaining,
    reserve,
    rows,
    spend,
    sums,
)


def sweep(at):
    return ledger.expire_due_lots(at=at, limit=100)


def test_each_lot_past_its_date_gets_its_own_expire_row(account):
    # given
    give(account, 30, expires_at=NOW + DAY, source="BIRTHDAY")
    give(account, 20, expires_at=NOW + 2 * DAY)
    give(account, 10)

    # when
    assert sweep(NOW + 2 * DAY) == 1

    # then
    assert rows(account)[3:] == [("EXPIRE", -30, 30), ("EXPIRE", -20, 10)]
    expired = LoyaltyTransaction.objects.filter(type="EXPIRE").order_by("sequence")
    assert [row.occurred_at for row in expired] == [NOW + DAY, NOW + 2 * DAY]
    assert [row.created_at for row in expired] == [NOW + 2 * DAY] * 2
    assert [row.source for row in expired] == ["BIRTHDAY", "MANUAL"]
    assert columns(account) == (10, 10, 0, 0, 0)
    assert sums(account) == (60, 0, 50, 0, 0)
    assert findings(account, at=NOW + 2 * DAY) == []


def test_a_second_sweep_finds_nothing(account):
    give(account, 30, expires_at=NOW + DAY)
    sweep(NOW + DAY)
    before = everything()

    assert sweep(NOW + DAY) == 0
    assert everything() == before


def test_before_its_date_a_lot_counts_and_at_it_no_more(account):
    give(account, 30, expires_at=NOW + DAY)

    assert sweep(NOW + DAY - DAY / 1000) == 0
    assert points_of(account, at=NOW + DAY - DAY / 1000).balance == 30
    assert points_of(account, at=NOW + DAY).balance == 0
    assert sweep(NOW + DAY) == 1


def test_a_spent_lot_has_nothing_left_to_expire(account):
    give(account, 30, expires_at=NOW + DAY)
    spend(account, 30)

    sweep(NOW + DAY)

    assert rows(account)[2:] == []
    assert reloaded(account).next_due_at is None


def test_pending_points_can_expire_and_reservations_do_not_protect_them(account):
    give(account, 50)
    reserve(account, 50, lasts=9 * DAY)
    give(account, 20, available_at=NOW + DAY, expires_at=NOW + 2 * DAY)
    award(account, 10, available_at=None, expires_at=NOW + 2 * DAY)

    sweep(NOW + 2 * DAY)

    # the first of them had matured: what a reservation sets aside is what expires soonest
    assert columns(account) == (70, 20, 0, 50, 0)
    assert findings(account, at=NOW + 2 * DAY) == []


def test_set_aside_points_stay_until_the_reservation_is_released(account):
    # given
    give(account, 30, expires_at=NOW + HOUR)
    reservation = reserve(account, 20, lasts=5 * HOUR)

    # when, then
    sweep(NOW + HOUR)
    assert columns(account) == (20, 0, 0, 20, 0)
    assert findings(account, at=NOW + HOUR) == []
    assert sweep(NOW + 2 * HOUR) == 0

    ledger.release_reservation(reservation.pk, at=NOW + 2 * HOUR)
    assert columns(account) == (0, 0, 0, 0, 0)
    assert rows(account)[1:] == [("EXPIRE", -10, 20), ("EXPIRE", -20, 0)]
    assert findings(account, at=NOW + 2 * HOUR) == []


def test_set_aside_points_stay_until_the_deadline(account):
    give(account, 30, expires_at=NOW + HOUR)
    reserve(account, 20, lasts=5 * HOUR)
    sweep(NOW + HOUR)

    assert points_of(account, at=NOW + 5 * HOUR).balance == 0
    assert sweep(NOW + 5 * HOUR) == 1

    assert Reservation.objects.get().status == "EXPIRED"
    assert columns(account) == (0, 0, 0, 0, 0)
    assert findings(account, at=NOW + 5 * HOUR) == []


def test_a_shrinking_reservation_lets_the_rest_expire(account):
    give(account, 30, expires_at=NOW + HOUR)
    reservation = reserve(account, 30, lasts=5 * HOUR)
    money = reservation.value

    ledger.update_reservation(
        reservation.pk, points=10, value=money, rows=money, expires_at=NOW + 5 * HOUR, at=NOW + 2 * HOUR
    )

    assert columns(account) == (10, 0, 0, 10, 0)
    assert findings(account, at=NOW + 2 * HOUR) == []


def test_of_two_dates_the_later_one_keeps_what_is_set_aside(account):
    give(account, 30, expires_at=NOW + HOUR)
    give(account, 30, expires_at=NOW + 2 * HOUR)
    reserve(account, 40, lasts=5 * HOUR)

    sweep(NOW + 3 * HOUR)

    assert remaining(account) == [10, 30]
    assert findings(account, at=NOW + 3 * HOUR) == []


def test_replacing_a_reservation_keeps_what_it_had_set_aside(account):
    give(account, 30, expires_at=NOW + HOUR)
    reserve(account, 20, lasts=5 * HOUR)

    reserve(account, 15, at=NOW + 2 * HOUR)

    assert columns(account) == (15, 0, 0, 15, 0)
    assert commit(account, 15, at=NOW + 2 * HOUR).points == 15
    assert findings(account, at=NOW + 2 * HOUR) == []


def test_a_debit_takes_nothing_from_a_lot_past_its_date(account):
    give(account, 30, expires_at=NOW + HOUR)
    give(account, 30)
    reserve(account, 30, lasts=5 * HOUR)

    deduct(account, 30, at=NOW + HOUR)

    assert remaining(account) == [30, 0]
    assert findings(account, at=NOW + HOUR) == []


def test_maturing_is_swept_too(account):
    give(account, 30, available_at=NOW + DAY)

    assert sweep(NOW + DAY) == 1

    assert columns(account) == (30, 30, 0, 0, 0)
    assert rows(account) == [("GIVE", 30, 30)]
    assert findings(account, at=NOW + DAY) == []


def test_one_batch_sweeps_at_most_its_limit_and_the_longest_due_first(account_factory):
    accounts = [account_factory() for _ in range(5)]
    for number, account in enumerate(accounts):
        give(account, 10, expires_at=NOW + DAY * (5 - number))

    assert ledger.expire_due_lots(at=NOW + 9 * DAY, limit=2) == 2
    assert [columns(account)[0] for account in accounts] == [10, 10, 10, 0, 0]
    assert ledger.expire_due_lots(at=NOW + 9 * DAY, limit=2) == 2
    assert ledger.expire_due_lots(at=NOW + 9 * DAY, limit=2) == 1
    assert ledger.expire_due_lots(at=NOW + 9 * DAY, limit=2) == 0


def test_dead_reservations_are_released_in_batches(account_factory):
    accounts = [account_factory() for _ in range(3)]
    for account in accounts:
        give(account, 10)
        reserve(account, 10, checkout_id=f"checkout-{account.pk}")

    assert ledger.release_dead_reservations(at=NOW, limit=10) == 0
    assert ledger.release_dead_reservations(at=NOW + HOUR, limit=2) == 2
    assert ledger.release_dead_reservations(at=NOW + HOUR, limit=2) == 1
    assert ledger.release_dead_reservations(at=NOW + HOUR, limit=2) == 0
    assert [columns(account)[1] for account in accounts] == [10, 10, 10]
    assert findings(at=NOW + HOUR) == []


def test_a_closed_account_still_expires(account):
    give(account, 30, expires_at=NOW + DAY)
    account.status = "CLOSED"
    account.save(update_fields=["status"])

    sweep(NOW + DAY)

    assert columns(account) == (0, 0, 0, 0, 0)
