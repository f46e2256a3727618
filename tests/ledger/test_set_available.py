import pytest

from saleor_loyalty.errors import AccountFrozen, IdempotencyConflict, InvalidPoints, StaleRevision

from .builders import (
    DAY,
    NOW,
    columns,
    commit,
    everything,
    findings,
    give,
    reloaded,
    reserve,
    rows,
    set_available,
    sums,
)


def test_setting_upwards_gives_the_difference(account):
    give(account, 30)

    posting = set_available(account, 100)

    assert posting.transaction.points == 70
    assert rows(account) == [("GIVE", 30, 30), ("SET", 70, 100)]
    assert columns(account) == (100, 100, 0, 0, 0)
    assert sums(account) == (100, 0, 0, 0, 0)
    assert findings(account) == []


def test_setting_downwards_deducts_the_difference(account):
    give(account, 30)

    posting = set_available(account, 12)

    assert posting.transaction.points == -18
    assert columns(account) == (12, 12, 0, 0, 0)
    assert sums(account) == (30, 0, 0, 0, 18)
    assert findings(account) == []


def test_setting_to_what_is_available_already_is_recorded_with_zero_points(account):
    give(account, 30)

    posting = set_available(account, 30)

    assert posting.transaction.points == 0
    assert rows(account) == [("GIVE", 30, 30), ("SET", 0, 30)]
    assert findings(account) == []


def test_pending_and_reserved_points_stay(account):
    give(account, 50)
    give(account, 25, available_at=NOW + DAY)
    reserve(account, 40)

    set_available(account, 3)

    assert columns(account) == (68, 3, 25, 40, 0)
    assert findings(account) == []


def test_setting_above_zero_pays_the_debt_by_the_way(account):
    # given: a redemption of 40 that nothing covered
    commit(account, 40)
    assert columns(account) == (-40, 0, 0, 0, 40)

    # when
    posting = set_available(account, 10)

    # then
    assert posting.transaction.points == 50
    assert columns(account) == (10, 10, 0, 0, 0)
    assert findings(account) == []


def test_setting_to_zero_leaves_a_debt_as_it_is(account):
    commit(account, 40)

    posting = set_available(account, 0)

    assert posting.transaction.points == 0
    assert columns(account) == (-40, 0, 0, 0, 40)


def test_a_stale_revision_is_refused(account):
    give(account, 10)
    give(account, 10)
    before = everything()

    with pytest.raises(StaleRevision) as refused:
        set_available(account, 5, expected_revision=1)

    assert (refused.value.expected, refused.value.actual) == (1, 2)
    assert everything() == before
    set_available(account, 5, expected_revision=2)
    assert reloaded(account).revision == 3


def test_a_replay_answers_though_the_revision_has_moved_on(account):
    first = set_available(account, 5, expected_revision=0, idempotency_key="k")
    give(account, 10)

    second = set_available(account, 5, expected_revision=0, idempotency_key="k")

    assert (second.is_new, second.transaction) == (False, first.transaction)
    assert columns(account) == (15, 15, 0, 0, 0)


def test_another_number_under_the_same_key_is_refused(account):
    set_available(account, 5, idempotency_key="k")
    before = everything()

    with pytest.raises(IdempotencyConflict):
        set_available(account, 6, idempotency_key="k")

    assert everything() == before


@pytest.mark.parametrize("points", [-1, False, "0", 0.0, 2_000_000_001])
def test_points_that_are_not_a_whole_number_in_range_are_refused(account, points):
    before = everything()

    with pytest.raises(InvalidPoints):
        set_available(account, points)

    assert everything() == before


def test_a_frozen_account_is_not_set(account_factory):
    account = account_factory(status="FROZEN")
    before = everything()

    with pytest.raises(AccountFrozen):
        set_available(account, 5)

    assert everything() == before
