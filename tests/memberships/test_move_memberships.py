"""A guest buys a plan and joins: the membership, its benefits and the points of its start are the member's."""

from __future__ import annotations

import datetime

import pytest

from playground.models import Order
from saleor_loyalty.accounts import claim_guest_points, claim_waiting_points
from saleor_loyalty.errors import AlreadyReversed
from saleor_loyalty.ledger import give_points, open_account, reverse_transaction
from saleor_loyalty.models import Lot, LoyaltyAccount, LoyaltyTransaction, Membership
from tests import club

from .builders import a_plan, by_hand, dates, history, labels_of, memberships_of

pytestmark = pytest.mark.django_db
GUEST = "dana@example.com"
DAY = datetime.timedelta(days=1)


@pytest.fixture
def plan(program, variant):
    return a_plan(program, variant, start_points=500)


@pytest.fixture
def order(variant, plan):
    """A guest has bought the plan."""
    order = club.order_of(None, variant, email=GUEST, is_paid=True)
    club.settle(order)
    return order


@pytest.fixture
def guest(order):
    return LoyaltyAccount.objects.get(email=GUEST)


def join(*, after=datetime.timedelta(0)):
    """Dana confirms the address. Returns her account."""
    user = club.add_customer(GUEST)
    claim_guest_points(user.pk, at=club.now() + after)
    return LoyaltyAccount.objects.filter(user=user).first()


def cancel_order(order) -> None:
    Order.objects.filter(pk=order.pk).update(status="CANCELED")
    club.settle(order)


def test_the_membership_its_label_and_its_points_go_along(order, guest):
    [bought] = memberships_of(guest)
    before = dates(bought), history(bought)

    dana = join()

    assert memberships_of(guest) == []
    assert memberships_of(dana) == [bought]
    assert (dates(bought), history(bought)) == before
    assert (labels_of(guest), labels_of(dana)) == ([], ["Gold"])
    assert (club.points_of(guest)[0], club.points_of(dana)[0]) == (0, 500)
    assert club.audit() == []


def test_a_refund_after_joining_takes_the_points_of_the_start_from_the_member(order, guest):
    dana = join()
    club.give(dana.user, 500, expires_at=club.now() + DAY)

    cancel_order(order)

    assert club.movements(dana) == [("MERGE_IN", 500), ("GIVE", 500), ("REVERSE", -500)]
    assert list(Lot.objects.filter(account=dana).order_by("pk").values_list("remaining", flat=True)) == [0, 500]
    assert LoyaltyTransaction.objects.get(type="REVERSE").source == "PLAN"
    assert labels_of(dana) == []
    give = LoyaltyTransaction.objects.get(source="PLAN", type="GIVE")
    with pytest.raises(AlreadyReversed):
        reverse_transaction(give.pk, at=club.now(), idempotency_key="staff")
    assert club.audit() == []


def test_staff_takes_back_in_the_members_account_what_the_guest_was_given(order, guest):
    dana = join()
    give = LoyaltyTransaction.objects.get(source="PLAN", type="GIVE")

    reverse_transaction(give.pk, at=club.now(), idempotency_key="staff")
    cancel_order(order)

    assert club.movements(dana) == [("MERGE_IN", 500), ("REVERSE", -500)]


@pytest.mark.parametrize("earning", ["NONE", "PENDING_UNTIL_JOINED"])
def test_a_membership_without_points_goes_along_too(variant, program, earning):
    club.publish(club.rules(guestEarning=earning))
    a_plan(program, variant)
    club.settle(club.order_of(None, variant, email=GUEST, is_paid=True))

    dana = join()

    assert [row.plan_name for row in memberships_of(dana)] == ["Gold"]
    assert labels_of(dana) == ["Gold"]


def test_a_membership_without_points_is_found_by_the_hourly_run_in_bounded_steps(variant, program):
    # given guests with points, with a membership and with neither; and members of whom nobody told
    a_plan(program, variant)
    others = [open_account(program, email=f"other{number}@example.com", at=club.now()) for number in range(3)]
    give_points(others[1].pk, points=5, at=club.now(), idempotency_key="gift")
    club.settle(club.order_of(None, variant, email=GUEST, is_paid=True))
    guest = LoyaltyAccount.objects.get(email=GUEST)
    dana, noa = club.add_customer(GUEST), club.add_customer("other1@example.com")

    # when / then
    assert claim_waiting_points(after_id=0, limit=1, at=club.now()) == others[1].pk
    assert claim_waiting_points(after_id=others[1].pk, limit=1, at=club.now()) == guest.pk
    assert claim_waiting_points(after_id=guest.pk, limit=1, at=club.now()) is None
    assert [row.plan_name for row in memberships_of(LoyaltyAccount.objects.get(user=dana))] == ["Gold"]
    assert club.points_of(noa)[0] == 5
    assert claim_waiting_points(after_id=0, limit=10, at=club.now()) is None


def test_what_is_older_than_the_window_stays_with_the_address(program, order, guest):
    club.publish(club.rules(guestClaimDays=30))

    assert join(after=31 * DAY) is None

    assert len(memberships_of(guest)) == 1
    assert labels_of(guest) == ["Gold"]


def test_the_same_plan_of_both_runs_side_by_side(program, variant, plan, order, guest):
    user = club.add_customer(GUEST)
    dana = open_account(program, user_id=user.pk, at=club.now())
    own = by_hand(dana, plan, at=club.now(), idempotency_key="sale")
    Membership.objects.update(idempotency_key="sale")
    [bought] = memberships_of(guest)
    before = dates(own), dates(bought)

    claim_guest_points(user.pk, at=club.now())

    assert (dates(own), dates(bought)) == before
    assert [(row.pk, row.idempotency_key) for row in memberships_of(dana)] == [(bought.pk, ""), (own.pk, "sale")]
    assert club.points_of(dana)[0] == 1000


def test_claiming_again_changes_nothing(order, guest):
    dana = join()
    before = club.everything_written(), list(Membership.objects.values())

    assert claim_guest_points(dana.user_id, at=club.now()) == 0

    assert (club.everything_written(), list(Membership.objects.values())) == before
