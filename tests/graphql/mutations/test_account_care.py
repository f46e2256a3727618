"""Whole accounts over GraphQL: what is answered, what is refused and under which field, and what a list costs."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.models.signals import post_init
from django.test.utils import CaptureQueriesContext

from saleor_loyalty import cards
from saleor_loyalty.accounts import merge_accounts
from saleor_loyalty.exports import create_person_export
from saleor_loyalty.ledger import Actor, open_account
from saleor_loyalty.models import AccountMerge, CustomField, Export, LoyaltyAccount
from tests import club
from tests.exports.builders import content, write
from tests.graphql.api import Api, gid
from tests.graphql.authorization_account_care import (
    ANONYMIZE,
    CLOSE,
    FREEZE,
    MERGE,
    PERSONAL_DATA_EXPORT,
    PERSONAL_DATA_REQUEST,
    REOPEN,
    UNDO,
    UNFREEZE,
)

STAFF = Actor("STAFF", 7)


@pytest.fixture
def other(account):
    return club.give(club.add_customer("d.cohen@example.com"), 300)


def call(api: Api, document: str, **variables):
    return next(iter(api(document, **variables).values()))


def of(account):
    return gid("LoyaltyAccount", account)


def codes(answer):
    return [(error["field"], error["code"]) for error in answer["errors"]]


def test_freezing_and_unfreezing_answer_the_account_and_its_last_change(staff: Api, account):
    frozen = call(staff, FREEZE, id=of(account), reason="A complaint.", expectedRevision=account.revision)
    assert (frozen["errors"], frozen["account"]["status"]) == ([], "FROZEN")
    assert frozen["account"]["lastChange"] == {"kind": "ACCOUNT_FROZEN", "reason": "A complaint."}
    stale = call(staff, UNFREEZE, id=of(account), expectedRevision=account.revision)
    assert (stale["account"], codes(stale)) == (None, [("expectedRevision", "STALE_REVISION")])
    thawed = call(staff, UNFREEZE, id=of(account))
    assert (thawed["account"]["status"], thawed["account"]["lastChange"]["reason"]) == ("ACTIVE", None)


def test_closing_and_reopening(staff: Api, account):
    assert codes(call(staff, CLOSE, id=of(account))) == [("forfeit", "HAS_POINTS")]
    closed = call(staff, CLOSE, id=of(account), forfeit=True, reason="Moved.")
    assert (closed["errors"], closed["forfeiture"]) == ([], {"pointsChange": -1000})
    assert (closed["account"]["status"], closed["account"]["closedAt"] is None) == ("CLOSED", False)
    assert codes(call(staff, FREEZE, id=of(account))) == [("account", "ACCOUNT_FROZEN")]
    opened = call(staff, REOPEN, id=of(account))
    assert (opened["account"]["status"], opened["account"]["closedAt"]) == ("ACTIVE", None)


def test_anonymizing(staff: Api, account):
    assert codes(call(staff, ANONYMIZE, id=of(account))) == [("forfeit", "HAS_POINTS")]
    done = call(staff, ANONYMIZE, id=of(account), forfeit=True)
    assert (done["errors"], done["account"]["status"]) == ([], "ANONYMIZED")
    assert codes(call(staff, REOPEN, id=of(account))) == [("account", "ACCOUNT_FROZEN")]


@pytest.mark.parametrize("document", [FREEZE, UNFREEZE, CLOSE, REOPEN, ANONYMIZE, UNDO])
def test_wrong_ids_are_refused(staff: Api, account, document):
    for wrong in ("garbage", gid("User", 1), gid("LoyaltyAccount", 10**30)):
        assert codes(call(staff, document, id=wrong)) == [("id", "INVALID")]
    unknown = gid("LoyaltyAccountMerge" if document is UNDO else "LoyaltyAccount", 0)
    assert [error["code"] for error in call(staff, document, id=unknown)["errors"]] == ["NOT_FOUND"]


def test_a_preview_tells_all_and_a_merge_needs_a_key(staff: Api, account, other):
    # given
    company = CustomField.objects.get(program_id=account.program_id, key="company")
    for owner, value in ((other, "Acme"), (account, "Globex")):
        entries = [cards.FieldEntry(field_id=company.pk, value=value)]
        cards.set_field_values(owner.pk, values=entries, actor=STAFF, at=club.now())
    label = cards.create_label(account.program_id, name="VIP", at=club.now())
    cards.assign_labels([other.pk], label_ids=[label.pk], actor=STAFF, at=club.now())
    ids = {"sourceId": of(other), "targetId": of(account)}

    # when
    answer = call(staff, MERGE, **ids, dryRun=True)

    # then
    preview = answer["preview"]
    assert (answer["merge"], answer["errors"]) == (None, [])
    assert (preview["points"], preview["debt"], preview["lotsCount"], preview["ordersCount"]) == (300, 0, 1, 0)
    assert preview["sourceBefore"]["available"] == 300
    assert (preview["targetBefore"]["available"], preview["targetAfter"]["available"]) == (1000, 1300)
    assert [lot["points"] for lot in preview["lots"]] == [300]
    assert preview["labels"] == [{"name": "VIP"}]
    assert preview["conflicts"] == [{"field": {"key": "company"}, "sourceValue": "Acme", "targetValue": "Globex"}]
    assert (AccountMerge.objects.count(), LoyaltyAccount.objects.get(pk=other.pk).status) == (0, "ACTIVE")
    assert codes(call(staff, MERGE, **ids)) == [("idempotencyKey", "REQUIRED")]


def test_a_merge_and_its_undoing_are_answered_and_shown(staff: Api, account, other):
    ids = {"sourceId": of(other), "targetId": of(account), "idempotencyKey": "m"}
    merged = call(staff, MERGE, **ids)
    assert merged["errors"] == []
    source = merged["merge"]["source"]
    assert source == {"id": of(other), "status": "CLOSED", "mergedInto": {"id": of(account)}}
    assert merged["target"]["merges"] == [{"id": merged["merge"]["id"]}]
    again = call(staff, MERGE, **ids)
    assert (again["merge"]["id"], again["preview"]) == (merged["merge"]["id"], None)

    dry = call(staff, UNDO, id=merged["merge"]["id"], dryRun=True)
    assert (dry["merge"]["undoneAt"], dry["preview"]["sourceAfter"]["available"]) == (None, 300)
    undone = call(staff, UNDO, id=merged["merge"]["id"])
    assert (undone["merge"]["pointsReturned"], undone["merge"]["source"]["status"]) == (300, "ACTIVE")
    assert codes(call(staff, UNDO, id=merged["merge"]["id"])) == [("id", "ALREADY_REVERSED")]


def test_refusals_of_a_merge_name_their_argument(staff: Api, account, other):
    def merge(source, target):
        return codes(call(staff, MERGE, sourceId=source, targetId=target, idempotencyKey="m"))

    assert merge(of(account), of(account)) == [("targetId", "INVALID")]
    assert merge("garbage", of(account)) == [("sourceId", "INVALID")]
    assert merge(gid("LoyaltyAccount", 0), of(account)) == [("sourceId", "NOT_FOUND")]
    call(staff, FREEZE, id=of(account))
    assert merge(of(other), of(account)) == [("targetId", "ACCOUNT_FROZEN")]


def test_a_customer_fetches_the_own_data_by_a_link_that_is_the_customer_s_alone(owner: Api, stranger: Api, account):
    # given
    asked = call(owner, PERSONAL_DATA_REQUEST, accountId=of(account))
    assert (asked["errors"], asked["export"]["kind"], asked["export"]["fileType"]) == ([], "PERSON", "JSON")
    again = call(owner, PERSONAL_DATA_REQUEST, accountId=of(account))
    assert again["export"]["id"] == asked["export"]["id"]

    # when it is written
    export = Export.objects.get()
    if export.status == "PENDING":
        write(export, at=club.now())
    question = '{ me { loyaltyAccount(channel: "shop") { personalDataExport { status url } } } }'
    shown = owner(question)["me"]["loyaltyAccount"]["personalDataExport"]

    # then
    assert (shown["status"], bool(shown["url"])) == ("READY", True)
    assert b'"dana@example.com"' in content(export)
    assert codes(call(stranger, PERSONAL_DATA_REQUEST, accountId=of(account))) == [("accountId", "NOT_FOUND")]


def test_the_link_of_staff_s_file_is_not_for_the_customer(owner: Api, staff: Api, account):
    call(staff, PERSONAL_DATA_EXPORT, accountId=of(account))
    question = '{ me { loyaltyAccount(channel: "shop") { personalDataExport { status } } } }'
    assert owner(question)["me"]["loyaltyAccount"]["personalDataExport"] is None


def test_of_all_the_exports_of_a_person_only_the_newest_is_loaded(staff: Api, account):
    # given three for staff, and one for the customer
    for is_for_staff in (True, True, True, False):
        Export.objects.update(status="EXPIRED", expires_at=club.now())
        create_person_export(account.pk, is_for_staff=is_for_staff, actor=STAFF, at=club.now())
    newest = Export.objects.filter(filter={"isForStaff": True}).latest("pk")
    Export.objects.filter(pk=newest.pk).update(status="FAILED")
    loaded = []

    def note(instance, **_):
        loaded.append(instance.pk)

    # when
    post_init.connect(note, sender=Export)
    try:
        [edge] = staff(LIST, n=1)["loyaltyAccounts"]["edges"]
    finally:
        post_init.disconnect(note, sender=Export)

    # then
    assert edge["node"]["personalDataExport"] == {"status": "FAILED", "url": None}
    assert sorted(loaded) == [newest.pk, newest.pk + 1]


def test_an_export_of_many_is_not_one_person_s(staff: Api, account):
    document = """mutation { loyaltyExportCreate(input: {kind: PERSON}) { export { id } errors { field code } } }"""
    answer = call(staff, document)
    assert (answer["export"], codes(answer)) == (None, [("kind", "INVALID")])


LIST = """query($n: Int) { loyaltyAccounts(first: $n) { edges { node {
    id mergedInto { id } lastChange { kind reason merge { id } user { email } app { id } }
    merges { id points source { id } target { id } user { email } } personalDataExport { status url } } } } }"""


def test_a_list_costs_the_same_for_one_account_and_for_twenty(staff: Api, account):
    # given
    actor = Actor("STAFF", staff.user.pk)
    for number in range(10):
        source, target = (
            open_account(account.program, email=f"{side}{number}@example.com", at=club.now()) for side in "st"
        )
        merge_accounts(source.pk, target_id=target.pk, idempotency_key=str(number), actor=actor, at=club.now())

    def statements(count: int) -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert len(staff(LIST, n=count)["loyaltyAccounts"]["edges"]) == count
        return len(queries)

    staff(LIST, n=1)
    assert statements(2) == statements(20)
