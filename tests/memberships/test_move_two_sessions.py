"""An order is settled while the guest who bought it claims; with real connections, threads and locks."""

from __future__ import annotations

import pytest

from playground.models import Order
from saleor_loyalty.accounts import claim_guest_points
from saleor_loyalty.models import LoyaltyAccount, Membership
from tests import club
from tests.ledger.connections import second_while_first_is_uncommitted

from .builders import a_plan, labels_of, status

pytestmark = pytest.mark.django_db(transaction=True)
GUEST = "dana@example.com"


@pytest.fixture
def order(program, variant):
    """Bought by a guest, paid, and cancelled without anybody having settled that."""
    a_plan(program, variant, start_points=500)
    order = club.order_of(None, variant, email=GUEST, is_paid=True)
    club.settle(order)
    Order.objects.filter(pk=order.pk).update(status="CANCELED")
    return order


@pytest.fixture
def dana(order):
    return club.add_customer(GUEST)


def claim(user):
    return claim_guest_points(user.pk, at=club.now())


def all_is_taken_back() -> bool:
    [membership] = Membership.objects.all()
    accounts = LoyaltyAccount.objects.all()
    points = {club.points_of(account) for account in accounts}
    labels = [label for account in accounts for label in labels_of(account)]
    return (status(membership, club.now()), points, labels) == ("CANCELED", {(0, 0, 0, 0)}, [])


def test_a_cancellation_while_a_claim_is_under_way_finds_the_membership_at_the_member(dana, order):
    outcomes = second_while_first_is_uncommitted(lambda: claim(dana), lambda: club.settle(order))

    assert outcomes[0] == 500
    assert all_is_taken_back()
    assert Membership.objects.get().account.user == dana
    assert club.audit() == []


def test_a_claim_while_a_cancellation_is_under_way_moves_no_points(dana, order):
    outcomes = second_while_first_is_uncommitted(lambda: club.settle(order), lambda: claim(dana))

    assert outcomes[1] == 0
    assert all_is_taken_back()
    assert Membership.objects.get().account.user == dana
    assert club.audit() == []
