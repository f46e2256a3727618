"""Filters that are kept or acted by never mean more than was said."""

from __future__ import annotations

import pytest

from saleor_loyalty.models import Audience, Batch, Export
from tests import club
from tests.cards.builders import label
from tests.graphql.api import Api, gid
from tests.graphql.authorization_batches import CREATE as BATCH_CREATE
from tests.graphql.export_documents import AUDIENCE_CREATE, AUDIENCE_UPDATE, EXPORT_CREATE

HOLLOW = (
    {"user": {"eq": None}},
    {"status": "ACTIVE", "user": {"eq": None}},
    {"status": "ACTIVE", "labels": {}},
    {"labels": {"notOneOf": []}},
    {"balance": {"range": {}}},
    {"AND": []},
    {"status": "ACTIVE", "AND": [{}]},
    {"OR": [{"status": "ACTIVE"}, {"user": {"oneOf": None}}]},
    {"labels": {"notOneOf": ["garbage"]}},
    {"AND": [{"OR": [{"labels": {"notOneOf": [gid("User", 1)]}}]}]},
)


def errors(api: Api, document: str, **variables) -> list[tuple[str | None, str]]:
    answer = next(iter(api(document, **variables).values()))
    return [(error["field"], error["code"]) for error in answer["errors"]]


def batch(where, **values):
    return {"where": where, "points": 5, "reason": "x", "idempotencyKey": f"{where}{values}"[:250], **values}


def export(where, **values):
    return {"kind": "ACCOUNTS", "where": where, **values}


@pytest.mark.parametrize("where", HOLLOW)
def test_a_part_that_says_nothing_or_excludes_what_is_no_label_is_refused(staff: Api, account, where):
    for document, data in (
        (BATCH_CREATE, batch(where)),
        (AUDIENCE_CREATE, {"name": "x", "where": where}),
        (EXPORT_CREATE, export(where)),
    ):
        assert errors(staff, document, input=data) == [("where", "INVALID")], document
    assert (Batch.objects.count(), Audience.objects.count(), Export.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize("where", [{}, {"user": None}])
def test_everybody_is_meant_only_where_it_is_said(staff: Api, account, where):
    for document, data in (
        (BATCH_CREATE, batch(where)),
        (BATCH_CREATE, batch(where, search="  ")),
        (AUDIENCE_CREATE, {"name": "x", "where": where}),
        (EXPORT_CREATE, export(where)),
    ):
        assert errors(staff, document, input=data) == [("where", "REQUIRED")], document
    assert (Batch.objects.count(), Audience.objects.count(), Export.objects.count()) == (0, 0, 0)

    assert errors(staff, AUDIENCE_CREATE, input={"name": "x", "everybody": False}) == [("where", "REQUIRED")]
    assert errors(staff, AUDIENCE_CREATE, input={"name": "x", "everybody": True, "where": where}) == [
        ("everybody", "INVALID")
    ]
    assert errors(staff, AUDIENCE_CREATE, input={"name": "x", "everybody": True}) == []
    audience = Audience.objects.get()
    assert errors(staff, AUDIENCE_UPDATE, id=gid("LoyaltyAudience", audience), input={"where": where}) == [
        ("where", "REQUIRED")
    ]
    assert errors(staff, EXPORT_CREATE, input={"kind": "ACCOUNTS"}) == []


def test_a_search_or_a_label_beside_an_empty_where_is_enough(staff: Api, account):
    vip = gid("LoyaltyLabel", label(account.program, "VIP"))
    assert errors(staff, BATCH_CREATE, input=batch({}, labels=[vip])) == []
    assert errors(staff, BATCH_CREATE, input=batch({}, search="dana")) == []
    assert errors(staff, EXPORT_CREATE, input=export({}, label=vip)) == []
    assert errors(staff, EXPORT_CREATE, input=export({}, search="dana")) == []


def test_an_export_of_the_log_excludes_only_labels(staff: Api, account):
    club.give(account.user, 5)
    data = {"kind": "LOG", "filter": {"labels": {"notOneOf": ["garbage"]}}}
    assert errors(staff, EXPORT_CREATE, input=data) == [("filter", "INVALID")]
    query = (
        """query($ids: [ID!]) { loyaltyTransactions(first: 9, filter: {labels: {notOneOf: $ids}}) { totalCount } }"""
    )
    vip = gid("LoyaltyLabel", label(account.program, "VIP"))
    totals = [
        staff(query, ids=ids)["loyaltyTransactions"]["totalCount"] > 0 for ids in ([vip], ["garbage"], [vip, "x"])
    ]
    assert totals == [True, False, False]
