"""What an order sells, and what becomes of it when the order is paid, delivered, refunded and cancelled."""

from __future__ import annotations

import dataclasses

import pytest

from playground import refunds, shop
from playground.models import Order
from playground.order_facts import read_order_facts
from saleor_loyalty.models import LoyaltyAccount, Membership, OrderRecord
from saleor_loyalty.orders import settle_order
from tests import club

from .builders import a_plan, cancel, history, labels_of, memberships_of, pay, status

pytestmark = pytest.mark.django_db


def sold(order) -> list[Membership]:
    return list(Membership.objects.filter(order_id=str(order.pk)).order_by("order_line_id", "unit"))


def pay_order(order) -> None:
    Order.objects.filter(pk=order.pk).update(is_paid=True)


def statuses(order) -> list[str]:
    return [status(membership, club.now()) for membership in sold(order)]


def test_a_placed_order_sells_a_membership_that_waits_for_its_payment(dana, variant, plan):
    order = club.order_of(dana, variant)

    club.settle(order)

    [membership] = sold(order)
    assert (membership.released_on, membership.starts_on, membership.ends_on) == (None, None, None)
    assert statuses(order) == ["UPCOMING"]
    assert membership.payment_status == "UNPAID"
    assert (membership.price_amount, membership.currency) == (100, "ILS")
    assert OrderRecord.objects.get().sells_memberships
    assert labels_of(membership.account) == []


def test_a_paid_order_starts_it_with_its_label(dana, variant, plan):
    order = club.order_of(dana, variant, is_paid=True)

    club.settle(order)

    [membership] = sold(order)
    today = club.now().date()
    assert membership.starts_on == today
    assert statuses(order) == ["ACTIVE"]
    assert membership.payment_status == "PAID"
    assert labels_of(membership.account) == ["Gold"]
    assert history(membership) == ["SOLD", "PAID", "RELEASED", "STARTED"]


def test_settling_again_changes_nothing(dana, variant, program):
    a_plan(program, variant, start_points=50)
    order = club.order_of(dana, variant, 2, is_paid=True)
    club.settle(order)
    before = list(Membership.objects.values()), club.everything_written()

    club.settle(order)

    assert (list(Membership.objects.values()), club.everything_written()) == before


def test_three_pieces_are_three_periods_one_after_the_other(dana, variant, program):
    a_plan(program, variant, duration_days=30)
    order = club.order_of(dana, variant, 3, is_paid=True)

    club.settle(order)

    first, second, third = sold(order)
    assert (first.ends_on - first.starts_on).days == 30
    assert (second.starts_on, third.starts_on) == (first.ends_on, second.ends_on)
    assert statuses(order) == ["ACTIVE", "UPCOMING", "UPCOMING"]


def test_of_one_line_a_hundred_are_made(dana, variant, plan, caplog):
    order = club.order_of(dana, variant, 103, is_paid=True)

    club.settle(order)

    assert [membership.unit for membership in sold(order)] == list(range(100))
    assert "sells 103 memberships: 100 are made" in caplog.text
    before = club.everything_written(), list(Membership.objects.values())
    club.settle(order)
    assert (club.everything_written(), list(Membership.objects.values())) == before


def test_a_plan_that_overlaps_begins_at_once(dana, variant, program):
    a_plan(program, variant, stacking="OVERLAP")
    order = club.order_of(dana, variant, 2, is_paid=True)

    club.settle(order)

    assert statuses(order) == ["ACTIVE", "ACTIVE"]


def test_delivery_starts_as_many_as_are_delivered(dana, variant, program):
    a_plan(program, variant, starts_when="ORDER_FULFILLED", stacking="OVERLAP")
    order = club.order_of(dana, variant, 2, is_paid=True)
    club.settle(order)
    assert statuses(order) == ["UPCOMING", "UPCOMING"]

    club.fulfill(order, 1)
    club.settle(order)

    assert statuses(order) == ["ACTIVE", "UPCOMING"]


def test_a_delivery_that_is_undone_lets_it_wait_again(dana, variant, program):
    a_plan(program, variant, starts_when="ORDER_FULFILLED", start_points=50)
    order = club.order_of(dana, variant)
    fulfillment = club.fulfill(order)
    club.settle(order)
    assert club.points_of(dana)[0] == 150

    shop.cancel_fulfillment(fulfillment)
    club.settle(order)

    [membership] = sold(order)
    assert statuses(order) == ["UPCOMING"]
    assert membership.released_on is None
    assert labels_of(membership.account) == []
    assert club.points_of(dana)[0] == 0

    club.fulfill(order)
    club.settle(order)

    assert statuses(order) == ["ACTIVE"]
    assert club.points_of(dana)[0] == 150
    assert club.audit() == []


