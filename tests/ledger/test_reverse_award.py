import pytest

from saleor_loyalty.errors import IdempotencyConflict, InvalidPoints
from saleor_loyalty.models import LoyaltyTransaction

from .builders import (
    DAY,
    NOW,
    award,
    columns,
    deduct,
    everything,
    findings,
    give,
    new_key,
    remaining,
    reserve,
    reverse,
    rows,
    spend,
    sums,
)


def test_an_award_is_taken_back_from_its_own_lot_though_others_expire_sooner(account):
    # given
    give(account, 100, expires_at=NOW + DAY)
    earned = award(account, 60)

    # when
    result = reverse(account, 60)

    # then
    assert (result.reversed_points, result.unrecovered_points) == (60, 0)
    assert result.posting.transaction.reverses == earned.transaction
    assert result.posting.transaction.order_id == "order-1"
    assert remaining(account) == [100, 0]
    assert columns(account) == (100, 100, 0, 0, 0)
    assert sums(account) == (160, 0, 0, 60, 0)
    assert findings(account) == []


def test_pending_points_of_the_award_go_first(account):
    award(account, 50)
    award(account, 50, available_at=NOW + DAY)

    reverse(account, 70)

    assert remaining(account) == [30, 0]
    assert columns(account) == (30, 30, 0, 0, 0)
    assert findings(account) == []


def test_what_was_spent_of_the_award_is_taken_from_what_else_is_available(account):
    award(account, 50)
    spend(account, 40)
    give(account, 25)

    result = reverse(account, 50)

    assert (result.reversed_points, result.unrecovered_points) == (35, 15)
    assert columns(account) == (0, 0, 0, 0, 0)
    assert sums(account) == (75, 40, 0, 35, 0)
    assert findings(account) == []


def test_reserved_points_stay(account):
    award(account, 50)
    reserve(account, 30)

    result = reverse(account, 50)

    assert (result.reversed_points, result.unrecovered_points) == (20, 30)
    assert columns(account) == (30, 0, 0, 30, 0)
    assert findings(account) == []


def test_pending_points_of_other_awards_stay(account):
    award(account, 50)
    spend(account, 50)
    award(account, 80, order_id="order-2", available_at=NOW + DAY)

    result = reverse(account, 50)

    assert (result.posting, result.reversed_points, result.unrecovered_points) == (None, 0, 50)
    assert columns(account) == (80, 0, 80, 0, 0)


def test_where_nothing_can_be_recovered_nothing_is_written(account):
    award(account, 50)
    deduct(account, 50)
    rows_before = rows(account)

    result = reverse(account, 50)

    assert (result.posting, result.reversed_points, result.unrecovered_points) == (None, 0, 50)
    assert rows(account) == rows_before
    assert findings(account) == []


def test_pending_only_takes_nothing_that_has_matured(account):
    award(account, 50)
    award(account, 20, available_at=NOW + DAY)

    result = reverse(account, 70, policy="PENDING_ONLY")

    assert (result.reversed_points, result.unrecovered_points) == (20, 50)
    assert columns(account) == (50, 50, 0, 0, 0)


def test_allow_negative_takes_all_and_leaves_a_debt(account):
    award(account, 50)
    spend(account, 40)

    result = reverse(account, 50, policy="ALLOW_NEGATIVE")

    assert (result.reversed_points, result.unrecovered_points) == (50, 0)
    assert columns(account) == (-40, 0, 0, 0, 40)
    assert sums(account) == (50, 40, 0, 50, 0)
    assert findings(account) == []


@pytest.mark.parametrize("status", ["FROZEN", "CLOSED", "ANONYMIZED"])
def test_frozen_and_closed_accounts_are_reversed(account, status):
    award(account, 50)
    account.status = status
    account.save(update_fields=["status"])

    assert reverse(account, 50).reversed_points == 50


def test_the_same_request_returns_the_stored_outcome(account):
    award(account, 50)
    deduct(account, 20)
    first = reverse(account, 50, idempotency_key="k")
    give(account, 100)
    before = everything()

    second = reverse(account, 50, idempotency_key="k")

    assert (second.reversed_points, second.unrecovered_points) == (30, 20)
    assert second.posting.is_new is False
    assert second.posting.transaction == first.posting.transaction
    assert everything() == before


def test_another_request_under_the_same_key_is_refused(account):
    award(account, 50)
    reverse(account, 20, idempotency_key="k")
    before = everything()

    with pytest.raises(IdempotencyConflict):
        reverse(account, 30, idempotency_key="k")

    assert everything() == before


@pytest.mark.parametrize("points", [0, -1, True])
def test_points_that_are_not_a_whole_number_in_range_are_refused(account, points):
    award(account, 50)
    before = everything()

    with pytest.raises(InvalidPoints):
        reverse(account, points)

    assert everything() == before


def test_an_unknown_policy_is_a_callers_mistake(account):
    with pytest.raises(ValueError, match="policy"):
        reverse(account, 1, policy="NONE", idempotency_key=new_key())
    assert LoyaltyTransaction.objects.count() == 0


def test_the_receipt_may_be_made_of_what_is_really_taken(account):
    award(account, 60)
    deduct(account, 40)

    result = reverse(account, 60, receipt=lambda taken: {"taken": taken})

    assert (result.reversed_points, result.unrecovered_points) == (20, 40)
    assert LoyaltyTransaction.objects.last().receipt == {"taken": 20}


def test_a_reversal_names_the_version_of_the_award_that_it_corrects(account):
    earned = award(account, 60)

    reverse(account, 60)

    assert LoyaltyTransaction.objects.last().program_version_id == earned.transaction.program_version_id
