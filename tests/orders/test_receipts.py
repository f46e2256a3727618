"""Each movement of an order stores its receipt, and the receipt alone gives the same number again."""

from __future__ import annotations

import pytest

from playground import shop
from saleor_loyalty.models import LoyaltyTransaction, OrderRecord
from saleor_loyalty.rules import receipt_from_json, recount_movement, recount_points
from tests import club

pytestmark = pytest.mark.django_db


def test_every_movement_of_an_order_is_explained(account, dana, variant):
    checkout = club.fill_cart(dana, variant, 5)
    club.apply(checkout, 1000)
    order = club.complete(checkout)
    fulfillment = club.fulfill(order, 2)
    club.settle(order)
    shop.cancel_fulfillment(fulfillment)
    club.settle(order)
    shop.cancel_order(order)
    order.save()
    club.settle(order)

    rows = LoyaltyTransaction.objects.exclude(order_id="").order_by("pk")

    assert [(row.type, row.points) for row in rows] == [
        ("REDEEM", -1000),
        ("EARN", 160),
        ("REVERSE", -160),
        ("RETURN", 1000),
    ]
    assert [row.receipt["kind"] for row in rows] == ["REDEEM", "EARN", "REVERSE", "RETURN"]
    assert [row.receipt.get("posted") for row in rows] == [None, 160, -160, 1000]
    assert [recount_movement(row.receipt) for row in rows] == [-1000, 160, -160, 1000]
    assert [row.order_id for row in rows] == [str(order.pk)] * 4


def test_the_recorded_receipt_gives_the_same_number_again(dana, variant):
    record = club.settle(club.order_of(dana, variant, 4))

    assert recount_points(receipt_from_json(record.receipt)) == record.earnable == 400
    assert OrderRecord.objects.get().receipt == record.receipt
