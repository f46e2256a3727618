"""``Order.loyalty``: the order confirmation."""

from __future__ import annotations

from decimal import Decimal

import pytest

from playground import refunds, shop
from playground.models import Checkout, Order, User
from saleor_loyalty.accounts import claim_guest_points
from saleor_loyalty.models import LoyaltyAccount, OrderRecord
from tests import club
from tests.graphql.api import Api, gid

ORDER = """query($id: ID!) { order(id: $id) { loyalty {
    earned pending redeemed redeemedValue { amount currency } reversed returned
    messages { code severity text }
    receipt { points summary programVersion { number } lines { code points message } }
} } }"""


def loyalty_of(api: Api, order: Order):
    return api(ORDER, id=gid("Order", order))["order"]["loyalty"]


@pytest.fixture
def order(checkout: Checkout) -> Order:
    """A chair of 400.00, 800 points paid 80.00 of it."""
    club.apply(checkout, 800)
    order = club.complete(checkout)
    club.settle(order)
    return order


def test_before_the_trigger_the_points_are_pending(owner: Api, order: Order):
    assert loyalty_of(owner, order) == {
        "earned": 0,
        "pending": 320,
        "redeemed": 800,
        "redeemedValue": {"amount": 80, "currency": "ILS"},
        "reversed": 0,
        "returned": 0,
        "messages": [
            {"code": "ORDER_REDEEMED", "severity": "INFO", "text": "You used 800 points for this order: ₪80.00 off."},
            {
                "code": "ORDER_PENDING_ORDER_FULFILLED",
                "severity": "INFO",
                "text": "You will earn 320 points once this order is shipped.",
            },
        ],
        "receipt": {
            "points": 320,
            "summary": "320 points earned.",
            "programVersion": {"number": 1},
            "lines": [
                {"code": "PAID_WITH_POINTS", "points": 0, "message": "What is paid with points earns nothing."},
                {"code": "RULE_APPLIED", "points": 320, "message": "Counted: 320 points."},
                {"code": "SHIPPING_EXCLUDED", "points": 0, "message": "Shipping does not count."},
            ],
        },
    }


def test_after_the_fulfilment_they_are_earned(owner: Api, order: Order):
    # given
    club.fulfill(order)
    club.settle(order)

    # when
    loyalty = loyalty_of(owner, order)

    # then
    assert (loyalty["earned"], loyalty["pending"]) == (320, 0)
    assert [message["text"] for message in loyalty["messages"]] == [
        "You used 800 points for ₪80.00 off and earned 320 points with this order."
    ]


def test_a_cancelled_order_gives_the_points_back(owner: Api, order: Order):
    # given
    Order.objects.update(status="CANCELED")
    order.refresh_from_db()
    club.settle(order)

    # when
    loyalty = loyalty_of(owner, order)

    # then
    assert (loyalty["earned"], loyalty["pending"], loyalty["redeemed"], loyalty["returned"]) == (0, 0, 800, 800)
    assert [message["code"] for message in loyalty["messages"]] == ["ORDER_REDEEMED", "ORDER_RETURNED"]


def test_permitted_staff_and_apps_read_it(staff: Api, app: Api, order: Order):
    for somebody in (staff, app):
        assert loyalty_of(somebody, order)["redeemed"] == 800


def test_everybody_else_who_has_the_id_reads_nothing(
    anonymous: Api, stranger: Api, clerk: Api, app_without: Api, loyalty_only_staff: Api, order: Order
):
    for somebody in (anonymous, stranger, clerk, app_without, loyalty_only_staff):
        assert loyalty_of(somebody, order) is None


def test_a_guest_s_order_tells_staff_that_it_waits_for_the_guest(anonymous: Api, staff: Api, variant):
    # given
    order = club.order_of(None, variant, email="guest@example.com")
    club.settle(order)

    # when / then
    assert loyalty_of(anonymous, order) is None
    assert loyalty_of(staff, order)["messages"] == [
        {"code": "ORDER_PENDING_GUEST", "severity": "INFO", "text": "Join to receive 400 points from this order."}
    ]


def test_an_order_that_no_program_knows_has_none(owner: Api, customer: User, variant):
    order = club.order_of(customer, variant)
    assert OrderRecord.objects.count() == 0
    assert loyalty_of(owner, order) is None


