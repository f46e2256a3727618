"""Asks the domain to settle an order: at once for a new one, else in a task. Never raises into Saleor."""

from __future__ import annotations

import logging
from typing import Any

from django.db import transaction
from django.utils import timezone

logger = logging.getLogger(__name__)


def settle_new_order(order: Any) -> None:
    """Settle in this process. A failure is recorded, and the task tries again."""
    from ..orders import record_failure, settle_order_by_id

    order_id, at = str(order.pk), timezone.now()
    try:
        # The block is a savepoint where the caller has a transaction: a database error must not break the sale.
        with transaction.atomic():
            settle_order_by_id(order_id, at=at)
    except Exception as error:
        logger.exception("Order %s could not be settled.", order_id)
        try:
            with transaction.atomic():
                record_failure(order_id, error=error, at=at)
        except Exception:
            logger.exception("The failure to settle order %s could not be recorded.", order_id)
        schedule_settlement(order.pk)


def schedule_settlement(order_pk: Any) -> None:
    """Send one settlement task when the current transaction, if any, is committed."""
    transaction.on_commit(lambda: _send(str(order_pk)))


def _send(order_id: str) -> None:
    from ..tasks import settle_order_task

    try:
        settle_order_task.delay(order_id)
    except Exception:
        # No broker: the reconciliation finds the order by its time of change.
        logger.exception("The settlement of order %s could not be sent.", order_id)
