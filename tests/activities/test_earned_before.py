"""What was earned before is added up by PostgreSQL as a plain count over the rows would."""

from __future__ import annotations

import datetime
import random
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from saleor_loyalty.activities import read_earned, read_earned_of_many, ways_to_earn_of_accounts
from saleor_loyalty.ledger import open_account
from saleor_loyalty.models import LoyaltyAccount, ReportedEvent, RuleEarning
from saleor_loyalty.rules import CustomerCap, period_bounds
from saleor_loyalty.rules.document.timing import PERIODS
from tests import club

from .builders import activity, cap, publish, report

pytestmark = pytest.mark.django_db
ZONES = ("UTC", "Asia/Jerusalem", "America/Santiago", "Pacific/Auckland")
START = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
KEYS = ("review", "photo", "plain")


def rule(key, *periods):
    return SimpleNamespace(key=key, customer_caps=[CustomerCap(points=100, period=period) for period in periods])


@pytest.fixture
def rows(channel):
    """Write some hundred earnings of three accounts in one year; return (account, key, moment, points) of each."""
    program = publish()
    chance = random.Random(7)
    accounts = [
        open_account(program, user_id=club.add_customer(f"{number}@example.com").pk, at=START) for number in range(3)
    ]
    written = []
    for number in range(300):
        moment = START + datetime.timedelta(minutes=chance.randrange(60 * 24 * 400))
        account, key, points = chance.choice(accounts), chance.choice(KEYS), chance.randrange(1, 50)
        event = ReportedEvent.objects.create(
            program=program,
            account=account,
            name="e",
            occurred_at=moment,
            created_at=moment,
            actor_kind="APP",
            idempotency_key=f"k{number}",
        )
        RuleEarning.objects.create(
            program=program,
            account=account,
            rule_key=key,
            points=points,
            occurred_at=moment,
            event=event,
            created_at=moment,
        )
        written.append((account.pk, key, moment, points))
    return written


def plain(rows, account_id, key, period, *, at, time_zone):
    bounds = period_bounds(period, at=at, time_zone=time_zone)
    return sum(
        points
        for whose, of, moment, points in rows
        if (whose, of) == (account_id, key) and (bounds is None or bounds[0] <= moment < bounds[1])
    )


def test_it_is_the_plain_sum_of_each_period_at_any_moment_in_any_zone(rows):
    # given
    rules = [rule("review", *PERIODS), rule("photo", "DAY", "EVER"), rule("plain")]
    account_ids = sorted({account_id for account_id, *_rest in rows})
    edges = [moment for _whose, _key, moment, _points in rows[:60]]

    for number, at in enumerate(edges):
        zone = ZONES[number % len(ZONES)]

        # when
        found = read_earned_of_many(account_ids, rules=rules, at=at, time_zone=zone)

        # then
        for account_id in account_ids:
            expected = {
                (one.key, cap.period): plain(rows, account_id, one.key, cap.period, at=at, time_zone=zone)
                for one in rules
                for cap in one.customer_caps
            }
            told = {(one.rule_key, one.period): one.points for one in found.get(account_id, ())}
            assert told == {key: points for key, points in expected.items() if points}
            assert read_earned(account_id, rules=rules, at=at, time_zone=zone) == tuple(found.get(account_id, ()))


def test_it_takes_two_statements_and_none_without_caps(rows):
    account_ids = {account_id for account_id, *_rest in rows}
    with CaptureQueriesContext(connection) as queries:
        read_earned_of_many(account_ids, rules=[rule("review", *PERIODS)], at=START, time_zone="UTC")
    assert len(queries) == 2
    with CaptureQueriesContext(connection) as queries:
        assert read_earned_of_many(account_ids, rules=[rule("plain")], at=START, time_zone="UTC") == {}
    assert len(queries) == 0


def test_what_the_guest_got_whom_a_member_claimed_is_both_of_theirs(channel):
    # given
    program = publish(activity(customerCaps=[cap(80)]))
    member = open_account(program, user_id=club.add_customer().pk, at=START)
    guest = open_account(program, email="guest@example.com", at=START)
    other = open_account(program, email="other@example.com", at=START)
    LoyaltyAccount.objects.filter(pk=guest.pk).update(claimed_by=member)
    for account in (member, guest, other):
        report(program, account_id=account.pk)

    # when
    ways = ways_to_earn_of_accounts([member.pk, guest.pk, other.pk], program_id=program.pk, at=club.now())

    # then
    found = {pk: (way.points_left, way.times) for pk, [way] in ways.items()}
    assert found == {member.pk: (0, 2), guest.pk: (0, 2), other.pk: (30, 1)}
