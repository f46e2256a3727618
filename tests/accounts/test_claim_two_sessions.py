"""What two sessions at once may do while a member claims; with real connections, threads and locks."""

from __future__ import annotations

import pytest

from saleor_loyalty.accounts import claim_guest_points
from saleor_loyalty.ledger import award_points, open_account
from saleor_loyalty.models import LoyaltyAccount, OrderRecord
from tests import club
from tests.ledger.connections import second_while_first_is_uncommitted, together

pytestmark = pytest.mark.django_db(transaction=True)
GUEST = "dana@example.com"


@pytest.fixture
def order(variant):
    order = club.order_of(None, variant, 2, email=GUEST)
    club.fulfill(order, 1)
    club.settle(order)
    return order


@pytest.fixture
def dana(program, order):
    return club.add_customer(GUEST)


def claim(user):
    return claim_guest_points(user.pk, at=club.now())


def guest_account():
    return LoyaltyAccount.objects.get(email=GUEST)


def test_of_two_claims_at_once_one_moves_the_points(dana):
    assert second_while_first_is_uncommitted(lambda: claim(dana), lambda: claim(dana)) == [100, 0]
    assert club.movements(dana) == [("MERGE_IN", 100)]
    assert club.audit() == []


def test_many_claims_at_once_move_the_points_once(dana):
    assert sorted(together(*[lambda: claim(dana)] * 4)) == [0, 0, 0, 100]
    assert club.movements(dana) == [("MERGE_IN", 100)]
    assert club.audit() == []


def test_an_award_while_a_claim_is_under_way_goes_to_the_member(dana, order):
    club.fulfill(order)
    second_while_first_is_uncommitted(lambda: claim(dana), lambda: club.settle(order))
    assert club.movements(dana) == [("MERGE_IN", 100), ("EARN", 100)]
    assert club.points_of(dana) == (200, 0, 0, 0)
    assert club.audit() == []


def test_a_claim_while_an_award_is_under_way_takes_that_too(dana, order):
    club.fulfill(order)
    outcomes = second_while_first_is_uncommitted(lambda: club.settle(order), lambda: claim(dana))
    assert outcomes[1] == 200
    assert club.points_of(dana) == (200, 0, 0, 0)
    assert OrderRecord.objects.get().account.user == dana
    assert club.audit() == []


def test_points_of_an_order_that_is_first_awarded_meanwhile_stay_for_the_next_claim(dana, variant):
    other = club.order_of(None, variant, email=GUEST)
    club.fulfill(other)
    outcomes = second_while_first_is_uncommitted(lambda: club.settle(other), lambda: claim(dana))
    assert outcomes[1] == 100
    assert club.points_of(guest_account()) == (0, 100, 0, 0)
    assert claim(dana) == 100
    assert set(OrderRecord.objects.values_list("account__user", flat=True)) == {dana.pk}
    assert club.audit() == []


def test_a_present_while_a_claim_is_under_way_is_claimed_next(dana, program):
    guest = open_account(program, email=GUEST, at=club.now())

    def award():
        return award_points(
            guest.pk,
            points=5,
            at=club.now(),
            idempotency_key="late",
            order_id="",
            program_version=program.published_version_id,
            channel_slug=club.CHANNEL,
            receipt=None,
            available_at=None,
        )

    second_while_first_is_uncommitted(lambda: claim(dana), award)
    assert claim(dana) == 5
    assert club.points_of(dana) == (105, 0, 0, 0)
    assert club.audit() == []
