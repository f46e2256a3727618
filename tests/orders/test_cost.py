"""What a settlement costs the sale: SELECT, INSERT, UPDATE and DELETE, not savepoints."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from playground import refunds, shop
from playground.models import Channel, Checkout, Order
from playground.order_facts import read_order_facts
from saleor_loyalty.orders import settle_order
from tests import club

pytestmark = pytest.mark.django_db

WORDS = ("SELECT", "INSERT", "UPDATE", "DELETE")


def statements(work):
    with CaptureQueriesContext(connection) as queries:
        work()
    return sum(query["sql"].lstrip("( ").startswith(WORDS) for query in queries.captured_queries)


def settling(order):
    facts = read_order_facts(str(order.pk))
    return lambda: settle_order(facts, at=club.now())


def test_a_new_order_costs_three_and_one_that_is_settled_one(dana, variant):
    club.settle(club.order_of(dana, variant))  # now the process knows the version
    order = club.order_of(dana, variant, 4)

    assert statements(settling(order)) == 3
    assert statements(settling(order)) == 1


def test_an_order_of_no_program_costs_three(db):
    club.open_channel()
    order = club.order_of(club.add_customer(), club.add_variant())

    assert statements(settling(order)) == 3


def test_the_commit_of_an_order_without_points_costs_one(dana, variant):
    checkout = club.fill_cart(dana, variant)
    order = club.order_of(dana, variant)

    assert statements(lambda: club.commit(order, checkout, None)) == 1


def refunded_order(dana, variants):
    """An order of these variants, partly paid with points, delivered, and with one unit of each line paid back."""
    checkout = shop.create_checkout(
        Channel.objects.get(),
        user=dana,
        email="",
        language_code="en",
        quantities={variant.pk: 3 for variant in variants},
    )
    Checkout.objects.filter(pk=checkout.pk).update(has_shipping=True)
    club.apply(checkout, 100)
    order = club.complete(checkout)
    club.fulfill(order)
    club.settle(order)
    with transaction.atomic():
        row = Order.objects.select_for_update().get(pk=order.pk)
        refunds.refund_lines(row, {line.pk: 1 for line in order.lines.all()})
        row.save()
    return order


def test_a_refund_costs_the_same_for_one_line_and_for_five(account, dana, variant):
    few = settling(refunded_order(dana, [variant]))
    many = settling(refunded_order(dana, [club.add_variant(f"SKU-{number}") for number in range(5)]))

    counts = [statements(few), statements(many)]

    # a reversal, a return and a note for each of them, and one look at who has spent the points; two statements of a
    # note are the playground's own
    assert counts == [28, 28]
    assert [statements(few), statements(many)] == [1, 1]


def test_the_record_of_an_order_with_points_is_written_once_when_it_is_judged(account, dana, variant):
    # given: the record is there since its points were taken
    checkout = club.fill_cart(dana, variant, 5)
    club.apply(checkout, 100)
    order = club.complete(checkout)

    # when
    with CaptureQueriesContext(connection) as queries:
        settling(order)()

    # then
    writes = [query["sql"] for query in queries.captured_queries if "loyalty_orderrecord" in query["sql"][:60]]
    assert [sql.split()[0] for sql in writes if not sql.startswith("SELECT")] == ["UPDATE"]
