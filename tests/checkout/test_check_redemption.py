"""An order is about to be made: what holds passes, what does not is refused once and put right."""

from __future__ import annotations

import contextlib
import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from playground.models import Checkout, LinePoints
from saleor_loyalty.checkout import check_redemption, refit_redemption
from saleor_loyalty.errors import RedemptionRefused, RegistrationRequired
from saleor_loyalty.ledger import deduct_points, release_dead_reservations
from saleor_loyalty.models import AccountStatus, LoyaltyAccount, LoyaltyTransaction, Reservation
from saleor_loyalty.programs import pause_program, resume_program
from tests import club

pytestmark = pytest.mark.django_db


@pytest.fixture
def checkout(account, dana, variant):
    """A cart of 500 with 1000 points on it."""
    checkout = club.fill_cart(dana, variant, 5)
    club.apply(checkout, 1000)
    return checkout


def check(checkout, *, at=None):
    return check_redemption(checkout_id=str(checkout.pk), at=at or club.now())


def refused(checkout, *, at=None):
    with pytest.raises(RedemptionRefused) as caught:
        check(checkout, at=at)
    return caught.value


def clamp_checkout(points=1000):
    """The same with CLAMP."""
    club.open_channel()
    club.publish(club.rules(redemption={"overLimit": "CLAMP"}))
    dana = club.add_customer()
    club.give(dana, 1000)
    checkout = club.fill_cart(dana, club.add_variant(), 5)
    club.apply(checkout, points)
    return checkout


def test_what_holds_passes_and_is_renewed(checkout, account):
    later = club.now() + datetime.timedelta(minutes=50)

    check(checkout, at=later)

    reservation = Reservation.objects.get()
    assert (reservation.points, reservation.expires_at) == (1000, later + datetime.timedelta(minutes=60))


def test_a_checkout_without_points_passes(account, dana, variant):
    checkout = club.fill_cart(dana, variant, 5)
    before = club.everything_written()

    check(checkout)

    assert club.everything_written() == before


def test_a_cart_that_shrank_unseen_is_refused_once_and_refitted(checkout, account):
    club.set_quantity(checkout, 4)

    error = refused(checkout)

    assert (error.code, error.max_points) == ("ABOVE_MAXIMUM_PERCENT", 800)
    assert club.total_of(checkout) == Decimal("320.00")
    assert club.points_of(account) == (200, 0, 800, 0)
    # when tried again
    check(checkout)


def test_under_block_a_redemption_that_was_lowered_is_refused_once(checkout):
    # given the customer saw the re-fit in the answer of the cart's change
    club.set_quantity(checkout, 4)
    refit_redemption(checkout_id=str(checkout.pk), at=club.now())

    error = refused(checkout)

    assert (error.code, error.max_points) == ("ABOVE_MAXIMUM_PERCENT", 800)
    check(checkout)
    reservation = Reservation.objects.get(status="RESERVED")
    assert (reservation.points, reservation.requested_points) == (800, 800)


def test_under_clamp_a_redemption_that_was_lowered_passes(db):
    checkout = clamp_checkout()
    club.set_quantity(checkout, 4)
    refit_redemption(checkout_id=str(checkout.pk), at=club.now())

    check(checkout)

    reservation = Reservation.objects.get(status="RESERVED")
    assert (reservation.points, reservation.requested_points) == (800, 1000)


def test_under_clamp_rows_that_the_host_lowered_pass(db):
    checkout = clamp_checkout(points=500)
    LinePoints.objects.update(amount=Decimal(40))

    check(checkout)

    assert Reservation.objects.get(status="RESERVED").points == 500
    assert club.rows_on(checkout) == Decimal("40.00")


def test_under_clamp_rows_that_the_host_took_off_pass_and_free_the_points(db):
    checkout = clamp_checkout(points=500)
    LinePoints.objects.all().delete()

    check(checkout)

    assert Reservation.objects.get().status == "RELEASED"
    assert club.rows_on(checkout) == 0


def test_under_block_rows_that_the_host_lowered_are_put_right(checkout):
    LinePoints.objects.update(amount=Decimal(40))

    refused(checkout)

    assert club.rows_on(checkout) == Decimal("100.00")
    check(checkout)


def test_rows_that_are_worth_more_than_was_reserved_are_put_right(db):
    checkout = clamp_checkout(points=500)
    LinePoints.objects.update(amount=Decimal(60))

    refused(checkout)

    assert club.rows_on(checkout) == Decimal("50.00")
    check(checkout)


def test_rows_that_vanished_are_put_back(checkout):
    LinePoints.objects.all().delete()

    refused(checkout)

    assert club.rows_on(checkout) == Decimal("100.00")
    check(checkout)


def test_a_cart_in_which_nothing_is_possible_any_more_loses_the_points(checkout, account, variant):
    club.set_quantity(checkout, 1)
    club.change_price(variant, "30")

    error = refused(checkout)

    assert error.code == "ABOVE_MAXIMUM_PERCENT"
    assert club.rows_on(checkout) == 0
    assert club.points_of(account) == (1000, 0, 0, 0)
    check(checkout)


@pytest.mark.parametrize("is_swept", [False, True])
def test_past_the_deadline_the_points_are_taken_again(checkout, account, is_swept):
    late = club.now() + datetime.timedelta(hours=2)
    if is_swept:
        release_dead_reservations(at=late, limit=10)

    check(checkout, at=late)

    assert club.points_of(account, at=late) == (0, 0, 1000, 0)


