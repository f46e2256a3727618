"""Settling what an order spent: returned when it ends or its rows are gone, to the original lots."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from playground.models import Channel, Order, OrderLine
from saleor_loyalty.models import AccountStatus, Lot, LoyaltyAccount, OrderRecord, Reservation
from tests import club

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(account, dana, variant):
    """An order of 500 of which 1000 points paid 100, not fulfilled."""
    checkout = club.fill_cart(dana, variant, 5)
    club.apply(checkout, 1000)
    order = club.complete(checkout)
    club.settle(order)
    return order


@pytest.fixture
def unconfirmed(account, dana, variant):
    Channel.objects.update(confirms_orders=False)
    checkout = club.fill_cart(dana, variant, 5)
    club.apply(checkout, 1000)
    return club.complete(checkout)


def shrink_rows(order, value):
    """What an edit by staff does: the rows are changed, the value with them."""
    OrderLine.objects.filter(order=order).update(points_row=Decimal(value))
    Order.objects.filter(pk=order.pk).update(points_value=Decimal(value))


def end(order, status="CANCELED"):
    Order.objects.filter(pk=order.pk).update(status=status)


@pytest.mark.parametrize("status", ["CANCELED", "EXPIRED"])
def test_an_ended_order_returns_all_of_it_once(order, account, status):
    end(order, status)

    record = club.settle(order)
    club.settle(order)

    assert (record.returned, record.state) == (1000, "CANCELED")
    assert club.points_of(account) == (1000, 0, 0, 0)
    assert club.movements() == [("GIVE", 1000), ("REDEEM", -1000), ("RETURN", 1000)]
    assert club.audit() == []


def test_the_points_go_back_to_their_lots_with_their_dates(dana, variant):
    # given lots with and without a date, spent together
    soon = club.now() + datetime.timedelta(days=5)
    club.give(dana, 400, expires_at=soon)
    account = club.give(dana, 600)
    checkout = club.fill_cart(dana, variant, 5)
    club.apply(checkout, 1000)
    order = club.complete(checkout)

    end(order)
    club.settle(order)

    lots = Lot.objects.order_by("pk").values_list("issued", "remaining", "expires_at")
    assert list(lots) == [(400, 400, soon), (600, 600, None)]
    assert club.points_of(account) == (1000, 0, 0, 0)


def test_points_returned_after_their_date_are_gone(dana, variant):
    soon = club.now() + datetime.timedelta(days=5)
    account = club.give(dana, 1000, expires_at=soon)
    checkout = club.fill_cart(dana, variant, 5)
    club.apply(checkout, 1000)
    order = club.complete(checkout)

    end(order)
    club.settle(order, at=soon + datetime.timedelta(days=1))

    assert club.movements() == [("GIVE", 1000), ("REDEEM", -1000), ("RETURN", 1000), ("EXPIRE", -1000)]
    assert club.points_of(account, at=soon + datetime.timedelta(days=1)) == (0, 0, 0, 0)


def test_the_part_paid_with_points_earns_nothing(order):
    club.fulfill(order)

    assert club.settle(order).awarded == 400


def test_it_earns_too_where_the_program_says_so(db):
    club.open_channel()
    club.publish(club.rules(earnOnRedeemed=True))
    dana, variant = club.add_customer(), club.add_variant()
    club.give(dana, 1000)
    checkout = club.fill_cart(dana, variant, 5)
    club.apply(checkout, 1000)
    order = club.complete(checkout)
    club.fulfill(order)

    assert club.settle(order).awarded == 500


def test_an_unconfirmed_order_is_not_judged_but_remembers_its_redemption(unconfirmed):
    record = club.settle(unconfirmed)

    assert (record.state, record.redeemed, record.receipt) == ("WAITING", 1000, None)


def test_rows_that_staff_took_off_give_their_share_back(unconfirmed, account):
    shrink_rows(unconfirmed, "33.33")

    record = club.settle(unconfirmed)

    # 66.67 of 100.00 are gone
    assert record.returned == 666
    assert club.points_of(account) == (666, 0, 0, 0)


def test_rows_taken_off_step_by_step_give_the_same_back(unconfirmed, account):
    for value in ("80", "33.33", "33.33"):
        shrink_rows(unconfirmed, value)
        club.settle(unconfirmed)
    assert club.points_of(account) == (666, 0, 0, 0)

    end(unconfirmed)
    club.settle(unconfirmed)

    assert club.points_of(account) == (1000, 0, 0, 0)
    assert [points for kind, points in club.movements() if kind == "RETURN"] == [200, 466, 334]


def test_rows_that_grow_again_take_nothing(unconfirmed, account):
    shrink_rows(unconfirmed, "50")
    club.settle(unconfirmed)

    shrink_rows(unconfirmed, "200")
    record = club.settle(unconfirmed)

    assert record.returned == 500
    assert club.points_of(account) == (500, 0, 0, 0)


def test_a_refresh_by_less_than_a_cent_a_piece_is_no_change(unconfirmed, account):
    shrink_rows(unconfirmed, "99.96")

    assert club.settle(unconfirmed).returned == 0


def test_the_award_of_a_confirmed_order_is_judged_with_what_is_left_of_the_redemption(unconfirmed):
    club.settle(unconfirmed)
    Order.objects.update(status="CONFIRMED")

    record = club.settle(unconfirmed)

    assert (record.state, record.earnable, record.redeemed) == ("PENDING", 400, 1000)


def test_a_closed_account_gets_nothing_back(order, account):
    LoyaltyAccount.objects.update(status=AccountStatus.CLOSED)
    end(order)

    record = club.settle(order)

    assert (record.returned, record.state, record.failure) == (0, "CANCELED", "")


def test_a_sale_whose_commit_was_lost_is_healed(account, dana, variant):
    # given an order that carries rows, of a process that died before it told
    from playground import shop
    from playground.carts import open_cart

    checkout = club.fill_cart(dana, variant, 5)
    club.apply(checkout, 1000)
    order = shop._write_order(open_cart(checkout.pk))
    assert not OrderRecord.objects.exists()

    record = club.settle(order)
    club.settle(order)

    assert (record.redeemed, record.earnable) == (1000, 400)
    assert club.points_of(account) == (0, 0, 0, 0)
    assert Reservation.objects.get().status == "COMMITTED"
