"""Caps of the rules for orders: what a customer got before counts, whichever order is settled first."""

from __future__ import annotations

import pytest

from playground import shop
from saleor_loyalty.accounts import claim_guest_points
from saleor_loyalty.models import LoyaltyAccount, RuleEarning
from tests import club
from tests.graphql.api import Api, gid

from .builders import cap, earnings

pytestmark = pytest.mark.django_db


@pytest.fixture
def variant(channel):
    return club.add_variant(price=100)


def publish(*caps, more=(), **parts):
    basic = {"key": "basic", "type": "CONVERSION_RATE", "points": 1, "customerCaps": list(caps)}
    return club.publish(club.rules(earning=[basic, *more], **parts))


def reasons(record):
    return [(line["code"], line["rule_key"], line["points"], line["detail"]) for line in record.receipt["lines"]]


def test_orders_earn_up_to_the_cap_and_no_more(dana, variant):
    # given
    publish(cap(250))

    # when
    records = [club.settle(club.order_of(dana, variant, 1)) for _ in range(4)]

    # then
    assert [record.earnable for record in records] == [100, 100, 50, 0]
    assert ("CAPPED", "basic", 50, "EVER/250") in reasons(records[2])
    assert ("LIMIT_REACHED", "basic", 0, "EVER/250") in reasons(records[3])
    assert earnings() == [("basic", 100), ("basic", 100), ("basic", 50)]


def test_an_order_that_is_settled_again_and_again_uses_the_cap_once(dana, variant):
    publish(cap(150))
    order = club.order_of(dana, variant, 1)
    for _ in range(3):
        club.settle(order)
    club.fulfill(order)
    club.settle(order)
    assert earnings() == [("basic", 100)]
    assert club.points_of(dana) == (100, 0, 0, 0)


def test_an_order_that_is_cancelled_gives_its_part_of_the_cap_back(dana, variant):
    publish(cap(100))
    first = club.order_of(dana, variant, 1)
    club.settle(first)
    assert club.settle(club.order_of(dana, variant, 1)).earnable == 0
    shop.cancel_order(first)
    first.save()
    club.settle(first)
    assert club.settle(club.order_of(dana, variant, 1)).earnable == 100


def test_the_cap_is_of_one_rule_and_of_one_customer(dana, variant):
    publish(cap(100), more=[{"key": "per-order", "type": "FIXED_AMOUNT", "points": 7}])
    noa = club.add_customer("noa@example.com")
    earned = [club.settle(club.order_of(user, variant, 2)).earnable for user in (dana, dana, noa)]
    assert earned == [107, 7, 107]


def test_what_a_multiplier_adds_can_be_capped_too(dana, variant):
    double = {"key": "double", "type": "MULTIPLIER", "multiplier": "2", "customerCaps": [cap(150)]}
    publish(more=[double])
    assert [club.settle(club.order_of(dana, variant, 1)).earnable for _ in range(3)] == [200, 150, 100]


def test_a_guests_part_of_the_cap_goes_along_when_the_guest_joins(channel, variant):
    # given
    publish(cap(150))
    order = club.order_of(None, variant, 1, email="dana@example.com")
    club.settle(order)
    club.fulfill(order)
    club.settle(order)

    # when
    dana = club.add_customer("dana@example.com")
    assert claim_guest_points(dana.pk, at=club.now()) == 100

    # then
    assert RuleEarning.objects.get().account == LoyaltyAccount.objects.get(user=dana)
    assert club.settle(club.order_of(dana, variant, 1)).earnable == 50


def test_the_estimate_of_a_cart_knows_what_is_left(dana, variant):
    publish(cap(150))
    club.settle(club.order_of(dana, variant, 1))
    checkout = club.fill_cart(dana, variant, 1)
    document = "query($id: ID!) { checkout(id: $id) { loyalty { pointsToEarn { points } } } }"
    answer = Api(user=dana)(document, id=gid("Checkout", checkout))
    assert answer["checkout"]["loyalty"]["pointsToEarn"]["points"] == 50


def test_the_estimate_of_a_cart_counts_what_the_guest_got_whom_the_member_claimed(channel, variant):
    # given a guest's order that was settled after the claim
    publish(cap(150), trigger="ORDER_PLACED")
    club.settle(club.order_of(None, variant, 1, email="noa@example.com"))
    noa = club.add_customer("noa@example.com")
    claim_guest_points(noa.pk, at=club.now())
    club.settle(club.order_of(None, variant, 1, email="noa@example.com"))

    # when
    checkout = club.fill_cart(noa, variant, 1)
    document = "query($id: ID!) { checkout(id: $id) { loyalty { pointsToEarn { points } } } }"
    answer = Api(user=noa)(document, id=gid("Checkout", checkout))

    # then
    assert answer["checkout"]["loyalty"]["pointsToEarn"]["points"] == 0
    assert club.settle(club.order_of(noa, variant, 1)).earnable == 0


def test_buying_without_logging_in_and_claiming_gets_nobody_past_a_cap(channel, variant):
    # given a customer whose cap is used up by what was claimed
    publish(cap(100), trigger="ORDER_PLACED")
    club.settle(club.order_of(None, variant, 1, email="noa@example.com"))
    noa = club.add_customer("noa@example.com")
    assert claim_guest_points(noa.pk, at=club.now()) == 100

    # when more is bought under the address
    again = club.settle(club.order_of(None, variant, 1, email="noa@example.com"))

    # then
    assert again.earnable == 0
    assert ("LIMIT_REACHED", "basic", 0, "EVER/100") in reasons(again)
    assert claim_guest_points(noa.pk, at=club.now()) == 0
    assert earnings() == [("basic", 100)]


def test_what_a_guest_got_that_was_claimed_counts_for_the_member_too(channel, variant):
    # given a guest's order that was settled after the claim
    publish(cap(150), trigger="ORDER_PLACED")
    club.settle(club.order_of(None, variant, 1, email="noa@example.com"))
    noa = club.add_customer("noa@example.com")
    claim_guest_points(noa.pk, at=club.now())
    club.settle(club.order_of(None, variant, 1, email="noa@example.com"))

    # when
    own = club.settle(club.order_of(noa, variant, 1))

    # then
    assert own.earnable == 0
    assert earnings() == [("basic", 100), ("basic", 50)]
