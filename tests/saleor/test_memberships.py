"""Plans that a real Saleor sells: what its refunds, returns and deleted variants do to memberships."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import timezone
from graphene import Node
from saleor.product.models import ProductVariant

from saleor_loyalty.memberships import PlanTerms, SoldBy, create_plan, status_of
from saleor_loyalty.models import LoyaltyProgram, Membership
from tests.scenarios.drivers.documents import ORDER_RETURN
from tests.scenarios.drivers.protocol import STAFF
from tests.scenarios.drivers.saleor_refunds import delivered_lines, send
from tests.scenarios.stories import DANA, open_club


@pytest.fixture
def club(shop):
    """The eyeliner sells a plan of a month, named by its variant's id."""
    open_club(shop)
    variant = ProductVariant.objects.get(sku="EYELINER")
    create_plan(
        LoyaltyProgram.objects.get().pk,
        terms=PlanTerms(name="Gold", duration_months=1, stacking="OVERLAP"),
        variants=[SoldBy(variant_id=str(variant.pk))],
        at=timezone.now(),
    )
    return shop


def buy(shop, quantity: int = 1, *, is_paid: bool = True) -> str:
    checkout = shop.start_checkout({"EYELINER": quantity, "BRUSH": 1}, by=DANA)
    outcome = shop.complete(checkout, by=DANA, is_paid=is_paid)
    assert outcome.errors == ()
    return outcome.order


def statuses() -> list[str]:
    rows = Membership.objects.order_by("order_line_id", "unit")
    return [status_of(row, at=timezone.now()) for row in rows]


def test_a_variant_is_found_by_its_id_and_the_price_is_that_of_a_unit(club):
    buy(club, 2)

    assert statuses() == ["ACTIVE", "ACTIVE"]
    assert {(row.price_amount, row.currency) for row in Membership.objects.all()} == {(Decimal(100), "USD")}
    assert {row.account.user.email for row in Membership.objects.all()} == {DANA}


def test_an_order_paid_by_a_transaction_begins_it(club):
    order = buy(club, is_paid=False)
    assert statuses() == ["UPCOMING"]

    club.pay(order)

    assert statuses() == ["ACTIVE"]


def test_a_returned_unit_ends_the_last_one(club):
    order = buy(club, 2)
    club.fulfill(order)
    lines = [{**line, "replace": False} for line in delivered_lines(order, {"EYELINER": 1})]

    send(club, ORDER_RETURN, order=order, input={"fulfillmentLines": lines, "refund": False})

    assert statuses() == ["ACTIVE", "CANCELED"]


def test_a_replaced_unit_stays_and_its_replacement_sells_none(club):
    order = buy(club)
    club.fulfill(order)
    lines = [{**line, "replace": True} for line in delivered_lines(order, {"EYELINER": 1})]

    send(club, ORDER_RETURN, order=order, input={"fulfillmentLines": lines, "refund": False})
    club.reconcile()

    assert statuses() == ["ACTIVE"]


def test_a_deleted_variant_takes_nothing_from_who_bought_it(club):
    order = buy(club, is_paid=False)
    ProductVariant.objects.get(sku="EYELINER").delete()

    club.pay(order)

    assert statuses() == ["ACTIVE"]


def test_a_deleted_customer_leaves_memberships_that_name_nobody(club):
    buy(club)
    document = "mutation($id: ID!) { customerDelete(id: $id) { errors { field code } } }"
    user_id = Membership.objects.get().account.user_id

    answer = club.query(document, {"id": Node.to_global_id("User", user_id)}, by=STAFF)

    assert not answer.errors, answer.errors
    membership = Membership.objects.get()
    assert membership.account.user_id is None
    assert status_of(membership, at=timezone.now()) == "ACTIVE"
