"""Prices may fall without any hook: our rows give way, in whole steps, and no line is ever below zero."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone
from saleor.checkout.models import Checkout, CheckoutLine
from saleor.discount.models import CheckoutLineDiscount
from saleor.plugins.models import PluginConfiguration

from saleor_loyalty.adapter.clamp import missing_clamps
from saleor_loyalty.ledger import give_points, open_account, reserve_points
from saleor_loyalty.models import LoyaltyProgram, LoyaltyTransaction, Reservation
from saleor_loyalty.programs import active_program, pause_program

from .discount_carts import cart, make_catalogue_promotion, make_order_promotion, make_voucher, money  # noqa: F401

pytestmark = pytest.mark.django_db


def own_rows():
    return CheckoutLineDiscount.objects.filter(unique_type="loyalty")


@pytest.fixture
def spend(cart, customer_user):  # noqa: F811
    """Put points on the cart as the domain does: reserved in the ledger, and as rows."""

    def spend(points):
        at = timezone.now()
        account = open_account(LoyaltyProgram.objects.get(), user_id=customer_user.pk, at=at)
        Checkout.objects.filter(pk=cart.pk).update(user=customer_user)
        give_points(account.pk, points=points, at=at, idempotency_key="given")
        value = money(points) / 10
        applied = cart.put(value.quantize(money("0.01")))
        program = active_program(cart.channel.slug, at=at)
        return reserve_points(
            account.pk,
            checkout_id=str(cart.pk),
            points=points,
            requested_points=points,
            value=applied.value,
            rows=applied.rows,
            currency="USD",
            channel_slug=cart.channel.slug,
            program_version_id=program.version_id,
            rule_key="spend",
            at=at,
            expires_at=at + datetime.timedelta(hours=1),
        )

    return spend


def test_the_clamp_is_in_place_at_both_names():
    assert missing_clamps() == []


def test_no_line_is_below_zero_when_the_catalogue_price_falls(cart, spend):  # noqa: F811
    # given
    reservation = spend(350)
    assert cart.total() == money("15.00")
    transactions = LoyaltyTransaction.objects.count()

    # when
    cart.set_price(0, "5")
    cart.expire_prices()

    # then 15.00 and 10.00 are left to pay with points, which is all of them
    assert cart.total() == money("10.00")
    assert cart.line_totals() == [0, 0]
    assert cart.open().current_discount().value == money("25.00")
    assert sum(own_rows().values_list("amount_value", flat=True)) == money("25.00")

    # and the ledger is as it was: the next refit or the order brings it in line
    reservation.refresh_from_db()
    assert (reservation.points, reservation.value, reservation.status) == (350, money("35.00"), "RESERVED")
    assert LoyaltyTransaction.objects.count() == transactions


def test_what_is_left_is_a_whole_number_of_steps(cart, spend):  # noqa: F811
    # given
    spend(350)

    # when 3 x 4.44 + 10.00 = 23.32 are left; the step is 10 points, worth 1.00
    cart.set_price(0, "4.44")
    cart.expire_prices()

    # then
    assert cart.total() == money("10.32")
    assert min(cart.line_totals()) >= 0
    assert cart.open().current_discount().value == money("23.00")


def test_the_value_moves_to_the_other_lines_where_they_have_room(cart, spend):  # noqa: F811
    # given 22.50 of the first line and 7.50 of the second
    spend(300)

    # when
    cart.set_price(0, "7")
    cart.expire_prices()

    # then the first line only holds 21.00
    assert cart.total() == money("11.00")
    assert cart.open().current_discount().value == money("30.00")


def test_a_catalogue_promotion_that_starts_later_is_seen(cart, spend):  # noqa: F811
    # given
    spend(400)
    assert cart.total() == money("10.00")

    # when
    make_catalogue_promotion(cart, amount="2")
    cart.expire_prices()

    # then
    assert cart.line_totals() == [0, 0]
    assert cart.open().current_discount().value == money("34.00")


def test_rows_without_a_reservation_are_lowered_to_what_fits(cart):  # noqa: F811
    # given
    cart.put("35.00")

    # when
    cart.set_price(0, "5")
    cart.expire_prices()

    # then 26.25 and 8.75 become 15.00 and 8.75: 23.75, split over both lines anew
    assert cart.total() == money("11.25")
    assert cart.line_totals() == [money("0.75"), money("0.50")]


def test_a_shrinking_cart_keeps_the_voucher_that_it_still_reaches(cart, spend):  # noqa: F811
    # given
    cart.add_code(make_voucher(cart, fixed="4", min_spent="28"))
    spend(100)
    assert cart.total() == money("36.00")

    # when the subtotal falls from 40.00 to 30.00, and to 20.00 with the points as they are
    cart.set_quantity(0, 2)

    # then
    assert cart.checkout.voucher_code is not None
    assert cart.total() == money("34.00")
    assert cart.open().current_discount().value == money("2.00")


def test_a_shrinking_cart_loses_a_voucher_that_it_does_not_reach_without_points(cart, spend):  # noqa: F811
    # given
    cart.add_code(make_voucher(cart, fixed="4", min_spent="38"))
    spend(20)
    assert cart.total() == money("44.00")

    # when
    cart.set_quantity(0, 2)

    # then
    assert cart.checkout.voucher_code is None
    assert cart.total() == money("38.00")


def test_a_gift_stays_when_prices_fall(cart, spend, product_list):  # noqa: F811
    # given
    make_order_promotion(cart, gift=product_list[1].variants.get())
    cart.edit()
    spend(200)
    assert cart.total() == money("30.00")

    # when 24.00 + 10.00 are left, of which 20.00 must stay for the gift
    cart.set_price(0, "8")
    cart.expire_prices()

    # then
    assert cart.total() == money("30.00")
    assert CheckoutLine.objects.filter(checkout_id=cart.pk, is_gift=True).count() == 1
    assert cart.open().current_discount().value == money("14.00")


def test_rows_count_nothing_while_the_program_is_paused(cart, spend):  # noqa: F811
    # given
    spend(70)
    assert cart.total() == money("43.00")

    # when
    pause_program(LoyaltyProgram.objects.get().pk, at=timezone.now())
    cart.expire_prices()

    # then
    assert cart.total() == money("50.00")
    assert not own_rows().exists()


def test_rows_count_nothing_while_the_plugin_is_inactive(cart, spend):  # noqa: F811
    # given
    spend(70)
    assert cart.total() == money("43.00")

    # when
    PluginConfiguration.objects.create(identifier="saleor.loyalty", name="Loyalty", active=False)
    cart.expire_prices()

    # then
    assert cart.total() == money("50.00")
    assert not own_rows().exists()
    assert Reservation.objects.get().status == "RESERVED"


def test_a_failure_of_ours_does_not_take_the_prices_down(cart, monkeypatch):  # noqa: F811
    # given
    cart.put("7.00")
    monkeypatch.setattr("saleor_loyalty.adapter.clamping.read_order_levels", lambda *args: 1 / 0)

    # when
    cart.expire_prices()

    # then
    assert cart.total() == money("43.00")


def test_what_was_fitted_a_moment_ago_is_judged_anew_when_a_price_has_changed(cart, spend):  # noqa: F811
    # given rows that no recalculation has looked at yet
    spend(350)

    # when
    cart.set_price(0, "5")

    # then
    assert cart.total() == money("10.00")
    assert cart.line_totals() == [0, 0]
