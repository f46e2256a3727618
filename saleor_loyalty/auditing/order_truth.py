"""The audit of orders against the host's: is everything that an order calls for in the ledger?

There is no second opinion on what an order should move: the order is settled as any hook would settle it, and that is
undone. What would have been written is the finding. Nothing stays written, and an order that is as it should be is
not written to in between; locks are held for the time of one settlement.

A change that was made a moment ago may still be on its way to us (a task in a queue, a reconciliation that comes every
quarter of an hour): what differs of an order that changed within ``GRACE`` is not reported.
"""

from __future__ import annotations

import datetime
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max

from ..host import get_host
from ..ledger import Finding
from ..models import LoyaltyTransaction, OrderRecord
from ..orders import settle_order_now

logger = logging.getLogger(__name__)

GRACE = datetime.timedelta(minutes=30)
_POSTED = {
    "EARN": ("AWARD_MISSING", "{points} points should have been awarded."),
    "REVERSE": ("REVERSAL_MISSING", "{points} points should have been taken back."),
    "REDEEM": ("REDEMPTION_MISSING", "{points} points should have been taken for its discount."),
    "RETURN": ("RETURN_MISSING", "{points} spent points should have been returned."),
}
_COMPARED = (
    "account_id",
    "state",
    "awarded",
    "reversed",
    "unrecovered",
    "redeemed",
    "returned",
    "forfeited",
    "refund_excess",
    "failed_at",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class OrdersPage:
    """What is wrong in one page of the host's orders."""

    findings: list[Finding]
    orders: int
    last_id: str
    """The last order of the page; empty where there was none."""


def audit_orders(
    program_id: int, *, since: datetime.datetime, after_id: str, limit: int, at: datetime.datetime
) -> OrdersPage:
    """Settle the next ``limit`` orders that changed at or after ``since`` and undo it; report those of the program.

    Cost: what settling the orders costs, and two statements for each.
    """
    changed = get_host().changed_orders(since=since, after_id=after_id, limit=limit, once=True)
    settled = [order_id for changed_at, order_id in changed if changed_at <= at - GRACE]
    findings = [finding for order_id in settled for finding in audit_order(order_id, program_id=program_id, at=at)]
    return OrdersPage(findings=findings, orders=len(changed), last_id=changed[-1][1] if changed else "")


def audit_order(order_id: str, *, program_id: int, at: datetime.datetime) -> list[Finding]:
    """Return what settling the order now would do, if it is the program's; nothing stays done."""
    try:
        with transaction.atomic():
            findings = list(_settle_and_compare(order_id, program_id=program_id, at=at))
            transaction.set_rollback(True)
            return findings
    except Exception as error:  # an order that cannot be settled is a finding, and the others are looked at
        logger.warning("Order %s cannot be settled.", order_id, exc_info=error)
        record = OrderRecord.objects.filter(order_id=order_id).first()
        if record is not None and record.program_id != program_id:
            return []
        message = f"Order {order_id}: settling it fails with {type(error).__name__}."
        account_id = record.account_id if record is not None else None
        return [Finding("SETTLEMENT_FAILED", account_id, None, message, order_id=order_id)]


def _settle_and_compare(order_id: str, *, program_id: int, at: datetime.datetime) -> Iterator[Finding]:
    before = OrderRecord.objects.filter(order_id=order_id).order_by("pk").values(*_COMPARED).first()
    last_id = LoyaltyTransaction.objects.filter(order_id=order_id).aggregate(last=Max("pk"))["last"] or 0
    if before is None and last_id:
        return  # its record was deleted: the audit of the accounts says so
    record = settle_order_now(order_id, at=at)
    if record is None or record.program_id != program_id:
        return
    if before == {name: getattr(record, name) for name in _COMPARED}:
        return
    posted = LoyaltyTransaction.objects.filter(order_id=order_id, pk__gt=last_id).order_by("pk")
    rows = list(posted.values("type", "points"))
    # An account that only this settlement opened is undone with it.
    is_known = record.account is not None and record.account.created_at < at
    account_id = record.account_id if is_known else None
    for code, message in _differences(rows, before=before, record=record):
        yield Finding(code, account_id, None, f"Order {order_id}: {message}", order_id=order_id)


def _differences(
    rows: Sequence[Mapping[str, Any]], *, before: dict[str, Any] | None, record: OrderRecord
) -> Iterator[tuple[str, str]]:
    if before is not None and before["failed_at"] is not None:
        yield "SETTLEMENT_FAILED", f"settling it failed at {before['failed_at'].isoformat()}; it would not fail now."
        return
    for row in rows:
        code, message = _POSTED[row["type"]]
        yield code, message.format(points=abs(row["points"]))
    if rows:
        return
    if before is None:
        yield "ORDER_NOT_SEEN", f"it was never seen; it is {record.state} and earns {record.earnable} points."
        return
    changed = [name for name in _COMPARED if before[name] != getattr(record, name)]
    yield "RECORD_OUTDATED", f"its record should say otherwise of {', '.join(changed)}."
