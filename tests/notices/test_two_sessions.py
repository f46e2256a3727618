"""Telling of an end while staff moves it; with real connections, threads and locks."""

from __future__ import annotations

import pytest

from saleor_loyalty.deliveries import create_endpoint
from saleor_loyalty.ledger import open_account
from saleor_loyalty.models import MembershipNotice, OutboxEvent
from saleor_loyalty.notices import note_expiring_memberships
from tests import club
from tests.ledger.connections import second_while_first_is_uncommitted, together
from tests.memberships.builders import NOW, a_plan, by_hand, cancel, extend, noon

pytestmark = pytest.mark.django_db(transaction=True)
EVENTS = ["loyalty.membership.expiring", "loyalty.membership.extended"]


@pytest.fixture
def membership():
    club.open_channel()
    program = club.publish(club.rules(memberships={"noticeDays": [14]}))
    create_endpoint(program.pk, name="Mail", url="http://127.0.0.1:9/", event_names=EVENTS, at=NOW)
    account = open_account(program, user_id=club.add_customer().pk, at=NOW)
    return by_hand(account, a_plan(program))


def note() -> int:
    return note_expiring_memberships(at=noon("2026-03-27"), limit=10)


def told() -> list[tuple[str, str]]:
    rows = OutboxEvent.objects.order_by("pk").values_list("name", "payload")
    return [(name.rpartition(".")[2], data["endsOn"]) for name, data in rows]


def test_an_end_that_is_being_moved_is_not_told(membership):
    second_while_first_is_uncommitted(lambda: extend(membership, "2026-05-10", at=noon("2026-03-27")), note)
    assert told() == [("extended", "2026-05-10")]
    assert MembershipNotice.objects.count() == 0


def test_one_that_is_being_cancelled_is_not_told(membership):
    second_while_first_is_uncommitted(lambda: cancel(membership, at=noon("2026-03-27")), note)
    assert told() == []


def test_two_runs_at_once_tell_it_once(membership):
    together(note, note)
    assert told() == [("expiring", "2026-04-10")]
    assert MembershipNotice.objects.count() == 1
