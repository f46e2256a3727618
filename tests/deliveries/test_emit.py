"""Writing events: with the thing itself, to whom it may concern, and at no cost where there is nobody."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from saleor_loyalty import ledger
from saleor_loyalty.accounts import AccountTarget, delete_card, enroll_account
from saleor_loyalty.deliveries import create_endpoint, delete_old_events, deliver_due_events, read_event_health
from saleor_loyalty.events import CATALOGUE, SUBSCRIBABLE, Fact, emit, emit_all, subscription_question
from saleor_loyalty.events.payload import encode_payload
from saleor_loyalty.ledger.row_events import IS_SUBSCRIBED
from saleor_loyalty.models import EventDelivery, EventEndpoint, LoyaltyAccount, OutboxEvent
from tests import club
from tests.ledger.builders import DAY, NOW, give, make_program, reserve

pytestmark = pytest.mark.django_db

EXAMPLES = {"Int": 1, "String": "x", "Boolean": True, "DateTime": NOW, "Date": NOW.date(), "ID": 7}
PUBLISHED = {"program": 1, "version": 2, "number": 3}


def subscribe(program, *names: str, is_active: bool = True) -> EventEndpoint:
    endpoint = create_endpoint(
        program and program.pk, name="Till", url="http://127.0.0.1:9/", event_names=names or SUBSCRIBABLE, at=NOW
    )
    if not is_active:
        EventEndpoint.objects.filter(pk=endpoint.pk).update(is_active=False)
    return endpoint


def told() -> list[tuple[str, int]]:
    return list(EventDelivery.objects.order_by("pk").values_list("event__name", "endpoint_id"))


def statements(work) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        work()
    return [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]


def test_without_an_endpoint_the_ledger_sends_no_statement_for_events(account):
    """The same number as before there were events: lock, key, transaction, text, lot, account."""
    sent = statements(lambda: give(account, 10))

    assert [sql.split()[0] for sql in sent] == ["SELECT", "SELECT", "INSERT", "INSERT", "INSERT", "UPDATE"]
    assert sum(IS_SUBSCRIBED in sql for sql in sent) == 1
    assert OutboxEvent.objects.count() == 0


def test_with_an_endpoint_it_sends_one(program, account):
    subscribe(program)

    sent = statements(lambda: give(account, 10))

    assert [sql.split()[0] for sql in sent] == ["SELECT", "SELECT", "INSERT", "INSERT", "WITH", "INSERT", "UPDATE"]


def test_an_event_goes_to_those_who_asked_for_it(program):
    # given
    other = make_program("other")
    mine, all_programs = subscribe(program, "loyalty.program.published"), subscribe(None, "loyalty.program.published")
    subscribe(other, "loyalty.program.published")
    subscribe(program, "loyalty.account.created")
    subscribe(program, "loyalty.program.published", is_active=False)

    # when
    count = emit("loyalty.program.published", program_id=program.pk, payload=PUBLISHED, at=NOW)

    # then
    assert count == 2
    assert told() == [("loyalty.program.published", mine.pk), ("loyalty.program.published", all_programs.pk)]
    assert OutboxEvent.objects.count() == 1


@pytest.mark.parametrize("is_subscribed", [True, False])
def test_telling_takes_one_statement_whether_or_not_somebody_asked_for_it(program, is_subscribed):
    if is_subscribed:
        subscribe(program)

    def tell() -> None:
        emit("loyalty.program.published", program_id=program.pk, payload=PUBLISHED, at=NOW)

    assert len(statements(tell)) == 1
    assert len(told()) == is_subscribed


def test_nobody_asked_for_it(program):
    subscribe(program, "loyalty.account.created")
    assert emit("loyalty.program.published", program_id=program.pk, payload=PUBLISHED, at=NOW) == 0
    facts = [Fact(account_id=None, payload=PUBLISHED, occurred_at=NOW)]
    assert emit_all("loyalty.program.published", facts, program_id=program.pk, at=NOW) == 0
    assert OutboxEvent.objects.count() == 0


def test_several_at_once_keep_their_order(program, account):
    # given
    subscribe(program, "loyalty.account.created")
    facts = [
        Fact(account_id=account.pk, payload={"account": account.pk, "user": number}, occurred_at=NOW - number * DAY)
        for number in range(50)
    ]

    # when
    emit_all("loyalty.account.created", facts, program_id=program.pk, at=NOW)

    # then
    events = OutboxEvent.objects.order_by("pk")
    assert list(events.values_list("occurred_at", flat=True)) == [fact.occurred_at for fact in facts]
    assert list(EventDelivery.objects.order_by("pk").values_list("event_id", flat=True)) == [
        event.pk for event in events
    ]


def test_an_account_that_was_opened_before_is_not_told_again(program):
    # given
    subscribe(program, "loyalty.account.created")

    # when
    one = ledger.open_account(program, email="dana@example.com", at=NOW)
    two = ledger.open_account(program, email="DANA@example.com", at=NOW)

    # then
    assert one == two == LoyaltyAccount.objects.get()
    assert [event.account_id for event in OutboxEvent.objects.all()] == [one.pk]
    assert OutboxEvent.objects.get().payload["user"] is None


def test_joining_is_told_once(program):
    # given
    subscribe(program, "loyalty.account.enrolled")
    account = ledger.open_account(program, email="dana@example.com", at=NOW)

    # when
    enroll_account(AccountTarget(account_id=account.pk), at=NOW)
    enroll_account(AccountTarget(account_id=account.pk), at=NOW + DAY)

    # then
    assert [(event.account_id, event.occurred_at) for event in OutboxEvent.objects.all()] == [(account.pk, NOW)]


def test_a_closed_account_is_told_once(program, account):
    # given
    subscribe(program, "loyalty.account.closed")

    # when
    for _ in range(2):
        delete_card(account.pk, actor=ledger.Actor(), at=NOW)

    # then
    assert [event.account_id for event in OutboxEvent.objects.all()] == [account.pk]


def test_rows_that_the_clock_writes_are_told_too(program, account):
    # given
    give(account, 5, expires_at=NOW + DAY)
    give(account, 7, expires_at=NOW + 2 * DAY)
    subscribe(program, "loyalty.transaction.created")

    # when
    ledger.expire_due_lots(at=NOW + 3 * DAY, limit=10)

    # then
    payloads = [event.payload for event in OutboxEvent.objects.order_by("pk")]
    assert [(payload["type"], payload["points"], payload["sequence"]) for payload in payloads] == [
        ("EXPIRE", -5, 3),
        ("EXPIRE", -7, 4),
    ]


def test_setting_points_aside_moves_nothing_and_tells_nothing(program, account):
    give(account, 5)
    subscribe(program)
    reserve(account, 5)
    assert told() == []


def test_a_settled_order_is_told_with_its_totals(db):
    # given
    club.open_channel()
    program = club.publish(club.rules(trigger="ORDER_PLACED"))
    dana, variant = club.add_customer(), club.add_variant(price=100)
    subscribe(program, "loyalty.order.settled", "loyalty.program.published")
    order = club.order_of(dana, variant)

    # when
    club.settle(order)
    club.settle(order)
    club.publish(club.rules())

    # then
    settled, published = OutboxEvent.objects.order_by("pk")
    account = LoyaltyAccount.objects.get()
    assert (settled.name, settled.account_id) == ("loyalty.order.settled", account.pk)
    assert {key: settled.payload[key] for key in ("state", "earned", "reversed", "redeemed", "returned")} == {
        "state": "AWARDED",
        "earned": 100,
        "reversed": 0,
        "redeemed": 0,
        "returned": 0,
    }
    assert (published.name, published.payload["number"]) == ("loyalty.program.published", 2)


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_each_payload_has_exactly_the_fields_of_the_catalogue(name):
    # given
    fields = CATALOGUE[name].fields
    right = {key: EXAMPLES[field.kind] for key, field in fields.items()}

    # when / then
    assert encode_payload(name, right).keys() == fields.keys()
    for key, field in fields.items():
        with pytest.raises(ValueError, match="has exactly its fields"):
            encode_payload(name, {other: value for other, value in right.items() if other != key})
        with pytest.raises(ValueError, match="which is no"):
            encode_payload(name, right | {key: object()})
        if field.is_nullable:
            assert encode_payload(name, right | {key: None})[key] is None
        else:
            with pytest.raises(ValueError, match="which is no"):
                encode_payload(name, right | {key: None})
    with pytest.raises(ValueError, match="not so: email"):
        encode_payload(name, right | {"email": "dana@example.com"})


def test_an_unknown_name_and_a_bad_payload_are_mistakes_of_the_code_also_without_an_endpoint(program):
    with pytest.raises(ValueError, match=r"There is no event 'loyalty\.nonsense'"):
        emit("loyalty.nonsense", program_id=program.pk, payload={}, at=NOW)
    with pytest.raises(ValueError, match="There is no event"):
        subscription_question("loyalty.nonsense")
    with pytest.raises(ValueError, match="number is True, which is no Int"):
        emit("loyalty.program.published", program_id=program.pk, payload=PUBLISHED | {"number": True}, at=NOW)
    naive = datetime.datetime(2026, 1, 1)  # noqa: DTZ001
    with pytest.raises(ValueError, match="has no time zone"):
        encode_payload("loyalty.transaction.created", transaction_payload() | {"createdAt": naive})


def transaction_payload():
    fields = CATALOGUE["loyalty.transaction.created"].fields
    return {key: EXAMPLES[field.kind] for key, field in fields.items()}


def test_what_was_delivered_long_ago_is_deleted_and_nothing_else(endpoint, account_factory, receiver, clock, settings):
    # given
    settings.LOYALTY_EVENT_ATTEMPTS = 1
    receiver.answer = lambda event: 500
    account_factory()
    deliver_due_events(clock=clock)
    receiver.answer = lambda event: 200
    account_factory()
    deliver_due_events(clock=clock)
    account = account_factory()

    # when / then
    assert delete_old_events(at=clock.now + 30 * DAY, limit=100) == 0
    assert delete_old_events(at=clock.now + 31 * DAY, limit=100) == 1
    assert delete_old_events(at=clock.now + 31 * DAY, limit=100) == 0
    assert list(EventDelivery.objects.order_by("pk").values_list("status", flat=True)) == ["FAILED", "PENDING"]
    assert OutboxEvent.objects.latest("pk").account_id == account.pk
    assert OutboxEvent.objects.count() == 2


def test_the_health_says_what_waits_and_what_fails(
    program, endpoint, account, receiver, clock, settings, django_assert_num_queries
):
    # given
    settings.LOYALTY_EVENT_ATTEMPTS = 1
    receiver.answer = lambda event: 500
    assert read_event_health().problems(at=clock.now) == []
    deliver_due_events(clock=clock)
    give(account, 10)
    subscribe(program)
    EventEndpoint.objects.exclude(pk=endpoint.pk).update(is_active=False, switched_off_at=NOW, name="Old till")

    # when
    with django_assert_num_queries(4):
        health = read_event_health()

    # then
    assert (health.pending, health.failed, health.oldest_pending_at) == (1, 1, NOW)
    assert health.problems(at=NOW + DAY) == [
        f"an event has waited since {NOW.isoformat()}",
        "not answering: Receiver",
        "switched off, did not answer for long: Old till",
        "1 deliveries failed for good",
    ]
