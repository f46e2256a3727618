"""Keeping a failure to settle, so that a bug in loyalty never breaks a sale and is never lost.

It never raises into the host. A failure is kept on the order's record, outside of the atomic block that failed;
``reconcile_orders_task`` finds it there and ``settle_order`` clears it when it succeeds.
"""

from __future__ import annotations

import datetime
import logging

from django.db import transaction

from ..host import get_host
from ..models import OrderRecord, ProgramChannel
from .records import insert_order_record, lock_order_record, new_order_record
from .settle_order import settle_order_now

logger = logging.getLogger(__name__)

FAILURE_LENGTH_MAX = 2000


def settle_order_by_id(order_id: str, *, at: datetime.datetime) -> OrderRecord | None:
    """Settle the order as it is now; a failure is recorded instead of raised.

    For hooks and tasks: returns the record, or None where the order is gone, is of no program, or failed.
    """
    return try_to_settle(order_id, at=at)[0]


def try_to_settle(order_id: str, *, at: datetime.datetime) -> tuple[OrderRecord | None, Exception | None]:
    """Settle the order as it is now. Returns its record, and the failure, which is recorded instead of raised."""
    try:
        return settle_order_now(order_id, at=at), None
    except Exception as error:  # noqa: BLE001  (whatever it is must not break the host's sale; it is kept and logged)
        record_failure(order_id, error=error, at=at)
        return None, error


def record_failure(
    order_id: str,
    *,
    error: BaseException,
    at: datetime.datetime,
    order_number: str = "",
    channel: str = "",
    currency: str = "",
) -> None:
    """Keep and log that the order could not be settled. Never raises.

    Where the order has no record yet one is opened for it in its channel's program, so that the reconciliation finds
    it again; what is not given of the order is read from the host. Call it after the failed atomic block has ended;
    inside an outer one it writes in a savepoint of its own.
    """
    logger.error("Loyalty could not settle order %s.", order_id, exc_info=error)
    try:
        with transaction.atomic():
            record = lock_order_record(order_id)
            if record is None and not channel:
                facts = get_host().order_facts(order_id)
                if facts is not None:
                    order_number, channel, currency = facts.number, facts.channel, facts.currency
            if record is None:
                record = _open_record(order_id, order_number=order_number, channel=channel, currency=currency, at=at)
            if record is not None:
                record.failure = f"{type(error).__name__}: {error}"[:FAILURE_LENGTH_MAX]
                record.failed_at = at
                record.save(update_fields=["failure", "failed_at"])
    except Exception:  # (the log above is then all that can be kept; the reconciliation still walks the order)
        logger.exception("The failure of order %s could not be recorded.", order_id)


def _open_record(
    order_id: str, *, order_number: str, channel: str, currency: str, at: datetime.datetime
) -> OrderRecord | None:
    row = (
        ProgramChannel.objects.filter(channel_slug=channel, is_active=True)
        .values_list("program_id", "program__published_version_id", "currency")
        .first()
    )
    if row is None or row[1] is None:
        return None
    return insert_order_record(
        new_order_record(
            order_id=order_id,
            order_number=order_number,
            channel=channel,
            currency=currency or row[2],
            program_id=row[0],
            program_version_id=row[1],
            at=at,
        )
    )
