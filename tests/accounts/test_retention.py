"""What is erased because it is old, to the day; and what stays whatever its age."""

from __future__ import annotations

import datetime

import pytest
from django.test import override_settings

from saleor_loyalty import cards
from saleor_loyalty.accounts import anonymize_inactive, erase_old_texts, freeze_account
from saleor_loyalty.ledger import Actor, audit_accounts, deduct_points, give_points, open_account
from saleor_loyalty.memberships import PlanTerms, create_membership, create_plan
from saleor_loyalty.models import (
    AccountChange,
    LoyaltyAccount,
    LoyaltyTransaction,
    Note,
    OrderRecord,
    RetentionProgress,
    TransactionText,
)
from saleor_loyalty.models.program import ProgramVersion
from saleor_loyalty.models.reward import RewardIssue
from saleor_loyalty.tasks import anonymize_inactive_task, erase_old_texts_task
from tests import club

pytestmark = pytest.mark.django_db
STAFF = Actor("STAFF", 7)
WRITTEN = datetime.datetime(2026, 1, 31, 12, 0, tzinfo=datetime.UTC)
# Two years later, to the minute.
DUE = datetime.datetime(2028, 1, 31, 12, 0, tzinfo=datetime.UTC)
MINUTE = datetime.timedelta(minutes=1)


def texts():
    return list(TransactionText.objects.order_by("pk").values_list("reason", flat=True))


def give(account, number, *, at):
    give_points(account.pk, points=number, at=at, idempotency_key=f"k{number}", reason=f"Reason {number}")


@pytest.fixture
def guest(program):
    return open_account(program, email="guest@example.com", at=WRITTEN)


def test_texts_go_on_the_day_and_not_before(guest):
    give(guest, 1, at=WRITTEN)
    rows = list(LoyaltyTransaction.objects.values())
    assert (erase_old_texts(months=24, at=DUE, limit=10), texts()) == (0, ["Reason 1"])
    assert (erase_old_texts(months=24, at=DUE + MINUTE, limit=10), texts()) == (1, [""])
    assert list(LoyaltyTransaction.objects.values()) == rows
    assert list(audit_accounts(at=DUE)) == []
    assert erase_old_texts(months=24, at=DUE + MINUTE, limit=10) == 0


def test_a_month_without_the_day_ends_with_its_last(guest):
    give(guest, 1, at=WRITTEN)
    # one month before 28 February 2026 is 28 January, one before 31 March is 28 February
    assert erase_old_texts(months=1, at=datetime.datetime(2026, 2, 28, 12, 1, tzinfo=datetime.UTC), limit=10) == 0
    assert erase_old_texts(months=1, at=datetime.datetime(2026, 3, 31, 12, 0, tzinfo=datetime.UTC), limit=10) == 1


def test_a_walk_is_done_in_batches_and_goes_on_where_it_ended(guest):
    for number in range(1, 6):
        give(guest, number, at=WRITTEN)
    give(guest, 6, at=DUE)
    seen = []
    for _ in range(4):
        seen.append((erase_old_texts(months=24, at=DUE + MINUTE, limit=2), sum(text == "" for text in texts())))
    assert seen == [(2, 2), (2, 4), (1, 5), (0, 5)]
    assert texts()[-1] == "Reason 6"
    progress = RetentionProgress.objects.get(name="transactions")
    assert progress.position == TransactionText.objects.order_by("pk")[4].pk


def test_other_old_texts_go_too_and_the_card_stays(guest, program):
    # given
    freeze_account(guest.pk, actor=STAFF, at=WRITTEN, reason="A complaint.")
    cards.add_note(guest.pk, text="Prefers tea.", author=STAFF, at=WRITTEN)

    # when
    erase_old_texts(months=24, at=DUE + MINUTE, limit=10)

    # then
    assert list(AccountChange.objects.values_list("kind", "reason")) == [("ACCOUNT_FROZEN", "")]
    assert Note.objects.get().text == "Prefers tea."


def test_it_is_off_unless_the_operator_says_so(guest):
    give(guest, 1, at=WRITTEN)
    assert (erase_old_texts_task(), anonymize_inactive_task(), texts()) == (0, 0, ["Reason 1"])
    with override_settings(LOYALTY_TEXT_RETENTION_MONTHS=1):
        # the host's clock: everything of the scene is years away from it, or today
        expected = 1 if club.now() > WRITTEN + datetime.timedelta(days=32) else 0
        assert erase_old_texts_task() == expected


