"""What a settlement costs the sale: SELECT, INSERT, UPDATE and DELETE, not savepoints."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

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
