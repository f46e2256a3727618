"""The world outside is told that a program stands still, and that it goes on: once each."""

from __future__ import annotations

import pytest

from saleor_loyalty.deliveries import create_endpoint
from saleor_loyalty.models import OutboxEvent
from saleor_loyalty.programs import pause_program, resume_program
from tests import club
from tests.graphql.api import gid

pytestmark = pytest.mark.django_db


def test_a_pause_and_its_end_are_told_once_each():
    # given
    club.open_channel()
    program = club.publish()
    names = ["loyalty.program.paused", "loyalty.program.resumed"]
    create_endpoint(program.pk, name="Shop window", url="http://127.0.0.1:9/", event_names=names, at=club.now())

    # when: each is asked for twice
    for verb in (pause_program, pause_program, resume_program, resume_program):
        verb(program.pk, at=club.now())

    # then
    told = OutboxEvent.objects.order_by("pk")
    assert [event.name for event in told] == names
    assert [event.payload for event in told] == [{"program": gid("LoyaltyProgram", program)}] * 2
