"""An order whose points would come to a closed account promises none."""

from __future__ import annotations

import pytest

from saleor_loyalty.accounts import close_account
from saleor_loyalty.ledger import Actor
from tests import club

from .api import Api, gid

pytestmark = pytest.mark.django_db
DOCUMENT = "query($id: ID!) { order(id: $id) { loyalty { earned pending messages { code } } } }"


def read(user, order):
    loyalty = Api(user=user)(DOCUMENT, id=gid("Order", order))["order"]["loyalty"]
    return loyalty["earned"], loyalty["pending"], [message["code"] for message in loyalty["messages"]]


@pytest.mark.parametrize("is_delivered", [False, True])
def test_an_order_of_a_closed_account_promises_nothing(is_delivered, db):
    # given an open account
    club.open_channel()
    club.publish()
    dana = club.add_customer()
    account = club.give(dana, 1)
    order = club.order_of(dana, club.add_variant(price=100), 1)
    club.settle(order)
    assert read(dana, order) == (0, 100, ["ORDER_PENDING_ORDER_FULFILLED"])

    # when
    close_account(account.pk, forfeits=True, actor=Actor("STAFF", 1), at=club.now())
    if is_delivered:
        club.fulfill(order)
    record = club.settle(order)

    # then
    assert (record.account_id, record.state) == (account.pk if is_delivered else None, "PENDING")
    assert read(dana, order) == (0, 0, ["ORDER_EARNED_NOTHING"])
