"""``loyaltyExportCreate`` and ``loyaltyExportCancel``: a file of the log or of accounts, and who may have it."""

from __future__ import annotations

import csv
import io
import sys
from typing import Any

import pytest
from django.test import Client

from playground.models import User
from saleor_loyalty.models import Export, LoyaltyAccount
from tests import club
from tests.cards.builders import assign, label
from tests.exports.builders import content
from tests.graphql.api import DENIED, Api, gid
from tests.graphql.export_documents import EXPORT_CANCEL, EXPORT_CREATE, everything_exported

LINK = """query($id: ID!) { loyaltyExport(id: $id) { status url urlExpiresAt withCustomers rowsDone rowsTotal
    fileSize user { email } } }"""


def create(api: Api, **values: Any) -> dict[str, Any]:
    payload = api(EXPORT_CREATE, input=values)["loyaltyExportCreate"]
    assert payload["errors"] == []
    return payload["export"]


def refused(api: Api, **values: Any) -> list[tuple[str | None, str]]:
    before = everything_exported()
    payload = api(EXPORT_CREATE, input=values)["loyaltyExportCreate"]
    assert payload["export"] is None
    assert everything_exported() == before
    return [(error["field"], error["code"]) for error in payload["errors"]]


def download(api: Api, export: dict[str, Any]) -> list[dict[str, str]]:
    url = api(LINK, id=export["id"])["loyaltyExport"]["url"]
    assert url.startswith("http://localhost:8000/exports/")
    response = Client().get(url.removeprefix("http://localhost:8000"))
    assert response.status_code == 200
    text = b"".join(response).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_staff_asks_for_the_log_and_downloads_it(staff: Api, account: LoyaltyAccount, stranger: Api):
    export = create(staff, kind="LOG", filter={"pointsChange": {"range": {"gte": 100}}})
    assert (export["kind"], export["fileType"], export["withCustomers"]) == ("LOG", "CSV", True)
    assert export["user"] == {"email": "staff@example.com"}

    rows = download(staff, export)

    assert [(row["pointsChange"], row["reason"], row["email"]) for row in rows] == [
        ("1000", "Welcome", "dana@example.com")
    ]
    found = staff(LINK, id=export["id"])["loyaltyExport"]
    assert (found["status"], found["rowsDone"], found["rowsTotal"]) == ("READY", 1, 1)
    assert found["fileSize"] == len(content(Export.objects.get()))


def test_the_search_of_the_log_is_that_of_its_list(staff: Api, loyalty_only_staff: Api, account, stranger: Api):
    assert len(download(staff, create(staff, kind="LOG", search="omar@"))) == 1
    blind = create(loyalty_only_staff, kind="LOG", search="omar@")
    assert download(loyalty_only_staff, blind) == []


def test_accounts_are_those_of_the_filter_the_label_and_the_search_together(staff: Api, account, stranger: Api):
    assign([account], [vip := label(account.program, "VIP")])
    everybody = [str(pk) for pk in LoyaltyAccount.objects.order_by("pk").values_list("pk", flat=True)]

    def exported(**values):
        return [row["account"] for row in download(staff, create(staff, kind="ACCOUNTS", **values))]

    assert exported() == everybody
    assert exported(label=gid("LoyaltyLabel", vip)) == [str(account.pk)]
    assert exported(label=gid("LoyaltyLabel", vip), search="omar") == []
    assert exported(where={"balance": {"range": {"lte": 10}}}) == everybody[1:]
    assert exported(where={"balance": {"range": {"gte": 10, "lte": 5}}}) == []
    assert exported(label=gid("LoyaltyLabel", 0)) == []


def test_without_manage_users_the_file_names_nobody_and_one_that_does_has_no_link(
    staff: Api, loyalty_only_staff: Api, account
):
    named = create(staff, kind="LOG")
    blind = create(loyalty_only_staff, kind="LOG")

    assert blind["withCustomers"] is False
    assert "email" not in download(loyalty_only_staff, blind)[0]
    hidden = loyalty_only_staff(LINK, id=named["id"])["loyaltyExport"]
    assert (hidden["status"], hidden["url"], hidden["urlExpiresAt"], hidden["user"]) == ("READY", None, None, None)
    chosen = create(staff, kind="LOG", withCustomers=False)
    assert "email" not in download(loyalty_only_staff, chosen)[0]


def test_to_ask_for_people_without_manage_users_is_denied(loyalty_only_staff: Api, account):
    for values in (
        {"kind": "LOG", "withCustomers": True},
        {"kind": "ACCOUNTS", "search": "dana"},
        {"kind": "LOG", "filter": {"users": [gid("User", 1)]}},
    ):
        assert loyalty_only_staff.error(EXPORT_CREATE, input=values)[0] == DENIED
    assert not Export.objects.exists()


