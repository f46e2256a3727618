"""Mending what an audit found, as far as it can be mended: first said, then done.

A step of the plan is about one account or one order. Saying what it would do is doing it and undoing it, so that the
plan is what happens. Every step may be done again: done twice it changes nothing. A row of the ledger is never
changed: a broken chain stays broken, and the audit keeps saying it. Held by ``tests/auditing/test_healing.py``.
"""

from __future__ import annotations

import datetime
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from ..errors import LoyaltyException
from ..host import get_host
from ..ledger import Finding, LedgerInconsistent, rebuild_projection, release_reservation
from ..lock_objects import order_record_qs_select_for_update
from ..models import AuditFinding, LoyaltyTransaction
from ..orders import rebuild_order_record, settle_order_now
from .codes import Remedy, remedy_of
from .reservations import overdue_reservations

logger = logging.getLogger(__name__)


class _Obstacle(Exception):
    """A step that has nothing to work with."""


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class HealingStep:
    """One thing to do, about an account or an order."""

    rank: int
    """Accounts come first, then reservations, then orders."""
    account_id: int = 0
    order_id: str = ""

    @property
    def remedy(self) -> Remedy:
        return list(Remedy)[self.rank]


@dataclass(frozen=True, kw_only=True, slots=True)
class Healing:
    """What a step did, or would do."""

    step: HealingStep
    texts: tuple[str, ...]
    """What was changed; empty where nothing had to be."""
    obstacle: str = ""
    """Why it could not be done; then nothing was."""


def plan_healing(findings: Iterable[Finding]) -> list[HealingStep]:
    """Return what to do about the findings, each thing once, in the order in which it is done. Cost: no statement."""
    steps = set()
    for finding in findings:
        remedy = remedy_of(finding)
        if remedy is Remedy.SETTLE_ORDER:
            steps.add(HealingStep(rank=_rank(remedy), order_id=finding.order_id))
        elif remedy is not None and finding.account_id is not None:
            steps.add(HealingStep(rank=_rank(remedy), account_id=finding.account_id))
    return sorted(steps)


def kept_findings(run_id: int) -> Iterator[Finding]:
    """Yield what a run found, as far as it was kept."""
    for row in AuditFinding.objects.filter(run_id=run_id).order_by("pk").iterator():
        yield Finding(row.code, row.account_id, row.transaction_id, row.message, row.order_id, row.differences)


def preview_step(step: HealingStep, *, at: datetime.datetime) -> Healing:
    """Return what the step would do. Nothing stays written; locks are held meanwhile, as by doing it."""
    with transaction.atomic():
        healing = heal_step(step, at=at)
        transaction.set_rollback(True)
    return healing


def heal_step(step: HealingStep, *, at: datetime.datetime) -> Healing:
    """Do the step; where it cannot be done, change nothing and say why.

    Locks and writes: one atomic block; those of ``rebuild_projection``, ``release_reservation``,
    ``rebuild_order_record`` and ``settle_order``. Idempotency: a second call changes nothing.
    """
    try:
        with transaction.atomic():
            return Healing(step=step, texts=tuple(_DO[step.remedy](step, at)))
    except (LedgerInconsistent, LoyaltyException, _Obstacle) as error:
        return Healing(step=step, texts=(), obstacle=str(error))
    except IntegrityError as error:
        constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        return Healing(step=step, texts=(), obstacle=f"The rows contradict each other ({constraint}).")
    except Exception as error:  # whatever it is, it must not stop the steps after it
        logger.exception("What the audit found cannot be mended: %s", step)
        return Healing(step=step, texts=(), obstacle=f"{type(error).__name__}; see the log.")


def _rank(remedy: Remedy) -> int:
    return list(Remedy).index(remedy)


def _rebuild_account(step: HealingStep, at: datetime.datetime) -> Iterator[str]:
    for name, (old, new) in rebuild_projection(step.account_id, at=at).items():
        yield f"{name}: {old} -> {new}"


def _release_reservations(step: HealingStep, at: datetime.datetime) -> Iterator[str]:
    # Without the moment: what is past its deadline must count as due, whatever the account says.
    rebuild_projection(step.account_id)
    for reservation in list(overdue_reservations(at=at).filter(account_id=step.account_id)):
        if release_reservation(reservation.pk, at=at):
            yield f"reservation {reservation.pk}: {reservation.points} points are free again"


def _settle_order(step: HealingStep, at: datetime.datetime) -> Iterator[str]:
    # The host's order and its record are locked before the account, as settling does.
    get_host().order_facts(step.order_id, for_update=True)
    record = order_record_qs_select_for_update().filter(order_id=step.order_id).first()
    if record is not None and record.account_id is not None:
        # Nothing is posted to an account whose numbers are wrong, or cannot be right.
        yield from _rebuild_account(HealingStep(rank=0, account_id=record.account_id), at)
    rebuilt = rebuild_order_record(step.order_id, at=at)
    if rebuilt is None:
        raise _Obstacle(f"There is nothing to make the record of order {step.order_id} from.")
    for name, (old, new) in rebuilt.items():
        yield f"record of order {step.order_id}, {name}: {old} -> {new}"
    rows = LoyaltyTransaction.objects.filter(order_id=step.order_id)
    last = rows.order_by("-pk").values_list("pk", flat=True).first() or 0
    settle_order_now(step.order_id, at=at)
    for kind, points in rows.filter(pk__gt=last).order_by("pk").values_list("type", "points"):
        yield f"order {step.order_id}: {kind} {points:+}"


_DO = {
    Remedy.REBUILD_ACCOUNT: _rebuild_account,
    Remedy.RELEASE_RESERVATIONS: _release_reservations,
    Remedy.SETTLE_ORDER: _settle_order,
}
