"""An order is settled while the guest who bought it claims; with real connections, threads and locks.

Taking points of a start back may be about two accounts, the member's and that of the guest who was given them: whoever
locks both does it in the order of their keys, and a settlement, which may hold one already, locks no second one.
"""

from __future__ import annotations

import pytest
from django.db import transaction

from playground.models import Order
from saleor_loyalty.accounts import claim_guest_points
from saleor_loyalty.ledger import deduct_points, give_points
from saleor_loyalty.lock_objects import loyalty_account_qs_select_for_update
from saleor_loyalty.models import LoyaltyAccount, LoyaltyTransaction, Membership
from tests import club
from tests.ledger.connections import second_while_first_is_uncommitted
from tests.sessions import Session, wait_until_blocked

from .builders import a_plan, follow, labels_of, status

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


@pytest.fixture
def torn(dana, order):
    """The membership is Dana's; the points of its start were spent before, so that their account is the guest's. There
    something new waits to be claimed."""
    guest = LoyaltyAccount.objects.get(email=GUEST)
    deduct_points(guest.pk, points=500, at=club.now(), idempotency_key="spent")
    claim(dana)
    member = LoyaltyAccount.objects.get(user=dana)
    assert Membership.objects.get().account == member
    give_points(guest.pk, points=7, at=club.now(), idempotency_key="present")
    return guest, member


def both_at_once(account, first, second) -> list[Exception | None]:
    """Let both come to where they wait for the account, the first one first, and go on. Return what they raise."""
    with transaction.atomic():
        list(loyalty_account_qs_select_for_update().filter(pk=account.pk))
        sessions = []
        for work in (first, second):
            sessions.append(Session(work))
            wait_until_blocked(len(sessions))
    return [session.outcome()[1] for session in sessions]


def test_a_settlement_and_a_claim_do_not_wait_for_each_other(torn, dana, order):
    guest, member = torn

    raised = both_at_once(member, lambda: club.settle(order), lambda: claim(dana))

    assert raised == [None, None]
    assert status(Membership.objects.get(), club.now()) == "CANCELED"
    assert (club.points_of(guest)[0], club.points_of(member)[0]) == (0, 7)
    assert club.audit() == []


def test_a_sweep_and_a_claim_do_not_wait_for_each_other(torn, dana, order):
    _, member = torn
    club.settle(order)

    raised = both_at_once(member, lambda: follow(club.now()), lambda: claim(dana))

    assert raised == [None, None]
    assert Membership.objects.get().points_given == 0
    assert club.audit() == []


def test_points_of_a_start_that_are_at_the_other_account_are_taken_back_by_the_sweep(torn, order):
    guest, _ = torn

    club.settle(order)
    assert (club.points_of(guest)[0], Membership.objects.get().points_given) == (7, 500)

    assert (follow(club.now()), follow(club.now())) == (1, 0)
    assert (club.points_of(guest)[0], Membership.objects.get().points_given) == (0, 0)
    reverse = LoyaltyTransaction.objects.get(type="REVERSE")
    assert (reverse.account, reverse.points) == (guest, -7)
    assert club.audit() == []
