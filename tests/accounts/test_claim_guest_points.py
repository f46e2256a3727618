"""What waited for the joining: claimed by the member whose confirmed address it is, once, and nobody else."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection

from playground import refunds, shop
from playground.models import User
from saleor_loyalty.accounts import claim_guest_points, claim_waiting_points
from saleor_loyalty.accounts.claim_guest_points import accounts_to_look_at
from saleor_loyalty.ledger import give_points, open_account
from saleor_loyalty.models import Lot, LoyaltyAccount, LoyaltyTransaction, OrderRecord
from saleor_loyalty.tasks import claim_waiting_points_task, follow_customer_task
from tests import club

pytestmark = pytest.mark.django_db
GUEST = "dana@example.com"
DAY = datetime.timedelta(days=1)


def bought(variant, *, by=None, email=GUEST):
    """An order of 100 that is delivered and has earned 100 points."""
    order = club.order_of(by, variant, email=email)
    club.fulfill(order)
    club.settle(order)
    return order


def claim(user, *, after=datetime.timedelta(0)):
    return claim_guest_points(user.pk, at=club.now() + after)


def guest_account():
    return LoyaltyAccount.objects.get(email=GUEST)


def test_a_member_claims_what_the_address_has_earned(program, variant):
    bought(variant, email="Dana@Example.com")
    assert club.points_of(guest_account()) == (0, 100, 0, 0)
    dana = club.add_customer()

    assert claim(dana) == 100

    assert club.points_of(dana) == (100, 0, 0, 0)
    assert club.points_of(guest_account()) == (0, 0, 0, 0)
    assert guest_account().status == "ACTIVE"
    assert claim(dana) == 0
    assert club.movements(dana) == [("MERGE_IN", 100)]
    assert club.audit() == []


@pytest.mark.parametrize(
    "fields",
    [{"is_confirmed": False}, {"is_active": False}, {"email": "noa@example.com"}],
    ids=["not confirmed", "not active", "another address"],
)
def test_whoever_has_not_joined_under_the_address_claims_nothing(program, variant, fields):
    bought(variant)
    user = club.add_customer(**{"email": GUEST, **fields})
    before = club.everything_written()
    assert claim(user) == 0
    assert claim_waiting_points(after_id=0, limit=10, at=club.now()) is None
    assert club.everything_written() == before


def test_of_two_members_whose_addresses_differ_by_case_the_plain_one_claims(program, variant):
    bought(variant)
    old = User.objects.create(email=GUEST.title(), is_confirmed=True)
    dana = club.add_customer()

    assert (claim(old), claim(dana)) == (0, 100)


def test_a_member_with_an_old_address_claims_where_nobody_else_has_it(program, variant):
    bought(variant)

    assert claim(User.objects.create(email=GUEST.title(), is_confirmed=True)) == 100


def test_a_user_who_is_gone_claims_nothing(program):
    assert claim_guest_points(4711, at=club.now()) == 0
    assert LoyaltyAccount.objects.count() == 0


def test_points_of_before_the_confirmation_are_released(program, variant):
    dana = club.add_customer(is_confirmed=False)
    bought(variant, by=dana)
    assert club.points_of(dana) == (0, 100, 0, 0)
    assert claim(dana) == 0
    User.objects.filter(pk=dana.pk).update(is_confirmed=True)
    assert claim(dana) == 100
    assert club.points_of(dana) == (100, 0, 0, 0)
    assert club.movements(dana) == [("EARN", 100)]


def test_the_rest_of_the_pending_days_is_still_waited(program, variant):
    club.publish(club.rules(pendingDays=14))
    dana = club.add_customer(is_confirmed=False)
    bought(variant)
    bought(variant, by=dana)
    User.objects.update(is_confirmed=True)
    assert claim(dana, after=4 * DAY) == 200
    assert club.points_of(dana, at=club.now() + 13 * DAY) == (0, 200, 0, 0)
    assert club.points_of(dana, at=club.now() + 14 * DAY) == (200, 0, 0, 0)
    assert club.audit() == []


def test_what_is_older_than_the_window_stays_with_the_address(program, variant):
    club.publish(club.rules(guestClaimDays=30))
    bought(variant)
    dana = club.add_customer()
    before = club.everything_written()
    assert claim(dana, after=30 * DAY + DAY) == 0
    assert club.everything_written() == before
    assert claim(dana, after=29 * DAY) == 100


def test_the_points_of_one_order_move_together_or_not_at_all(program, variant):
    club.publish(club.rules(guestClaimDays=30))
    order = club.order_of(None, variant, 2, email=GUEST)
    club.fulfill(order, 1)
    club.settle(order)
    club.fulfill(order)
    club.settle(order, at=club.now() + 20 * DAY)
    assert club.movements(guest_account()) == [("EARN", 100), ("EARN", 100)]
    dana = club.add_customer()
    assert claim(dana, after=40 * DAY) == 0
    assert claim(dana, after=25 * DAY) == 200


def test_a_present_to_a_guest_is_claimed_too(program):
    guest = open_account(program, email=GUEST, at=club.now())
    give_points(guest.pk, points=30, at=club.now(), idempotency_key="present")
    dana = club.add_customer()
    assert claim(dana) == 30
    assert club.points_of(dana) == (30, 0, 0, 0)


def test_every_program_is_claimed_from(program, variant):
    bought(variant)
    other = club.publish({"guestClaimDays": 30}, slug="other")
    guest = open_account(other, email=GUEST, at=club.now())
    give_points(guest.pk, points=30, at=club.now(), idempotency_key="present")
    dana = club.add_customer()
    assert claim(dana) == 130
    balances = LoyaltyAccount.objects.filter(user=dana).order_by("program").values_list("balance", flat=True)
    assert list(balances) == [100, 30]


def test_a_stopped_account_neither_gives_nor_gets(program, variant):
    bought(variant)
    dana = club.add_customer()
    LoyaltyAccount.objects.update(status="FROZEN")
    assert claim(dana) == 0
    LoyaltyAccount.objects.update(status="ACTIVE")
    member = open_account(program, user_id=dana.pk, at=club.now())
    LoyaltyAccount.objects.filter(pk=member.pk).update(status="CLOSED")
    before = club.everything_written()
    assert claim(dana) == 0
    assert club.everything_written() == before
    assert OrderRecord.objects.get().account == guest_account()


def test_a_refund_after_joining_takes_back_from_the_member(program, variant):
    order = bought(variant)
    dana = club.add_customer()
    claim(dana)
    club.give(dana, 500)
    assert OrderRecord.objects.get().account.user == dana

    with shop.changing_order(order.pk) as changing:
        refunds.refund_lines(changing, {order.lines.get().pk: 1})
    record = club.settle(order)

    assert (record.awarded, record.reversed) == (100, 100)
    assert club.movements(dana) == [("MERGE_IN", 100), ("GIVE", 500), ("REVERSE", -100)]
    assert list(Lot.objects.filter(account__user=dana).order_by("pk").values_list("remaining", flat=True)) == [0, 500]
    assert club.audit() == []


def test_what_such_an_order_earns_later_is_the_members_at_once(program, variant):
    order = club.order_of(None, variant, 2, email=GUEST)
    club.fulfill(order, 1)
    club.settle(order)
    dana = club.add_customer()
    claim(dana)
    club.fulfill(order)
    club.settle(order)
    assert club.movements(dana) == [("MERGE_IN", 100), ("EARN", 100)]
    assert club.points_of(dana) == (200, 0, 0, 0)


def test_a_purchase_of_a_member_who_was_not_logged_in_is_found_by_the_next_run(program, variant):
    bought(variant)
    dana = club.add_customer()
    claim(dana)
    bought(variant)
    assert club.points_of(dana) == (100, 0, 0, 0)
    claim_waiting_points_task()
    assert club.points_of(dana) == (200, 0, 0, 0)
    assert club.audit() == []


def test_the_periodic_run_heals_lost_hooks_in_batches(program, variant):
    waiting = [club.add_customer(f"c{number}@example.com", is_confirmed=False) for number in range(3)]
    for user in waiting:
        bought(variant, by=user)
    for number in range(3, 6):
        bought(variant, email=f"c{number}@example.com")
        waiting.append(club.add_customer(f"c{number}@example.com"))
    bought(variant, email="nobody@example.com")
    User.objects.update(is_confirmed=True)

    last, runs = 0, 0
    while last is not None:
        last = claim_waiting_points(after_id=last, limit=2, at=club.now())
        runs += 1

    assert runs == 4
    assert [club.points_of(user) for user in waiting] == [(100, 0, 0, 0)] * 6
    assert LoyaltyTransaction.objects.filter(type="MERGE_IN").count() == 3
    assert club.audit() == []


def test_a_claim_that_fails_does_not_stop_the_others(program, variant, settings, caplog):
    dana, noa = club.add_customer(), club.add_customer("noa@example.com")
    club.give(dana, 1000)
    bought(variant)
    bought(variant, email="noa@example.com")
    settings.LOYALTY_MAX_POINTS = 1000
    claim_waiting_points(after_id=0, limit=10, at=club.now())
    assert club.points_of(dana) == (1000, 0, 0, 0)
    assert club.points_of(noa) == (100, 0, 0, 0)
    assert OrderRecord.objects.filter(account__user=dana).count() == 0
    assert f"user {dana.pk} could not be claimed" in caplog.text


def test_a_new_address_claims_what_stands_under_it_and_the_old_one_nothing(program, variant):
    bought(variant, email="old@example.com")
    bought(variant, email="new@example.com")
    dana = club.add_customer("old@example.com")
    User.objects.filter(pk=dana.pk).update(email="new@example.com")
    assert follow_customer_task(dana.pk) == 0
    assert club.points_of(LoyaltyAccount.objects.get(email="old@example.com")) == (0, 100, 0, 0)


def test_whoever_gets_the_address_of_a_deleted_customer_gets_nothing_of_theirs(program, variant):
    dana = club.add_customer()
    bought(variant, by=dana)
    dana.delete()
    new = club.add_customer()
    before = club.everything_written()
    assert claim(new) == 0
    assert club.everything_written() == before


def test_confirming_the_address_claims(program, variant, django_capture_on_commit_callbacks):
    bought(variant)
    dana = club.add_customer(is_confirmed=False)
    with django_capture_on_commit_callbacks(execute=True):
        shop.confirm_account(dana)
    assert club.points_of(dana) == (100, 0, 0, 0)


def test_a_claim_where_nothing_waits_takes_four_statements(program, django_assert_num_queries):
    dana = club.add_customer()
    with django_assert_num_queries(4):
        assert claim(dana) == 0


def test_a_periodic_run_where_nobody_has_joined_takes_five_statements(program, variant, django_assert_num_queries):
    for number in range(3):
        bought(variant, email=f"c{number}@example.com")
        bought(variant, by=club.add_customer(f"u{number}@example.com", is_confirmed=False))
    with django_assert_num_queries(5):
        assert claim_waiting_points(after_id=0, limit=10, at=club.now()) is None


def test_the_periodic_run_reads_no_account_in_which_nothing_waits(program):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "loyalty_account_waiting_idx" in accounts_to_look_at(0).explain()