def test_past_the_deadline_with_points_spent_elsewhere_it_is_refused(checkout, account):
    late = club.now() + datetime.timedelta(hours=2)
    deduct_points(account.pk, points=1, at=late, idempotency_key="used")

    error = refused(checkout, at=late)

    assert error.code == "RESERVATION_EXPIRED"
    assert club.rows_on(checkout) == 0
    assert club.points_of(account, at=late) == (999, 0, 0, 0)
    check(checkout, at=late)


def test_a_paused_program_refuses_once(checkout, account, program):
    pause_program(program.pk, at=club.now())

    error = refused(checkout)

    assert error.code == "PROGRAM_INACTIVE"
    assert club.rows_on(checkout) == 0
    assert club.points_of(account) == (1000, 0, 0, 0)
    check(checkout)


def test_a_program_that_was_paused_in_between_changes_nothing(checkout, account, program):
    pause_program(program.pk, at=club.now())
    assert club.points_of(account) == (1000, 0, 0, 0)
    resume_program(program.pk, at=club.now())

    check(checkout)

    assert club.points_of(account) == (0, 0, 1000, 0)


def test_another_customers_checkout_is_refused(checkout, account):
    Checkout.objects.update(user=club.add_customer("noa@example.com"))

    error = refused(checkout)

    assert error.code == "NOT_FOUND"
    assert club.rows_on(checkout) == 0
    assert club.points_of(account) == (1000, 0, 0, 0)


def test_a_guests_checkout_is_refused(checkout, account):
    Checkout.objects.update(user=None, email="dana@example.com")

    error = refused(checkout)

    assert error.code == "NOT_A_MEMBER"
    assert club.points_of(account) == (1000, 0, 0, 0)


def test_a_frozen_account_is_refused(checkout):
    LoyaltyAccount.objects.update(status=AccountStatus.FROZEN)

    assert refused(checkout).code == "ACCOUNT_FROZEN"
    assert club.rows_on(checkout) == 0


def test_a_guest_is_refused_where_registration_is_required(db):
    club.open_channel()
    club.publish(club.rules(listing={"registrationRequired": True}))
    variant = club.add_variant()

    with pytest.raises(RegistrationRequired) as caught:
        check(club.fill_cart(None, variant, email="guest@example.com"))

    assert caught.value.code == "REGISTRATION_REQUIRED"
    check(club.fill_cart(club.add_customer(), variant))


def test_a_checkout_at_hand_that_never_had_points_is_not_opened(db):
    club.open_channel()
    club.publish(club.rules(listing={"registrationRequired": True}))
    dana, variant = club.add_customer(), club.add_variant()
    customers, guests = club.fill_cart(dana, variant), club.fill_cart(None, variant, email="guest@example.com")

    def statements(checkout):
        with CaptureQueriesContext(connection) as queries, contextlib.suppress(RegistrationRequired):
            check_redemption(
                checkout_id=str(checkout.pk), at=club.now(), channel=club.CHANNEL, user_id=checkout.user_id
            )
        return len(queries)

    statements(guests)  # now the process knows the version
    assert (statements(customers), statements(guests)) == (1, 2)
    with pytest.raises(RegistrationRequired):
        check_redemption(checkout_id=str(guests.pk), at=club.now(), channel=club.CHANNEL, user_id=None)


def test_a_checkout_that_is_kept_after_its_order_sets_points_aside_again(checkout, account, dana):
    club.give(dana, 1500)
    first, second = (club.order_from(checkout, check) for _ in range(2))

    assert (first.redeemed, second.redeemed) == (1000, 1000)
    assert club.movements(dana) == [("GIVE", 1000), ("GIVE", 1500), ("REDEEM", -1000), ("REDEEM", -1000)]
    assert club.points_of(account) == (500, 0, 0, 0)
    assert list(Reservation.objects.order_by("pk").values_list("status", flat=True)) == ["COMMITTED", "COMMITTED"]
    assert not LoyaltyTransaction.objects.filter(is_shortfall=True).exists()


def test_a_checkout_that_is_kept_after_its_order_is_refused_without_further_points(checkout, account):
    club.order_from(checkout, check)

    error = refused(checkout)

    assert error.code == "RESERVATION_EXPIRED"
    assert club.rows_on(checkout) == 0
    assert club.points_of(account) == (0, 0, 0, 0)
    # when tried again: an order without points
    before = club.everything_written()
    assert club.order_from(checkout, check) is None
    assert club.everything_written() == before


def test_a_completion_that_is_replayed_takes_the_points_once(checkout, account):
    club.order_from(checkout, check)
    Checkout.objects.all().delete()
    before = club.everything_written()

    check(checkout)

    assert club.everything_written() == before
    assert club.points_of(account) == (0, 0, 0, 0)


def test_a_check_that_is_replayed_before_the_order_takes_the_points_once(checkout, account):
    check(checkout)
    check(checkout)
    club.order_from(checkout, check)

    assert club.movements() == [("GIVE", 1000), ("REDEEM", -1000)]
    assert club.points_of(account) == (0, 0, 0, 0)


def test_a_vanished_checkout_passes(checkout):
    Checkout.objects.all().delete()

    check(checkout)


def test_the_refusal_is_in_the_checkouts_language(account, dana, variant):
    checkout = club.fill_cart(dana, variant, 5, language_code="it")
    club.apply(checkout, 1000)
    club.set_quantity(checkout, 4)

    assert "800 punti" in refused(checkout).message
