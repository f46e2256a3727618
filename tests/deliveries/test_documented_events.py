"""The pages on events: made from the catalogue, and a receiver that does what it is told to."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from graphql import parse, validate

from playground.graphql.schema import schema
from saleor_loyalty.deliveries import back_off, claiming, deliver_due_events, outcomes, rotate_secret, signing
from saleor_loyalty.graphql.schema import MUTATIONS
from scripts import event_reference
from tests.ledger.builders import NOW

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "how-to" / "receive-events.md").read_text(encoding="utf-8")


def test_the_reference_is_made_from_the_catalogue():
    page = (ROOT / "docs" / "reference" / "events.md").read_text(encoding="utf-8")
    assert page == event_reference.render(), "run: python scripts/event_reference.py"


def test_every_operation_on_the_page_is_one_of_the_schema():
    operations = re.findall(r"```graphql\n(.*?)```", TEXT, flags=re.DOTALL)
    assert len(operations) == 1
    for operation in operations:
        assert [str(error) for error in validate(schema(), parse(operation))] == [], operation


def test_every_mutation_of_events_is_told_of():
    names = {name for name in MUTATIONS if name.startswith("loyalty_event_") and name != "loyalty_event_report"}
    camel = {re.sub(r"_(\w)", lambda match: match[1].upper(), name) for name in names}
    assert {name for name in camel if f"`{name}(" not in TEXT and f"  {name}(" not in TEXT} == set()


def test_the_numbers_on_the_page_are_those_of_the_code():
    assert (back_off.FIRST.seconds, back_off.LONGEST.seconds, back_off.ENDPOINT_LONGEST.seconds) == (30, 21600, 3600)
    assert back_off.FAILURES_BEFORE_PAUSE == 3
    assert signing.OVERLAP.days == 1
    waits = sum((back_off.wait_of_delivery(1, attempts=attempt) for attempt in range(1, 16)), NOW - NOW)
    assert 1.5 <= waits.total_seconds() / 86400 <= 2


@pytest.fixture
def is_genuine():
    [code] = re.findall(r"```python\n(.*?)```", TEXT, flags=re.DOTALL)
    names: dict[str, object] = {}
    exec(compile(code, "receive-events.md", "exec"), names)
    return names["is_genuine"]


@pytest.mark.django_db
def test_the_receiver_on_the_page_believes_what_is_ours_and_nothing_else(
    is_genuine, endpoint, account, receiver, clock
):
    # given
    deliver_due_events(clock=clock)
    (request,) = receiver.requests
    header, now = request.headers["Loyalty-Signature"], clock.now.timestamp()

    # then
    assert is_genuine(request.body, header, secret=endpoint.secret, now=now)
    assert is_genuine(request.body, header, secret=endpoint.secret, now=now + 299)
    assert not is_genuine(request.body, header, secret=endpoint.secret, now=now + 302)
    assert not is_genuine(request.body, header, secret=endpoint.secret)
    assert not is_genuine(request.body, header, secret="lws_other", now=now)
    assert not is_genuine(request.body + b" ", header, secret=endpoint.secret, now=now)
    for wrong in ("", "t=1", "v1=00", "t=x,v1=00", header.replace("t=", "t=1"), f"{header},t=1"):
        assert not is_genuine(request.body, wrong, secret=endpoint.secret, now=now)


@pytest.mark.django_db
def test_while_the_secret_is_changed_a_receiver_with_either_believes(is_genuine, endpoint, account, receiver, clock):
    changed = rotate_secret(endpoint.pk, at=NOW)
    deliver_due_events(clock=clock)
    (request,) = receiver.requests
    for secret in (endpoint.secret, changed.secret):
        header = request.headers["Loyalty-Signature"]
        assert is_genuine(request.body, header, secret=secret, now=clock.now.timestamp())


def test_a_lease_outlasts_one_request():
    assert claiming.SEND_AT_MOST < claiming.LEASE
    assert outcomes.wait_of_endpoint(1, failures=2) is None
