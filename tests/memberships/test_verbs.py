"""Membership by hand, more days, freezes, cancellation, payment: exact dates, exact refusals, and the history."""

from __future__ import annotations

import pytest

from saleor_loyalty.memberships import about_to_expire, archive_plan, has_active_membership, update_plan
from saleor_loyalty.models import LoyaltyAccount, LoyaltyTransaction, Membership, MembershipFreeze
from tests import club

from .builders import (
    NOW,
    a_plan,
    by_hand,
    cancel,
    dates,
    day,
    extend,
    follow,
    freeze,
    history,
    labels_of,
    noon,
    pay,
    refusal,
    status,
    unfreeze,
)

pytestmark = pytest.mark.django_db


# --- by hand ---


def test_one_by_hand_begins_today_and_is_paid_outside(account, membership):
    assert dates(membership) == ("2026-03-10", "2026-04-10")
    assert (membership.payment_status, status(membership)) == ("OFFLINE", "ACTIVE")
    assert labels_of(account) == ["Gold"]
    assert history(membership) == ["CREATED", "STARTED"]


def test_a_second_one_queues_and_one_with_a_day_does_not(account, plan, membership):
    second = by_hand(account, plan)
    third = by_hand(account, plan, starts_on=day("2026-03-20"), is_paid=False)

    assert dates(second) == ("2026-04-10", "2026-05-10")
    assert dates(third) == ("2026-03-20", "2026-04-20")
    assert (status(second), status(third), third.payment_status) == ("UPCOMING", "UPCOMING", "UNPAID")


def test_the_same_request_under_a_key_makes_one(account, plan):
    first = by_hand(account, plan, idempotency_key="sale 1")

    assert by_hand(account, plan, idempotency_key="sale 1") == first
    assert refusal(lambda: by_hand(account, plan, idempotency_key="sale 1", is_paid=False))[0] == (
        "IDEMPOTENCY_KEY_REUSED"
    )
    assert Membership.objects.count() == 1


def test_what_cannot_be_made_by_hand(account, plan, program):
    other = club.publish(slug="other", data=club.rules(listing={"channel": "eu", "key": "eu", "currency": "EUR"}))
    foreign = a_plan(other)
    archived = archive_plan(a_plan(program, name="Old").pk, at=NOW)

    assert refusal(lambda: by_hand(account, foreign)) == ("INVALID", "plan", "LoyaltyException")
    assert refusal(lambda: by_hand(account, archived)) == ("NOT_FOUND", "plan", "PlanNotFound")
    assert refusal(lambda: by_hand(account, plan, starts_on=day("2046-01-01")))[:2] == ("INVALID", "startDate")
    assert refusal(lambda: by_hand(account, plan, reason="x" * 1001))[:2] == ("INVALID", "reason")
    LoyaltyAccount.objects.filter(pk=account.pk).update(status="CLOSED")
    assert refusal(lambda: by_hand(account, plan))[2] == "AccountClosed"


# --- freezes ---


def test_the_days_of_a_freeze_are_added_exactly(membership):
    freeze(membership, at=noon("2026-03-15"))
    assert (dates(membership), status(membership, noon("2026-03-16"))) == (("2026-03-10", None), "FROZEN")

    unfreeze(membership, at=noon("2026-03-25"))

    assert dates(membership) == ("2026-03-10", "2026-04-20")
    assert status(membership, noon("2026-03-25")) == "ACTIVE"
    assert history(membership) == ["CREATED", "STARTED", "FROZEN", "UNFROZEN"]


def test_a_freeze_until_a_day_ends_by_itself(membership):
    freeze(membership, "2026-03-20", at=noon("2026-03-15"))

    assert dates(membership) == ("2026-03-10", "2026-04-15")
    assert status(membership, noon("2026-03-19")) == "FROZEN"
    assert status(membership, noon("2026-03-20")) == "ACTIVE"
    follow(noon("2026-03-20"))
    assert history(membership) == ["CREATED", "STARTED", "FROZEN", "UNFROZEN"]


def test_unfreezing_earlier_adds_only_the_days_that_were_frozen(membership):
    freeze(membership, "2026-04-20", at=noon("2026-03-15"))

    unfreeze(membership, at=noon("2026-03-17"))

    assert dates(membership) == ("2026-03-10", "2026-04-12")


