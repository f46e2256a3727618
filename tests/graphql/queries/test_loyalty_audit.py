"""``loyaltyAudit``, ``loyaltyAuditStart``, ``loyaltyAuditHeal``: the report of the last audit, and what mends it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from saleor_loyalty.auditing import claim_audit, start_audit
from saleor_loyalty.models import AuditFinding, AuditRun, LoyaltyAccount, LoyaltyProgram
from tests import club
from tests.graphql.api import ALL_PERMISSIONS, DENIED, Api, gid
from tests.graphql.authorization_audit import HEAL, START

AUDIT = """query($program: ID!, $code: String, $first: Int) { loyaltyAudit(programId: $program) {
    status ok accountsDone recordsDone ordersDone findingsCount counts { code count } isComplete healed healedAt
    findings(code: $code, first: $first) { code message count remedy account { id } transaction { id } order { id } }
    previous { ok findingsCount } } }"""
DONE = {"status": "FINISHED", "ok": True, "findingsCount": 0, "counts": [], "isComplete": True, "findings": []}


@pytest.fixture
def key(account: LoyaltyAccount) -> str:
    return gid("LoyaltyProgram", account.program_id)


@pytest.fixture
def start(staff: Api, key: str, django_capture_on_commit_callbacks: Any) -> Any:
    """Begin an audit; its task runs when the request commits, as a worker would run it."""

    def begin(api: Api = staff, **values: Any) -> dict[str, Any]:
        with django_capture_on_commit_callbacks(execute=True):
            payload = api(START, **{"id": key, **values})["loyaltyAuditStart"]
        assert payload["errors"] == []
        return payload["report"]

    return begin


def read(api: Api, key: str, **values: Any) -> dict[str, Any]:
    return api(AUDIT, program=key, **values)["loyaltyAudit"]


def edit_balance(account: LoyaltyAccount) -> None:
    LoyaltyAccount.objects.filter(pk=account.pk).update(balance=999, given=999)


def test_a_program_that_was_never_audited_has_no_report(staff: Api, key: str):
    assert read(staff, key) is None
    for program in ("garbage", gid("LoyaltyProgram", 0), gid("LoyaltyProgram", 10**30)):
        assert staff(AUDIT, program=program) == {"loyaltyAudit": None}


def test_an_audit_is_begun_and_runs_in_the_background(staff: Api, account, key, stranger: Api, start):
    assert start() == {"status": "RUNNING", "ok": False, "findingsCount": 0, "findings": []}

    report = read(staff, key)
    assert report.items() >= DONE.items()
    assert (report["accountsDone"], report["recordsDone"], report["ordersDone"]) == (2, 0, 0)
    assert report["previous"] is None
    run = AuditRun.objects.get()
    assert (run.actor_kind, run.actor_id) == ("STAFF", staff.user.pk)


def test_what_differs_is_reported(staff: Api, account, key, stranger: Api, start):
    # given
    start()
    edit_balance(account)

    # when
    start()

    # then
    report = read(staff, key)
    codes = ["BALANCE_MISMATCH", "LOTS_MISMATCH", "SUMS_MISMATCH"]
    assert (report["status"], report["ok"], report["findingsCount"], report["isComplete"]) == (
        *("FINISHED", False),
        *(3, True),
    )
    assert report["counts"] == [{"code": code, "count": 1} for code in codes]
    assert sorted(finding["code"] for finding in report["findings"]) == codes
    assert {finding["account"]["id"] for finding in report["findings"]} == {gid("LoyaltyAccount", account)}
    assert {finding["remedy"] for finding in report["findings"]} == {"REBUILD_ACCOUNT"}
    assert report["previous"] == {"ok": True, "findingsCount": 0}


def test_findings_are_narrowed(staff: Api, account, key, start):
    edit_balance(account)
    start()

    assert [f["code"] for f in read(staff, key, code="LOTS_MISMATCH")["findings"]] == ["LOTS_MISMATCH"]
    assert read(staff, key, code="\x00")["findings"] == []
    for first, shown in ((2, 2), (0, 0), (100, 3)):
        assert len(read(staff, key, first=first)["findings"]) == shown


@pytest.mark.parametrize("first", [-1, 101, 2**31 - 1])
def test_more_than_a_page_is_refused_as_in_every_list(staff: Api, account, key, start, first):
    start()
    refusal = ("GraphQLError", f"Argument `first` must be from 0 to 100, not {first}.")
    assert staff.error(AUDIT, program=key, first=first) == refusal


def test_more_than_are_kept_are_counted(staff: Api, program: LoyaltyProgram, start, monkeypatch):
    # given
    monkeypatch.setattr("saleor_loyalty.auditing.runs.KEPT_OF_A_CODE", 2)
    for number in range(3):
        club.give(club.add_customer(f"member{number}@example.com"), 1)
    LoyaltyAccount.objects.update(pending=1)

    # when
    start(id=gid("LoyaltyProgram", program))

    # then
    report = read(staff, gid("LoyaltyProgram", program))
    assert report["counts"] == [{"code": "PENDING_MISMATCH", "count": 4}]
    assert (report["findingsCount"], len(report["findings"]), report["isComplete"]) == (4, 2, False)


def test_the_audit_under_way_is_answered_again(staff: Api, account, key, start):
    run = start_audit(account.program_id, at=club.now(), orders_since=None, is_background=False)
    claim_audit(run.pk, at=club.now())

    assert start()["status"] == "RUNNING"

    assert AuditRun.objects.get() == run
    assert (read(staff, key)["status"], read(staff, key)["isComplete"]) == ("RUNNING", False)


def test_healing_is_said_first_and_done_in_the_background(
    staff: Api, account, key, start, django_capture_on_commit_callbacks
):
    # given
    edit_balance(account)
    start()

    # when
    said = staff(HEAL, id=key)["loyaltyAuditHeal"]

    # then
    step = {
        "remedy": "REBUILD_ACCOUNT",
        "changes": ["balance: 999 -> 1000", "given: 999 -> 1000"],
        "account": {"id": gid("LoyaltyAccount", account)},
    }
    assert (said["steps"], said["stepsCount"], said["errors"]) == ([step], 1, [])
    assert LoyaltyAccount.objects.get(pk=account.pk).balance == 999

    # when
    with django_capture_on_commit_callbacks(execute=True):
        done = staff(HEAL, id=key, dryRun=False)["loyaltyAuditHeal"]

    # then
    assert (done["steps"], done["stepsCount"], done["errors"]) == (None, None, [])
    assert LoyaltyAccount.objects.get(pk=account.pk).balance == 1000
    report = read(staff, key)
    assert report.items() >= DONE.items()
    assert report["previous"] == {"ok": False, "findingsCount": 3}
    healed = AuditRun.objects.order_by("pk").first()
    assert (healed.healed, healed.healed_at is not None) == (1, True)


def test_without_an_audit_there_is_nothing_to_heal(staff: Api, key: str):
    answer = staff(HEAL, id=key)["loyaltyAuditHeal"]

    assert (answer["report"], answer["errors"]) == (None, [{"field": "programId", "code": "NOT_FOUND"}])


@pytest.mark.parametrize("document", [START, HEAL])
@pytest.mark.parametrize("unknown", ["garbage", gid("LoyaltyProgram", 10**6)])
def test_an_unknown_program_is_refused(staff: Api, key: str, document, unknown):
    (answer,) = staff(document, id=unknown).values()

    assert [error["field"] for error in answer["errors"]] == ["programId"]
    assert not AuditRun.objects.exists()


def test_orders_are_named_to_those_who_may_see_orders(staff: Api, account, key, variant):
    # given
    order = club.order_of(account.user, variant, 1)
    run = start_audit(account.program_id, at=club.now(), orders_since=None, is_background=False)
    AuditFinding.objects.create(run=run, code="ORDER_NOT_SEEN", order_id=str(order.pk), message="Unseen.")
    AuditFinding.objects.create(run=run, code="ORDER_NOT_SEEN", order_id="gone", message="Gone.")
    from playground.models import User

    permissions = [name for name in ALL_PERMISSIONS if name != "MANAGE_ORDERS"]
    clerk = Api(user=User.objects.create_user("clerk@example.com", is_staff=True, permissions=permissions))

    # then
    assert [f["order"] for f in read(staff, key)["findings"]] == [{"id": gid("Order", order)}, None]
    assert [f["order"] for f in read(clerk, key)["findings"]] == [None, None]
    assert {f["account"] and f["transaction"] for f in read(staff, key)["findings"]} == {None}


def test_a_report_takes_as_many_statements_for_one_finding_as_for_twenty(staff: Api, account, key, variant):
    run = start_audit(account.program_id, at=club.now(), orders_since=None, is_background=False)
    transaction = account.transactions.get()
    for number in range(20):
        other = club.give(club.add_customer(f"member{number}@example.com"), 1)
        order = club.order_of(account.user, variant, 1)
        AuditFinding.objects.create(
            run=run,
            code="AWARD_MISMATCH",
            account_id=other.pk,
            transaction_id=transaction.pk + number,
            order_id=str(order.pk),
            message="It differs.",
        )

    def statements(number: int) -> int:
        with CaptureQueriesContext(connection) as found:
            assert len(read(staff, key, first=number)["findings"]) == number
        return len(found)

    assert statements(1) == statements(20)


def test_customers_see_nothing(owner: Api, key: str):
    assert owner.error(AUDIT, program=key)[0] == DENIED