@pytest.mark.parametrize(
    ("values", "errors"),
    [
        ({"kind": "LOG", "where": {}}, [("where", "INVALID")]),
        ({"kind": "LOG", "label": "x"}, [("label", "INVALID")]),
        ({"kind": "ACCOUNTS", "filter": {}}, [("filter", "INVALID")]),
        ({"kind": "ACCOUNTS", "label": "garbage"}, [("label", "INVALID")]),
        ({"kind": "ACCOUNTS", "audience": "garbage"}, [("audience", "INVALID")]),
        ({"kind": "ACCOUNTS", "audience": gid("LoyaltyAudience", 0)}, [("audience", "NOT_FOUND")]),
        ({"kind": "LOG", "program": gid("LoyaltyProgram", 0)}, [("program", "NOT_FOUND")]),
        ({"kind": "LOG", "program": "\x00"}, [("program", "INVALID")]),
    ],
)
def test_bad_input_is_refused_and_nothing_is_written(staff: Api, account, values, errors):
    assert refused(staff, **values) == errors


def test_texts_that_are_too_long_and_lists_that_are_too_long_are_errors(staff: Api, account):
    for values in (
        {"kind": "LOG", "search": "x" * 251},
        {"kind": "LOG", "filter": {"orderNumbers": [str(number) for number in range(101)]}},
        {"kind": "LOG", "filter": {"createdAt": {"gte": "2026-01-01T00:00:00"}}},
    ):
        assert staff.error(EXPORT_CREATE, input=values)[0] == "GraphQLError"
    assert not Export.objects.exists()


def test_an_app_may_export_as_staff_does(app: Api, account):
    export = create(app, kind="LOG")
    assert (export["app"], export["user"]) == ({"name": "CRM"}, None)
    assert len(download(app, export)) == 1


def test_one_that_nobody_has_begun_can_be_called_off(staff: Api, account, monkeypatch):
    module = sys.modules["saleor_loyalty.exports.create_export"]
    monkeypatch.setattr(module, "wake_exporter", lambda export_id: None)
    export = create(staff, kind="LOG")
    assert (export["status"], export["url"]) == ("PENDING", None)

    payload = staff(EXPORT_CANCEL, id=export["id"])["loyaltyExportCancel"]

    assert (payload["export"]["status"], payload["errors"]) == ("CANCELED", [])
    assert staff(LINK, id=export["id"])["loyaltyExport"]["url"] is None
    for wrong, code in (("garbage", "INVALID"), (gid("LoyaltyExport", 0), "NOT_FOUND")):
        payload = staff(EXPORT_CANCEL, id=wrong)["loyaltyExportCancel"]
        assert (payload["export"], payload["errors"]) == (None, [{"field": "id", "code": code}])


def test_staff_of_other_channels_neither_make_nor_see_nor_download(staff: Api, account):
    export = create(staff, kind="LOG")
    elsewhere = Api(user=User.objects.create_user("eu@example.com", is_staff=True, permissions=["MANAGE_LOYALTY"]))
    User.objects.filter(pk=elsewhere.user.pk).update(channels=["nowhere"])
    elsewhere.user.refresh_from_db()

    assert elsewhere(LINK, id=export["id"])["loyaltyExport"] is None
    assert refused(elsewhere, kind="LOG") == [("program", "NOT_FOUND")]


def test_the_list_pages_and_is_of_one_program(staff: Api, account):
    made = [create(staff, kind="LOG")["id"] for _ in range(3)]
    document = """query($program: ID, $after: String) { loyaltyExports(program: $program, first: 2, after: $after) {
        totalCount pageInfo { endCursor hasNextPage } edges { node { id } } } }"""
    page = staff(document)["loyaltyExports"]
    assert [edge["node"]["id"] for edge in page["edges"]] == made[:0:-1]
    rest = staff(document, after=page["pageInfo"]["endCursor"])["loyaltyExports"]
    assert ([edge["node"]["id"] for edge in rest["edges"]], rest["pageInfo"]["hasNextPage"]) == (made[:1], False)
    assert staff(document, program="garbage")["loyaltyExports"]["totalCount"] == 0
    assert staff(document, program=gid("LoyaltyProgram", account.program))["loyaltyExports"]["totalCount"] == 3


def test_customers_are_not_told_what_staff_alone_may_filter_by(owner: Api, account):
    document = """query($filter: LoyaltyTransactionFilterInput) { me { loyaltyAccount {
        transactions(first: 5, filter: $filter) { totalCount } } } }"""
    for name in ("users", "apps", "batches"):
        assert owner.error(document, filter={name: [gid("User", 1)]})[0] == DENIED
    assert owner.error(document, filter={"labels": {"eq": "x"}})[0] == DENIED
    found = owner(document, filter={"pointsChange": {"eq": 1000}})
    assert found["me"]["loyaltyAccount"]["transactions"]["totalCount"] == 1
    assert club.audit() == []
