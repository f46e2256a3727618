"""Audits of a program: begun, worked off in bounded steps by whoever holds the claim, and kept with what they found.

Three stages: the accounts (their ledger, their reservations, orders without a record, what memberships gave at their
start), the order records, the host's orders. No lock is held between steps, a step counts once (the statement that
moves the cursor asks for the claim and for the cursor before), and a run that was killed is gone on with. Memory is
bounded by a step. Held by ``tests/auditing/test_runs.py``.
"""

from __future__ import annotations

import datetime
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, Q

from ..errors import ProgramNotFound
from ..ledger import Actor, Finding, audit_range
from ..models import (
    AuditFinding,
    AuditRun,
    AuditStage,
    AuditStatus,
    LoyaltyAccount,
    LoyaltyProgram,
    ProgramStatus,
)
from .order_books import audit_records, find_orders_without_record
from .order_truth import audit_orders
from .reservations import find_overdue_reservations, find_reservations_ended_otherwise
from .start_points import find_start_point_faults
from .waking import wake_auditor

ACCOUNTS_PER_STEP = 200
RECORDS_PER_STEP = 1000
ORDERS_PER_STEP = 50
KEPT_OF_A_CODE = 200
"""Findings of one code that a run keeps; all are counted."""
RUNS_KEPT = 20
"""Runs of a program that are kept."""
CLAIM_LASTS = datetime.timedelta(minutes=10)
"""Longer than a step takes."""
ATTEMPTS_MAX = 5
"""Claims without a single step."""
EVERY = datetime.timedelta(hours=20)
"""How long after an audit began the next periodic one may begin."""
ORDERS_LOOK_BACK = datetime.timedelta(days=90)
"""How far back a run looks at the host's orders where nobody says how far."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """What one step did."""

    findings: Sequence[Finding]
    is_last: bool
    """Whether the run has ended, or is somebody else's now."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Page:
    """What a stage looked at in one step."""

    findings: Sequence[Finding]
    done: int
    cursor: str
    """How far the stage is; empty where it has come to its end."""


def start_audit(
    program_id: int,
    *,
    at: datetime.datetime,
    orders_since: datetime.datetime | None,
    actor: Actor | None = None,
    is_background: bool = True,
) -> AuditRun:
    """Begin an audit of the program; return the one under way, if there is one.

    Args:
        orders_since: the host's orders that changed at or after it are looked at; None: none is. Order records are all
            looked at in any case.
        is_background: a task works it off, which is sent when the running transaction commits.

    Raises ProgramNotFound.
    Writes: one row, and forgets all but the newest ``RUNS_KEPT`` runs. Idempotency: one run of a program at a time.
    """
    if not LoyaltyProgram.objects.filter(pk=program_id).exists():
        raise ProgramNotFound
    actor = actor or Actor()
    with transaction.atomic():
        try:
            with transaction.atomic():
                run = AuditRun.objects.create(
                    program_id=program_id,
                    orders_since=orders_since,
                    actor_kind=actor.kind,
                    actor_id=actor.id,
                    created_at=at,
                    progressed_at=at,
                )
        except IntegrityError:
            run = AuditRun.objects.get(program_id=program_id, status=AuditStatus.RUNNING)
        else:
            runs = AuditRun.objects.filter(program_id=program_id)
            kept = list(runs.order_by("-pk").values_list("pk", flat=True)[:RUNS_KEPT])
            runs.exclude(pk__in=kept).delete()
        if is_background:
            wake_auditor(run.pk)
    return run


def claim_audit(run_id: int, *, at: datetime.datetime, key: str = "") -> str | None:
    """Take the right to go on with a run, or renew it with the ``key`` of before. Returns the key.

    None where it has ended or somebody else holds it. One that was claimed too often without a step becomes FAILED.
    """
    runs = AuditRun.objects.filter(pk=run_id, status=AuditStatus.RUNNING)
    mine = runs.filter(claim=key) if key else runs.filter(Q(claimed_until=None) | Q(claimed_until__lte=at))
    claim = key or uuid.uuid4().hex
    attempts = F("attempts") if key else F("attempts") + 1
    if mine.filter(attempts__lt=ATTEMPTS_MAX).update(claim=claim, claimed_until=at + CLAIM_LASTS, attempts=attempts):
        return claim
    mine.filter(attempts__gte=ATTEMPTS_MAX).update(
        status=AuditStatus.FAILED, claim="", claimed_until=None, finished_at=at
    )
    return None


def release_audit(run_id: int, *, key: str) -> None:
    """Let the next worker go on at once."""
    AuditRun.objects.filter(pk=run_id, claim=key).update(claim="", claimed_until=None)


def step_audit(run_id: int, *, claim: str, at: datetime.datetime) -> Step:
    """Do the next step of a run; count what it finds and keep the first of each code.

    An error of the database is raised; nothing of the step counts then, and the next call does it again.
    Locks and writes: the run's row, at the end; in the last stage what settling an order locks, one at a time.
    """
    run = AuditRun.objects.filter(pk=run_id, claim=claim, status=AuditStatus.RUNNING).first()
    if run is None:
        return Step(findings=(), is_last=True)
    return _keep(run, _STAGES[AuditStage(run.stage)].look(run, at), at=at)


