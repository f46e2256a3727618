"""The notes in the host's own history of an order: one for each movement, none where nothing moved."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import DatabaseError, connection

from playground import refunds, shop
from playground.host import PlaygroundHost
from playground.models import Order
from saleor_loyalty.models import OrderRecord
from tests import club

pytestmark = pytest.mark.django_db


CHECK = (
    "Check the refund: ₪20.00 more was paid back than the customer had paid in money for these items. "
    "Points paid for the rest, and they go back as points."
)


@pytest.fixture
def order(account, dana, variant):
    """An order of 500.00 of which 1000 points paid 100.00."""
    checkout = club.fill_cart(dana, variant, 5)
    club.apply(checkout, 1000)
    order = club.complete(checkout)
    club.settle(order)
    return order


def notes():
    return Order.objects.get().notes


def refund(order, units, **values):
    with shop.changing_order(order.pk) as row:
        refunds.refund_lines(row, {row.lines.get().pk: units}, **values)
    club.settle(order)


def test_each_movement_is_noted_once(order):
    club.fulfill(order)
    club.settle(order)
    refund(order, 1)
    club.settle(order)

    assert notes() == [
        "Loyalty: 1,000 points used, worth ₪100.00.",
        "Loyalty: 400 points earned.",
        "Loyalty: 80 points taken back.",
        "Loyalty: 200 points given back.",
    ]


def test_what_could_not_be_taken_and_what_was_paid_out_is_noted(order, account):
    club.fulfill(order)
    club.settle(order)
    spend = club.fill_cart(order.user, club.add_variant("OTHER", price=200), 10)
    club.apply(spend, 400)

    refund(order, 1, amount=Decimal(100))

    assert notes()[2:] == [
        "Loyalty: 100 points could not be taken back.",
        "Loyalty: 250 points given back.",
        CHECK,
    ]


def test_the_notes_are_in_the_language_and_the_words_of_the_shop(settings, dana, variant):
    settings.LANGUAGE_CODE = "it"
    order = club.order_of(dana, variant, 4)
    club.fulfill(order)
    club.settle(order)

    assert notes() == ["Fedeltà: guadagnati 400 punti."]


@pytest.mark.parametrize("breaks", ["in python", "in the database"])
def test_a_host_that_takes_no_note_loses_the_note_alone(order, monkeypatch, breaks):
    def fail(self, order_id, text):
        if breaks == "in python":
            raise OSError("no history today")
        with connection.cursor() as cursor:
            cursor.execute("SELECT nothing FROM nowhere")

    monkeypatch.setattr(PlaygroundHost, "note_on_order", fail)
    club.fulfill(order)

    record = club.settle(order)

    assert (record.awarded, record.failure) == (400, "")
    assert OrderRecord.objects.get().awarded == 400
    assert len(notes()) == 1


def test_a_settlement_that_is_rolled_back_leaves_no_note(order, monkeypatch):
    club.fulfill(order)
    monkeypatch.setattr(OrderRecord, "save", _break)

    with pytest.raises(DatabaseError):
        club.settle(order)

    assert len(notes()) == 1


def _break(*args, **kwargs):
    raise DatabaseError("no")
