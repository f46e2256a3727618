"""Nobody can say any more whose account it was: every table is filled with words about the customer, and every column
of every table is searched for them afterwards. The books stay whole."""

from __future__ import annotations

import base64
import datetime

import pytest
from django.apps import apps
from django.db import connection

from playground.models import User
from saleor_loyalty import cards
from saleor_loyalty.accounts import (
    AccountFilter,
    EventReport,
    anonymize_account,
    close_account,
    freeze_account,
    merge_accounts,
    reopen_account,
    report_event,
    undo_merge,
    unfreeze_account,
)
from saleor_loyalty.deliveries import create_endpoint
from saleor_loyalty.deliveries.endpoints import SUBSCRIBABLE
from saleor_loyalty.errors import AccountClosed, HasActiveMembership, HasPoints, PointsReserved
from saleor_loyalty.exports import create_export, create_person_export, delete_expired_files
from saleor_loyalty.ledger import Actor, extend_expiry, open_account
from saleor_loyalty.memberships import PlanTerms, cancel_membership, create_membership, create_plan
from saleor_loyalty.models import (
    AccountChange,
    BatchRow,
    CustomField,
    Export,
    LoyaltyAccount,
    LoyaltyTransaction,
    OrderRecord,
    OutboxEvent,
    Referral,
    ReferralChange,
    ReferralCode,
)
from saleor_loyalty.models.referral import ReferralState
from saleor_loyalty.withdraw_exports import CLAIM_LASTS
from tests import club
from tests.batches.builders import ask, run, sleeper
from tests.rewards.builders import issue, publish_rewards

pytestmark = pytest.mark.django_db
STAFF = Actor("STAFF", 7)
WORD = "Zebulon"
"""In every text about the customer, and nowhere else."""


@pytest.fixture(autouse=True)
def nobody_works(monkeypatch):
    monkeypatch.setattr("saleor_loyalty.tasks.run_batch_task", sleeper)


@pytest.fixture
def endpoint(program):
    return create_endpoint(
        program_id=program.pk,
        name="Mailing",
        url="https://93.184.216.34/hook",
        event_names=SUBSCRIBABLE,
        actor=STAFF,
        at=club.now(),
    )


@pytest.fixture
def told(endpoint, account, dana, variant):
    """Dana's account, with words about her in every table that can hold some."""
    at = club.now()
    program = publish_rewards()
    club.give(
        dana, 500, reason=f"For {WORD}", internal_note=f"{WORD} again", expires_at=at + datetime.timedelta(days=9)
    )
    extend_expiry(
        account.pk, expires_at=at + datetime.timedelta(days=20), at=at, actor=STAFF, reason=f"{WORD} was ill"
    )
    order = club.complete(club.fill_cart(dana, variant))
    club.fulfill(order)
    club.settle(order)
    OrderRecord.objects.update(failure=f"Could not reach {WORD}", failed_at=at)
    fill_card(account, at=at)
    plan = create_plan(program.pk, terms=PlanTerms(name="Yearly", duration_days=365), at=at)
    membership = create_membership(account.pk, plan_id=plan.pk, actor=STAFF, at=at)
    cancel_membership(membership.pk, reason=f"{WORD} moved", actor=STAFF, at=at)
    issue(account)
    for act in (freeze_account, unfreeze_account):
        act(account.pk, reason=f"{WORD} called", actor=STAFF, at=at)
    fill_referrals(account, program, at=at)
    run(
        ask(
            program,
            f"email,points,internalNote\ndana@example.com,5,{WORD} asked\nx,y,\n",
            error_policy="REJECT_EVERYTHING",
        )
    )
    create_person_export(account.pk, is_for_staff=True, at=at, actor=STAFF)
    return account


