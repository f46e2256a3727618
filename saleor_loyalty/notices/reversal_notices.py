"""Telling customers that points of an order were taken back, and why, after it is committed.

Only where the order was refunded or ended: what is undone because a delivery is undone comes again with it. It is a
hint, sent once: where it is lost, the customer's log says the same.
Held by ``tests/notices/test_reversal_notices.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..models import LoyaltyTransaction, TransactionType
from .letters import Letter
from .send_notices import tell

POINTS_TAKEN_BACK = "loyalty_points_taken_back"
REASONS = ("ORDER_ENDED", "REFUNDED", "MONEY_REFUNDED")
"""The lines of a reversal's receipt that are told of, the first that there is."""


def tell_reversal(transaction_id: int) -> bool:
    """Tell the customer of this reversal through the host's notifications. Returns whether anybody was told.

    Raises what the host's notifications raise. Cost: two statements, and those of the host.
    """
    rows = LoyaltyTransaction.objects.filter(pk=transaction_id, type=TransactionType.REVERSE)
    row = rows.select_related("account__program").first()
    reason = _reason_of(row.receipt) if row is not None else ""
    if row is None or not reason:
        return False
    letter = Letter(
        account=row.account,
        event=POINTS_TAKEN_BACK,
        subject="RECEIPT_SUMMARY_REVERSED",
        body="NOTICE_TAKEN_BACK",
        facts={"points": -row.points},
        payload={"points": -row.points, "order_id": row.order_id, "reason": reason},
        reason=f"RECEIPT_{reason}",
    )
    return tell(letter, by_email=False)


def _reason_of(receipt: Mapping[str, Any] | None) -> str:
    codes = {line["code"] for line in (receipt or {}).get("lines", ())}
    return next((reason for reason in REASONS if reason in codes), "")
