import pytest

from saleor_loyalty import ledger
from saleor_loyalty.errors import AccountClosed, IdempotencyConflict, InvalidPoints
from saleor_loyalty.models import Lot

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
    return_points,
    rows,
    spend,
    sums,
)


def test_points_return_to_their_original_lots_with_their_original_dates(account):
    # given
    give(account, 30, expires_at=NOW + DAY)
    give(account, 30, expires_at=NOW + 2 * DAY)
    give(account, 30)
    redeemed = spend(account, 80)

    # when
    posting = return_points(account, 80)

    # then
    assert (posting.transaction.type, posting.transaction.points) == ("RETURN", 80)
    assert posting.transaction.reverses == redeemed.transaction
    assert remaining(account) == [30, 30, 30]
    assert list(Lot.objects.order_by("pk").values_list("expires_at", flat=True)) == [NOW + DAY, NOW + 2 * DAY, None]
    assert columns(account) == (90, 90, 0, 0, 0)
    assert sums(account) == (90, 0, 0, 0, 0)
    assert findings(account) == []


def test_a_part_comes_back_as_if_so_much_less_had_been_spent(account):
    give(account, 30, expires_at=NOW + DAY)
    give(account, 30, expires_at=NOW + 2 * DAY)
    give(account, 30)
    spend(account, 80)

    return_points(account, 15)
    return_points(account, 15)

    # as after spending 50
    assert remaining(account) == [0, 10, 30]
    assert findings(account) == []


def test_more_than_is_left_to_return_is_refused(account):
    give(account, 100)
    spend(account, 60)
    return_points(account, 40)
    before = everything()

    with pytest.raises(InvalidPoints, match="Only 20 points"):
        return_points(account, 21)

    assert everything() == before
    return_points(account, 20)
    assert columns(account) == (100, 100, 0, 0, 0)


def test_an_order_that_redeemed_nothing_returns_nothing(account):
    give(account, 100)
    before = everything()

    with pytest.raises(InvalidPoints):
        return_points(account, 1)

    assert everything() == before


def test_points_of_a_lot_that_is_past_its_date_by_now_expire_in_the_same_step(account):
    give(account, 30, expires_at=NOW + DAY)
    give(account, 30)
    spend(account, 50)

    return_points(account, 50, at=NOW + DAY)

    assert rows(account)[2:] == [("REDEEM", -50, 10), ("RETURN", 50, 60), ("EXPIRE", -30, 30)]
    assert columns(account) == (30, 30, 0, 0, 0)
    assert findings(account, at=NOW + DAY) == []


def test_a_lot_may_expire_more_than_once(account):
    give(account, 30, expires_at=NOW + DAY)
    spend(account, 20)

    return_points(account, 5, at=NOW + DAY)
    return_points(account, 5, at=NOW + DAY)

    assert [row for row in rows(account) if row[0] == "EXPIRE"] == [
        ("EXPIRE", -10, 0),
        ("EXPIRE", -5, 0),
        ("EXPIRE", -5, 0),
    ]
    assert findings(account, at=NOW + DAY) == []


def test_a_reservation_does_not_protect_what_returns_to_a_dead_lot(account):
    give(account, 30, expires_at=NOW + HOUR)
    spend(account, 30)
    give(account, 30)
    reserve(account, 30, lasts=3 * HOUR)

    return_points(account, 30, at=NOW + HOUR)

    assert columns(account) == (30, 0, 0, 30, 0)
    assert findings(account, at=NOW + HOUR) == []


def test_what_is_still_owed_of_the_redemption_is_no_longer_owed(account):
    # given: 100 redeemed, 60 of them covered
    give(account, 60)
    commit(account, 100)
    assert columns(account) == (-40, 0, 0, 0, 40)

    # when, then
    return_points(account, 50)
    assert columns(account) == (10, 10, 0, 0, 0)
    assert findings(account) == []
    return_points(account, 50)
    assert columns(account) == (60, 60, 0, 0, 0)
    assert sums(account) == (60, 0, 0, 0, 0)
    assert findings(account) == []
    with pytest.raises(InvalidPoints):
        return_points(account, 1)


def test_points_that_paid_the_redemptions_debt_later_return_to_their_lot(account):
    give(account, 60)
    commit(account, 100)
    give(account, 70)
    assert remaining(account) == [0, 30]

    return_points(account, 100)

    assert remaining(account) == [60, 70]
    assert findings(account) == []


