"""An order of Saleor as facts: what it is now, with exact figures."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from graphene import Node
from saleor.order.models import Fulfillment, Order, OrderEvent, OrderLine
from saleor.product.models import Category, ProductVariant

from saleor_loyalty.host import get_host
from tests.scenarios.drivers.protocol import STAFF
from tests.scenarios.stories import DANA, open_club

RETURN_PRODUCTS = """mutation($order: ID!, $input: OrderReturnProductsInput!) {
    orderFulfillmentReturnProducts(order: $order, input: $input) { errors { field code message } } }"""

APPROVE = """mutation($id: ID!) {
    orderFulfillmentApprove(id: $id, notifyCustomer: false) { errors { field code message } } }"""


def facts_of(order):
    return get_host().order_facts(Node.from_global_id(order)[1])


def buy(shop, lines, *, points=0, code=None, is_paid=True):
    checkout = shop.start_checkout(lines, by=DANA)
    if code:
        assert shop.add_promo_code(checkout, code, by=DANA).errors == ()
    if points:
        assert shop.apply_points(checkout, points, by=DANA).errors == ()
    outcome = shop.complete(checkout, by=DANA, is_paid=is_paid)
    assert outcome.errors == ()
    return outcome.order


def line_of(facts, sku):
    return next(line for line in facts.basket.lines if line.variant_sku == sku)


def test_a_new_order(club):
    # when
    order = buy(club, {"EYELINER": 2, "BRUSH": 1})

    # then
    facts = facts_of(order)
    row = Order.objects.get()
    assert (facts.id, facts.number, facts.checkout_id) == (str(row.pk), str(row.number), row.checkout_token)
    assert (facts.channel, facts.currency, facts.language_code) == ("default-channel", "USD", "en")
    assert (facts.user_id, facts.email) == (row.user_id, DANA)
    assert (facts.status, facts.origin, facts.is_charged_in_full) == ("CONFIRMED", "CHECKOUT", True)
    assert (facts.created_at, facts.fulfilled, facts.discount) == (row.created_at, {}, None)
    assert sorted(facts.ordered.values()) == [1, 2]
    assert facts.basket.customer.member_status == "MEMBER"
    assert (facts.basket.shipping_net, facts.basket.shipping_gross) == (Decimal("8.13"), Decimal("10.00"))
    line = line_of(facts, "EYELINER")
    assert (line.quantity, line.unit_price, line.net, line.gross) == (
        2,
        Decimal("100.00"),
        Decimal("162.60"),
        Decimal("200.00"),
    )
    assert (line.redeemed_net, line.redeemed_gross) == (0, 0)
    assert not any((line.has_automatic_discount, line.has_voucher, line.has_buy_x_get_y, line.is_gift))


def test_an_unpaid_order_is_not_charged_in_full_until_it_is_paid(club):
    # given
    order = buy(club, {"BRUSH": 1}, is_paid=False)
    assert facts_of(order).is_charged_in_full is False

    # when
    club.pay(order)

    # then
    assert facts_of(order).is_charged_in_full is True


def test_points_stand_beside_what_the_line_cost_without_them(club):
    # when 300 points pay 30.00 of 250.00
    order = buy(club, {"EYELINER": 2, "BRUSH": 1}, points=300)

    # then
    facts = facts_of(order)
    assert (facts.discount.value, facts.discount.rows) == (Decimal("30.00"), Decimal("30.00"))
    eyeliner, brush = line_of(facts, "EYELINER"), line_of(facts, "BRUSH")
    assert (eyeliner.gross, eyeliner.redeemed_gross) == (Decimal("200.00"), Decimal("24.00"))
    assert (brush.gross, brush.redeemed_gross) == (Decimal("50.00"), Decimal("6.00"))
    assert (brush.net, brush.redeemed_net) == (Decimal("40.65"), Decimal("4.88"))
    # our own rows are no promotion
    assert not eyeliner.has_automatic_discount


def test_with_a_percentage_voucher_the_rows_are_larger_than_the_value(shop):
    # given
    everything = {"combination": {"withCoupons": True, "withAutomaticDiscounts": True, "withBuyXGetY": True}}
    open_club(shop, redemption=everything)
    shop.add_voucher("TEN", percent=Decimal(10))

    # when
    order = buy(shop, {"EYELINER": 2}, points=200, code="TEN")

    # then the total is 180.00 - 20.00, to the cent
    facts = facts_of(order)
    assert shop.read_order(order, by=DANA).total == Decimal("170.00")
    assert facts.discount.value == Decimal("20.00")
    assert facts.discount.rows > facts.discount.value
    line = line_of(facts, "EYELINER")
    assert (line.gross, line.redeemed_gross) == (Decimal("180.00"), Decimal("20.00"))
    assert line.has_voucher


def test_promotions_and_gifts_mark_their_lines(club):
    # given
    club.add_product("SPONGE", price=Decimal(5))
    club.put_on_promotion("BRUSH", price=Decimal(40))
    club.add_gift_promotion(gift_sku="SPONGE", min_subtotal=Decimal(100))

    # when
    order = buy(club, {"EYELINER": 1, "BRUSH": 1})

    # then
    facts = facts_of(order)
    marks = {
        line.variant_sku: (line.has_automatic_discount, line.has_voucher, line.has_buy_x_get_y, line.is_gift)
        for line in facts.basket.lines
    }
    assert marks["EYELINER"] == (False, False, True, False)
    assert marks["BRUSH"] == (True, False, True, False)
    assert marks["SPONGE"][2:] == (True, True)
    assert line_of(facts, "BRUSH").gross == Decimal("40.00")
    assert line_of(facts, "SPONGE").gross == 0


def test_an_order_promotion_marks_every_line(club):
    # given
    club.add_order_promotion(percent=Decimal(10), min_subtotal=Decimal(100))

    # when
    facts = facts_of(buy(club, {"EYELINER": 1, "BRUSH": 1}))

    # then
    assert [line.has_automatic_discount for line in facts.basket.lines] == [True, True]
    assert sum(line.gross for line in facts.basket.lines) == Decimal("135.00")


def test_the_category_path_and_the_collections_are_slugs(club):
    # given
    club.add_product("MASCARA", price=Decimal(30), category="eyes", collections=["new", "sale"])
    root = Category.objects.create(slug="beauty", name="Beauty")
    child = Category.objects.get(slug="eyes")
    child.move_to(root)
    child.save()

    # when
    facts = facts_of(buy(club, {"MASCARA": 1}))

    # then
    line = line_of(facts, "MASCARA")
    assert line.category_slugs == ("beauty", "eyes")
    assert sorted(line.collection_slugs) == ["new", "sale"]
    assert (line.product_slug, line.is_gift_card) == ("mascara", False)


def test_a_line_whose_variant_is_gone_is_still_a_line(club):
    # given
    order = buy(club, {"EYELINER": 1, "BRUSH": 1})

    # when
    ProductVariant.objects.filter(sku="BRUSH").delete()

    # then
    line = line_of(facts_of(order), "BRUSH")
    assert (line.product_id, line.variant_id, line.category_slugs, line.gross) == ("", "", (), Decimal("50.00"))


def test_what_is_fulfilled_follows_fulfilments_and_their_cancellation(club):
    # given
    order = buy(club, {"EYELINER": 3, "BRUSH": 1})
    ids = club.read_order(order, by=DANA).line_ids
    eyeliner, brush = (Node.from_global_id(ids[sku])[1] for sku in ("EYELINER", "BRUSH"))

    # when
    first = club.fulfill(order, {"EYELINER": 2})
    # then
    assert facts_of(order).fulfilled == {eyeliner: 2}

    # when
    club.fulfill(order)
    # then
    assert facts_of(order).fulfilled == {eyeliner: 3, brush: 1}

    # when
    club.cancel_fulfillment(first)
    # then
    assert facts_of(order).fulfilled == {eyeliner: 1, brush: 1}


def test_a_fulfilment_that_waits_for_approval_does_not_count(club):
    # given
    order = buy(club, {"EYELINER": 2})
    club.fulfill(order, {"EYELINER": 1})
    club.fulfill(order)

    # when
    Fulfillment.objects.order_by("pk").last().delete()
    waiting = Fulfillment.objects.get()
    waiting.status = "waiting_for_approval"
    waiting.save()

    # then
    assert facts_of(order).fulfilled == {}


@pytest.mark.parametrize(
    ("refund", "replace", "standing"), [(False, False, 1), (False, True, 2)], ids=["returned", "replaced"]
)
def test_returned_units_no_longer_stand_and_replaced_ones_do(club, refund, replace, standing):
    # given
    order = buy(club, {"EYELINER": 2})
    club.fulfill(order)
    fulfillment = Fulfillment.objects.get()
    line = {
        "fulfillmentLineId": Node.to_global_id("FulfillmentLine", fulfillment.lines.get().pk),
        "quantity": 1,
        "replace": replace,
    }

    # when
    answer = club.query(
        RETURN_PRODUCTS, {"order": order, "input": {"fulfillmentLines": [line], "refund": refund}}, by=STAFF
    )

    # then
    assert answer.data["orderFulfillmentReturnProducts"]["errors"] == []
    assert list(facts_of(order).fulfilled.values()) == [standing]


def test_refunded_units_no_longer_stand(club):
    # given
    order = buy(club, {"EYELINER": 2})
    club.fulfill(order)

    # when Saleor moves a unit to a fulfilment of its own, as its refund mutation does
    fulfillment = Fulfillment.objects.get()
    line = fulfillment.lines.get()
    refunded = Fulfillment.objects.create(order=fulfillment.order, fulfillment_order=2, status="refunded")
    refunded.lines.create(order_line=line.order_line, quantity=1)
    line.quantity = 1
    line.save()

    # then
    assert list(facts_of(order).fulfilled.values()) == [1]


@pytest.mark.parametrize(
    ("stored", "status"),
    [
        ("draft", "DRAFT"),
        ("unconfirmed", "UNCONFIRMED"),
        ("unfulfilled", "CONFIRMED"),
        ("partially fulfilled", "CONFIRMED"),
        ("fulfilled", "CONFIRMED"),
        ("partially_returned", "CONFIRMED"),
        ("returned", "CONFIRMED"),
        ("canceled", "CANCELED"),
        ("expired", "EXPIRED"),
    ],
)
def test_each_status(order_with_lines, stored, status):
    Order.objects.filter(pk=order_with_lines.pk).update(status=stored)

    assert get_host().order_facts(str(order_with_lines.pk)).status == status


@pytest.mark.parametrize(
    ("stored", "origin"),
    [("checkout", "CHECKOUT"), ("draft", "DRAFT"), ("reissue", "REISSUE"), ("bulk_create", "IMPORT")],
)
def test_each_origin(order_with_lines, stored, origin):
    Order.objects.filter(pk=order_with_lines.pk).update(origin=stored)

    assert get_host().order_facts(str(order_with_lines.pk)).origin == origin


@pytest.mark.parametrize("order_id", ["", "no-id", "1", "00000000-0000-0000-0000-000000000000"])
def test_an_unknown_or_malformed_id_is_no_order(db, order_id):
    assert get_host().order_facts(order_id) is None


def test_the_row_is_locked_when_it_is_asked_for(order_with_lines):
    with CaptureQueriesContext(connection) as captured, transaction.atomic():
        get_host().order_facts(str(order_with_lines.pk), for_update=True)

    locking = [query["sql"] for query in captured if "FOR UPDATE" in query["sql"]]
    assert len(locking) == 1
    assert 'FOR UPDATE OF "order_order"' in locking[0]


def test_the_number_of_statements_does_not_grow_with_the_lines(club):
    # given
    for number in range(6):
        club.add_product(f"P{number}", price=Decimal(10), category=f"c{number}", collections=["new"])
    counts = []

    # when
    for lines in ({"P0": 1}, {f"P{number}": 2 for number in range(6)}):
        order = buy(club, lines)
        with CaptureQueriesContext(connection) as captured:
            facts_of(order)
        counts.append(len(captured))

    # then order, lines with what belongs to them
    assert counts == [2, 2]


def test_changed_orders_come_in_order_and_page_by_page(order_with_lines, order_generator):
    # given
    orders = [order_with_lines, *(order_generator() for _ in range(3))]
    start = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    for number, order in enumerate(orders):
        Order.objects.filter(pk=order.pk).update(updated_at=start + datetime.timedelta(hours=number // 2))
    Fulfillment.objects.all().delete()
    OrderEvent.objects.all().delete()
    expected = sorted(
        (start + datetime.timedelta(hours=number // 2), str(order.pk)) for number, order in enumerate(orders)
    )

    # when
    found, since, after_id = [], start, ""
    while page := get_host().changed_orders(since=since, after_id=after_id, limit=1):
        found += page
        since, after_id = page[-1]

    # then
    assert found == expected
    assert get_host().changed_orders(since=start + datetime.timedelta(days=1), after_id="", limit=10) == []


def test_a_fulfilment_makes_its_order_a_changed_one(club):
    # given an order whose row is not touched by a second partial fulfilment
    order = buy(club, {"EYELINER": 3})
    club.fulfill(order, {"EYELINER": 1})
    long_ago = timezone.now() - datetime.timedelta(days=30)
    Order.objects.update(updated_at=long_ago)
    Fulfillment.objects.update(created_at=long_ago)
    since = timezone.now()

    # when
    club.fulfill(order, {"EYELINER": 1})
    Order.objects.update(updated_at=long_ago)

    # then
    found = get_host().changed_orders(since=since, after_id="", limit=100)
    assert {order_id for _, order_id in found} == {str(Order.objects.get().pk)}


def test_ordered_lines_are_all_there(club):
    order = buy(club, {"EYELINER": 2, "BRUSH": 5})

    assert facts_of(order).ordered == {str(line.pk): line.quantity for line in OrderLine.objects.all()}


@pytest.mark.parametrize("event", ["cancelled", "approved"])
def test_a_fulfilment_that_is_cancelled_or_approved_makes_its_order_a_changed_one(club, event):
    # given an order that stays partly fulfilled, so that neither its row nor a new fulfilment tells
    order = buy(club, {"EYELINER": 3})
    club.fulfill(order, {"EYELINER": 1})
    second = club.fulfill(order, {"EYELINER": 1})
    if event == "approved":
        Fulfillment.objects.filter(pk=Node.from_global_id(second)[1]).update(status="waiting_for_approval")
    long_ago = timezone.now() - datetime.timedelta(days=30)
    Order.objects.update(updated_at=long_ago)
    Fulfillment.objects.update(created_at=long_ago)
    OrderEvent.objects.update(date=long_ago)
    since = timezone.now()

    # when
    if event == "cancelled":
        club.cancel_fulfillment(second)
    else:
        answer = club.query(APPROVE, {"id": second}, by=STAFF)
        assert answer.errors == ()
        assert answer.data["orderFulfillmentApprove"]["errors"] == []

    # then
    found = get_host().changed_orders(since=since, after_id="", limit=100)
    assert {order_id for _, order_id in found} == {str(Order.objects.get().pk)}
    assert found == sorted(set(found))