def test_a_cancelled_order_takes_it_back(dana, variant, program):
    a_plan(program, variant, start_points=50)
    order = club.order_of(dana, variant, is_paid=True)
    club.settle(order)
    account = LoyaltyAccount.objects.get(user=dana)
    assert club.points_of(dana)[0] == 50

    Order.objects.filter(pk=order.pk).update(status="CANCELED")
    club.settle(order)

    [membership] = sold(order)
    assert statuses(order) == ["CANCELED"]
    assert membership.is_canceled_by_order
    assert labels_of(account) == []
    assert club.points_of(dana)[0] == 0
    assert club.movements(dana) == [("GIVE", 50), ("REVERSE", -50)]


def test_points_of_the_start_that_are_spent_stay_spent(dana, variant, program):
    a_plan(program, variant, start_points=50)
    order = club.order_of(dana, variant, is_paid=True)
    club.settle(order)
    from saleor_loyalty.ledger import deduct_points

    deduct_points(LoyaltyAccount.objects.get().pk, points=30, at=club.now(), idempotency_key="spent")

    Order.objects.filter(pk=order.pk).update(status="CANCELED")
    club.settle(order)

    assert club.points_of(dana) == (0, 0, 0, 0)


def test_a_refund_of_one_piece_takes_the_last_one_back(dana, variant, plan):
    order = club.order_of(dana, variant, 2, is_paid=True)
    club.fulfill(order)
    club.settle(order)

    refunds.refund_lines(order, {order.lines.get().pk: 1})
    club.settle(order)

    assert statuses(order) == ["ACTIVE", "CANCELED"]


def test_an_order_that_is_seen_only_when_all_is_over_sells_nothing(dana, variant, plan):
    order = club.order_of(dana, variant, is_paid=True)
    Order.objects.filter(pk=order.pk).update(status="CANCELED")

    club.settle(order)

    assert sold(order) == []


def test_money_that_went_back_as_a_whole_ends_it(dana, variant, plan):
    order = club.order_of(dana, variant, is_paid=True)
    club.settle(order)
    facts = read_order_facts(str(order.pk))
    refunds = dataclasses.replace(facts.refunds, money=130, charged=130)

    settle_order(dataclasses.replace(facts, refunds=refunds), at=club.now())

    assert statuses(order) == ["CANCELED"]
    assert sold(order)[0].payment_status == "REFUNDED"


def test_what_was_sold_stays_as_it_was_when_the_plan_changes(dana, variant, plan):
    from saleor_loyalty.memberships import archive_plan, update_plan

    order = club.order_of(dana, variant)
    club.settle(order)
    update_plan(plan.pk, changes={"name": "Silver", "duration_months": 2, "start_points": 9}, at=club.now())
    archive_plan(plan.pk, at=club.now())
    pay_order(order)

    club.settle(order)

    [membership] = sold(order)
    assert (membership.plan_name, membership.duration_months, membership.start_points) == ("Gold", 1, 0)
    assert statuses(order) == ["ACTIVE"]


def test_an_order_before_the_plan_sells_none(dana, variant, program):
    order = club.order_of(dana, variant, is_paid=True)
    club.settle(order)
    a_plan(program, variant)

    club.settle(order)

    assert sold(order) == []


@pytest.mark.parametrize("origin", ["REISSUE", "IMPORT"])
def test_a_replacement_and_an_import_sell_none(dana, variant, plan, origin):
    order = club.order_of(dana, variant, is_paid=True, origin=origin)

    club.settle(order)

    assert sold(order) == []


def test_a_guest_gets_a_card_and_a_membership(program, variant, plan):
    order = club.order_of(None, variant, email="guest@example.com", is_paid=True)

    club.settle(order)

    assert LoyaltyAccount.objects.get().email == "guest@example.com"
    assert statuses(order) == ["ACTIVE"]


def test_staffs_cancellation_stays_whatever_the_order_does(dana, variant, plan):
    order = club.order_of(dana, variant)
    club.settle(order)
    cancel(sold(order)[0], at=club.now())

    pay_order(order)
    club.settle(order)

    assert statuses(order) == ["CANCELED"]


def test_staffs_word_that_it_is_paid_starts_it_and_stays(dana, variant, plan):
    order = club.order_of(dana, variant)
    club.settle(order)
    pay(sold(order)[0], at=club.now())
    assert statuses(order) == ["ACTIVE"]

    club.settle(order)

    assert statuses(order) == ["ACTIVE"]
    assert sold(order)[0].payment_status == "PAID"


def test_a_variant_is_found_by_its_sku_too(dana, variant, program):
    from saleor_loyalty.memberships import PlanTerms, SoldBy, create_plan

    terms = PlanTerms(name="Gold", duration_months=1)
    create_plan(program.pk, terms=terms, variants=[SoldBy(sku="GOLD")], at=club.now())
    order = club.order_of(dana, variant, is_paid=True)

    club.settle(order)

    assert memberships_of(LoyaltyAccount.objects.get()) == sold(order) != []
