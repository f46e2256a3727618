"""Points for registering, for confirming the address, and for joining the program by name."""

from __future__ import annotations

import importlib

import pytest

from playground import shop
from playground.models import User
from saleor_loyalty.accounts import AccountTarget, enroll_account, follow_changed_customers, follow_customer
from saleor_loyalty.activities import award_earlier_customers, award_joining, joining
from saleor_loyalty.activities.note_event import note_event
from saleor_loyalty.ledger import open_account
from saleor_loyalty.models import FailedWork, LoyaltyAccount, ReconciliationState, ReportedEvent
from saleor_loyalty.programs import pause_program, version_in_force
from saleor_loyalty.tasks import award_activities_task, follow_changed_customers_task
from tests import club

from .builders import DAY, activity, awards, publish, reasons, report

pytestmark = pytest.mark.django_db

SIGNED_UP = activity("SIGNED_UP", 100, name="Welcome")
CONFIRMED = activity("ACCOUNT_CONFIRMED", 20)
EARLIER = {"includesEarlierCustomers": True}


def joined(email="dana@example.com", *, ago=None, **fields):
    """Return a customer of whom nobody has told us."""
    user = club.add_customer(email, **fields)
    if ago is not None:
        User.objects.filter(pk=user.pk).update(joined_at=club.now() - ago)
    return user


def test_registering_earns_points_that_wait_for_the_address_to_be_confirmed(
    channel, django_capture_on_commit_callbacks
):
    # given
    publish(SIGNED_UP, CONFIRMED)

    # when
    with django_capture_on_commit_callbacks(execute=True):
        dana = shop.register("dana@example.com")

    # then
    assert awards() == [("SIGN_UP", 100, "Welcome")]
    assert club.points_of(dana) == (0, 100, 0, 0)
    event = ReportedEvent.objects.get()
    assert (event.name, event.occurred_at, event.actor_kind) == ("SIGNED_UP", dana.joined_at, "SYSTEM")

    # when
    with django_capture_on_commit_callbacks(execute=True):
        shop.confirm_account(dana)

    # then
    assert awards() == [("SIGN_UP", 100, "Welcome"), ("ACCOUNT", 20, "")]
    assert club.points_of(dana) == (120, 0, 0, 0)
    assert club.audit() == []


def test_where_guests_get_nothing_registering_earns_once_the_address_is_confirmed(
    channel, django_capture_on_commit_callbacks
):
    # given
    publish(SIGNED_UP, CONFIRMED, guestEarning="NONE")

    # when
    with django_capture_on_commit_callbacks(execute=True):
        dana = shop.register("dana@example.com")

    # then
    assert (awards(), ReportedEvent.objects.count()) == ([], 0)

    # when
    with django_capture_on_commit_callbacks(execute=True):
        shop.confirm_account(dana)

    # then
    assert club.points_of(dana) == (120, 0, 0, 0)


def test_however_often_it_is_told_it_is_awarded_once(channel):
    publish(SIGNED_UP, CONFIRMED)
    dana = joined()
    for _ in range(3):
        assert follow_customer(dana.pk, at=club.now()) == 0
    assert awards() == [("SIGN_UP", 100, "Welcome"), ("ACCOUNT", 20, "")]


def test_no_account_is_opened_where_no_rule_looks_at_joining(channel):
    publish(activity())
    award_joining(joined().pk, at=club.now())
    assert (LoyaltyAccount.objects.count(), ReportedEvent.objects.count()) == (0, 0)


def test_who_registered_before_the_rules_were_in_force_gets_nothing_whoever_tells(channel):
    publish(SIGNED_UP, CONFIRMED)
    dana = joined(ago=2 * DAY)
    follow_customer(dana.pk, at=club.now())
    follow_changed_customers(at=club.now(), limit=10)
    assert (LoyaltyAccount.objects.count(), ReportedEvent.objects.count()) == (0, 0)


def test_who_registered_before_gets_it_where_the_rules_say_so(channel):
    # given
    publish({**SIGNED_UP, **EARLIER}, CONFIRMED)
    dana = joined(ago=300 * DAY)
    noa = joined("noa@example.com", ago=2 * DAY, is_active=False)

    # when
    assert award_earlier_customers(at=club.now(), limit=10) == 2

    # then
    assert club.points_of(dana) == (100, 0, 0, 0)
    assert not LoyaltyAccount.objects.filter(user=noa).exists()
    assert awards() == [("SIGN_UP", 100, "Welcome")]


