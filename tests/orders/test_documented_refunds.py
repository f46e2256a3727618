"""The worked numbers of ``docs/explanation/refunds.md``."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import timezone

from playground import refunds, shop
from playground.models import Channel, Checkout, Order
from tests import club

pytestmark = pytest.mark.django_db

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "refunds.md"


def documented_steps():
    """(award, taken back, given back) of each row; what is not said is 0."""
    rows = re.findall(r"^\| [^|]+ \| [^|]+ \| (\d+) \|([ \d]*)\|([ \d]*)\|$", PAGE.read_text("utf-8"), re.MULTILINE)
    return [tuple(int(cell.strip() or 0) for cell in row) for row in rows]


def test_the_worked_example(db):
    # given
    club.open_channel()
    club.publish()
    dana, mug, pot = club.add_customer(), club.add_variant("MUG", price=10), club.add_variant("POT", price=20)
    club.give(dana, 100)
    checkout = shop.create_checkout(
        Channel.objects.get(), user=dana, email="", language_code="en", quantities={mug.pk: 3, pot.pk: 1}
    )
    Checkout.objects.update(has_shipping=True)
    club.apply(checkout, 100)
    order = club.complete(checkout)
    Order.objects.update(is_paid=True, updated_at=timezone.now())
    club.fulfill(order)
    mugs, pots = order.lines.order_by("pk")
    assert (mugs.points_row, pots.points_row) == (Decimal(6), Decimal(4))
    steps = [
        lambda row: None,
        lambda row: refunds.refund_lines(row, {mugs.pk: 1}),
        lambda row: refunds.refund_amount(row, Decimal(8)),
        lambda row: refunds.refund_lines(row, {}, with_shipping=True),
        lambda row: refunds.refund_lines(row, {mugs.pk: 2, pots.pk: 1}),
    ]

    # when
    found, reversed_before, returned_before = [], 0, 0
    for step in steps:
        with shop.changing_order(order.pk) as row:
            step(row)
        record = club.settle(order)
        standing = record.awarded - record.reversed
        found.append((standing, record.reversed - reversed_before, record.returned - returned_before))
        reversed_before, returned_before = record.reversed, record.returned

    # then
    assert found == [(40, 0, 0), (32, 8, 20), (24, 8, 20), (24, 0, 0), (0, 24, 60)]
    assert documented_steps() == found
