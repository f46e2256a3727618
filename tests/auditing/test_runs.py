"""An audit is worked off in steps that count once; a killed one is gone on with; what is kept of it is bounded."""

from __future__ import annotations

import datetime

import pytest

from saleor_loyalty import tasks
from saleor_loyalty.auditing import (
    audit_health,
    claim_audit,
    due_audits,
    find_stalled_audits,
    find_stalled_healings,
    heal_batch,
    last_finished_audit,
    release_audit,
    request_healing,
    start_audit,
    step_audit,
)
from saleor_loyalty.errors import ProgramNotFound
from saleor_loyalty.models import AuditFinding, AuditRun, LoyaltyAccount, LoyaltyProgram
from tests import club
from tests.sessions import together

MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def accounts(program, monkeypatch):
    """Five accounts, each with one fault; two are looked at in a step."""
    monkeypatch.setattr("saleor_loyalty.auditing.runs.ACCOUNTS_PER_STEP", 2)
    made = [club.give(club.add_customer(f"member{number}@example.com"), 10) for number in range(5)]
    LoyaltyAccount.objects.update(pending=1)
    return made


def start(program, **values):
    return start_audit(program.pk, **{"at": club.now(), "orders_since": None, "is_background": False, **values})


def finish(run, *, at=None):
    at = at or club.now()
    claim = claim_audit(run.pk, at=at)
    found = []
    while True:
        step = step_audit(run.pk, claim=claim, at=at)
        found.append([finding.account_id for finding in step.findings])
        if step.is_last:
            return found


@pytest.mark.django_db
def test_a_run_looks_at_everything_step_by_step(program, accounts):
    run = start(program)

    found = finish(run)

    keys = [account.pk for account in accounts]
    assert found == [keys[:2], keys[2:4], keys[4:], [], []]
    run.refresh_from_db()
    assert (run.status, run.stage, run.accounts_done, run.findings_count) == ("FINISHED", "DONE", 5, 5)
    assert run.counts == {"PENDING_MISMATCH": 5}
    assert list(run.findings.values_list("account_id", flat=True)) == keys
    assert last_finished_audit(program.pk) == run


@pytest.mark.django_db
def test_a_killed_run_is_gone_on_with_by_whoever_comes_when_the_claim_has_lapsed(program, accounts):
    # given a run whose worker did one step
    run, now = start(program), club.now()
    step_audit(run.pk, claim=claim_audit(run.pk, at=now), at=now)

    # when somebody comes too early
    assert claim_audit(run.pk, at=now + 9 * MINUTE) is None
    assert find_stalled_audits(at=now + 9 * MINUTE, limit=10) == []

    # then later it goes on from there
    assert find_stalled_audits(at=now + 10 * MINUTE, limit=10) == [run.pk]
    assert [len(ids) for ids in finish(run, at=now + 10 * MINUTE)] == [2, 1, 0, 0]
    run.refresh_from_db()
    assert (run.accounts_done, run.findings_count, run.findings.count()) == (5, 5, 5)


@pytest.mark.django_db
def test_whoever_comes_too_late_counts_nothing(program, accounts):
    # given a slow worker whose claim another one has taken over
    run, now = start(program), club.now()
    slow = claim_audit(run.pk, at=now)
    claim_audit(run.pk, at=now + 11 * MINUTE)

    # when
    step = step_audit(run.pk, claim=slow, at=now)

    # then
    assert (step.findings, step.is_last) == ((), True)
    assert not AuditFinding.objects.exists()
    assert AuditRun.objects.get().accounts_done == 0


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_count_every_step_once(program, accounts):
    run, now = start(program), club.now()
    claim = claim_audit(run.pk, at=now)

    outcomes = together(*[lambda: step_audit(run.pk, claim=claim, at=now)] * 2)

    assert [error for _, error in outcomes] == [None, None]
    run.refresh_from_db()
    assert run.accounts_done == run.findings_count == run.findings.count()
    assert run.accounts_done in (2, 4)


@pytest.mark.django_db
def test_one_audit_of_a_program_runs_at_a_time(program):
    run = start(program)

    assert start(program) == run
    finish(run)
    assert start(program) != run


@pytest.mark.django_db(transaction=True)
def test_audits_that_begin_at_once_are_one(program):
    outcomes = together(*[lambda: start(program).pk] * 3)

    assert [error for _, error in outcomes] == [None] * 3
    assert {key for key, _ in outcomes} == {AuditRun.objects.get().pk}