def test_the_walk_over_earlier_customers_goes_on_where_it_stopped_and_is_made_once_for_a_version(channel):
    # given
    publish({**SIGNED_UP, **EARLIER})
    for number in range(5):
        joined(f"{number}@example.com", ago=9 * DAY)

    # when / then
    assert [award_earlier_customers(at=club.now(), limit=2) for _ in range(4)] == [2, 2, 1, 0]
    assert len(awards()) == 5
    publish({**SIGNED_UP, **EARLIER}, at=club.now())
    assert award_earlier_customers(at=club.now(), limit=9) == 5
    assert len(awards()) == 5


def test_a_customer_of_whom_no_hook_told_is_found_by_the_walk(channel):
    # given
    publish(SIGNED_UP, CONFIRMED)
    dana, noa = joined(), joined("noa@example.com", is_confirmed=False)

    # when
    follow_changed_customers_task(limit=1)

    # then
    assert (club.points_of(dana), club.points_of(noa)) == ((120, 0, 0, 0), (0, 100, 0, 0))

    # when the address is confirmed by what calls no hook
    User.objects.filter(pk=noa.pk).update(is_confirmed=True, updated_at=club.now())
    follow_changed_customers_task()

    # then
    assert club.points_of(noa) == (120, 0, 0, 0)


def test_staff_joins_no_club_by_being_made(channel):
    publish({**SIGNED_UP, **EARLIER})
    joined("clerk@example.com", is_staff=True)
    joined("old-clerk@example.com", is_staff=True, ago=9 * DAY)
    follow_changed_customers(at=club.now(), limit=10)
    assert award_earlier_customers(at=club.now(), limit=10) == 0
    assert awards() == []


def test_the_walk_remembers_where_it_is_and_stands_still_while_the_plugin_is_off(channel, settings):
    # given
    publish(SIGNED_UP)
    for number in range(3):
        joined(f"{number}@example.com")

    # when / then
    assert follow_changed_customers(at=club.now(), limit=2) is True
    assert len(awards()) == 2
    settings.PLAYGROUND_LOYALTY_IS_ACTIVE = False
    before = ReconciliationState.objects.values().get()
    assert follow_changed_customers(at=club.now(), limit=2) is False
    assert ReconciliationState.objects.values().get() == before
    settings.PLAYGROUND_LOYALTY_IS_ACTIVE = True
    at = club.now()
    assert follow_changed_customers(at=at, limit=2) is False
    assert len(awards()) == 3
    assert ReconciliationState.objects.get().finished_at == at


def test_a_step_that_fails_is_logged_and_stops_neither_the_others_nor_the_walk(channel, monkeypatch, caplog):
    def fail(_user_id, *, at):
        raise ZeroDivisionError

    publish(SIGNED_UP)
    module = importlib.import_module("saleor_loyalty.accounts.follow_customer")
    monkeypatch.setattr(module, "STEPS", (fail, award_joining))
    dana = joined()
    assert follow_customer(dana.pk, at=club.now()) == 1
    assert awards() == [("SIGN_UP", 100, "Welcome")]
    assert f"What follows from customer {dana.pk} failed." in caplog.text


@pytest.fixture
def broken(monkeypatch):
    """Return a list: as long as something stands in it, no event can be noted."""
    reasons_to_fail, works = [], joining.note_event

    def note(account_id, **values):
        if reasons_to_fail:
            raise ZeroDivisionError
        return works(account_id, **values)

    monkeypatch.setattr(joining, "note_event", note)
    return reasons_to_fail


@pytest.mark.parametrize("told_by", [follow_customer, follow_changed_customers])
def test_a_joining_that_fails_for_hours_is_awarded_once_it_can_be(channel, broken, told_by):
    # given
    publish(SIGNED_UP)
    dana = joined()
    broken.append("an outage")
    at = club.now()

    # when
    if told_by is follow_customer:
        assert follow_customer(dana.pk, at=at) == 1
    for hours in range(5):
        follow_changed_customers(at=at + hours * club.HOUR, limit=10)

    # then
    assert (awards(), list(FailedWork.objects.values_list("name", "item_id"))) == ([], [("customers", dana.pk)])
    broken.clear()
    follow_changed_customers(at=at + 5 * club.HOUR, limit=10)
    assert awards() == [("SIGN_UP", 100, "Welcome")]
    assert FailedWork.objects.count() == 0


def test_an_earlier_customer_who_fails_is_awarded_once_it_can_be(channel, broken):
    # given
    publish({**SIGNED_UP, **EARLIER})
    joined(ago=9 * DAY)
    follow_changed_customers(at=club.now() + 2 * DAY, limit=10)
    broken.append("an outage")

    # when
    assert award_earlier_customers(at=club.now(), limit=10) == 1
    broken.clear()

    # then
    assert (award_earlier_customers(at=club.now(), limit=10), awards()) == (0, [])
    follow_changed_customers(at=club.now() + 3 * DAY, limit=10)
    assert awards() == [("SIGN_UP", 100, "Welcome")]


