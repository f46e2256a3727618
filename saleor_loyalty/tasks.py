"""Background work. Each task takes the clock here, at the edge, and writes inside of the host's write context.

Tasks carry ids, never rows, and every one may run twice, late or never: the next run finds the same work.
"""

from __future__ import annotations

import logging

from celery import shared_task
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.utils import timezone

from .analytics import roll_up
from .host import get_host
from .ledger import expire_due_lots, release_dead_reservations
from .models import LoyaltyProgram
from .orders import claim_reconciliation, reconcile_batch, settle_order_by_id

logger = logging.getLogger(__name__)

SWEEP_LIMIT = 500
"""Accounts or reservations in one run of a sweep."""
RECONCILE_LIMIT = 200
"""Orders in one run of the reconciliation; it sends the next run itself."""
ROLL_UP_LIMIT = 20_000
"""Transactions of each program in one run of the roll-up; it sends the next run itself."""


@shared_task
def settle_order_task(order_id: str) -> None:
    """Settle one order. A failure is recorded on the order's record."""
    with get_host().write_context():
        settle_order_by_id(order_id, at=timezone.now())


@shared_task
def roll_up_statistics_task(limit: int = ROLL_UP_LIMIT) -> int:
    """Count new transactions into the daily statistics of every program, in batches. Returns how many were counted.

    Reports are exact without it; it keeps them fast.
    """
    with get_host().write_context():
        program_ids = list(LoyaltyProgram.objects.values_list("pk", flat=True))
        runs = [roll_up(program_id, at=timezone.now(), limit=limit) for program_id in program_ids]
    if not all(run.is_complete for run in runs):
        roll_up_statistics_task.delay(limit=limit)
    return sum(run.transactions for run in runs)


@shared_task
def expire_lots_task(limit: int = SWEEP_LIMIT) -> int:
    """Mature and expire what is due, in batches until nothing is due. Returns how many accounts were touched."""
    with get_host().write_context():
        count = expire_due_lots(at=timezone.now(), limit=limit)
    if count >= limit:
        expire_lots_task.delay(limit=limit)
    return count


@shared_task
def release_reservations_task(limit: int = SWEEP_LIMIT) -> int:
    """Free reservations past their deadline, in batches. Returns how many were freed."""
    with get_host().write_context():
        count = release_dead_reservations(at=timezone.now(), limit=limit)
    if count >= limit:
        release_reservations_task.delay(limit=limit)
    return count


@shared_task
def reconcile_orders_task(claim: str = "", limit: int = RECONCILE_LIMIT) -> int:
    """Settle the orders whose settlement failed and those that changed since the last walk, one batch a run.

    A full batch sends the next run, with the ``claim`` of this walk; without one a walk begins, unless another is
    under way. Returns how many orders were looked at. Settling an order that is settled writes nothing.
    """
    now = timezone.now()
    with get_host().write_context():
        taken = claim_reconciliation(at=now, key=claim)
        if taken is None:
            return 0
        batch = reconcile_batch(taken, limit=limit, at=now)
    if batch.has_more:
        reconcile_orders_task.delay(claim=taken.key, limit=limit)
    return batch.orders


class _Settlement:
    """The on-commit callback of one order; an object, so that a second request for the same order is recognized."""

    def __init__(self, order_id: str) -> None:
        self.order_id = order_id

    def __call__(self) -> None:
        try:
            settle_order_task.delay(self.order_id)
        except Exception:
            # Without a broker the sale stands, and the reconciliation finds the order.
            logger.exception("The settlement of order %s could not be sent.", self.order_id)


def schedule_settlement(order_id: str, *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Send ``settle_order_task`` when the running transaction commits, at most once for each order. Never raises."""
    connection = connections[using]
    surviving = set(connection.savepoint_ids)
    for savepoint_ids, callback, *_ in connection.run_on_commit:
        is_same = isinstance(callback, _Settlement) and callback.order_id == order_id
        # One that was asked for in a savepoint which may still be rolled back without us is not enough.
        if is_same and set(savepoint_ids) <= surviving:
            return
    transaction.on_commit(_Settlement(order_id), using=using)
