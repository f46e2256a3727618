"""What taking back would do is what it then does, under each policy and whatever became of the points."""

from __future__ import annotations

import pytest

from saleor_loyalty.errors import InvalidPoints
from saleor_loyalty.ledger import preview_reversal

from .builders import DAY, NOW, award, deduct, everything, give, reloaded, reserve, reverse, spend


def nothing(account):
    pass


def is_pending(account):
    award(account, 100, available_at=NOW + DAY)


def was_pending(account):
    award(account, 100, available_at=NOW)


def is_partly_pending_and_partly_spent(account):
    award(account, 60)
    award(account, 40, available_at=NOW + DAY)
    spend(account, 50)


def is_spent_and_more_was_given(account):
    award(account, 100)
    spend(account, 80)
    give(account, 30)


def is_set_aside(account):
    award(account, 100)
    reserve(account, 70)


def is_spent(account):
    award(account, 100)
    deduct(account, 100)


def is_owed_already(account):
    award(account, 100)
    spend(account, 100)
    reverse(account, 30, policy="ALLOW_NEGATIVE")


def waits_for_its_customer_to_join(account):
    award(account, 100, available_at=None)


def is_anothers(account):
    award(account, 100, order_id="another", available_at=NOW + DAY)


def has_expired(account):
    award(account, 100, expires_at=NOW + DAY / 2)


STORIES = (
    nothing,
    is_pending,
    was_pending,
    is_partly_pending_and_partly_spent,
    is_spent_and_more_was_given,
    is_set_aside,
    is_spent,
    is_owed_already,
    waits_for_its_customer_to_join,
    is_anothers,
    has_expired,
)


@pytest.mark.parametrize("points", [1, 70, 100])
@pytest.mark.parametrize("policy", ["PENDING_ONLY", "WITHIN_BALANCE", "ALLOW_NEGATIVE"])
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_what_is_foretold_happens(account, story, policy, points):
    # given
    story(account)
    before = everything()
    at = NOW + DAY / 2 + DAY / 4

    # when
    foretold = preview_reversal(account, points=points, order_id="order-1", policy=policy, at=at)
    assert everything() == before

    # then
    owed = reloaded(account).debt
    result = reverse(account, points, policy=policy, at=at)
    assert (foretold.reversed_points, foretold.unrecovered_points) == (
        result.reversed_points,
        result.unrecovered_points,
    )
    assert foretold.debt == reloaded(account).debt - owed


def test_pending_points_that_have_matured_meanwhile_are_pending_no_more(account):
    award(account, 100, available_at=NOW + DAY)

    foretold = [
        preview_reversal(account, points=100, order_id="order-1", policy="PENDING_ONLY", at=at).reversed_points
        for at in (NOW, NOW + DAY)
    ]

    assert foretold == [100, 0]


def test_it_takes_two_statements(account, django_assert_num_queries):
    award(account, 100)
    with django_assert_num_queries(2):
        preview_reversal(account, points=10, order_id="order-1", policy="WITHIN_BALANCE", at=NOW)


@pytest.mark.parametrize(("points", "policy", "error"), [(0, "PENDING_ONLY", InvalidPoints), (1, "", ValueError)])
def test_what_cannot_be_asked_is_refused(account, points, policy, error):
    with pytest.raises(error):
        preview_reversal(account, points=points, order_id="order-1", policy=policy, at=NOW)
