"""The plugin is switched off while points stand on a checkout whose prices Saleor has stored: nothing is free."""

from __future__ import annotations

import pytest
from saleor.order.models import Order

from saleor_loyalty.models import Reservation
from tests.scenarios.drivers.protocol import STAFF
from tests.scenarios.stories import DANA, moves, open_club

pytestmark = pytest.mark.django_db(transaction=True)
SWITCH = 'mutation($on: Boolean!) { pluginUpdate(id: "saleor.loyalty", input: {active: $on}) { errors { code } } }'


def test_an_order_at_stored_prices_takes_the_points_of_its_discount(shop):
    # given
    open_club(shop)
    checkout = shop.start_checkout({"EYELINER": 1}, by=DANA)
    assert shop.apply_points(checkout, 200, by=DANA).errors == ()
    assert shop.read_checkout(checkout, by=DANA).total == 90
    assert shop.query(SWITCH, {"on": False}, by=STAFF).data["pluginUpdate"]["errors"] == []

    # when
    outcome = shop.complete(checkout, by=DANA, is_paid=True)

    # then
    assert outcome.errors == ()
    assert Order.objects.get().total_gross_amount == 90
    assert list(Reservation.objects.values_list("status", "points")) == [("COMMITTED", 200)]
    assert moves(shop) == [("GIVE", 1000), ("REDEEM", -200)]
    assert shop.audit_findings() == []


def test_points_removed_while_the_plugin_is_off_are_not_taken(shop):
    # given
    open_club(shop)
    checkout = shop.start_checkout({"EYELINER": 1}, by=DANA)
    assert shop.apply_points(checkout, 200, by=DANA).errors == ()
    assert shop.query(SWITCH, {"on": False}, by=STAFF).data["pluginUpdate"]["errors"] == []

    # when
    assert shop.remove_points(checkout, by=DANA).errors == ()
    outcome = shop.complete(checkout, by=DANA, is_paid=True)

    # then
    assert outcome.errors == ()
    assert Order.objects.get().total_gross_amount == 110
    assert list(Reservation.objects.values_list("status", "points")) == [("RELEASED", 200)]
    assert moves(shop) == [("GIVE", 1000)]
    assert shop.audit_findings() == []