@pytest.mark.django_db
def test_a_run_that_goes_wrong_too_often_in_a_row_fails(program):
    run, now = start(program), club.now()
    for number in range(5):
        release_audit(run.pk, key=claim_audit(run.pk, at=now))
        assert AuditRun.objects.get().attempts == number + 1

    assert claim_audit(run.pk, at=now) is None

    run.refresh_from_db()
    assert (run.status, run.finished_at) == ("FAILED", now)


@pytest.mark.django_db
def test_so_many_findings_of_a_kind_and_so_many_runs_are_kept(program, accounts, monkeypatch):
    monkeypatch.setattr("saleor_loyalty.auditing.runs.KEPT_OF_A_CODE", 3)
    monkeypatch.setattr("saleor_loyalty.auditing.runs.RUNS_KEPT", 2)
    runs = []
    for _ in range(3):
        runs.append(start(program))
        finish(runs[-1])

    assert list(AuditRun.objects.order_by("pk")) == runs[1:]
    assert [run.findings.count() for run in runs[1:]] == [3, 3]
    assert {run.findings_count for run in AuditRun.objects.all()} == {5}


@pytest.mark.django_db
def test_an_unknown_program_is_refused(db):
    with pytest.raises(ProgramNotFound):
        start_audit(-1, at=club.now(), orders_since=None)
    assert not AuditRun.objects.exists()


@pytest.mark.django_db
def test_the_tasks_audit_each_program_once_a_day_to_the_end(program, accounts, eager_tasks, monkeypatch):
    # given two steps in a run of the task
    monkeypatch.setattr(tasks, "AUDIT_STEPS", 2)
    archived = club.publish({**club.rules(), "channels": []}, slug="old")
    LoyaltyProgram.objects.filter(pk=archived.pk).update(status="ARCHIVED")

    # when
    assert tasks.audit_programs_task() == 1

    # then
    run = AuditRun.objects.get()
    tasks.run_audit_task(run.pk)
    run.refresh_from_db()
    assert (run.status, run.accounts_done, run.findings_count) == ("FINISHED", 5, 5)
    assert tasks.audit_programs_task() == 0
    assert due_audits(at=run.created_at + datetime.timedelta(hours=20)) == [program.pk]
    assert tasks.run_audit_task(run.pk) == 0


@pytest.mark.django_db
def test_a_healing_is_done_in_batches_and_begun_again_where_it_was_killed(program, accounts):
    # given
    run, now = start(program), club.now()
    finish(run)
    request_healing(run, at=now)

    # when a worker does two steps and dies
    assert heal_batch(run.pk, skip=0, limit=2, at=now) is True
    assert LoyaltyAccount.objects.filter(pending=0).count() == 2
    assert find_stalled_healings(at=now + 29 * MINUTE, limit=10) == []
    assert find_stalled_healings(at=now + 30 * MINUTE, limit=10) == [run.pk]

    # then another one begins again
    assert heal_batch(run.pk, skip=0, limit=100, at=now) is False
    assert not LoyaltyAccount.objects.exclude(pending=0).exists()
    run.refresh_from_db()
    assert (run.healed, run.healed_at) == (5, now)
    assert find_stalled_healings(at=now + 60 * MINUTE, limit=10) == []
    again = AuditRun.objects.latest("pk")
    finish(again)
    again.refresh_from_db()
    assert again.findings_count == 0


@pytest.mark.django_db
def test_what_nobody_asked_to_heal_is_not_healed(program, accounts):
    run = start(program)
    finish(run)

    assert heal_batch(run.pk, skip=0, limit=100, at=club.now()) is False
    assert heal_batch(-1, skip=0, limit=100, at=club.now()) is False

    assert not LoyaltyAccount.objects.filter(pending=0).exists()


@pytest.mark.django_db
def test_the_health_says_what_the_last_audit_found_and_whether_it_is_long_ago(program):
    def health(*, days=0):
        (found,) = audit_health([program.pk], at=club.now() + datetime.timedelta(days=days))
        return found.is_well, found.text.partition("; ")[2]

    assert audit_health([program.pk], at=club.now())[0].text == "never audited"
    finish(start(program))
    assert health() == (True, "nothing differs")
    assert health(days=3) == (False, "nothing differs; no audit has ended since")
    AuditRun.objects.update(counts={"SHORTFALL": 2})
    assert health() == (True, "2 SHORTFALL")
    AuditRun.objects.update(counts={"HASH_MISMATCH": 1, "SHORTFALL": 2})
    assert health() == (False, "1 HASH_MISMATCH; 2 SHORTFALL")
