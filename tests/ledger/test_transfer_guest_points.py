"""A guest's points move to the member that the guest has become: lot by lot, once, and the sums of the shop stay."""

import datetime

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from saleor_loyalty import ledger
from saleor_loyalty.errors import AccountClosed, AccountFrozen, AccountNotFound
from saleor_loyalty.models import Lot, LoyaltyAccount, LoyaltyTransaction

from .builders import (
    DAY,
    NOW,
    award,
    columns,
    deduct,
    everything,
    findings,
    give,
    make_program,
    points_of,
    remaining,
    reverse,
    rows,
    sums,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def program(db):
    return make_program()


@pytest.fixture
def guest(program):
    return ledger.open_account(program, email="Dana@Example.com", at=NOW)


@pytest.fixture
def member(program):
    return ledger.open_account(program, user_id=7, at=NOW)


def transfer(guest, member, *, since=NOW - DAY, at=NOW, order_ids=("order-1", "order-2"), **arguments):
    return ledger.transfer_guest_points(
        guest.pk, to_account_id=member.pk, since=since, at=at, order_ids=order_ids, **arguments
    )


def test_each_lot_moves_as_a_pair_and_is_spendable_at_once(guest, member):
    award(guest, 100, available_at=None)
    award(guest, 40, available_at=None, order_id="order-2")

    assert transfer(guest, member, at=NOW + DAY) == 140

    assert rows(guest)[2:] == [("MERGE_OUT", -100, 40), ("MERGE_OUT", -40, 0)]
    assert rows(member) == [("MERGE_IN", 100, 100), ("MERGE_IN", 40, 140)]
    assert columns(guest) == (0, 0, 0, 0, 0)
    assert columns(member) == (140, 140, 0, 0, 0)
    assert (sums(guest)[0], sums(member)[0]) == (0, 140)
    assert findings(at=NOW + DAY) == []


def test_the_pair_carries_what_gave_the_points_and_when(guest, member):
    earned = award(guest, 100, available_at=None).transaction
    transfer(guest, member, at=NOW + DAY)
    pair = LoyaltyTransaction.objects.filter(type__startswith="MERGE").order_by("points")
    assert [(row.points, row.created_at) for row in pair] == [(-100, NOW + DAY), (100, NOW + DAY)]
    for row in pair:
        assert row.source == "ORDER"
        assert row.order_id == "order-1"
        assert row.channel_slug == "default"
        assert row.occurred_at == earned.occurred_at
        assert row.program_version_id == earned.program_version_id


def test_points_keep_their_date_and_wait_for_the_rest_of_the_pending_days(guest, member):
    award(guest, 100, available_at=None, expires_at=NOW + 30 * DAY)
    assert transfer(guest, member, at=NOW + 2 * DAY, pending=14 * DAY) == 100
    lot = Lot.objects.get(account=member)
    assert (lot.available_at, lot.expires_at, lot.is_matured) == (NOW + 14 * DAY, NOW + 30 * DAY, False)
    assert columns(member) == (100, 0, 100, 0, 0)
    assert points_of(member, at=NOW + 14 * DAY).available == 100
    assert points_of(member, at=NOW + 30 * DAY).balance == 0
    assert findings(at=NOW + 2 * DAY) == []


def test_what_is_older_than_the_window_stays(guest, member):
    award(guest, 100, available_at=None)
    assert transfer(guest, member, since=NOW, at=NOW + 90 * DAY) == 100
    award(guest, 40, available_at=None, order_id="order-2")
    assert transfer(guest, member, since=NOW + DAY, at=NOW + 91 * DAY) == 0
    assert columns(guest) == (40, 0, 40, 0, 0)


def test_what_has_expired_does_not_move(guest, member):
    award(guest, 100, available_at=None, expires_at=NOW + DAY)
    assert transfer(guest, member, at=NOW + DAY) == 0
    assert rows(guest)[1:] == [("EXPIRE", -100, 0)]
    assert rows(member) == []


def test_points_of_other_orders_stay_and_what_staff_gave_moves(guest, member):
    award(guest, 100, available_at=None)
    give(guest, 30)
    assert transfer(guest, member, order_ids=()) == 30
    assert columns(guest) == (100, 0, 100, 0, 0)
    assert columns(member) == (30, 30, 0, 0, 0)


def test_a_second_call_moves_nothing(guest, member):
    award(guest, 100, available_at=None)
    transfer(guest, member)
    before = [rows(guest), rows(member), remaining(guest), remaining(member)]
    assert transfer(guest, member) == 0
    assert [rows(guest), rows(member), remaining(guest), remaining(member)] == before


def test_a_guests_debt_is_paid_before_anything_moves(guest, member):
    award(guest, 100)
    deduct(guest, 100)
    reverse(guest, 60, policy="ALLOW_NEGATIVE")
    award(guest, 100, available_at=None, order_id="order-2")
    assert columns(guest) == (40, 0, 100, 0, 60)
    assert transfer(guest, member) == 40
    assert columns(guest) == (0, 0, 0, 0, 0)
    assert columns(member) == (40, 40, 0, 0, 0)
    assert findings() == []


def test_what_arrives_pays_the_members_debt(guest, member):
    award(member, 100, order_id="order-9")
    deduct(member, 100)
    reverse(member, 30, order_id="order-9", policy="ALLOW_NEGATIVE")
    award(guest, 100, available_at=None)
    assert transfer(guest, member) == 100
    assert columns(member) == (70, 70, 0, 0, 0)
    assert findings() == []


def test_a_refund_after_the_move_takes_the_orders_own_points_first(guest, member):
    give(member, 500, expires_at=NOW + DAY)
    award(guest, 100, available_at=None)
    transfer(guest, member)
    assert reverse(member, 60).reversed_points == 60
    assert remaining(member) == [500, 40]
    assert findings() == []


def test_points_that_last_while_active_are_moved_on_together(guest, member):
    award(member, 10, order_id="order-9", expires_at=NOW + 10 * DAY, lasts_while_active=True)
    award(guest, 100, available_at=None, expires_at=NOW + 20 * DAY, lasts_while_active=True)
    transfer(guest, member)
    assert set(Lot.objects.filter(account=member).values_list("expires_at", flat=True)) == {NOW + 20 * DAY}
    assert findings() == []


@pytest.mark.parametrize(
    ("which", "status", "error"),
    [
        ("guest", "FROZEN", AccountFrozen),
        ("guest", "CLOSED", AccountClosed),
        ("member", "CLOSED", AccountClosed),
    ],
)
def test_a_stopped_account_refuses_and_nothing_moves(guest, member, which, status, error):
    award(guest, 100, available_at=None)
    LoyaltyAccount.objects.filter(pk={"guest": guest, "member": member}[which].pk).update(status=status)
    before = everything()
    with pytest.raises(error):
        transfer(guest, member)
    assert everything() == before


def test_points_only_move_from_a_guest_to_a_member_of_the_same_program(guest, member):
    other = ledger.open_account(make_program("other"), user_id=7, at=NOW)
    award(guest, 100, available_at=None)
    before = everything()
    for source, target in ((member, guest), (guest, other)):
        with pytest.raises(ValueError, match="a guest's account to a member's"):
            transfer(source, target)
    with pytest.raises(AccountNotFound):
        ledger.transfer_guest_points(guest.pk, to_account_id=0, since=NOW, order_ids=(), at=NOW)
    assert everything() == before


DAYS = st.integers(0, 60)
AWARDS = st.tuples(
    st.integers(1, 500),
    DAYS,
    st.one_of(st.none(), st.integers(1, 90)),
    st.sampled_from(["", "order-1", "order-2"]),
    st.booleans(),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(awards=st.lists(AWARDS, max_size=6), since=DAYS, wait=DAYS, chosen=st.sampled_from([(), ("order-1",)]))
def test_whatever_a_guest_has_nothing_is_lost_or_made(guest, member, awards, since, wait, chosen):
    """Property: what is in the window moves whole with its dates, the rest stays, and the shop's sums are the same."""
    with transaction.atomic():
        at, start = NOW + 61 * DAY, NOW + since * DAY
        expected = 0
        for points, day, lasts, order_id, waits in sorted(awards, key=lambda award: award[1]):
            on = NOW + day * DAY
            expires_at = None if lasts is None else on + lasts * DAY
            award(guest, points, at=on, order_id=order_id, available_at=None if waits else on, expires_at=expires_at)
            is_alive = expires_at is None or expires_at > at
            if is_alive and on >= start and order_id in ("", *chosen):
                expected += points
        given_before = sums(guest)[0] + sums(member)[0]

        moved = transfer(guest, member, since=start, at=at, order_ids=chosen, pending=datetime.timedelta(days=wait))

        assert moved == expected == columns(member)[0]
        assert sums(guest)[0] + sums(member)[0] == given_before
        assert transfer(guest, member, since=start, at=at, order_ids=chosen) == 0
        for later in (at, at + 30 * DAY, at + 200 * DAY):
            ledger.expire_due_lots(at=later, limit=10)
            assert findings(at=later) == []
        transaction.set_rollback(True)
