"""The cart changed: the redemption is lowered, renewed, restored or removed."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from playground.models import Checkout
from saleor_loyalty.checkout import refit_redemption
from saleor_loyalty.ledger import deduct_points, release_dead_reservations
from saleor_loyalty.models import AccountStatus, LoyaltyAccount, Reservation
from saleor_loyalty.programs import pause_program
from tests import club

pytestmark = pytest.mark.django_db


@pytest.fixture
def checkout(account, dana, variant):
    """A cart of 500 with 1000 points on it."""
    checkout = club.fill_cart(dana, variant, 5)
    club.apply(checkout, 1000)
    return checkout


def refit(checkout, *, at=None):
    return refit_redemption(checkout_id=str(checkout.pk), at=at or club.now())


def is_gone(checkout, account, *, available=1000):
    assert club.rows_on(checkout) == 0
    assert not Reservation.objects.filter(status="RESERVED").exists()
    assert club.points_of(account) == (available, 0, 0, 0)


def test_a_smaller_cart_lowers_it_and_keeps_what_was_asked_for(checkout, account):
    club.set_quantity(checkout, 2)

    redemption = refit(checkout)

    assert redemption.discount.value == Decimal("40.00")
    reservation = Reservation.objects.get()
    assert (reservation.points, reservation.requested_points, reservation.value) == (400, 1000, 40)
    assert club.total_of(checkout) == Decimal("160.00")
    assert club.points_of(account) == (600, 0, 400, 0)


def test_a_cart_that_grows_again_restores_it_but_never_more(checkout, account):
    club.set_quantity(checkout, 2)
    refit(checkout)

    club.set_quantity(checkout, 9)
    refit(checkout)

    assert club.rows_on(checkout) == Decimal("100.00")
    assert club.points_of(account) == (0, 0, 1000, 0)


def test_a_cart_that_grows_does_not_take_more_than_was_asked_for(account, dana, variant):
    checkout = club.fill_cart(dana, variant, 5)
    club.apply(checkout, 300)

    club.set_quantity(checkout, 9)
    refit(checkout)

    assert club.rows_on(checkout) == Decimal("30.00")


def test_each_refit_renews_the_deadline(checkout):
    later = club.now() + datetime.timedelta(minutes=59)

    refit(checkout, at=later)

    assert Reservation.objects.get().expires_at == later + datetime.timedelta(minutes=60)


def test_a_cart_too_small_for_the_minimum_loses_it(checkout, account, variant):
    club.set_quantity(checkout, 1)
    club.change_price(variant, "49.99")

    assert refit(checkout) is None

    is_gone(checkout, account)


def test_an_empty_cart_loses_it(checkout, account):
    from playground.models import CheckoutLine

    CheckoutLine.objects.all().delete()

    assert refit(checkout) is None

    is_gone(checkout, account)


def test_a_detached_checkout_loses_it(checkout, account):
    Checkout.objects.update(user=None)

    assert refit(checkout) is None

    is_gone(checkout, account)


def test_a_checkout_given_to_somebody_else_loses_it(checkout, account):
    other = club.add_customer("noa@example.com")
    club.give(other, 5000)
    Checkout.objects.update(user=other)

    assert refit(checkout) is None

    is_gone(checkout, account)


def test_a_paused_program_takes_it_off(checkout, account, program):
    pause_program(program.pk, at=club.now())

    assert refit(checkout) is None

    is_gone(checkout, account)


def test_a_switched_off_plugin_takes_it_off(checkout, account, settings):
    settings.PLAYGROUND_LOYALTY_IS_ACTIVE = False

    assert refit(checkout) is None

    is_gone(checkout, account)


def test_a_frozen_account_loses_it(checkout, account):
    LoyaltyAccount.objects.update(status=AccountStatus.FROZEN)

    assert refit(checkout) is None

    is_gone(checkout, account)


def test_a_customer_who_is_no_member_any_more_loses_it(checkout, account, dana):
    dana.is_confirmed = False
    dana.save()

    assert refit(checkout) is None

    is_gone(checkout, account)


@pytest.mark.parametrize("is_swept", [False, True])
def test_past_the_deadline_it_is_taken_again(checkout, account, is_swept):
    late = club.now() + datetime.timedelta(hours=2)
    if is_swept:
        release_dead_reservations(at=late, limit=10)
    assert club.points_of(account, at=late) == (1000, 0, 0, 0)

    redemption = refit(checkout, at=late)

    assert redemption.reservation.points == 1000
    assert club.points_of(account, at=late) == (0, 0, 1000, 0)
    assert list(Reservation.objects.order_by("pk").values_list("status", flat=True)) == ["EXPIRED", "RESERVED"]


def test_past_the_deadline_it_is_lowered_to_what_is_left(checkout, account):
    late = club.now() + datetime.timedelta(hours=2)
    deduct_points(account.pk, points=750, at=late, idempotency_key="used")

    redemption = refit(checkout, at=late)

    assert (redemption.reservation.points, redemption.reservation.requested_points) == (250, 1000)
    assert club.rows_on(checkout) == Decimal("25.00")


def test_past_the_deadline_it_is_removed_where_nothing_is_left(checkout, account):
    late = club.now() + datetime.timedelta(hours=2)
    deduct_points(account.pk, points=950, at=late, idempotency_key="used")

    assert refit(checkout, at=late) is None

    assert club.rows_on(checkout) == 0
    assert club.points_of(account, at=late) == (50, 0, 0, 0)


def test_a_new_rate_counts_from_the_next_refit(checkout, account):
    # given 100 points = 5 from now on
    club.publish(club.rules(redemption={"value": "5"}))

    redemption = refit(checkout)

    assert redemption.discount.value == Decimal("50.00")
    assert club.points_of(account) == (0, 0, 1000, 0)


def test_a_second_refit_changes_nothing(checkout, account):
    club.set_quantity(checkout, 2)
    at = club.now()
    refit(checkout, at=at)
    before = club.everything_written()

    refit(checkout, at=at)

    assert club.everything_written() == before


def test_a_removed_redemption_does_not_come_back(checkout, account, dana):
    from saleor_loyalty.checkout import remove_points

    remove_points(checkout_id=str(checkout.pk), requester=club.by(dana), at=club.now())

    assert refit(checkout) is None

    is_gone(checkout, account)


def test_a_checkout_that_is_kept_after_its_order_loses_the_rows_that_were_paid_for(checkout, account):
    club.order_from(checkout)
    club.set_quantity(checkout, 9)

    assert refit(checkout) is None

    is_gone(checkout, account, available=0)
    assert Reservation.objects.get().status == "COMMITTED"


def test_a_vanished_checkout_frees_its_points(checkout, account):
    Checkout.objects.all().delete()

    assert refit(checkout) is None

    assert club.points_of(account) == (1000, 0, 0, 0)


def test_a_checkout_that_never_had_points_costs_one_statement(account, dana, variant):
    checkout = club.fill_cart(dana, variant, 5)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert refit(checkout) is None

    assert len(queries) == 1
