"""What stands below the rows of a list takes as many statements for 5 rows as for 20:
batches of transactions, who did what to memberships and accounts, and what is below programs."""

from __future__ import annotations

import datetime

import pytest

from saleor_loyalty import memberships
from saleor_loyalty.accounts import AccountFilter, freeze_account
from saleor_loyalty.batches import BatchWish, create_batch
from saleor_loyalty.ledger import Actor, extend_expiry, open_account
from saleor_loyalty.memberships import PlanTerms
from saleor_loyalty.models import LoyaltyProgram, ProgramVersion
from saleor_loyalty.programs import create_program, publish_draft, update_draft
from tests import club
from tests.batches.builders import run, sleeper
from tests.graphql.api import Api
from tests.graphql.reward_documents import REWARDS

from .authorization_scene import RULES
from .test_query_counts import statements

LATER = datetime.timedelta(days=30)


@pytest.fixture
def actors(staff: Api, app: Api) -> tuple[Actor, Actor]:
    return Actor("STAFF", staff.user.pk), Actor("APP", app.app.pk)


def assert_same_for_5_and_20(staff: Api, document: str) -> None:
    staff(document, n=20)  # what a process learns once is learned
    few, twenty = (statements(lambda count=count: staff(document, n=count)) for count in (5, 20))
    assert len(few) == len(twenty), "\n".join(twenty)


def test_batches_of_transactions(staff: Api, program: LoyaltyProgram, actors, monkeypatch: pytest.MonkeyPatch):
    # given: each transaction has a batch of its own
    monkeypatch.setattr("saleor_loyalty.tasks.run_batch_task", sleeper)
    for number in range(20):
        member = open_account(program, email=f"guest{number}@example.com", at=club.now())
        wish = BatchWish(selection=AccountFilter(ids=(member.pk,)), points=5, reason="Summer")
        key, actor = f"batch {number}", actors[number % 2]
        run(create_batch(program.pk, wish, idempotency_key=key, actor=actor, at=club.now()))

    assert_same_for_5_and_20(
        staff,
        """query($n: Int) { loyaltyTransactions(first: $n) { edges { node { pointsChange
            batch { id status user { email } app { name } program { name } } } } } }""",
    )


def test_who_did_what_to_memberships(staff: Api, program: LoyaltyProgram, actors):
    # given
    plan = memberships.create_plan(program.pk, terms=PlanTerms(name="Gold", duration_days=30), at=club.now())
    for number in range(20):
        member = open_account(program, email=f"guest{number}@example.com", at=club.now())
        sold = memberships.create_membership(member.pk, plan_id=plan.pk, actor=actors[0], at=club.now())
        memberships.freeze_membership(sold.pk, actor=actors[1], at=club.now())
        memberships.unfreeze_membership(sold.pk, actor=actors[number % 2], at=club.now())

    assert_same_for_5_and_20(
        staff,
        """query($n: Int) { loyaltyMemberships(first: $n) { edges { node {
            history { type user { email } app { name } } freezes { fromDate } } } } }""",
    )


def test_what_was_done_to_accounts_on_their_timelines(staff: Api, program: LoyaltyProgram, actors):
    # given
    for number in range(20):
        member = club.give(club.add_customer(f"member{number}@example.com"), 10, expires_at=club.now() + LATER)
        actor = actors[number % 2]
        extend_expiry(member.pk, expires_at=club.now() + 2 * LATER, at=club.now(), actor=actor, reason="Goodwill")
        freeze_account(member.pk, actor=actor, at=club.now(), reason="Asked for it")

    assert_same_for_5_and_20(
        staff,
        """query($n: Int) { loyaltyAccounts(first: $n) { edges { node {
            lastChange { kind reason user { email } app { name } }
            timeline(first: 9) { edges { node { type user { email } app { name } extension { points reason }
                change { kind reason merge { id } user { email } app { name } } } } } } } } }""",
    )


def test_what_is_below_programs(staff: Api, program: LoyaltyProgram, actors):
    # given: each with rules of its own, a draft beside them, rewards, and tiers
    for number in range(20):
        at, channel = club.now(), f"channel-{number}"
        other = create_program(name=f"Club {number}", slug=f"club-{number}", at=at)
        listing = {"key": channel, "channel": channel, "currency": "ILS"}
        data = {**RULES, "channels": [listing], "rewards": REWARDS[1:2], "earning": RULES["earning"][:1]}
        update_draft(other.pk, data=data, at=at)
        publish_draft(other.pk, at=at, actor=actors[number % 2])
        update_draft(other.pk, data=data, at=at)
    assert ProgramVersion.objects.filter(published_at=None).count() == 20

    version = """id number checksum publishedBy { email } publishedByApp { name } warnings { code }
        earningRules { key rates { channel } customerCaps { points } } activityRules { key } redemptionRules { key }
        rewards { key stock channels { channel } } tiers { key members } tierPolicy { basis } expiryPolicy { type }
        refundPolicy { reversal } manualPolicy { maxPointsPerOperation }"""
    assert_same_for_5_and_20(
        staff,
        f"""query($n: Int) {{ loyaltyPrograms(first: $n) {{ totalCount edges {{ node {{ id name guestEarning
            pointNames {{ other }} channelListings {{ channelSlug channel {{ slug }} }} tiers {{ key members }}
            waysToEarn {{ key points }}
            publishedVersion {{ {version} }} draftVersion {{ {version} }} }} }} }} }}""",
    )
