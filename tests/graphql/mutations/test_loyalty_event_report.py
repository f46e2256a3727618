"""``loyaltyEventReport``: who an app may name, what it reads back, and how its mistakes are called."""

from __future__ import annotations

import pytest

from saleor_loyalty.models import ReportedEvent
from tests.graphql.api import Api, gid
from tests.graphql.authorization_timeline import EVENT_REPORT


def report(api: Api, **values):
    values = {"event": "CONTACTED_ME", "externalReference": "m-1", "idempotencyKey": "k", **values}
    return api(EVENT_REPORT, input=values)["loyaltyEventReport"]


def test_an_app_reports_about_a_customer_and_reads_it_back(app: Api, customer, program):
    # when
    first = report(
        app, user=gid("User", customer), payload='{"topic": "prices"}', occurredAt="2026-03-01T12:00:00+00:00"
    )
    again = report(
        app, user=gid("User", customer), payload='{"topic": "prices"}', occurredAt="2026-03-01T12:00:00+00:00"
    )

    # then
    assert first["errors"] == again["errors"] == []
    assert (first["isNew"], again["isNew"], first["event"]) == (True, False, again["event"])
    assert {key: first["event"][key] for key in ("event", "externalReference", "payload", "occurredAt")} == {
        "event": "CONTACTED_ME",
        "externalReference": "m-1",
        "payload": '{"topic": "prices"}',
        "occurredAt": "2026-03-01T12:00:00+00:00",
    }
    assert ReportedEvent.objects.get().actor_kind == "APP"


def test_automatic_labels_have_names_in_four_languages(staff: Api, program):
    report(staff, email="guest@example.com")
    document = """{ loyaltyLabels(first: 1) { edges { node { name en: displayName he: displayName(languageCode: HE)
        ar: displayName(languageCode: AR) it: displayName(languageCode: IT) } } } }"""
    assert staff(document)["loyaltyLabels"]["edges"] == [
        {
            "node": {
                "name": "Contacted me",
                "en": "Contacted me",
                "he": "יצרו איתי קשר",
                "ar": "تواصل معي",
                "it": "Mi ha contattato",
            }
        }
    ]


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({}, ("account", "REQUIRED")),
        ({"email": "a@example.com", "user": gid("User", 1)}, ("email", "INVALID")),
        ({"account": "garbage"}, ("account", "INVALID")),
        ({"account": gid("LoyaltyAccount", 0)}, ("account", "NOT_FOUND")),
        ({"user": gid("User", 0)}, ("user", "NOT_FOUND")),
        ({"email": " "}, ("email", "REQUIRED")),
        ({"email": "nobody"}, ("email", "INVALID")),
        ({"email": "a@example.com", "event": ""}, ("event", "REQUIRED")),
        ({"email": "a@example.com", "event": "NO SUCH"}, ("event", "INVALID")),
        ({"email": "a@example.com", "idempotencyKey": ""}, ("idempotencyKey", "REQUIRED")),
        ({"email": "a@example.com", "payload": "[1]"}, ("payload", "INVALID")),
        ({"email": "a@example.com", "payload": '{"a": NaN}'}, ("payload", "INVALID")),
        ({"email": "a@example.com", "occurredAt": "2999-01-01T00:00:00+00:00"}, ("occurredAt", "INVALID")),
        ({"email": "a@example.com", "program": gid("LoyaltyProgram", 0)}, ("program", "NOT_FOUND")),
    ],
)
def test_a_report_that_cannot_be_is_refused(app: Api, program, values, error):
    answer = report(app, **values)
    assert [(found["field"], found["code"]) for found in answer["errors"]] == [error]
    assert (answer["event"], ReportedEvent.objects.count()) == (None, 0)