def test_a_customer_who_was_deleted_fails_no_more(channel, broken):
    publish(SIGNED_UP)
    dana = joined()
    broken.append("an outage")
    follow_customer(dana.pk, at=club.now())
    User.objects.filter(pk=dana.pk).delete()
    follow_changed_customers(at=club.now() + club.HOUR, limit=10)
    assert FailedWork.objects.count() == 0


def test_joining_by_name_earns_once(channel):
    publish(activity("ENROLLED", 30, name="Club"))
    dana = joined()
    for _ in range(2):
        account = enroll_account(AccountTarget(user_id=dana.pk), at=club.now())
        assert (account.balance, account.enrolled_at is not None) == (30, True)
    assert awards() == [("SIGN_UP", 30, "Club")]


def test_joining_while_the_program_is_paused_says_so_and_is_not_made_up_for(channel):
    program = publish(SIGNED_UP)
    pause_program(program.pk, at=club.now())
    dana = joined()
    award_joining(dana.pk, at=club.now())
    event = ReportedEvent.objects.get()
    assert (event.points, reasons(event)) == (0, [("PROGRAM_INACTIVE", "", 0, "PAUSED")])
    assert awards() == []


def test_events_that_come_while_the_plugin_is_off_wait_and_are_judged_by_when_they_happened(channel, settings):
    # given
    program = publish(activity("ENROLLED", 30), activity())
    dana = joined()
    settings.PLAYGROUND_LOYALTY_IS_ACTIVE = False
    enroll_account(AccountTarget(user_id=dana.pk), at=club.now())
    report(program, user_id=dana.pk)
    assert list(ReportedEvent.objects.values_list("state", "points")) == [("WAITING", 0)] * 2
    award_activities_task()
    assert awards() == []

    # when
    settings.PLAYGROUND_LOYALTY_IS_ACTIVE = True
    publish(activity(points=1), at=club.now())
    award_activities_task(limit=1)

    # then
    assert awards() == [("SIGN_UP", 30, ""), ("REVIEW", 50, "")]
    award_activities_task()
    assert list(ReportedEvent.objects.values_list("state", "points")) == [("JUDGED", 30), ("JUDGED", 50)]


def test_an_event_that_waits_is_judged_by_what_was_known_of_it(channel, settings):
    # given what the program found out just as the plugin was switched off
    old = publish(activity("BIRTHDAY", 10), {**SIGNED_UP}, at=club.now() - 9 * DAY)
    at = club.now() - DAY
    then = version_in_force(old.pk, at=at)
    publish(activity("BIRTHDAY", 999), {**SIGNED_UP, "points": 999}, at=at + club.HOUR)
    settings.PLAYGROUND_LOYALTY_IS_ACTIVE = False
    for number, known in enumerate([{}, {"came_before": True}, {"name": "SIGNED_UP", "registered_before": True}]):
        account = open_account(old, user_id=joined(f"{number}@example.com").pk, at=at)
        values = {"name": "BIRTHDAY", "occurred_at": at + 2 * club.HOUR, "in_force": then, **known}
        assert note_event(account.pk, key=str(number), at=club.now(), **values).state == "WAITING"

    # when
    settings.PLAYGROUND_LOYALTY_IS_ACTIVE = True
    award_activities_task()

    # then
    events = ReportedEvent.objects.order_by("pk")
    assert [(event.points, event.receipt["lines"][0]["code"]) for event in events] == [
        (10, "RULE_APPLIED"),
        (0, "ALREADY_EARNED"),
        (0, "REGISTERED_BEFORE"),
    ]
    assert {event.program_version_id for event in events} == {then.version.version_id}


def test_while_the_plugin_is_off_nobody_is_welcomed_and_afterwards_everybody_is(channel, settings):
    # given
    publish({**SIGNED_UP, **EARLIER}, CONFIRMED)
    dana, noa = joined(), joined("noa@example.com", ago=9 * DAY)
    settings.PLAYGROUND_LOYALTY_IS_ACTIVE = False

    # when
    award_joining(dana.pk, at=club.now())
    follow_changed_customers_task()
    award_activities_task()

    # then
    assert ReportedEvent.objects.count() == 0

    # when
    settings.PLAYGROUND_LOYALTY_IS_ACTIVE = True
    follow_changed_customers_task()
    award_activities_task()

    # then
    assert (club.points_of(dana), club.points_of(noa)) == ((120, 0, 0, 0), (100, 0, 0, 0))
