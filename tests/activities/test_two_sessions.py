"""What two sessions at once may do with caps, references and events; with real connections, threads and locks."""

from __future__ import annotations

import pytest

from saleor_loyalty.accounts import AccountTarget, enroll_account, follow_customer
from saleor_loyalty.activities import award_birthdays
from saleor_loyalty.ledger import open_account
from saleor_loyalty.models import LoyaltyAccount, LoyaltyProgram, ReportedEvent
from saleor_loyalty.orders import settle_order_now
from tests import club
from tests.ledger.connections import second_while_first_is_uncommitted, together

from .builders import activity, awards, cap, earnings, publish, reasons, report
from .test_birthdays import BIRTHDAY, LONG_AGO, at, born
from .test_order_caps import publish as publish_for_orders

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_reports_at_once_do_not_pass_the_cap(dana):
    # given
    program = publish(activity(customerCaps=[cap(80, "DAY")]))
    open_account(program, user_id=dana.pk, at=club.now())

    # when
    first, second = second_while_first_is_uncommitted(
        lambda: report(program, user_id=dana.pk), lambda: report(program, user_id=dana.pk)
    )

    # then
    assert (first.points, second.points) == (50, 30)
    assert club.points_of(dana) == (80, 0, 0, 0)


def test_many_reports_at_once_do_not_pass_the_cap(dana):
    program = publish(activity(customerCaps=[cap(120)]))
    outcomes = together(*[lambda: report(program, user_id=dana.pk)] * 5)
    assert sorted(event.points for event in outcomes) == [0, 0, 20, 50, 50]
    assert club.points_of(dana) == (120, 0, 0, 0)
    assert club.audit() == []


def test_one_review_that_is_reported_for_two_customers_at_once_earns_once(dana):
    # given
    program = publish(activity(), activity(points=7, key="each", oncePerReference=False))
    noa = club.add_customer("noa@example.com")

    # when
    first, second = second_while_first_is_uncommitted(
        lambda: report(program, user_id=dana.pk, external_reference="r-1"),
        lambda: report(program, user_id=noa.pk, external_reference="r-1"),
    )

    # then
    assert (first.points, second.points) == (57, 7)
    assert ("ALREADY_EARNED", "review-approved", 0, "") in reasons(second)
    assert (club.points_of(dana), club.points_of(noa)) == ((57, 0, 0, 0), (7, 0, 0, 0))
    assert club.audit() == []


def test_a_hook_and_the_walk_at_once_award_a_joining_once(channel):
    publish(activity("SIGNED_UP", 100), activity("ACCOUNT_CONFIRMED", 20))
    dana = club.add_customer()
    outcomes = together(*[lambda: follow_customer(dana.pk, at=club.now())] * 3)
    assert outcomes == [0, 0, 0]
    assert awards() == [("SIGN_UP", 100, ""), ("ACCOUNT", 20, "")]


def test_two_sweeps_at_once_pay_a_birthday_once(channel):
    publish(BIRTHDAY, at=LONG_AGO)
    born("1990-03-14")
    born("1991-03-14", email="noa@example.com")
    together(*[lambda: award_birthdays(at=at("2026-03-14T08:00"), limit=10)] * 3)
    assert awards() == [("BIRTHDAY", 200, "Happy birthday")] * 2
    assert ReportedEvent.objects.count() == 2


def test_two_orders_at_once_do_not_pass_the_cap(dana):
    # given
    variant = club.add_variant(price=100)
    publish_for_orders(cap(150))
    open_account(LoyaltyProgram.objects.get(), user_id=dana.pk, at=club.now())
    orders = [club.order_of(dana, variant, 1) for _ in range(2)]

    # when
    outcomes = second_while_first_is_uncommitted(
        *[lambda order=order: settle_order_now(str(order.pk), at=club.now()) for order in orders]
    )

    # then
    assert sorted(record.earnable for record in outcomes) == [50, 100]
    assert sorted(earnings()) == [("basic", 50), ("basic", 100)]


def test_one_order_that_two_sessions_settle_at_once_uses_the_cap_once(dana):
    variant = club.add_variant(price=100)
    publish_for_orders(cap(150))
    order = club.order_of(dana, variant, 1)
    outcomes = together(*[lambda: settle_order_now(str(order.pk), at=club.now())] * 3)
    assert [record.earnable for record in outcomes] == [100, 100, 100]
    assert earnings() == [("basic", 100)]


@pytest.mark.parametrize("is_member_first", [True, False])
def test_a_member_and_the_guest_whom_the_member_claimed_do_not_pass_a_cap_together(dana, is_member_first):
    # given
    program = publish(activity(customerCaps=[cap(80)]))
    guest = open_account(program, email="guest@example.com", at=club.now())
    member = open_account(program, user_id=dana.pk, at=club.now())
    LoyaltyAccount.objects.filter(pk=guest.pk).update(claimed_by=member)
    acts = [lambda: report(program, user_id=dana.pk), lambda: report(program, account_id=guest.pk)]

    # when
    first, second = second_while_first_is_uncommitted(*(acts if is_member_first else reversed(acts)))

    # then
    assert (first.points, second.points) == (50, 30)
    assert sorted(earnings()) == [("review-approved", 30), ("review-approved", 50)]
    assert club.audit() == []


def test_joining_by_name_and_a_guests_report_at_once_wait_for_each_other_without_a_deadlock(dana):
    # given
    program = publish(activity("ENROLLED", 50, customerCaps=[cap(50)]), activity(customerCaps=[cap(80)]))
    guest = open_account(program, email="guest@example.com", at=club.now())
    member = open_account(program, user_id=dana.pk, at=club.now())
    LoyaltyAccount.objects.filter(pk=guest.pk).update(claimed_by=member)

    # when
    joined, event = second_while_first_is_uncommitted(
        lambda: enroll_account(AccountTarget(user_id=dana.pk), at=club.now()),
        lambda: report(program, account_id=guest.pk),
    )

    # then
    assert (joined.balance, event.points) == (50, 50)
    assert club.audit() == []
