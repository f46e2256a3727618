"""Audiences: made of a label or a filter, counted, paged, exported and sent."""

from __future__ import annotations

import json
from typing import Any

import pytest

from saleor_loyalty.accounts import AccountFilter
from saleor_loyalty.audiences import create_audience
from saleor_loyalty.audiences.change_audience import AUDIENCES_MAX
from saleor_loyalty.deliveries import create_endpoint
from saleor_loyalty.models import Audience, Export, LoyaltyAccount, OutboxEvent
from tests import club
from tests.cards.builders import RIGHT_TO_LEFT, assign, label
from tests.exports.builders import table
from tests.graphql.api import Api, gid, nodes
from tests.graphql.export_documents import (
    AUDIENCE_CREATE,
    AUDIENCE_DELETE,
    AUDIENCE_SEND,
    AUDIENCE_UPDATE,
    everything_exported,
)

READ = """query($id: ID!) { loyaltyAudience(id: $id) { name where accountsCount
    accounts(first: 10) { totalCount edges { node { id user { email } } } } } }"""


def payload(api: Api, document: str, **variables: Any) -> dict[str, Any]:
    found = next(iter(api(document, **variables).values()))
    assert found.pop("errors") == []
    return found


def refused(api: Api, document: str, **variables: Any) -> list[tuple[str | None, str]]:
    before = everything_exported()
    found = next(iter(api(document, **variables).values()))
    assert everything_exported() == before
    return [(error["field"], error["code"]) for error in found["errors"]]


@pytest.fixture
def vip(account: LoyaltyAccount):
    assign([account], [made := label(account.program, "VIP")])
    return made


def test_a_label_is_an_audience(staff: Api, account, stranger: Api, vip):
    made = payload(staff, AUDIENCE_CREATE, input={"name": " Very  important ", "label": gid("LoyaltyLabel", vip)})
    audience = made["audience"]
    assert (audience["name"], audience["accountsCount"]) == ("Very  important", 1)

    found = staff(READ, id=audience["id"])["loyaltyAudience"]

    assert nodes(found["accounts"]) == [{"id": gid("LoyaltyAccount", account), "user": {"email": "dana@example.com"}}]
    assert found["accounts"]["totalCount"] == 1


def test_what_was_saved_can_be_sent_again(staff: Api, account, stranger: Api, vip):
    where = {
        "balance": {"range": {"gte": 5}},
        "labels": {"notOneOf": [gid("LoyaltyLabel", vip)]},
        "lastActivityAt": {"gte": "2020-01-01T00:00:00+00:00"},
        "AND": [{"status": "ACTIVE"}],
        "OR": [{"memberStatus": "MEMBER"}, {"ids": [gid("LoyaltyAccount", account)]}],
    }
    audience = payload(staff, AUDIENCE_CREATE, input={"name": "Others", "where": where})["audience"]
    saved = json.loads(audience["where"])
    assert saved == where
    assert audience["accountsCount"] == 1

    again = payload(staff, AUDIENCE_UPDATE, id=audience["id"], input={"where": saved})["audience"]
    assert again == audience


def test_a_new_name_keeps_who_is_in_it_and_new_accounts_keep_the_name(staff: Api, account, stranger: Api, vip):
    audience = payload(staff, AUDIENCE_CREATE, input={"name": "One", "everybody": True})["audience"]
    assert audience["accountsCount"] == 2
    renamed = payload(staff, AUDIENCE_UPDATE, id=audience["id"], input={"name": RIGHT_TO_LEFT})["audience"]
    assert (renamed["name"], renamed["accountsCount"]) == (RIGHT_TO_LEFT, 2)
    changed = payload(staff, AUDIENCE_UPDATE, id=audience["id"], input={"label": gid("LoyaltyLabel", vip)})
    assert (changed["audience"]["name"], changed["audience"]["accountsCount"]) == (RIGHT_TO_LEFT, 1)


def test_one_that_is_deleted_is_gone_and_its_exports_stay(staff: Api, account):
    audience = payload(staff, AUDIENCE_CREATE, input={"name": "One", "everybody": True})["audience"]
    payload(staff, AUDIENCE_SEND, id=audience["id"], withExport=True)
    assert payload(staff, AUDIENCE_DELETE, id=audience["id"]) == {"deletedId": audience["id"]}
    assert staff(READ, id=audience["id"])["loyaltyAudience"] is None
    assert (Audience.objects.count(), Export.objects.get().audience_id) == (0, None)
    assert refused(staff, AUDIENCE_DELETE, id=audience["id"]) == [("id", "NOT_FOUND")]


@pytest.mark.parametrize(
    ("values", "errors"),
    [
        ({"name": "  ", "everybody": True}, [("name", "REQUIRED")]),
        ({"name": "x" * 251, "everybody": True}, [("name", "INVALID")]),
        ({"name": "a\x00b", "everybody": True}, [("name", "INVALID")]),
        ({"name": "x"}, [("where", "REQUIRED")]),
        ({"name": "x", "where": {}, "label": gid("LoyaltyLabel", 1)}, [("label", "INVALID")]),
        ({"name": "x", "label": "garbage"}, [("label", "INVALID")]),
        ({"name": "taken", "everybody": True}, [("name", "ALREADY_EXISTS")]),
        ({"name": "x", "everybody": True, "program": gid("LoyaltyProgram", 0)}, [("program", "NOT_FOUND")]),
    ],
)
def test_bad_input_is_refused_and_nothing_is_written(staff: Api, account, values, errors):
    create_audience(account.program_id, name="Taken", wanted=AccountFilter(), at=club.now())
    assert refused(staff, AUDIENCE_CREATE, input=values) == errors