def fill_card(account, *, at):
    label = cards.create_label(account.program_id, name="VIP", at=at)
    cards.assign_labels([account.pk], label_ids=[label.pk], actor=STAFF, at=at)
    cards.add_note(account.pk, text=f"{WORD} prefers tea.", author=STAFF, at=at)
    company = CustomField.objects.get(program_id=account.program_id, key="company")
    cards.set_field_values(
        account.pk, values=[cards.FieldEntry(field_id=company.pk, value=f"{WORD} Ltd")], actor=STAFF, at=at
    )
    report = EventReport(
        name="CONTACTED_ME", account_id=account.pk, payload={"name": WORD}, external_reference=f"{WORD}-1"
    )
    report_event(account.program_id, report=report, idempotency_key="k", actor=STAFF, at=at)


def fill_referrals(account, program, *, at):
    ReferralCode.objects.create(account=account, program=program, code="ZEBULON", created_at=at)
    other = open_account(program, email="friend@example.com", at=at)
    referral = Referral.objects.create(
        program=program,
        program_version_id=program.published_version_id,
        referrer=other,
        referee=account,
        channel_slug=club.CHANNEL,
        state=ReferralState.CLAIMED,
        claimed_at=at,
        valid_until=at,
        fingerprints={"addresses": [WORD]},
        device=WORD,
    )
    ReferralChange.objects.create(
        referral=referral, type="CLAIMED", reason=f"{WORD} said so", actor_kind="STAFF", created_at=at
    )


def tables_that_name(user: User) -> dict[str, int]:
    """Return in how many rows of each table of ours something names the customer, in whatever column."""
    global_id = base64.b64encode(f"User:{user.pk}".encode()).decode()
    words = [WORD, "dana@example.com", global_id]
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_app_config("saleor_loyalty").get_models():
            table = model._meta.db_table
            cursor.execute(
                f"SELECT count(*) FROM {table} row WHERE EXISTS (SELECT FROM unnest(%s::text[]) word"
                " WHERE row::text ILIKE '%%' || word || '%%')",
                [words],
            )
            (count,) = cursor.fetchone()
            if count:
                found[model.__name__] = count
    return found


NAMING = {
    "AccountChange", "BatchRow", "CustomFieldValue", "LotExtension", "MembershipChange", "Note", "OrderRecord",
    "OutboxEvent", "Referral", "ReferralChange", "ReferralCode", "ReportedEvent", "TransactionText",
}  # fmt: skip
"""The tables that can hold words about a customer; whoever adds one fills it here."""


def test_nothing_names_the_customer_any_more_and_the_books_are_whole(told, dana):
    # given
    assert set(tables_that_name(dana)) == NAMING
    rows = list(LoyaltyTransaction.objects.order_by("pk").values())
    user = User.objects.values().get(pk=dana.pk)

    # when
    anonymized = anonymize_account(told.pk, forfeits=True, actor=STAFF, at=club.now())

    # then
    assert tables_that_name(dana) == {}
    stored = LoyaltyAccount.objects.get(pk=told.pk)
    assert (stored.status, stored.user_id, stored.email, stored.balance) == ("ANONYMIZED", None, None, 0)
    assert (stored.erased_at is None, stored.closed_at is None) == (False, False)
    assert anonymized.forfeiture.points < 0
    assert list(LoyaltyTransaction.objects.order_by("pk").values())[: len(rows)] == rows
    assert club.audit() == []
    assert User.objects.values().get(pk=dana.pk) == user


def test_events_on_their_way_name_nobody_and_the_last_one_says_that_it_happened(told, dana):
    anonymize_account(told.pk, forfeits=True, actor=STAFF, at=club.now())
    events = OutboxEvent.objects.filter(account=told).order_by("pk")
    assert {event.payload.get("user") for event in events} == {None}
    last = events.last()
    assert (last.name, list(last.payload)) == ("loyalty.account.anonymized", ["account"])


def test_files_that_may_name_the_customer_end_at_once(told):
    # given a finished file of accounts, and one of her data
    now = club.now()
    create_export(told.program_id, wanted=AccountFilter(), at=now)
    Export.objects.update(status="READY", expires_at=now + datetime.timedelta(days=7))

    # when
    anonymize_account(told.pk, forfeits=True, actor=STAFF, at=now)
    delete_expired_files(at=now, limit=10)
    delete_expired_files(at=now + CLAIM_LASTS, limit=10)

    # then
    ended = [(export.kind, export.status, export.files_deleted_at) for export in Export.objects.order_by("pk")]
    assert ended == [("PERSON", "CANCELED", now + CLAIM_LASTS), ("ACCOUNTS", "EXPIRED", now)]