def status_of(account):
    return LoyaltyAccount.objects.values_list("status", flat=True).get(pk=account.pk)


def anonymize(at=DUE + MINUTE, **values):
    return anonymize_inactive(**{"months": 24, "after_id": 0, "at": at, "limit": 100, **values})


def test_an_empty_account_that_nobody_uses_is_anonymized_on_the_day(guest):
    assert (anonymize(at=DUE), status_of(guest)) == ((0, None), "ACTIVE")
    assert (anonymize(), status_of(guest)) == ((1, None), "ANONYMIZED")
    stored = LoyaltyAccount.objects.get()
    assert (stored.email, stored.erased_at) == (None, DUE + MINUTE)
    change = AccountChange.objects.get(kind="ACCOUNT_ANONYMIZED")
    assert (change.actor_kind, change.actor_id) == ("SYSTEM", None)
    assert anonymize() == (0, None)


def test_an_account_that_holds_something_is_left_alone(guest, program):
    give(guest, 1, at=WRITTEN)
    assert (anonymize(), status_of(guest)) == ((0, None), "ACTIVE")
    deduct_points(guest.pk, points=1, at=WRITTEN, idempotency_key="d")
    assert (anonymize(), status_of(guest)) == ((1, None), "ANONYMIZED")


def test_a_movement_counts_as_use(guest):
    give(guest, 1, at=WRITTEN)
    deduct_points(guest.pk, points=1, at=WRITTEN + MINUTE, idempotency_key="d")
    assert anonymize() == (0, None)
    assert anonymize(at=DUE + 2 * MINUTE) == (1, None)


def test_a_login_and_an_order_count_as_use(program, variant):
    # given two customers with old, empty accounts
    dana, noa = (club.add_customer(email) for email in ("dana@example.com", "noa@example.com"))
    accounts = [open_account(program, user_id=user.pk, at=WRITTEN) for user in (dana, noa)]
    dana.last_login = DUE
    dana.save()
    club.settle(club.order_of(noa, variant))
    OrderRecord.objects.update(account=accounts[1])

    # when / then
    assert anonymize(at=max(DUE + MINUTE, club.now())) == (0, None)


def test_a_membership_keeps_the_account(guest, program):
    plan = create_plan(program.pk, terms=PlanTerms(name="For ever", kind="PACKAGE"), at=WRITTEN)
    create_membership(guest.pk, plan_id=plan.pk, actor=STAFF, at=WRITTEN)
    assert (anonymize(), status_of(guest)) == ((0, None), "ACTIVE")


def test_a_reward_that_can_still_be_used_keeps_the_account(guest, program):
    give(guest, 1, at=WRITTEN)
    spent = deduct_points(guest.pk, points=1, at=WRITTEN, idempotency_key="d").transaction
    reward = RewardIssue.objects.create(
        account=guest,
        program_version=ProgramVersion.objects.get(),
        reward_key="mug",
        type="EVENT_ACCESS",
        channel_slug="default",
        points=1,
        transaction=spent,
        code="MUG-1",
        checked_at=WRITTEN,
        actor_kind="CUSTOMER",
        idempotency_key="r",
        created_at=WRITTEN,
    )

    assert (anonymize(), status_of(guest)) == ((0, None), "ACTIVE")
    reward.refresh_from_db()
    assert (reward.status, reward.code) == ("ISSUED", "MUG-1")


def test_a_frozen_account_is_left_alone(guest):
    freeze_account(guest.pk, actor=STAFF, at=WRITTEN)
    assert (anonymize(), status_of(guest)) == ((0, None), "FROZEN")


def test_a_walk_along_the_accounts_is_bounded(program):
    guests = [open_account(program, email=f"{number}@example.com", at=WRITTEN) for number in range(3)]
    assert anonymize(limit=2) == (2, guests[1].pk)
    assert anonymize(limit=2, after_id=guests[1].pk) == (1, None)
    assert anonymize(limit=2, after_id=guests[2].pk) == (0, None)
