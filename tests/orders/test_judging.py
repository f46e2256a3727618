"""An order is judged once: version, basket and receipt are frozen, also where it earns nothing."""

from __future__ import annotations

import datetime

import pytest

from playground.models import Order
from saleor_loyalty.basket import basket_from_json
from saleor_loyalty.models import Lot, LoyaltyAccount, OrderRecord
from saleor_loyalty.programs import pause_program, resume_program
from tests import club

pytestmark = pytest.mark.django_db


def codes(record):
    return [line["code"] for line in record.receipt["lines"]]


def test_the_version_of_the_first_judgement_counts_for_ever(dana, variant):
    order = club.order_of(dana, variant, 4)
    record = club.settle(order)
    first_version = record.program_version_id

    # when the program gives ten times as much from now on
    club.publish(club.rules(earning=[{"key": "more", "name": "More", "type": "CONVERSION_RATE", "points": 10}]))
    club.fulfill(order)
    record = club.settle(order)

    # then
    assert (record.program_version_id, record.earnable, record.awarded) == (first_version, 400, 400)
    assert record.receipt["program_version"] == 1
    assert club.settle(club.order_of(dana, variant, 4)).earnable == 4000


def test_the_basket_is_frozen_and_the_customer_kept_apart(dana, variant):
    order = club.order_of(dana, variant, 4)

    record = club.settle(order)

    basket = basket_from_json(record.basket)
    assert [(line.variant_sku, line.quantity, line.gross) for line in basket.lines] == [("SET", 4, 400)]
    assert basket.customer.email == ""
    assert basket.customer.user_id is None
    assert (record.customer["user_id"], record.customer["email"]) == (dana.pk, "")


def test_prices_that_change_later_change_nothing(dana, variant):
    order = club.order_of(dana, variant, 4)
    club.settle(order)
    for line in order.lines.all():
        line.facts["gross"] = "1.00"
        line.save()
    club.fulfill(order)

    assert club.settle(order).awarded == 400


def test_an_order_that_earns_nothing_keeps_a_receipt(db):
    club.open_channel()
    club.publish(club.rules(earning=[]))
    dana, variant = club.add_customer(), club.add_variant()
    order = club.order_of(dana, variant, 4)
    club.fulfill(order)

    record = club.settle(order)

    assert (record.state, record.earnable, codes(record)) == (
        "NOTHING",
        0,
        ["LINE_NOT_IN_SCOPE", "SHIPPING_EXCLUDED"],
    )
    assert not LoyaltyAccount.objects.exists()


def test_a_reissue_earns_nothing_and_says_so(dana, variant):
    order = club.order_of(dana, variant, 4, origin="REISSUE")
    club.fulfill(order)

    record = club.settle(order)

    assert (record.state, codes(record), record.receipt["lines"][0]["detail"]) == (
        "NOTHING",
        ["ORDER_NOT_ELIGIBLE"],
        "REISSUE",
    )


def test_an_imported_order_earns_only_where_the_program_says_so(dana, variant):
    first = club.order_of(dana, variant, 4, origin="IMPORT")
    club.fulfill(first)
    record = club.settle(first)
    assert (record.state, codes(record)) == ("NOTHING", ["ORDER_NOT_ELIGIBLE"])

    club.publish(club.rules(includeImportedOrders=True))
    second = club.order_of(dana, variant, 4, origin="IMPORT")
    club.fulfill(second)

    assert club.settle(second).awarded == 400
    assert club.settle(first).awarded == 0


def test_an_order_of_a_paused_program_earns_nothing_later_either(dana, variant, program):
    pause_program(program.pk, at=club.now())
    order = club.order_of(dana, variant, 4)
    club.fulfill(order)
    record = club.settle(order)
    assert (record.state, codes(record), record.receipt["lines"][0]["detail"]) == (
        "NOTHING",
        ["PROGRAM_INACTIVE"],
        "PAUSED",
    )

    resume_program(program.pk, at=club.now())

    assert club.settle(order).awarded == 0


@pytest.mark.parametrize("is_seen_in_time", [True, False])
@pytest.mark.parametrize("is_published_anew", [True, False])
def test_whether_an_order_was_made_in_a_pause_decides_and_not_when_it_is_seen(
    dana, variant, program, is_seen_in_time, is_published_anew
):
    # given orders from before, in and after a pause
    start = club.now()
    moments = [start, start + club.HOUR, start + 2 * club.HOUR]
    before, during, after = (club.order_of(dana, variant, 4, created_at=at) for at in moments)
    for order in (before, during, after):
        club.fulfill(order)
    pause_program(program.pk, at=start + club.HOUR)
    if is_seen_in_time:
        club.settle(before)
        club.settle(during)
    resume_program(program.pk, at=start + 2 * club.HOUR)
    if is_published_anew:
        club.publish(club.rules(earning=[{"key": "more", "name": "More", "type": "CONVERSION_RATE", "points": 10}]))

    # when
    records = [club.settle(order) for order in (before, during, after)]

    # then
    assert [record.awarded for record in records] == [400, 0, 4000 if is_published_anew else 400]
    assert (codes(records[1]), records[1].receipt["lines"][0]["detail"]) == (["PROGRAM_INACTIVE"], "PAUSED")


