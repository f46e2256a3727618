"""What opening a checkout and putting points on it costs: SELECT, INSERT, UPDATE and DELETE statements."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from saleor.checkout.models import Checkout

from saleor_loyalty.adapter.checkout import open_checkout, open_checkouts

from .discount_carts import (  # noqa: F401
    NAME,
    REASON,
    cart,
    make_catalogue_promotion,
    make_order_promotion,
    make_voucher,
    money,
)

pytestmark = pytest.mark.django_db
COUNTED = ("SELECT", "INSERT", "UPDATE", "DELETE")


@contextmanager
def statements(expected):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        yield
    texts = [query["sql"] for query in captured.captured_queries if query["sql"].startswith(COUNTED)]
    assert len(texts) == expected, "\n".join(text[:220] for text in texts)


def put(cart, value):  # noqa: F811
    handle = open_checkout(str(cart.pk), for_update=True)
    return handle, handle.put_discount(money(value), cart_lines(handle), name=NAME, reason=REASON)


def cart_lines(handle):
    return [line.id for line in handle.basket.lines if not line.is_gift]


def test_opening_a_checkout(cart):  # noqa: F811
    # the checkout, its lines with what belongs to them, the running order promotions
    with statements(3):
        handle = open_checkout(str(cart.pk))
    with statements(0):
        handle.basket  # noqa: B018
        handle.current_discount()
        handle.ceiling(money("7.00"), cart_lines(handle))


def test_opening_a_checkout_with_its_row_locked(cart):  # noqa: F811
    # the checkout with the running order promotions, its lines with what belongs to them
    with transaction.atomic(), statements(2):
        handle = open_checkout(str(cart.pk), for_update=True)
    with statements(0):
        handle.ceiling(money("7.00"), cart_lines(handle))


@pytest.mark.parametrize(
    ("benefit", "expected"),
    [
        (make_catalogue_promotion, 4),
        (lambda checkout: make_order_promotion(checkout, percent="25"), 3),
        (lambda checkout: checkout.add_code(make_voucher(checkout, percent="10")), 4),
        (lambda checkout: checkout.add_code(make_voucher(checkout, percent="10", once=True)), 4),
        (lambda checkout: checkout.add_code(make_voucher(checkout, type="specific_product", percent="10")), 8),
    ],
)
def test_opening_a_checkout_with_another_benefit(cart, benefit, expected):  # noqa: F811
    benefit(cart)
    with statements(expected):
        handle = open_checkout(str(cart.pk))
    with statements(0):
        handle.ceiling(money("7.00"), cart_lines(handle))


def test_opening_many_checkouts_costs_as_much_as_one(cart, channel_USD, customer_user):  # noqa: F811, N803
    # given
    lines = list(cart.checkout.lines.all())
    checkouts = [Checkout.objects.create(currency="USD", channel=channel_USD, user=customer_user) for _ in range(5)]
    for checkout in checkouts:
        for line in lines:
            checkout.lines.create(variant=line.variant, quantity=2, currency="USD")

    # when
    with statements(3):
        handles = open_checkouts(str(checkout.pk) for checkout in checkouts)
        baskets = [handle.basket for handle in handles.values()]

    # then
    assert [sum(line.gross for line in basket.lines) for basket in baskets] == [money("40.00")] * 5


def test_putting_points_on_a_checkout(cart):  # noqa: F811
    with transaction.atomic():
        handle = open_checkout(str(cart.pk), for_update=True)
        line_ids = cart_lines(handle)
        # one INSERT for all rows, one UPDATE of the checkout
        with statements(2):
            handle.put_discount(money("7.00"), line_ids, name=NAME, reason=REASON)
        with statements(2):
            handle.put_discount(money("8.00"), line_ids, name=NAME, reason=REASON)
        with statements(3):
            handle.put_discount(money("8.00"), line_ids[:1], name=NAME, reason=REASON)
        with statements(0):
            handle.put_discount(money("8.00"), line_ids[:1], name=NAME, reason=REASON)
        with statements(2):
            handle.take_discount_off()
        with statements(0):
            handle.take_discount_off()


def test_a_percentage_voucher_costs_no_more(cart):  # noqa: F811
    cart.add_code(make_voucher(cart, percent="10"))
    with transaction.atomic():
        handle = open_checkout(str(cart.pk), for_update=True)
        with statements(2):
            handle.put_discount(money("7.00"), cart_lines(handle), name=NAME, reason=REASON)


def recalculate(cart):  # noqa: F811
    cart.expire_prices()
    with CaptureQueriesContext(connection) as captured:
        cart.totals()
    return len([query for query in captured.captured_queries if query["sql"].startswith(COUNTED)])


def test_recalculating_without_points_costs_nothing_more(cart, monkeypatch):  # noqa: F811
    # given
    cart.totals()
    with_clamp = recalculate(cart)

    # when
    monkeypatch.setattr("saleor_loyalty.adapter.clamping.clamp_rows", lambda lines: None)

    # then
    assert with_clamp == recalculate(cart)


def test_the_recalculation_that_follows_a_fit_costs_nothing_more(cart, monkeypatch):  # noqa: F811
    # given
    cart.put("7.00")
    cart.totals()
    cart.put("8.00")
    after_a_fit = recalculate(cart)

    # when
    monkeypatch.setattr("saleor_loyalty.adapter.clamping.clamp_rows", lambda lines: None)
    cart.put("7.00")

    # then
    assert after_a_fit == recalculate(cart)


def test_recalculating_with_points_costs_one_statement(cart, monkeypatch):  # noqa: F811
    # given
    cart.put("7.00")
    cart.totals()
    recalculate(cart)  # now the process knows the program's version
    with_clamp = recalculate(cart)

    # when
    monkeypatch.setattr("saleor_loyalty.adapter.clamping.clamp_rows", lambda lines: None)

    # then: is the plugin active, is the program, what do order promotions ask for, what does the delivery
    assert with_clamp - recalculate(cart) == 1