def test_wrong_ids_are_refused(staff: Api, account):
    for document, variables in (
        (AUDIENCE_UPDATE, {"input": {"name": "x"}}),
        (AUDIENCE_DELETE, {}),
        (AUDIENCE_SEND, {}),
    ):
        assert refused(staff, document, id="garbage", **variables) == [("id", "INVALID")]
        assert refused(staff, document, id=gid("LoyaltyAudience", 0), **variables) == [("id", "NOT_FOUND")]
    assert staff(READ, id="garbage")["loyaltyAudience"] is None


def test_a_program_has_so_many_audiences_and_no_more(staff: Api, account):
    Audience.objects.bulk_create(
        Audience(program_id=account.program_id, name=f"{number}", created_at=club.now(), updated_at=club.now())
        for number in range(AUDIENCES_MAX)
    )
    assert refused(staff, AUDIENCE_CREATE, input={"name": "x", "everybody": True}) == [(None, "LIMIT_REACHED")]


def test_sending_tells_the_apps_how_many_and_never_who(staff: Api, account, stranger: Api, settings):
    settings.LOYALTY_EVENT_PRIVATE_NETWORKS = True
    audience = payload(staff, AUDIENCE_CREATE, input={"name": "All", "everybody": True})["audience"]
    assert payload(staff, AUDIENCE_SEND, id=audience["id"])["endpointsCount"] == 0
    assert not OutboxEvent.objects.exists()
    names = ["loyalty.audience.sent", "loyalty.export.ready"]
    create_endpoint(account.program_id, name="Mail", url="http://127.0.0.1:9/", event_names=names, at=club.now())

    sent = payload(staff, AUDIENCE_SEND, id=audience["id"], withExport=True, key="second")

    assert sent["endpointsCount"] == 1
    export = Export.objects.get()
    told = dict(OutboxEvent.objects.values_list("name", "payload"))
    assert told["loyalty.audience.sent"] == {
        "program": gid("LoyaltyProgram", account.program),
        "audience": audience["id"],
        "name": "All",
        "accounts": 2,
        "export": gid("LoyaltyExport", export),
    }
    assert told["loyalty.export.ready"] == {
        "program": gid("LoyaltyProgram", account.program),
        "export": gid("LoyaltyExport", export),
        "kind": "ACCOUNTS",
        "audience": audience["id"],
        "rows": 2,
        "expiresAt": export.expires_at.isoformat(),
    }
    assert "example.com" not in json.dumps(list(told.values()))
    assert [row["email"] for row in table(export)] == ["dana@example.com", "omar@example.com"]


def test_an_export_of_an_audience_keeps_what_it_meant_when_it_was_asked_for(staff: Api, account, stranger: Api, vip):
    audience = payload(staff, AUDIENCE_CREATE, input={"name": "V", "label": gid("LoyaltyLabel", vip)})["audience"]
    payload(staff, AUDIENCE_SEND, id=audience["id"], withExport=True)
    payload(staff, AUDIENCE_UPDATE, id=audience["id"], input={"everybody": True})
    assert [row["account"] for row in table(Export.objects.get())] == [str(account.pk)]


def test_a_retry_is_answered_as_the_first_call_and_another_key_sends_it_again(staff: Api, account, settings):
    # given
    settings.LOYALTY_EVENT_PRIVATE_NETWORKS = True
    audience = payload(staff, AUDIENCE_CREATE, input={"name": "All", "everybody": True})["audience"]
    names = ["loyalty.audience.sent"]
    create_endpoint(account.program_id, name="Mail", url="http://127.0.0.1:9/", event_names=names, at=club.now())
    first = payload(staff, AUDIENCE_SEND, id=audience["id"], withExport=True, key="spring")
    told = list(OutboxEvent.objects.values())

    # when
    again = payload(staff, AUDIENCE_SEND, id=audience["id"], withExport=True, key="spring")

    # then
    assert (again["endpointsCount"], again["export"]["id"]) == (1, first["export"]["id"])
    assert (list(OutboxEvent.objects.values()), Export.objects.count()) == (told, 1)
    assert refused(staff, AUDIENCE_SEND, id=audience["id"], key="spring") == [
        ("idempotencyKey", "IDEMPOTENCY_KEY_REUSED")
    ]
    assert refused(staff, AUDIENCE_SEND, id=audience["id"], key=" ") == [("idempotencyKey", "REQUIRED")]
    assert refused(staff, AUDIENCE_SEND, id=audience["id"], key="x" * 251) == [("idempotencyKey", "INVALID")]
    assert OutboxEvent.objects.count() == 1

    payload(staff, AUDIENCE_SEND, id=audience["id"], withExport=True, key="summer")
    assert (OutboxEvent.objects.count(), Export.objects.count()) == (2, 2)
