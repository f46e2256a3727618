import pytest

from saleor_loyalty.errors import AccountClosed, AccountFrozen, IdempotencyConflict, InsufficientPoints, InvalidPoints
from saleor_loyalty.models import LotUse

from .builders import (
    DAY,
    HOUR,
    NOW,
    columns,
    deduct,
    everything,
    findings,
    give,
    remaining,
    reserve,
    rows,
    sums,
)


def test_deducting_takes_from_the_soonest_expiry_first_and_undated_lots_last(account):
    # given
    give(account, 30)
    give(account, 30, expires_at=NOW + 9 * DAY)
    give(account, 30, expires_at=NOW + 3 * DAY)

    # when
    posting = deduct(account, 50)

    # then
    assert posting.transaction.points == -50
    assert remaining(account) == [30, 10, 0]
    assert list(LotUse.objects.order_by("pk").values_list("points", flat=True)) == [30, 20]
    assert columns(account) == (40, 40, 0, 0, 0)
    assert sums(account) == (90, 0, 0, 0, 50)
    assert findings(account) == []


def test_lots_of_the_same_date_pay_in_the_order_of_their_creation(account):
    for _ in range(3):
        give(account, 10, expires_at=NOW + DAY)

    deduct(account, 15)

    assert remaining(account) == [0, 5, 10]


def test_more_than_a_hundred_lots_pay_one_debit(account):
    for _ in range(105):
        give(account, 1)

    deduct(account, 104)

    assert remaining(account) == [0] * 104 + [1]
    assert findings(account) == []


def test_deducting_costs_at_most_nine_statements_whatever_the_number_of_lots(account, django_assert_max_num_queries):
    for _ in range(20):
        give(account, 10)

    with django_assert_max_num_queries(11) as captured:
        deduct(account, 195)

    statements = [query["sql"] for query in captured if "SAVEPOINT" not in query["sql"]]
    # account, key, lots; transaction, text, uses, empty lots, last lot, account
    assert len(statements) == 9


@pytest.mark.parametrize("points", [0, -5, True, 2.0])
def test_points_that_are_not_a_whole_number_in_range_are_refused(account, points):
    give(account, 10)
    before = everything()

    with pytest.raises(InvalidPoints):
        deduct(account, points)

    assert everything() == before


def test_more_than_is_available_is_refused_and_never_clamped(account):
    # given: 100, of which 20 are pending, 30 reserved
    give(account, 80)
    give(account, 20, available_at=NOW + DAY)
    reserve(account, 30)
    before = everything()

    # when
    with pytest.raises(InsufficientPoints) as refused:
        deduct(account, 51)

    # then
    assert (refused.value.requested, refused.value.available) == (51, 50)
    assert everything() == before
    deduct(account, 50)
    assert columns(account) == (50, 0, 20, 30, 0)


def test_what_a_refusal_would_have_brought_up_to_date_is_not_written_either(account):
    give(account, 10, expires_at=NOW + HOUR)
    before = everything()

    with pytest.raises(InsufficientPoints):
        deduct(account, 1, at=NOW + DAY)

    assert everything() == before


def test_points_past_their_date_are_not_available(account):
    give(account, 10, expires_at=NOW + HOUR)
    give(account, 7)

    deduct(account, 7, at=NOW + HOUR)

    assert rows(account) == [("GIVE", 10, 10), ("GIVE", 7, 17), ("EXPIRE", -10, 7), ("DEDUCT", -7, 0)]
    assert findings(account) == []


@pytest.mark.parametrize(
    ("status", "error"), [("FROZEN", AccountFrozen), ("CLOSED", AccountClosed), ("ANONYMIZED", AccountClosed)]
)
def test_a_frozen_or_closed_account_is_not_deducted_from(account, status, error):
    give(account, 10)
    account.status = status
    account.save(update_fields=["status"])
    before = everything()

    with pytest.raises(error):
        deduct(account, 10)

    assert everything() == before


def test_the_same_request_returns_the_stored_posting_though_nothing_is_left(account):
    give(account, 10)
    first = deduct(account, 10, idempotency_key="k")
    before = everything()

    second = deduct(account, 10, idempotency_key="k")

    assert (second.is_new, second.transaction) == (False, first.transaction)
    assert everything() == before


def test_another_request_under_the_same_key_is_refused(account):
    give(account, 10, idempotency_key="k")
    before = everything()

    with pytest.raises(IdempotencyConflict):
        deduct(account, 10, idempotency_key="k")

    assert everything() == before
