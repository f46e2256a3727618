"""Background work. Each task takes the clock here, at the edge, and writes inside of the host's write context.

Tasks carry ids, never rows, and every one may run twice, late or never: the next run finds the same work.
"""

from __future__ import annotations

import logging

from celery import shared_task
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.utils import timezone

from .host import get_host
from .ledger import expire_due_lots, release_dead_reservations
from .orders import claim_reconciliation, reconcile_batch, settle_order_by_id

logger = logging.getLogger(__name__)

SWEEP_LIMIT = 500
"""Accounts or reservations in one run of a sweep."""
RECONCILE_LIMIT = 200
"""Orders in one run of the reconciliation; it sends the next run itself."""


@shared_task
def settle_order_task(order_id: str) -> None:
    """Settle one order. A failure is recorded on the order's record."""
    with get_host().write_context():
        settle_order_by_id(order_id, at=timezone.now())


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
