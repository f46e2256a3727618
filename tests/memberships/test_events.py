"""What the world outside is told of memberships: each step once, with its dates, and none that is undone."""

from __future__ import annotations

import datetime

import pytest

from saleor_loyalty.deliveries import create_endpoint
from saleor_loyalty.events import SUBSCRIBABLE
from saleor_loyalty.models import OutboxEvent
from tests import club
from tests.graphql.api import gid

from .builders import NOW, by_hand, cancel, extend, follow, freeze, memberships_of, noon, pay, refusal, unfreeze

pytestmark = pytest.mark.django_db
NAMES = [name for name in SUBSCRIBABLE if name.startswith("loyalty.membership.")]


@pytest.fixture
def endpoint(program):
    return create_endpoint(program.pk, name="Mail", url="http://127.0.0.1:9/", event_names=NAMES, at=NOW)


def told() -> list[tuple[str, str | None, str | None]]:
    """(what happened, startsOn, endsOn), in their order."""
    rows = OutboxEvent.objects.order_by("pk").values_list("name", "payload")
    return [(name.removeprefix("loyalty.membership."), data["startsOn"], data["endsOn"]) for name, data in rows]


def test_a_life_of_a_membership_is_told_step_by_step(endpoint, account, plan):
    by_hand(account, plan, is_paid=False)
    (membership,) = memberships_of(account)
    pay(membership)
    extend(membership, "2026-04-15")
    freeze(membership, "2026-03-20")
    unfreeze(membership, at=noon("2026-03-15"))
    follow(noon("2026-04-20"))

    assert told() == [
        ("created", "2026-03-10", "2026-04-10"),
        ("started", "2026-03-10", "2026-04-10"),
        ("paid", "2026-03-10", "2026-04-10"),
        ("extended", "2026-03-10", "2026-04-15"),
        ("frozen", "2026-03-10", "2026-04-25"),
        ("unfrozen", "2026-03-10", "2026-04-20"),
        ("ended", "2026-03-10", "2026-04-20"),
    ]


def test_a_payload_says_whose_it_is_which_plan_and_whether_it_is_paid(endpoint, account, dana, plan):
    by_hand(account, plan, is_paid=False)
    (membership,) = memberships_of(account)
    pay(membership)

    first, *_, last = OutboxEvent.objects.order_by("pk")
    assert first.payload == {
        "membership": gid("LoyaltyMembership", membership),
        "plan": gid("LoyaltyMembershipPlan", plan),
        "account": gid("LoyaltyAccount", account),
        "user": gid("User", dana),
        "startsOn": "2026-03-10",
        "endsOn": "2026-04-10",
        "isPaid": False,
    }
    assert (last.name, last.payload["isPaid"]) == ("loyalty.membership.paid", True)
    assert {(event.program_id, event.account_id) for event in (first, last)} == {(account.program_id, account.pk)}
    assert first.occurred_at == NOW


def test_a_cancellation_is_told_and_a_refusal_is_not(endpoint, account, plan):
    by_hand(account, plan)
    (membership,) = memberships_of(account)
    cancel(membership)
    before = told()

    assert refusal(lambda: freeze(membership))[2]
    assert told() == before
    assert [name for name, *_ in before] == ["created", "started", "canceled"]


def test_what_an_order_sells_is_told_once_each(endpoint, dana, variant, plan):
    # given
    order = club.order_of(dana, variant, 2, is_paid=True)
    club.settle(order)
    sold = told()

    # then: two that follow one another, each told of by itself
    assert [name for name, *_ in sold].count("created") == 2
    assert [name for name, *_ in sold].count("started") == 1
    assert sold == told()
    club.settle(order)
    assert sold == told()


def test_without_a_subscriber_nothing_is_written(program, account, plan):
    by_hand(account, plan)
    follow(NOW + datetime.timedelta(days=60))
    assert OutboxEvent.objects.count() == 0
