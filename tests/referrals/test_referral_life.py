"""From the claim to the points: what the order of the invited customer means at each moment."""

from __future__ import annotations

import pytest

from playground.models import Order
from saleor_loyalty.models import LoyaltyTransaction, Referral
from saleor_loyalty.referrals import state_of
from tests import club

from .builders import DAY, buy, claim, deliver, history, open_code, paid, referral_rules, states, sweep

pytestmark = pytest.mark.django_db


def test_both_sides_are_paid_once_the_refund_window_is_over(referral, dana, noa, variant):
    # given
    order = buy(noa, variant)
    club.settle(order)
    assert states() == ["ORDERED"]
    at = club.now()
    deliver(order, at=at)
    assert states() == ["WAITING"]

    # when
    compared = sweep(at)
    early = sweep(at + 14 * DAY - DAY / 24)

    # then
    assert (compared, early, states(), paid()) == (1, 0, ["WAITING"], [])

    # when
    due = at + 14 * DAY
    assert sweep(due) == 1

    # then
    assert states() == ["CONFIRMED"]
    assert paid() == [("dana@example.com", 200), ("noa@example.com", 100)]
    assert (club.points_of(dana, at=due), club.points_of(noa, at=due)) == ((200, 0, 0, 0), (100, 0, 0, 0))
    referral.refresh_from_db()
    assert (referral.referrer_points, referral.referee_points, referral.order_amount) == (200, 100, 100)
    assert history(referral) == ["CLAIMED", "ORDERED", "QUALIFIED", "CONFIRMED"]
    assert (sweep(due), sweep(due + 100 * DAY), len(paid())) == (0, 0, 2)
    assert club.audit() == []


def test_the_receipts_say_why_and_the_referrers_not_who_bought_what(referral, noa, variant):
    # given
    order = buy(noa, variant)
    at = club.now()
    deliver(order, at=at)
    sweep(at)

    # when
    sweep(at + 14 * DAY)

    # then
    referrers, referees = LoyaltyTransaction.objects.filter(source="REFERRAL").order_by("pk")
    told = {
        row.account.user.email: (
            row.type,
            row.order_id,
            row.receipt["points"],
            row.receipt["program_version"],
            [(line["code"], line["rule_key"], line["base"], line["points"]) for line in row.receipt["lines"]],
        )
        for row in (referrers, referees)
    }
    assert told == {
        "dana@example.com": (
            "EARN",
            "",
            200,
            1,
            [
                ("RULE_APPLIED", "referral.referrer", "0", 200),
                ("REFERRED_A_FRIEND", "referral.referrer", "0", 0),
            ],
        ),
        "noa@example.com": (
            "EARN",
            "",
            100,
            1,
            [("RULE_APPLIED", "referral.referee", "100.00", 100), ("WAS_REFERRED", "referral.referee", "0", 0)],
        ),
    }


def test_a_refund_below_the_minimum_within_the_window_ends_it(referral, noa, variant):
    # given
    order = buy(noa, variant)
    at = club.now()
    deliver(order, at=at)
    sweep(at)

    # when
    Order.objects.filter(pk=order.pk).update(refunded="60")
    club.settle(order, at=at + DAY)

    # then
    referral.refresh_from_db()
    assert (referral.state, referral.end_reason, referral.ended_at) == ("CANCELED", "REFUNDED", at + DAY)
    assert (sweep(at + 15 * DAY), paid()) == (0, [])


def test_a_refund_that_leaves_the_minimum_ends_nothing(referral, noa, variant):
    # given
    order = buy(noa, variant)
    at = club.now()
    deliver(order, at=at)
    sweep(at)

    # when
    Order.objects.filter(pk=order.pk).update(refunded="50")
    club.settle(order, at=at + DAY)
    sweep(at + 14 * DAY)

    # then
    assert (states(), len(paid())) == (["CONFIRMED"], 2)


def test_a_refund_of_which_no_hook_told_is_seen_before_anybody_is_paid(referral, noa, variant):
    # given
    order = buy(noa, variant)
    at = club.now()
    deliver(order, at=at)
    sweep(at)
    Order.objects.filter(pk=order.pk).update(refunded="100")

    # when
    sweep(at + 14 * DAY)

    # then
    assert (states(), paid()) == (["CANCELED"], [])