def test_frozen_and_unfrozen_on_one_day_changes_no_day(membership):
    freeze(membership)
    unfreeze(membership)

    assert dates(membership) == ("2026-03-10", "2026-04-10")
    assert MembershipFreeze.objects.get().until_on == day("2026-03-10")


def test_a_queued_one_moves_with_the_freeze_of_the_one_before(account, plan, membership):
    second = by_hand(account, plan)

    freeze(membership, at=noon("2026-03-15"))
    assert dates(second) == (None, None)

    unfreeze(membership, at=noon("2026-03-25"))
    assert dates(second) == ("2026-04-20", "2026-05-20")


def test_a_frozen_one_keeps_its_label_and_blocks_the_card(account, membership):
    freeze(membership, at=noon("2026-03-15"))

    follow(noon("2026-09-01"))

    assert labels_of(account) == ["Gold"]
    assert has_active_membership(account.pk, at=noon("2026-09-01"))


def test_what_cannot_be_frozen_or_unfrozen(account, plan, membership):
    upcoming = by_hand(account, plan)
    assert refusal(lambda: unfreeze(membership))[:2] == ("INVALID", "id")
    assert refusal(lambda: freeze(upcoming))[:2] == ("INVALID", "id")
    assert refusal(lambda: freeze(membership, "2026-03-10"))[:2] == ("INVALID", "until")
    assert refusal(lambda: freeze(membership, "2046-03-10"))[:2] == ("INVALID", "until")
    assert refusal(lambda: freeze(membership, at=noon("2026-04-10")))[:2] == ("INVALID", "id")
    freeze(membership)
    assert refusal(lambda: freeze(membership))[:2] == ("INVALID", "id")
    assert refusal(lambda: freeze(Membership(pk=0))) == ("NOT_FOUND", "id", "MembershipNotFound")


# --- more days ---


def test_an_extension_adds_exactly_the_days_in_between(account, plan, membership):
    second = by_hand(account, plan)

    extend(membership, "2026-04-17")
    extend(membership, "2026-04-17")

    assert dates(membership) == ("2026-03-10", "2026-04-17")
    assert dates(second) == ("2026-04-17", "2026-05-17")
    assert history(membership) == ["CREATED", "STARTED", "EXTENDED"]


def test_what_cannot_be_extended(account, program, membership):
    endless = by_hand(account, a_plan(program, name="For ever", kind="PACKAGE", duration_months=None))
    assert refusal(lambda: extend(membership, "2026-04-09"))[:2] == ("INVALID", "endDate")
    assert refusal(lambda: extend(membership, "2046-04-09"))[:2] == ("INVALID", "endDate")
    assert refusal(lambda: extend(endless, "2026-06-01"))[:2] == ("INVALID", "id")
    assert refusal(lambda: extend(membership, "2026-06-01", at=noon("2026-04-10")))[:2] == ("INVALID", "id")
    freeze(membership)
    assert refusal(lambda: extend(membership, "2026-06-01"))[:2] == ("INVALID", "id")


# --- cancelling, paying ---


def test_a_cancelled_one_makes_room_for_the_next(account, plan, membership):
    second = by_hand(account, plan)

    cancel(membership, at=noon("2026-03-20"), reason="Moved away.")

    assert status(membership, noon("2026-03-20")) == "CANCELED"
    assert dates(second) == ("2026-03-20", "2026-04-20")
    assert labels_of(account) == ["Gold"]
    assert refusal(lambda: cancel(membership, at=noon("2026-03-21")))[:2] == ("INVALID", "id")


def test_the_last_one_that_goes_takes_the_label(account, membership):
    cancel(membership)

    assert labels_of(account) == []
    assert not has_active_membership(account.pk, at=NOW)


def test_marking_as_paid(account, plan):
    membership = by_hand(account, plan, is_paid=False)

    pay(membership)
    pay(membership)

    membership.refresh_from_db()
    assert membership.payment_status == "PAID"
    assert history(membership) == ["CREATED", "STARTED", "PAID"]
    Membership.objects.update(payment_status="REFUNDED")
    assert refusal(lambda: pay(membership))[:2] == ("INVALID", "id")


