"""Applying points: what is written, what is refused, and that a refusal writes nothing."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from saleor_loyalty.checkout import apply_points
from saleor_loyalty.errors import (
    AccountFrozen,
    CheckoutNotFound,
    CurrencyMismatch,
    IdempotencyConflict,
    InvalidPoints,
    ProgramInactive,
    RedemptionRefused,
    ReservationAlreadySettled,
)
from saleor_loyalty.host import Requester
from saleor_loyalty.models import AccountStatus, LoyaltyAccount, Reservation
from saleor_loyalty.programs import pause_program
from saleor_loyalty.rules.document.fields import KEY_MAX
from tests import club

pytestmark = pytest.mark.django_db


def refuse(error, *args, **kwargs):
    """Apply, expect the error, and see that nothing was written."""
    before = club.everything_written()
    with pytest.raises(error) as caught:
        club.apply(*args, **kwargs)
    assert club.everything_written() == before
    return caught.value


def test_points_are_reserved_and_the_total_falls_by_their_value(account, dana, variant):
    # given a cart of 400 and shipping of 30
    checkout = club.fill_cart(dana, variant, 4)
    at = club.now()

    # when
    redemption = club.apply(checkout, 800, at=at)

    # then
    assert redemption.discount.value == Decimal("80.00")
    assert club.total_of(checkout) == Decimal("320.00")
    reservation = Reservation.objects.get()
    assert redemption.reservation == reservation
    assert (reservation.points, reservation.requested_points, reservation.value, reservation.rows) == (
        800,
        800,
        80,
        80,
    )
    assert (reservation.status, reservation.rule_key, reservation.currency) == ("RESERVED", "cart", "ILS")
    assert reservation.expires_at == at + datetime.timedelta(minutes=60)
    assert club.points_of(account) == (200, 0, 800, 0)
    assert club.movements() == [("GIVE", 1000)]


def test_the_longest_key_of_a_rule_can_be_stored(account, dana, variant):
    assert Reservation._meta.get_field("rule_key").max_length == KEY_MAX
    key = "r" * KEY_MAX
    club.publish(club.rules(redemption={"key": key}))

    assert club.apply(club.fill_cart(dana, variant, 4), 800).reservation.rule_key == key


def test_over_the_share_is_refused_with_what_would_be_possible(account, dana, variant):
    error = refuse(RedemptionRefused, club.fill_cart(dana, variant, 4), 1000)

    assert (error.code, error.max_points, error.min_points) == ("ABOVE_MAXIMUM_PERCENT", 800, 100)


def test_over_the_most_in_one_purchase_is_refused(dana, variant):
    club.give(dana, 5000)

    error = refuse(RedemptionRefused, club.fill_cart(dana, variant, 9), 1100)

    assert (error.code, error.max_points) == ("ABOVE_MAXIMUM_POINTS", 1000)


def test_under_the_minimum_is_refused(account, dana, variant):
    error = refuse(RedemptionRefused, club.fill_cart(dana, variant, 4), 99)

    assert (error.code, error.min_points) == ("BELOW_MINIMUM_POINTS", 100)


def test_more_than_the_customer_has_is_refused(dana, variant):
    club.give(dana, 150)

    error = refuse(RedemptionRefused, club.fill_cart(dana, variant, 4), 200)

    assert (error.code, error.max_points) == ("INSUFFICIENT_POINTS", 150)


def test_a_customer_without_an_account_is_refused_and_gets_none(dana, variant):
    error = refuse(RedemptionRefused, club.fill_cart(dana, variant, 4), 100)

    assert error.code == "INSUFFICIENT_POINTS"
    assert not LoyaltyAccount.objects.exists()


@pytest.mark.parametrize("points", [0, -1, -(2**40), 2**31, 10**30, 1.5, "100", True, None, Decimal(100)])
def test_what_is_no_positive_whole_number_is_invalid(account, dana, variant, points):
    error = refuse(InvalidPoints, club.fill_cart(dana, variant, 4), points)

    assert (error.code, error.field) == ("INVALID", "points")


@pytest.mark.parametrize("checkout_id", ["", "x", "00000000-0000-4000-8000-000000000000"])
def test_an_unknown_checkout_is_not_found(account, dana, checkout_id):
    with pytest.raises(CheckoutNotFound):
        apply_points(checkout_id=checkout_id, points=100, requester=club.by(dana), at=club.now())


def test_somebody_elses_checkout_is_not_found(account, dana, variant):
    # given another customer's cart, and a guest's cart with the customer's own e-mail
    other = club.add_customer("noa@example.com")
    club.give(other, 1000)

    # when, then
    refuse(CheckoutNotFound, club.fill_cart(other, variant, 4), 100, user=dana)
    refuse(CheckoutNotFound, club.fill_cart(None, variant, 4, email=dana.email), 100, user=dana)


def test_nobody_and_no_app_applies_points(account, dana, variant):
    checkout = club.fill_cart(dana, variant, 4)
    before = club.everything_written()

    for requester in (
        Requester(),
        Requester(app_id=1, can_manage_checkouts=True, can_manage_loyalty=True),
        Requester(app_id=1, user_id=dana.pk),
        Requester(user_id=dana.pk + 1, is_staff=True, can_manage_checkouts=True, can_manage_loyalty=True),
    ):
        with pytest.raises(CheckoutNotFound):
            apply_points(checkout_id=str(checkout.pk), points=100, requester=requester, at=club.now())

    assert club.everything_written() == before


def test_a_customer_who_has_not_confirmed_is_no_member(program, variant):
    dana = club.add_customer(is_confirmed=False)
    club.give(dana, 1000)

    error = refuse(RedemptionRefused, club.fill_cart(dana, variant, 4), 100)

    assert error.code == "NOT_A_MEMBER"


def test_a_paused_program_takes_no_points(account, dana, variant, program):
    checkout = club.fill_cart(dana, variant, 4)
    pause_program(program.pk, at=club.now())

    refuse(ProgramInactive, checkout, 100)


def test_a_switched_off_plugin_takes_no_points(account, dana, variant, settings):
    checkout = club.fill_cart(dana, variant, 4)
    settings.PLAYGROUND_LOYALTY_IS_ACTIVE = False

    refuse(ProgramInactive, checkout, 100)


def test_a_program_that_is_not_published_takes_no_points(db):
    club.open_channel()
    dana, variant = club.add_customer(), club.add_variant()

    refuse(ProgramInactive, club.fill_cart(dana, variant, 4), 100)


def test_a_program_in_another_channel_takes_no_points(account, dana, variant):
    checkout = club.fill_cart(dana, variant, 4)
    checkout.channel = club.open_channel("other")
    checkout.save()

    refuse(ProgramInactive, checkout, 100)


def test_a_channel_in_another_currency_takes_no_points(account, dana, variant):
    checkout = club.fill_cart(dana, variant, 4)
    checkout.channel.currency = "EUR"
    checkout.channel.save()

    error = refuse(CurrencyMismatch, checkout, 100)

    assert error.code == "CURRENCY_MISMATCH"


def test_a_frozen_account_takes_no_points(account, dana, variant):
    LoyaltyAccount.objects.update(status=AccountStatus.FROZEN)

    error = refuse(AccountFrozen, club.fill_cart(dana, variant, 4), 100)

    assert error.code == "ACCOUNT_FROZEN"


def test_under_clamp_too_much_is_lowered(db):
    club.open_channel()
    club.publish(club.rules(redemption={"overLimit": "CLAMP"}))
    dana, variant = club.add_customer(), club.add_variant()
    account = club.give(dana, 1000)

    redemption = club.apply(club.fill_cart(dana, variant, 4), 1000)

    assert (redemption.reservation.points, redemption.reservation.requested_points) == (800, 1000)
    assert club.points_of(account) == (200, 0, 800, 0)


def test_applying_again_replaces_what_stood_there(account, dana, variant):
    checkout = club.fill_cart(dana, variant, 4)
    club.apply(checkout, 800)

    # 200 are free; what the cart holds itself counts too
    club.apply(checkout, 700)

    assert club.rows_on(checkout) == Decimal("70.00")
    assert club.points_of(account) == (300, 0, 700, 0)
    assert list(Reservation.objects.order_by("pk").values_list("points", "status")) == [
        (800, "RELEASED"),
        (700, "RESERVED"),
    ]


def test_a_refusal_leaves_what_stood_there(account, dana, variant):
    checkout = club.fill_cart(dana, variant, 4)
    club.apply(checkout, 500)

    refuse(RedemptionRefused, checkout, 1000)

    assert club.rows_on(checkout) == Decimal("50.00")


def test_points_in_one_cart_cannot_be_put_on_another(account, dana, variant):
    club.apply(club.fill_cart(dana, variant, 4), 800)

    error = refuse(RedemptionRefused, club.fill_cart(dana, variant, 4), 300)

    assert (error.code, error.max_points) == ("INSUFFICIENT_POINTS", 200)


def test_the_same_request_again_returns_the_same_reservation(account, dana, variant):
    checkout = club.fill_cart(dana, variant, 4)
    first = club.apply(checkout, 500, idempotency_key="once")
    before = club.everything_written()

    second = club.apply(checkout, 500, idempotency_key="once")

    assert second.reservation == first.reservation
    assert second.discount.value == Decimal("50.00")
    assert club.everything_written() == before


def test_another_request_under_the_same_key_is_an_error(account, dana, variant):
    checkout = club.fill_cart(dana, variant, 4)
    club.apply(checkout, 500, idempotency_key="once")

    refuse(IdempotencyConflict, checkout, 400, idempotency_key="once")
    refuse(IdempotencyConflict, club.fill_cart(dana, variant, 4), 500, idempotency_key="once")


def test_a_key_whose_reservation_is_gone_is_not_used_again(account, dana, variant):
    checkout = club.fill_cart(dana, variant, 4)
    club.apply(checkout, 500, idempotency_key="once")
    club.apply(checkout, 400)

    refuse(ReservationAlreadySettled, checkout, 500, idempotency_key="once")


def test_the_rows_are_named_in_the_checkouts_language(account, dana, variant):
    from playground.models import LinePoints

    club.apply(club.fill_cart(dana, variant, 4, language_code="it"), 500)

    assert LinePoints.objects.get().name == "Pagato con i punti (500)"
