"""What becomes of awards for events: how long they last, whom they are for, and what is left when a card is erased."""

from __future__ import annotations

import datetime

import pytest

from saleor_loyalty import cards
from saleor_loyalty.accounts import erase_account, follow_customer
from saleor_loyalty.ledger import Actor, award_points, open_account
from saleor_loyalty.models import Lot, LoyaltyAccount, LoyaltyTransaction, ReportedEvent, RuleEarning
from saleor_loyalty.programs import archive_program
from tests import club

from .builders import DAY, activity, awards, cap, publish, reasons, report

pytestmark = pytest.mark.django_db


def test_points_last_as_the_program_says(dana):
    program = publish(activity(pendingDays=2), expiry={"type": "ROLLING", "days": 10})
    at = club.now()
    report(program, user_id=dana.pk, at=at)
    midnight = (at + 13 * DAY).replace(hour=0, minute=0, second=0, microsecond=0)
    assert Lot.objects.get().expires_at == midnight


def test_an_activity_lasts_while_the_customer_is_active_but_keeps_nothing_alive(dana):
    # given points of an order, ten days ago
    at = club.now()
    program = publish(activity(), expiry={"type": "INACTIVITY", "days": 30}, at=at - 20 * DAY)
    account = open_account(program, user_id=dana.pk, at=at - 10 * DAY)
    until = at + 20 * DAY
    award_points(
        account.pk,
        points=100,
        at=at - 10 * DAY,
        idempotency_key="order",
        order_id="1",
        program_version=None,
        channel_slug="",
        receipt=None,
        available_at=at - 10 * DAY,
        expires_at=until,
        lasts_while_active=True,
    )

    # when
    report(program, user_id=dana.pk, at=at)

    # then
    of_order, of_event = Lot.objects.order_by("pk")
    assert (of_order.expires_at, of_order.lasts_while_active) == (until, True)
    assert (of_event.expires_at > until, of_event.lasts_while_active) == (True, True)
    account.refresh_from_db()
    assert account.active_until == until


def test_a_rule_for_customers_with_a_label_looks_at_the_card(dana):
    # given
    program = publish(activity(conditions={"labels": ["vip"]}))
    refused = report(program, user_id=dana.pk)
    assert (refused.points, reasons(refused)) == (0, [("CONDITION_NOT_MET", "review-approved", 0, "LABELS")])

    # when
    label = cards.create_label(program.pk, name="VIP", at=club.now())
    account = LoyaltyAccount.objects.get()
    cards.assign_labels([account.pk], label_ids=[label.pk], actor=Actor(), at=club.now())

    # then
    assert label.key == "vip"
    assert report(program, user_id=dana.pk).points == 50


def test_of_a_guest_no_label_is_known(channel):
    program = publish(activity(conditions={"labels": ["vip"]}))
    guest = report(program).account
    label = cards.create_label(program.pk, name="VIP", at=club.now())
    cards.assign_labels([guest.pk], label_ids=[label.pk], actor=Actor(), at=club.now())
    assert report(program).points == 0


def test_a_frozen_account_still_earns(dana):
    program = publish(activity())
    account = open_account(program, user_id=dana.pk, at=club.now())
    LoyaltyAccount.objects.filter(pk=account.pk).update(status="FROZEN")
    assert report(program, user_id=dana.pk).points == 50


def test_each_program_awards_joining_by_its_own_rules(channel):
    # given
    club.open_channel("second")
    first = publish(activity("SIGNED_UP", 100))
    second = publish(
        activity("SIGNED_UP", 7),
        slug="second",
        channels=[{"key": "second", "channel": "second", "currency": "ILS"}],
    )
    third = publish(activity("SIGNED_UP", 9), slug="third", channels=[])
    archive_program(third.pk, at=club.now())

    # when
    dana = club.add_customer()
    follow_customer(dana.pk, at=club.now())

    # then
    balances = dict(LoyaltyAccount.objects.values_list("program", "balance"))
    assert balances == {first.pk: 100, second.pk: 7}


def test_erasing_a_customer_forgets_what_earned_and_keeps_that_it_did(dana):
    # given
    program = publish(activity(customerCaps=[cap(50)]))
    event = report(program, user_id=dana.pk, external_reference="review-1", payload={"stars": 5})
    receipt = event.receipt

    # when
    erase_account(event.account_id, at=club.now())

    # then
    event = ReportedEvent.objects.get()
    earning = RuleEarning.objects.get()
    assert (event.external_reference, event.payload, event.points, event.receipt) == ("", None, 50, receipt)
    assert (earning.reference_digest, earning.points) == ("", 50)
    assert LoyaltyTransaction.objects.get().external_reference == ""


def test_what_is_reported_late_counts_for_the_day_on_which_it_happened(dana):
    # given
    at = club.now()
    program = publish(activity(customerCaps=[cap(50, "DAY")]), at=at - 9 * DAY)

    # when
    points = [
        report(
            program, user_id=dana.pk, occurred_at=at - days * DAY, at=at + datetime.timedelta(seconds=number)
        ).points
        for number, days in enumerate((0, 3, 3, 0, 5))
    ]

    # then
    assert points == [50, 50, 0, 0, 50]
    movements = LoyaltyTransaction.objects.order_by("pk").values_list("occurred_at", flat=True)
    assert list(movements) == [at, at - 3 * DAY, at - 5 * DAY]


def test_an_event_a_few_minutes_ahead_of_our_clock_moves_points_now(dana):
    program = publish(activity())
    at = club.now()
    ahead = at + datetime.timedelta(minutes=4)
    event = report(program, user_id=dana.pk, occurred_at=ahead, at=at)
    assert (event.occurred_at, LoyaltyTransaction.objects.get().occurred_at) == (ahead, at)
    assert awards() == [("REVIEW", 50, "")]


def test_an_event_from_before_the_tiers_that_is_reported_now_counts_for_them(dana):
    # given tiers that were published after the event
    at = club.now()
    publish(activity(points=60), at=at - 9 * DAY)
    program = publish(
        activity(points=60), at=at - DAY, tiers=[{"key": "silver", "name": "Silver", "requiredPoints": 60}]
    )

    # when
    event = report(program, user_id=dana.pk, occurred_at=at - 3 * DAY, at=at)

    # then
    assert event.points == 60
    assert LoyaltyAccount.objects.get().tier_key == "silver"