def test_who_buys_again_gets_a_new_account(told, dana, variant, program):
    anonymize_account(told.pk, forfeits=True, actor=STAFF, at=club.now())
    order = club.complete(club.fill_cart(dana, variant))
    club.fulfill(order)
    club.settle(order)
    new = LoyaltyAccount.objects.get(user=dana)
    assert (new.pk == told.pk, new.status) == (False, "ACTIVE")


def refused(error, account, **values):
    before = club.everything_written(), list(AccountChange.objects.values()), list(BatchRow.objects.values())
    with pytest.raises(error) as caught:
        anonymize_account(account.pk, **{"actor": STAFF, "at": club.now(), **values})
    assert (club.everything_written(), list(AccountChange.objects.values()), list(BatchRow.objects.values())) == before
    return caught.value


def test_points_are_given_up_only_by_name(account):
    assert refused(HasPoints, account).available == 1000


def test_what_is_at_a_checkout_and_a_running_membership_hold_it_up(account, dana, variant, program):
    club.apply(club.fill_cart(dana, variant, 40), 800)
    assert refused(PointsReserved, account, forfeits=True).points == 800
    plan = create_plan(program.pk, terms=PlanTerms(name="Yearly", duration_days=365), at=club.now())
    create_membership(account.pk, plan_id=plan.pk, actor=STAFF, at=club.now())
    refused(HasActiveMembership, account, forfeits=True)


def test_a_closed_account_keeps_what_it_had_when_it_is_anonymized(program, dana):
    account = club.give(dana, 10)
    dana.delete()
    anonymized = anonymize_account(account.pk, actor=STAFF, at=club.now())
    assert (anonymized.account.status, anonymized.account.balance, anonymized.forfeiture) == ("ANONYMIZED", 10, None)
    assert club.audit() == []


def test_a_second_time_changes_nothing(account):
    anonymize_account(account.pk, forfeits=True, actor=STAFF, at=club.now())
    changes, rows = AccountChange.objects.count(), LoyaltyTransaction.objects.count()
    anonymize_account(account.pk, forfeits=True, actor=STAFF, at=club.now())
    assert (AccountChange.objects.count(), LoyaltyTransaction.objects.count()) == (changes, rows)


def test_an_account_that_was_merged_into_it_goes_the_same_way(account, program):
    # given a note that went along, and a field that had to stay
    other = club.give(club.add_customer("d.cohen@example.com"), 30, reason=f"For {WORD}")
    company = CustomField.objects.get(program_id=program.pk, key="company")
    for owner, value in ((other, f"{WORD} Ltd"), (account, "Acme")):
        cards.set_field_values(
            owner.pk, values=[cards.FieldEntry(field_id=company.pk, value=value)], actor=STAFF, at=club.now()
        )
    merged = merge_accounts(
        other.pk, target_id=account.pk, idempotency_key="m", actor=STAFF, at=club.now(), reason=f"Both are {WORD}"
    ).merge

    # when
    anonymize_account(account.pk, forfeits=True, actor=STAFF, at=club.now())

    # then
    assert tables_that_name(other.user) == {}
    assert set(LoyaltyAccount.objects.values_list("status", "user")) == {("ANONYMIZED", None)}
    with pytest.raises(AccountClosed):
        undo_merge(merged.pk, actor=STAFF, at=club.now())


def test_an_anonymized_account_does_not_begin_again(account):
    anonymize_account(account.pk, forfeits=True, actor=STAFF, at=club.now())
    with pytest.raises(AccountClosed):
        reopen_account(account.pk, actor=STAFF, at=club.now())
    assert close_account(account.pk, actor=STAFF, at=club.now()).account.status == "ANONYMIZED"