def test_an_order_below_the_minimum_does_not_count_and_the_next_one_may(referral, noa, variant, program):
    # given
    small = club.add_variant("SMALL", price=49)
    first = buy(noa, small)
    deliver(first)
    assert states() == ["CLAIMED"]

    # when
    second = buy(noa, variant)
    deliver(second)

    # then
    referral.refresh_from_db()
    assert (referral.state, referral.order_id) == ("WAITING", str(second.pk))


def test_what_points_pay_and_gift_cards_and_shipping_are_no_money_for_goods(referral, noa, variant):
    # given 60 in goods, of which 12 are paid with points
    club.give(noa, 1000)
    set_ = club.add_variant("SIXTY", price=60)
    checkout = club.fill_cart(noa, set_)
    club.apply(checkout, 120)
    order = club.complete(checkout)

    # when
    deliver(order)

    # then
    assert states() == ["CLAIMED"]


def test_an_order_that_ends_before_its_trigger_leaves_the_claim_open(referral, noa, variant):
    # given
    order = buy(noa, variant)
    club.settle(order)
    assert states() == ["ORDERED"]

    # when
    Order.objects.filter(pk=order.pk).update(status="CANCELED")
    club.settle(order)

    # then
    assert (states(), history(referral)) == (["CLAIMED"], ["CLAIMED", "ORDERED", "REOPENED"])
    again = buy(noa, variant)
    deliver(again)
    assert states() == ["WAITING"]


def test_the_order_that_passes_the_trigger_first_counts(referral, noa, variant):
    # given
    first, second = buy(noa, variant), buy(noa, variant)
    club.settle(first)
    club.settle(second)

    # when
    deliver(second)
    deliver(first)

    # then
    referral.refresh_from_db()
    assert (referral.state, referral.order_id) == ("WAITING", str(second.pk))


def test_a_delivery_that_is_undone_stops_the_window_until_it_is_done_again(referral, noa, variant):
    # given
    order = buy(noa, variant)
    at = club.now()
    deliver(order, at=at)
    sweep(at)
    order.fulfillments.update(status="CANCELED")
    club.settle(order, at=at + DAY)
    assert states() == ["ORDERED"]

    # when
    assert sweep(at + 20 * DAY) == 0
    deliver(order, at=at + 20 * DAY)
    sweep(at + 20 * DAY)
    sweep(at + 33 * DAY)
    before = paid()
    sweep(at + 34 * DAY)

    # then
    assert (before, len(paid())) == ([], 2)


def test_an_order_made_too_late_does_not_count(referral, noa, variant):
    # given
    Referral.objects.update(valid_until=club.now())

    # when
    deliver(buy(noa, variant))

    # then
    referral.refresh_from_db()
    assert (referral.state, state_of(referral, at=club.now())) == ("CLAIMED", "LAPSED")


def test_an_order_made_in_time_counts_however_late_it_is_delivered(referral, noa, variant):
    # given
    order = buy(noa, variant)
    Referral.objects.update(valid_until=club.now())

    # when
    deliver(order, at=club.now() + 400 * DAY)

    # then
    assert states() == ["WAITING"]


def test_an_order_from_before_the_claim_does_not_count(dana, noa, variant):
    # given
    club.publish(referral_rules(newCustomersOnly=False))
    order = buy(noa, variant)
    claim(noa, open_code(dana))

    # when
    deliver(order)

    # then
    assert states() == ["CLAIMED"]


@pytest.mark.parametrize(
    ("policy", "state", "left"), [("KEEP", "CONFIRMED", (200, 100)), ("TAKE_BACK", "REVERSED", (0, 0))]
)
def test_a_late_refund_does_what_the_policy_says(dana, noa, variant, policy, state, left):
    # given
    club.publish(referral_rules(lateRefund=policy))
    claim(noa, open_code(dana))
    order = buy(noa, variant)
    at = club.now()
    deliver(order, at=at)
    sweep(at)
    late = at + 15 * DAY
    sweep(late)
    assert states() == ["CONFIRMED"]

    # when
    Order.objects.filter(pk=order.pk).update(refunded="100")
    club.settle(order, at=late + DAY)
    sweep(late + DAY)

    # then
    assert states() == [state]
    assert tuple(club.points_of(user, at=late + DAY)[0] for user in (dana, noa)) == left
    assert club.audit() == []


def test_the_terms_are_those_of_the_claim(referral, noa, variant):
    # given
    order = buy(noa, variant)
    club.publish(club.rules())

    # when
    at = club.now()
    deliver(order, at=at)
    sweep(at)
    sweep(at + 14 * DAY)

    # then
    assert [points for _, points in paid()] == [200, 100]