def test_an_order_judged_before_the_pause_still_gets_what_was_promised(dana, variant, program):
    order = club.order_of(dana, variant, 4)
    club.settle(order)
    pause_program(program.pk, at=club.now())

    club.fulfill(order)

    assert club.settle(order).awarded == 400


def test_a_switched_off_plugin_decides_nothing(dana, variant, settings):
    order = club.order_of(dana, variant, 4)
    club.fulfill(order)
    settings.PLAYGROUND_LOYALTY_IS_ACTIVE = False
    assert club.settle(order) is None

    settings.PLAYGROUND_LOYALTY_IS_ACTIVE = True

    assert club.settle(order).awarded == 400


def test_an_order_from_before_the_program_is_none_of_its_orders(dana, variant, program):
    long_ago = program.published_version.published_at - datetime.timedelta(seconds=1)
    order = club.order_of(dana, variant, 4, created_at=long_ago)
    club.fulfill(order)

    assert club.settle(order) is None

    assert not OrderRecord.objects.exists()


def test_a_late_order_is_judged_by_the_version_of_its_time(dana, variant, program):
    order = club.order_of(dana, variant, 4)
    club.fulfill(order)
    first_version = program.published_version_id

    # when the program gives ten times as much from now on, and the order is seen only then
    club.publish(club.rules(earning=[{"key": "more", "name": "More", "type": "CONVERSION_RATE", "points": 10}]))
    club.publish()
    record = club.settle(order)

    # then
    assert (record.program_version_id, record.awarded) == (first_version, 400)
    assert record.receipt["program_version"] == 1


@pytest.mark.parametrize(
    ("listing", "outcome"),
    [({"isActive": False}, None), ({"channel": "elsewhere"}, None), ({"currency": "USD"}, (0, ["PROGRAM_INACTIVE"]))],
)
def test_a_late_order_is_judged_by_the_channels_of_its_time(dana, variant, listing, outcome):
    before = club.order_of(dana, variant, 4)
    club.publish(club.rules(listing=listing))
    between = club.order_of(dana, variant, 4)
    club.publish()
    for order in (before, between):
        club.fulfill(order)

    assert club.settle(before).awarded == 400
    record = club.settle(between)
    assert (record and (record.awarded, codes(record))) == outcome


def test_a_late_order_belongs_to_the_program_that_had_its_channel(dana, variant, program):
    order = club.order_of(dana, variant, 4)
    club.fulfill(order)
    club.publish(club.rules(listing={"channel": "elsewhere"}))
    successor = club.publish(slug="successor")

    assert club.settle(order).program == program
    assert club.settle(club.order_of(dana, variant, 4)).program == successor


def test_the_programs_dates_are_those_of_the_order_not_of_the_event(db):
    # given a program that has ended by the time of the fulfilment
    club.open_channel()
    at = club.now()
    club.publish(club.rules(endsAt=(at + datetime.timedelta(days=1)).isoformat()))
    dana, variant = club.add_customer(), club.add_variant()
    order = club.order_of(dana, variant, 4)
    club.fulfill(order)

    record = club.settle(order, at=at + datetime.timedelta(days=10))

    assert record.awarded == 400


def test_a_guests_points_wait_until_the_guest_joins(variant):
    order = club.order_of(None, variant, 4, email="Guest@Example.com")
    club.fulfill(order)

    record = club.settle(order)

    account = LoyaltyAccount.objects.get()
    assert (account.user_id, account.email, account.given) == (None, "guest@example.com", 400)
    assert record.account == account
    assert Lot.objects.get().available_at is None
    assert club.points_of(account, at=club.now() + datetime.timedelta(days=999)) == (0, 400, 0, 0)


def test_two_orders_of_one_guest_share_an_account(variant):
    for email in ("guest@example.com", "GUEST@example.com"):
        order = club.order_of(None, variant, 4, email=email)
        club.fulfill(order)
        club.settle(order)

    assert LoyaltyAccount.objects.get().balance == 800


def test_an_unconfirmed_customers_points_wait_too(variant):
    dana = club.add_customer(is_confirmed=False)
    order = club.order_of(dana, variant, 4)
    club.fulfill(order)

    club.settle(order)

    assert LoyaltyAccount.objects.get().user_id == dana.pk
    assert club.points_of(dana) == (0, 400, 0, 0)


def test_guests_earn_nothing_where_the_program_says_so(db):
    club.open_channel()
    club.publish(club.rules(guestEarning="NONE"))
    order = club.order_of(None, club.add_variant(), 4, email="guest@example.com")
    club.fulfill(order)

    record = club.settle(order)

    assert (record.state, "GUEST_NOT_ELIGIBLE" in codes(record)) == ("NOTHING", True)
    assert not LoyaltyAccount.objects.exists()


def test_an_order_of_nobody_earns_nothing(variant):
    order = club.order_of(None, variant, 4)
    club.fulfill(order)

    record = club.settle(order)

    assert (record.state, codes(record)) == ("NOTHING", ["GUEST_NOT_ELIGIBLE"])


def test_an_order_that_got_its_user_before_the_award_goes_to_the_user(variant):
    # given a guest's order, whose buyer registers before it is fulfilled
    order = club.order_of(None, variant, 4, email="dana@example.com")
    club.settle(order)
    dana = club.add_customer()
    Order.objects.filter(pk=order.pk).update(user=dana)

    club.fulfill(order)
    club.settle(order)

    assert club.points_of(dana) == (400, 0, 0, 0)
