"""Two customers' tabs, or a tab and an order, at once: each on a connection of its own."""

from __future__ import annotations

import threading

import pytest
from django.db import transaction

from playground import loyalty, shop
from playground.carts import open_cart
from playground.models import Order
from saleor_loyalty.checkout import apply_points, refit_redemption, remove_points
from saleor_loyalty.errors import CheckoutNotFound, RedemptionRefused
from saleor_loyalty.models import OrderRecord, Reservation
from tests import club
from tests.sessions import Session, together, wait_until_blocked

pytestmark = pytest.mark.django_db(transaction=True)


def applying(checkout, points, user):
    return lambda: apply_points(checkout_id=str(checkout.pk), points=points, requester=club.by(user), at=club.now())


def test_points_go_to_one_of_two_carts_never_to_both(account, dana, variant):
    carts = [club.fill_cart(dana, variant, 5) for _ in range(4)]

    outcomes = together(*(applying(cart, 800, dana) for cart in carts))

    errors = [error for _, error in outcomes if error is not None]
    assert [type(error) for error in errors] == [RedemptionRefused] * 3
    assert {error.code for error in errors} == {"INSUFFICIENT_POINTS"}
    assert club.points_of(account) == (200, 0, 800, 0)
    assert sum(club.rows_on(cart) for cart in carts) == 80
    assert club.audit() == []


def test_applying_twice_to_one_cart_leaves_one_reservation(account, dana, variant):
    checkout = club.fill_cart(dana, variant, 5)

    outcomes = together(*(applying(checkout, points, dana) for points in (300, 400, 500)))

    assert [error for _, error in outcomes] == [None, None, None]
    reservation = Reservation.objects.get(status="RESERVED")
    assert club.rows_on(checkout) == reservation.value
    assert club.points_of(account) == (1000 - reservation.points, 0, reservation.points, 0)


def test_the_same_request_at_once_is_answered_with_one_reservation(account, dana, variant):
    checkout = club.fill_cart(dana, variant, 5)

    def request():
        return club.apply(checkout, 300, user=dana, idempotency_key="once")

    outcomes = together(request, request, request)

    assert [error for _, error in outcomes] == [None, None, None]
    assert len({redemption.reservation.pk for redemption, _ in outcomes}) == 1
    assert Reservation.objects.count() == 1


def test_points_applied_while_the_order_is_made_come_too_late(account, dana, variant):
    # given an order's transaction that holds the cart
    checkout = club.fill_cart(dana, variant, 5)
    made, go_on = threading.Event(), threading.Event()

    def make_order():
        with transaction.atomic():
            cart = open_cart(checkout.pk, for_update=True)
            order = shop._write_order(cart)
            loyalty.commit(order, discount=cart.current_discount())
            made.set()
            go_on.wait(20)
            cart.checkout.delete()

    order_session = Session(make_order)
    made.wait(20)

    # when
    apply_session = Session(applying(checkout, 500, dana))
    wait_until_blocked()
    go_on.set()

    # then
    order_session.result()
    with pytest.raises(CheckoutNotFound):
        apply_session.result()
    assert club.points_of(account) == (1000, 0, 0, 0)
    assert not Reservation.objects.exists()


def test_an_order_made_while_points_are_applied_takes_them(account, dana, variant):
    # given points that are being applied
    checkout = club.fill_cart(dana, variant, 5)
    applied, go_on = threading.Event(), threading.Event()

    def apply_slowly():
        with transaction.atomic():
            club.apply(checkout, 500, user=dana)
            applied.set()
            go_on.wait(20)

    apply_session = Session(apply_slowly)
    applied.wait(20)

    def make_order():
        with transaction.atomic():
            cart = open_cart(checkout.pk, for_update=True)
            order = shop._write_order(cart)
            loyalty.commit(order, discount=cart.current_discount())
            cart.checkout.delete()
            return order.pk

    # when
    order_session = Session(make_order)
    wait_until_blocked()
    go_on.set()

    # then
    apply_session.result()
    order_id = order_session.result()
    assert OrderRecord.objects.get().order_id == str(order_id)
    assert Order.objects.get().points_value == 50
    assert club.points_of(account) == (500, 0, 0, 0)
    assert club.audit() == []


def test_removing_applying_and_refitting_at_once_never_deadlocks(account, dana, variant):
    carts = [club.fill_cart(dana, variant, 5) for _ in range(2)]
    refusals = set()

    def churn(cart):
        def run():
            for _ in range(5):
                for verb in (
                    lambda: club.apply(cart, 400, user=dana),
                    lambda: refit_redemption(checkout_id=str(cart.pk), at=club.now()),
                    lambda: remove_points(checkout_id=str(cart.pk), requester=club.by(dana), at=club.now()),
                    lambda: club.apply(cart, 600, user=dana),
                ):
                    try:
                        verb()
                    except RedemptionRefused as error:
                        refusals.add(error.code)

        return run

    outcomes = together(*(churn(cart) for cart in carts), *(churn(cart) for cart in carts))

    assert [error for _, error in outcomes] == [None] * 4
    assert refusals <= {"INSUFFICIENT_POINTS"}
    reserved = sum(Reservation.objects.filter(status="RESERVED").values_list("points", flat=True))
    assert sum(club.rows_on(cart) for cart in carts) * 10 == reserved
    assert club.points_of(account) == (1000 - reserved, 0, reserved, 0)
    assert club.audit() == []