# --- time ---


def test_time_alone_gives_and_takes_label_and_points(account, program):
    plan = a_plan(program, start_points=40)
    membership = by_hand(account, plan, starts_on=day("2026-03-20"))
    assert labels_of(account) == []
    assert follow(noon("2026-03-19")) == 0

    assert (follow(noon("2026-03-20")), follow(noon("2026-03-20"))) == (1, 0)
    assert labels_of(account) == ["Gold"]
    assert club.points_of(account)[0] == 40

    assert (follow(noon("2026-04-20")), follow(noon("2026-04-21"))) == (1, 0)
    assert labels_of(account) == []
    assert club.points_of(account)[0] == 40
    assert history(membership) == ["CREATED", "STARTED", "ENDED"]


def test_a_sweep_that_slept_through_it_all_still_gives_the_points(account, program):
    membership = by_hand(account, a_plan(program, start_points=40), starts_on=day("2026-03-20"))

    follow(noon("2027-01-01"))

    assert status(membership, noon("2027-01-01")) == "ENDED"
    assert [(row.source, row.points) for row in LoyaltyTransaction.objects.all()] == [("PLAN", 40)]
    assert (labels_of(account), history(membership)) == ([], ["CREATED", "STARTED", "ENDED"])


def test_a_frozen_account_gets_the_points_when_it_is_active_again(account, program):
    LoyaltyAccount.objects.filter(pk=account.pk).update(status="FROZEN")
    by_hand(account, a_plan(program, start_points=40))
    assert LoyaltyTransaction.objects.count() == 0

    LoyaltyAccount.objects.filter(pk=account.pk).update(status="ACTIVE")
    follow(noon("2026-03-11"))

    assert [row.idempotency_key for row in LoyaltyTransaction.objects.all()] == [
        f"membership:{Membership.objects.get().pk}:start"
    ]


def test_who_is_about_to_expire(account, plan, program, membership):
    frozen = by_hand(account, a_plan(program, name="Frozen"))
    by_hand(account, a_plan(program, name="Later", duration_months=2))
    freeze(frozen)

    def ending(days, at=NOW):
        rows = about_to_expire(Membership.objects.order_by("pk"), within_days=days, at=at)
        return [row.plan_name for row in rows]

    assert (ending(30), ending(31)) == ([], ["Gold"])
    assert ending(31, at=noon("2026-04-10")) == ["Later"]


# --- plans ---


def test_what_a_plan_cannot_say(program, variant, plan):
    assert refusal(lambda: a_plan(program, name=" "))[:2] == ("INVALID", "name")
    assert refusal(lambda: a_plan(program, duration_months=None))[:2] == ("INVALID", "durationMonths")
    assert refusal(lambda: a_plan(program, duration_days=0))[:2] == ("INVALID", "durationDays")
    assert refusal(lambda: a_plan(program, start_points=-1))[:2] == ("INVALID", "startPoints")
    assert refusal(lambda: a_plan(program, starts_when="NEVER"))[:2] == ("INVALID", "startsWhen")
    assert refusal(lambda: a_plan(program, variant, name="Twice")) == ("ALREADY_EXISTS", "variants", "AlreadyExists")
    assert refusal(lambda: update_plan(plan.pk, changes={"duration_days": 3}, at=NOW))[:2] == (
        "INVALID",
        "durationDays",
    )
    assert refusal(lambda: update_plan(0, changes={}, at=NOW)) == ("NOT_FOUND", "id", "PlanNotFound")


def test_an_archived_plan_sets_its_variant_free(program, variant, plan):
    archive_plan(plan.pk, at=NOW)
    archive_plan(plan.pk, at=NOW)

    again = a_plan(program, variant)

    assert (again.key, again.label.name) == ("gold-2", "Gold 2")
    assert refusal(lambda: update_plan(plan.pk, changes={}, at=NOW))[:2] == ("INVALID", "id")


def test_plans_of_one_name_have_keys_of_their_own(program):
    assert [a_plan(program).key, a_plan(program).key] == ["gold", "gold-2"]