def find_stalled_audits(*, at: datetime.datetime, limit: int) -> list[int]:
    """Return the ids of runs that have not ended and that nobody works on, the oldest first."""
    runs = AuditRun.objects.filter(Q(claimed_until=None) | Q(claimed_until__lte=at), status=AuditStatus.RUNNING)
    return list(runs.order_by("pk").values_list("pk", flat=True)[:limit])


def due_audits(*, at: datetime.datetime) -> list[int]:
    """Return the ids of the programs, but for archived ones, of which no audit has begun for a day or nearly so."""
    recent = AuditRun.objects.filter(program_id=OuterRef("pk"), created_at__gt=at - EVERY)
    programs = LoyaltyProgram.objects.filter(~Exists(recent)).exclude(status=ProgramStatus.ARCHIVED)
    return list(programs.order_by("pk").values_list("pk", flat=True))


def _look_at_accounts(run: AuditRun, at: datetime.datetime) -> _Page:
    accounts = LoyaltyAccount.objects.filter(program_id=run.program_id, pk__gt=int(run.cursor or 0)).order_by("pk")
    ids = list(accounts.values_list("pk", flat=True)[:ACCOUNTS_PER_STEP])
    cursor = str(ids[-1]) if len(ids) == ACCOUNTS_PER_STEP else ""
    return _Page(findings=list(_findings_of_accounts(ids, at=at)) if ids else [], done=len(ids), cursor=cursor)


def _findings_of_accounts(ids: Sequence[int], *, at: datetime.datetime) -> Iterator[Finding]:
    yield from audit_range(ids, at=at)
    yield from find_overdue_reservations(ids, at=at)
    yield from find_reservations_ended_otherwise(ids)
    yield from find_orders_without_record(ids)
    yield from find_start_point_faults(ids, at=at)


def _look_at_records(run: AuditRun, at: datetime.datetime) -> _Page:
    page = audit_records(run.program_id, after_id=int(run.cursor or 0), limit=RECORDS_PER_STEP)
    cursor = str(page.last_id) if page.records == RECORDS_PER_STEP else ""
    return _Page(findings=page.findings, done=page.records, cursor=cursor)


def _look_at_orders(run: AuditRun, at: datetime.datetime) -> _Page:
    if run.orders_since is None:
        return _Page(findings=(), done=0, cursor="")
    page = audit_orders(run.program_id, since=run.orders_since, after_id=run.cursor, limit=ORDERS_PER_STEP, at=at)
    cursor = page.last_id if page.orders == ORDERS_PER_STEP else ""
    return _Page(findings=page.findings, done=page.orders, cursor=cursor)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Stage:
    look: Callable[[AuditRun, datetime.datetime], _Page]
    counter: str
    following: AuditStage


_STAGES = {
    AuditStage.ACCOUNTS: _Stage(look=_look_at_accounts, counter="accounts_done", following=AuditStage.RECORDS),
    AuditStage.RECORDS: _Stage(look=_look_at_records, counter="records_done", following=AuditStage.ORDERS),
    AuditStage.ORDERS: _Stage(look=_look_at_orders, counter="orders_done", following=AuditStage.DONE),
}


def _keep(run: AuditRun, page: _Page, *, at: datetime.datetime) -> Step:
    """Write down what the step found and how far the run is, unless somebody else has gone on."""
    counts = Counter(run.counts)
    kept = []
    for finding in page.findings:
        if counts[finding.code] < KEPT_OF_A_CODE:
            kept.append(_row_of(run, finding))
        counts[finding.code] += finding.count
    stage = _STAGES[AuditStage(run.stage)]
    following = run.stage if page.cursor else stage.following
    is_last = following == AuditStage.DONE
    changes = {
        "stage": following,
        "cursor": page.cursor,
        stage.counter: F(stage.counter) + page.done,
        "counts": dict(counts),
        "findings_count": sum(counts.values()),
        "progressed_at": at,
        "attempts": 0,
        "claimed_until": at + CLAIM_LASTS,
    }
    if is_last:
        changes |= {"status": AuditStatus.FINISHED, "claim": "", "claimed_until": None, "finished_at": at}
    with transaction.atomic():
        mine = AuditRun.objects.filter(
            pk=run.pk, claim=run.claim, status=AuditStatus.RUNNING, stage=run.stage, cursor=run.cursor
        )
        if not mine.update(**changes):
            return Step(findings=(), is_last=True)
        AuditFinding.objects.bulk_create(kept)
    return Step(findings=page.findings, is_last=is_last)


def _row_of(run: AuditRun, finding: Finding) -> AuditFinding:
    return AuditFinding(
        run_id=run.pk,
        code=finding.code,
        account_id=finding.account_id,
        transaction_id=finding.transaction_id,
        order_id=finding.order_id,
        message=finding.message,
        differences=finding.count,
    )