def test_returned_points_pay_another_debt_first(account):
    give(account, 60)
    spend(account, 60)
    commit(account, 25, order_id="order-10", checkout_id="checkout-10")

    return_points(account, 60)

    assert columns(account) == (35, 35, 0, 0, 0)
    assert findings(account) == []


def test_an_order_with_two_redemptions_returns_the_newest_first(account):
    give(account, 100)
    first = commit(account, 30)
    second = commit(account, 20, checkout_id="checkout-2")

    posting = return_points(account, 35, idempotency_key="k")

    assert posting.transaction.reverses == second.transaction
    assert rows(account)[3:] == [("RETURN", 20, 70), ("RETURN", 15, 85)]
    assert [use.transaction.reverses for use in Lot.objects.get().uses.order_by("pk")] == [
        None,
        None,
        second.transaction,
        first.transaction,
    ]
    assert findings(account) == []


def test_the_same_request_returns_the_stored_posting(account):
    give(account, 100)
    spend(account, 60)
    first = return_points(account, 60, idempotency_key="k")
    before = everything()

    second = return_points(account, 60, idempotency_key="k")

    assert (second.is_new, second.transaction) == (False, first.transaction)
    assert everything() == before


def test_another_request_under_the_same_key_is_refused(account):
    give(account, 100)
    spend(account, 60)
    return_points(account, 20, idempotency_key="k")
    before = everything()

    with pytest.raises(IdempotencyConflict):
        return_points(account, 30, idempotency_key="k")

    assert everything() == before


def test_a_frozen_account_gets_points_back_and_a_closed_one_does_not(account):
    give(account, 100)
    spend(account, 60)
    account.status = "FROZEN"
    account.save(update_fields=["status"])
    return_points(account, 10)
    account.status = "CLOSED"
    account.save(update_fields=["status"])
    before = everything()

    with pytest.raises(AccountClosed):
        return_points(account, 10)

    assert everything() == before


def test_with_grace_a_lot_past_its_date_keeps_what_comes_back_that_much_longer(account):
    # given 30 of 50 spent from a lot that has expired since, and 10 from one that has not
    give(account, 30, expires_at=NOW + HOUR)
    give(account, 20, expires_at=NOW + 9 * DAY)
    spend(account, 40)
    later = NOW + DAY

    # when
    return_points(account, 40, at=later, grace=7 * DAY)

    # then
    assert list(Lot.objects.order_by("pk").values_list("remaining", "expires_at")) == [
        (30, later + 7 * DAY),
        (20, NOW + 9 * DAY),
    ]
    assert [kind for kind, *_ in rows(account)][-1] == "RETURN"
    assert columns(account) == (50, 50, 0, 0, 0)
    assert findings(account, at=later) == []


def test_after_the_grace_it_expires_by_a_row_of_its_own(account):
    give(account, 30, expires_at=NOW + HOUR)
    spend(account, 30)
    return_points(account, 30, at=NOW + DAY, grace=DAY)

    give(account, 1, at=NOW + 3 * DAY)

    assert [(kind, points) for kind, points, _ in rows(account)][-2:] == [("EXPIRE", -30), ("GIVE", 1)]
    assert columns(account) == (1, 1, 0, 0, 0)
    assert findings(account, at=NOW + 3 * DAY) == []


def test_of_a_lot_that_paid_twice_the_last_payment_comes_back_first(account):
    # given a debit that was paid by lot A (6), then as a debt by lot B (2), then by what a checkout had kept of A (1)
    give(account, 10, expires_at=NOW + DAY)
    reservation = reserve(account, 4)
    commit(account, 9, checkout_id="gone")
    give(account, 2)
    ledger.release_reservation(reservation.pk, at=NOW)
    assert (remaining(account), columns(account)) == ([3, 0], (3, 3, 0, 0, 0))

    # when it had been two points less
    return_points(account, 2)

    # then
    assert remaining(account) == [4, 1]
    # and the rest comes back to where it came from
    return_points(account, 3)
    assert remaining(account) == [6, 2]
    return_points(account, 4)
    assert remaining(account) == [10, 2]
    assert findings(account, ignore=["SHORTFALL"]) == []
