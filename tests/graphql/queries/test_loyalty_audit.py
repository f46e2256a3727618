"""``loyaltyAudit``."""

from __future__ import annotations

from saleor_loyalty.models import LoyaltyAccount
from tests import club
from tests.graphql.api import Api, gid

AUDIT = """query($program: ID!, $accounts: [ID!], $after: ID) {
    loyaltyAudit(programId: $program, accounts: $accounts, after: $after) {
    ok isComplete stoppedAfter { id } findings { code message account { id } transaction { id } } } }"""


def audit(api: Api, account: LoyaltyAccount, **arguments):
    return api(AUDIT, program=gid("LoyaltyProgram", account.program_id), **arguments)["loyaltyAudit"]


def test_a_sound_ledger_has_no_findings(staff: Api, account: LoyaltyAccount):
    assert audit(staff, account) == {
        "ok": True,
        "isComplete": True,
        "stoppedAfter": None,
        "findings": [],
    }


def test_a_projection_that_differs_is_found(staff: Api, account: LoyaltyAccount, stranger: Api):
    # given
    LoyaltyAccount.objects.filter(pk=account.pk).update(balance=999, given=999)
    stranger_account = LoyaltyAccount.objects.exclude(pk=account.pk).get()

    # when
    report = audit(staff, account)

    # then
    assert report["ok"] is False
    assert {finding["account"]["id"] for finding in report["findings"]} == {gid("LoyaltyAccount", account)}
    assert audit(staff, account, accounts=[gid("LoyaltyAccount", stranger_account)])["ok"] is True
    assert audit(staff, account, accounts=[gid("LoyaltyAccount", account)])["ok"] is False
    assert audit(staff, account, accounts=["garbage"])["ok"] is True
    assert audit(staff, account, accounts=None)["ok"] is False


def test_no_more_than_100_findings_are_shown(staff: Api, program):
    for number in range(101):
        club.give(club.add_customer(f"member{number}@example.com"), 1)
    LoyaltyAccount.objects.update(balance=2, given=2)
    report = staff(AUDIT, program=gid("LoyaltyProgram", program))["loyaltyAudit"]
    assert (len(report["findings"]), report["isComplete"]) == (100, False)


def test_an_unknown_program_has_no_report_and_too_many_accounts_are_refused(staff: Api, account: LoyaltyAccount):
    for program in ("garbage", gid("LoyaltyProgram", 0), gid("LoyaltyProgram", 10**30)):
        assert staff(AUDIT, program=program) == {"loyaltyAudit": None}
    error = staff.error(
        AUDIT,
        program=gid("LoyaltyProgram", account.program_id),
        accounts=[gid("LoyaltyAccount", account)] * 101,
    )
    assert error == ("GraphQLError", "At most 100 accounts can be audited at once.")


def test_one_request_looks_at_so_many_accounts_and_says_where_it_stopped(staff: Api, program, monkeypatch):
    # given
    monkeypatch.setattr("saleor_loyalty.graphql.resolvers.AUDITED_ACCOUNTS_MAX", 2)
    accounts = [club.give(club.add_customer(f"member{number}@example.com"), 1) for number in range(3)]
    LoyaltyAccount.objects.filter(pk=accounts[-1].pk).update(balance=2, given=2)

    # when
    first = staff(AUDIT, program=gid("LoyaltyProgram", program))["loyaltyAudit"]

    # then
    stopped_after = {"id": gid("LoyaltyAccount", accounts[1])}
    assert first == {"ok": True, "isComplete": False, "stoppedAfter": stopped_after, "findings": []}

    # when
    second = staff(AUDIT, program=gid("LoyaltyProgram", program), after=stopped_after["id"])["loyaltyAudit"]

    # then
    assert (second["ok"], second["isComplete"], second["stoppedAfter"]) == (False, True, None)
    assert {finding["account"]["id"] for finding in second["findings"]} == {gid("LoyaltyAccount", accounts[2])}
