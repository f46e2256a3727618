"""Events earn by the rules: exactly once, within caps, and with the reason where they earn nothing."""

from __future__ import annotations

import pytest

from saleor_loyalty.accounts import claim_guest_points, reverse_by_hand
from saleor_loyalty.errors import AlreadyReversed, LoyaltyException
from saleor_loyalty.ledger import Actor
from saleor_loyalty.models import Lot, LoyaltyAccount, LoyaltyTransaction, ReportedEvent, RuleEarning
from saleor_loyalty.programs import pause_program
from saleor_loyalty.rules import recount_movement
from tests import club

from .builders import DAY, activity, awards, cap, earnings, publish, reasons, report

pytestmark = pytest.mark.django_db


def test_a_review_earns_and_says_why(dana):
    # given
    program = publish(activity(name="A review"))

    # when
    event = report(program, user_id=dana.pk, external_reference="review-1", payload={"stars": 5})

    # then
    assert (event.state, event.points) == ("JUDGED", 50)
    assert reasons(event) == [("RULE_APPLIED", "review-approved", 50, "fixed/50")]
    assert event.program_version_id == program.published_version_id
    assert awards() == [("REVIEW", 50, "A review")]
    assert club.points_of(dana) == (50, 0, 0, 0)
    movement = LoyaltyTransaction.objects.get()
    assert (movement.actor_kind, movement.external_reference, movement.order_id) == ("SYSTEM", "", "")
    assert recount_movement(movement.receipt) == 50
    assert earnings() == [("review-approved", 50)]
    assert RuleEarning.objects.get().transaction == movement
    assert club.audit() == []


def test_the_same_report_earns_once(dana):
    program = publish(activity())
    at = club.now()
    for _ in range(3):
        report(program, user_id=dana.pk, key="once", at=at)
    assert club.movements(dana) == [("EARN", 50)]


def test_an_event_that_no_rule_looks_at_earns_nothing_and_has_no_receipt(dana):
    program = publish(activity())
    event = report(program, "NEWSLETTER_SUBSCRIBED", user_id=dana.pk)
    assert (event.state, event.points, event.receipt) == ("NONE", 0, None)
    assert club.movements() == []


def test_a_review_earns_once_under_whatever_key_and_for_whomever_it_is_reported(dana):
    # given
    program = publish(activity())
    noa = club.add_customer("noa@example.com")

    # when
    report(program, user_id=dana.pk, external_reference="review-1")
    again = report(program, user_id=dana.pk, external_reference="review-1")
    of_another = report(program, user_id=noa.pk, external_reference="review-1")
    other = report(program, user_id=dana.pk, external_reference="review-2")

    # then
    for event in (again, of_another):
        assert (event.points, reasons(event)) == (0, [("ALREADY_EARNED", "review-approved", 0, "")])
    assert other.points == 50
    assert club.movements(dana) == [("EARN", 50), ("EARN", 50)]
    assert club.movements(noa) == []


def test_a_rule_may_count_each_report_of_the_same_thing(dana):
    program = publish(activity("instagram.story", 5, oncePerReference=False))
    for _ in range(2):
        report(program, "instagram.story", user_id=dana.pk, external_reference="story")
    assert awards() == [("CUSTOM", 5, ""), ("CUSTOM", 5, "")]


def test_the_same_reference_of_another_event_is_another_thing(dana):
    program = publish(activity(), activity("COMMENT_APPROVED", 7))
    for name in ("REVIEW_APPROVED", "COMMENT_APPROVED"):
        report(program, name, user_id=dana.pk, external_reference="1")
    assert awards() == [("REVIEW", 50, ""), ("COMMENT", 7, "")]


def test_caps_are_kept_to_the_point_and_what_passes_them_is_given_up_to_them(dana):
    # given
    program = publish(activity(customerCaps=[cap(80, "DAY"), cap(150)]))
    monday = club.now()

    # when
    day_one = [report(program, user_id=dana.pk, occurred_at=monday, at=monday) for _ in range(3)]
    later = monday + DAY
    day_two = [report(program, user_id=dana.pk, occurred_at=later, at=later) for _ in range(3)]

    # then
    assert [event.points for event in day_one] == [50, 30, 0]
    assert [event.points for event in day_two] == [50, 20, 0]
    assert reasons(day_one[1]) == [
        ("RULE_APPLIED", "review-approved", 30, "fixed/50"),
        ("CAPPED", "review-approved", 30, "DAY/80"),
    ]
    assert reasons(day_one[2]) == [("LIMIT_REACHED", "review-approved", 0, "DAY/80")]
    assert reasons(day_two[1])[1] == ("CAPPED", "review-approved", 20, "EVER/150")
    assert reasons(day_two[2]) == [("LIMIT_REACHED", "review-approved", 0, "EVER/150")]
    capped = LoyaltyTransaction.objects.get(points=30)
    assert recount_movement(capped.receipt) == 30


def test_a_cap_counts_the_days_of_the_first_channels_time_zone(channel, dana):
    # given a place where it is already tomorrow
    rules = [activity(customerCaps=[cap(50, "DAY")])]
    program = publish(*rules, listing={"timeZone": "Pacific/Auckland"}, at=club.now() - 31 * DAY)
    at = club.now()
    evening = (at - DAY).replace(hour=10, minute=30, second=0)
    morning = (at - DAY).replace(hour=12, minute=30, second=0)

    # when / then: 10:30 and 12:30 in UTC are two days there, whatever clocks say in summer
    for moment in (evening, morning):
        assert report(program, user_id=dana.pk, occurred_at=moment, at=at).points == 50
    assert report(program, user_id=dana.pk, occurred_at=morning, at=at).points == 0