def test_an_order_that_earns_nothing_says_so(owner: Api, customer: User, variant):
    # given
    club.change_price(variant, "0.50")
    order = club.order_of(customer, variant)
    club.settle(order)

    # when
    loyalty = loyalty_of(owner, order)

    # then
    assert loyalty["messages"] == [
        {"code": "ORDER_EARNED_NOTHING", "severity": "INFO", "text": "This order earned no points."}
    ]
    assert loyalty["receipt"]["lines"][0]["code"] == "BELOW_STEP"
    assert loyalty["redeemedValue"] is None


def test_the_order_speaks_its_own_language(owner: Api, account: LoyaltyAccount, customer: User, variant):
    order = club.order_of(customer, variant, language_code="it")
    club.settle(order)
    loyalty = loyalty_of(owner, order)
    assert loyalty["messages"][0]["text"] == "Guadagnerai 400 punti quando l'ordine sarà spedito."
    assert loyalty["receipt"]["summary"] == "Guadagnati: 400 punti."


def test_an_order_keeps_the_version_it_was_judged_by(owner: Api, order: Order):
    club.publish(club.rules(earning=[{"key": "more", "name": "More", "type": "CONVERSION_RATE", "points": 9}]))
    club.settle(order)
    loyalty = loyalty_of(owner, order)
    assert (loyalty["pending"], loyalty["receipt"]["programVersion"]) == (320, {"number": 1})


MOVEMENTS = """query($id: ID!) { order(id: $id) { loyalty { earned pending reversed returned forfeited unrecovered
    messages { code }
    transactions { type pointsChange receipt { points summary lines { code points message staffMessage } } }
} } }"""


@pytest.fixture
def refunded(order: Order) -> Order:
    """The chair was delivered and paid back whole: 320.00 in money, 80.00 in points."""
    club.fulfill(order)
    club.settle(order)
    with shop.changing_order(order.pk) as row:
        refunds.refund_lines(row, {order.lines.get().pk: 1}, amount=Decimal(330))
    club.settle(order)
    return order


def test_the_customer_reads_short_reasons_of_each_movement(owner: Api, refunded: Order):
    loyalty = owner(MOVEMENTS, id=gid("Order", refunded))["order"]["loyalty"]

    assert (loyalty["earned"], loyalty["pending"], loyalty["reversed"]) == (0, 0, 320)
    assert (loyalty["returned"], loyalty["forfeited"], loyalty["unrecovered"]) == (800, 320, None)
    assert [message["code"] for message in loyalty["messages"]] == [
        "ORDER_REDEEMED",
        "ORDER_REVERSED",
        "ORDER_RETURNED",
    ]
    assert [(row["type"], row["pointsChange"]) for row in loyalty["transactions"]] == [
        ("REDEEM", -800),
        ("EARN", 320),
        ("REVERSE", -320),
        ("RETURN", 800),
    ]
    reversal, returned = (row["receipt"] for row in loyalty["transactions"][2:])
    assert (reversal["points"], reversal["summary"]) == (-320, "320 points taken back.")
    assert reversal["lines"][1:] == [
        {"code": "REFUNDED", "points": -320, "message": "Refunded items do not count.", "staffMessage": None},
        {"code": "STOOD_BEFORE", "points": -320, "message": "What counted before.", "staffMessage": None},
    ]
    assert returned["summary"] == "800 points given back."


def test_what_moved_before_a_member_claimed_it_is_shown_too(staff: Api, variant):
    # given
    order = club.order_of(None, variant, email="noa@example.com")
    club.fulfill(order)
    club.settle(order)
    noa = club.add_customer("noa@example.com")
    claim_guest_points(noa.pk, at=club.now())

    # when
    loyalty = staff(MOVEMENTS, id=gid("Order", order))["order"]["loyalty"]

    # then
    assert [(row["type"], row["pointsChange"]) for row in loyalty["transactions"]] == [
        ("EARN", 400),
        ("MERGE_IN", 400),
        ("MERGE_OUT", -400),
    ]


def test_staff_read_the_full_arithmetic_and_a_warning(staff: Api, refunded: Order):
    loyalty = staff(MOVEMENTS, id=gid("Order", refunded))["order"]["loyalty"]

    assert loyalty["unrecovered"] == 0
    assert [message["code"] for message in loyalty["messages"]][-1] == "ORDER_REFUND_EXCESS"
    lines = loyalty["transactions"][2]["receipt"]["lines"]
    assert [line["staffMessage"] for line in lines[1:]] == [
        "Refunded or returned part of ₪320.00: -320 points. 1/1",
        "Less what stood before: -320 points.",
    ]
    assert sum(line["points"] for line in lines) == -320
