"""The most points that one operation may move, where the caller names one."""

import pytest

from saleor_loyalty.errors import OperationLimitReached

from .builders import deduct, everything, give, rows, set_available


@pytest.mark.parametrize(
    "move",
    [
        lambda account: give(account, 101, limit=100),
        lambda account: deduct(account, 101, limit=100),
        lambda account: set_available(account, 601, limit=100),
        lambda account: set_available(account, 399, limit=100),
    ],
)
def test_more_than_the_limit_is_refused(account, move):
    give(account, 500)
    before = everything()

    with pytest.raises(OperationLimitReached) as refusal:
        move(account)

    assert (refusal.value.code, refusal.value.max_points) == ("LIMIT_REACHED", 100)
    assert everything() == before


def test_the_limit_itself_is_allowed_and_of_a_set_the_change_counts(account):
    give(account, 500, limit=500)
    deduct(account, 100, limit=100)
    set_available(account, 500, limit=100)

    assert [points for _, points, _ in rows(account)] == [500, -100, 100]


def test_a_request_that_was_posted_is_answered_also_under_a_lower_limit(account):
    first = give(account, 500, idempotency_key="k")

    again = give(account, 500, idempotency_key="k", limit=10)

    assert (again.is_new, again.transaction.pk) == (False, first.transaction.pk)