def test_what_happened_before_the_rules_were_published_earns_nothing(dana):
    program = publish(activity())
    event = report(program, user_id=dana.pk, occurred_at=club.now() - DAY)
    assert (event.state, club.movements()) == ("NONE", [])


def test_an_event_is_judged_by_the_rules_of_when_it_happened(dana):
    # given
    at = club.now()
    program = publish(activity(), at=at - 31 * DAY)
    publish(activity(points=7), at=at)

    # when / then
    assert report(program, user_id=dana.pk, occurred_at=at - DAY, at=at).points == 50
    assert report(program, user_id=dana.pk, occurred_at=at, at=at).points == 7


def test_while_the_program_is_paused_events_earn_nothing_and_say_so(dana):
    program = publish(activity())
    at = club.now()
    pause_program(program.pk, at=at)
    event = report(program, user_id=dana.pk, at=at)
    assert (event.points, reasons(event)) == (0, [("PROGRAM_INACTIVE", "", 0, "PAUSED")])
    assert club.movements() == []


def test_a_visitors_points_wait_until_the_visitor_joins(channel):
    # given
    program = publish(activity())
    report(program, email="dana@example.com")
    guest = LoyaltyAccount.objects.get()
    assert club.points_of(guest) == (0, 50, 0, 0)

    # when
    dana = club.add_customer("dana@example.com")
    assert claim_guest_points(dana.pk, at=club.now()) == 50

    # then the cap and the event have come along
    assert club.points_of(dana) == (50, 0, 0, 0)
    account = LoyaltyAccount.objects.get(user=dana)
    assert ReportedEvent.objects.get().account == account
    assert RuleEarning.objects.get().account == account
    assert club.audit() == []


def test_a_visitor_earns_nothing_where_guests_do_not(channel):
    program = publish(activity(), guestEarning="NONE")
    event = report(program)
    assert (event.points, reasons(event)) == (0, [("GUEST_NOT_ELIGIBLE", "", 0, "")])
    assert club.movements() == []


def test_a_customer_whose_address_is_not_confirmed_has_the_points_pending(channel):
    program = publish(activity())
    noa = club.add_customer("noa@example.com", is_confirmed=False)
    report(program, user_id=noa.pk)
    assert club.points_of(noa) == (0, 50, 0, 0)


def test_points_wait_as_many_days_as_their_rule_says(dana):
    program = publish(activity(pendingDays=3), pendingDays=10)
    at = club.now()
    report(program, user_id=dana.pk, at=at)
    assert Lot.objects.get().available_at == at + 3 * DAY
    assert club.points_of(dana, at=at) == (0, 50, 0, 0)
    assert club.points_of(dana, at=at + 3 * DAY) == (50, 0, 0, 0)


def test_several_rules_for_one_event_add_up_and_one_may_stop_those_below(dana):
    # given
    program = publish(
        activity(points=5, key="last", priority=-1),
        activity(points=50, key="first", priority=2),
        activity(points=20, key="second", priority=1, stopProcessing=True),
    )

    # when
    event = report(program, user_id=dana.pk)

    # then
    assert reasons(event) == [
        ("RULE_APPLIED", "first", 50, "fixed/50"),
        ("RULE_APPLIED", "second", 20, "fixed/20"),
        ("STOPPED", "last", 0, "second"),
    ]
    assert event.points == 70
    assert earnings() == [("first", 50), ("second", 20)]


def test_points_of_a_review_that_was_deleted_are_taken_back_by_hand(dana):
    # given
    program = publish(activity(customerCaps=[cap(50)]))
    report(program, user_id=dana.pk, external_reference="review-1")
    values = {"actor": Actor("APP", 3), "reason": "The review was deleted.", "internal_note": ""}

    # when
    award = LoyaltyTransaction.objects.get()
    result = reverse_by_hand(award.pk, at=club.now(), idempotency_key="undo", **values)

    # then
    assert (result.reversed_points, result.unrecovered_points) == (50, 0)
    assert result.posting.transaction.reverses == award
    assert club.movements(dana) == [("EARN", 50), ("REVERSE", -50)]
    assert club.audit() == []
    with pytest.raises(AlreadyReversed):
        reverse_by_hand(award.pk, at=club.now(), idempotency_key="again", **values)
    # and the cap stays used, so that writing and deleting earns nothing
    assert report(program, user_id=dana.pk, external_reference="review-2").points == 0


@pytest.mark.parametrize("name", ["SIGNED_UP", "ACCOUNT_CONFIRMED", "ENROLLED", "BIRTHDAY"])
def test_nobody_reports_what_the_program_finds_out_itself(dana, name):
    program = publish(activity(name))
    with pytest.raises(LoyaltyException) as caught:
        report(program, name, user_id=dana.pk)
    assert (caught.value.code, caught.value.field) == ("INVALID", "event")
    assert (ReportedEvent.objects.count(), LoyaltyTransaction.objects.count()) == (0, 0)


def test_a_report_cannot_take_the_key_of_what_the_program_finds_out(dana):
    program = publish(activity())
    with pytest.raises(LoyaltyException) as caught:
        report(program, user_id=dana.pk, key="program:BIRTHDAY:1:2026")
    assert (caught.value.code, caught.value.field) == ("INVALID", "idempotencyKey")
    assert ReportedEvent.objects.count() == 0


def test_an_account_that_can_hold_no_more_gets_nothing_and_the_report_is_kept(dana):
    program = publish(activity(points=1_000_000_000))
    assert [report(program, user_id=dana.pk).points for _ in range(3)] == [1_000_000_000, 1_000_000_000, 0]
    last = ReportedEvent.objects.last()
    assert reasons(last) == [("LIMIT_REACHED", "", 0, "ACCOUNT")]
