"""Orders: what they earn, what was spent on them, and what goes back when they change or end.

The verbs: ``settle_order`` (from facts), ``settle_order_by_id`` (reads the order, records a failure instead of
raising), ``record_failure``; ``preview_refund`` says what a refund would do; ``claim_reconciliation`` and
``reconcile_batch`` walk what changed. Points are moved by ``ledger/`` alone.
"""

from .failure import record_failure, settle_order_by_id
from .preview_refund import PlannedRefund, RefundPreview, preview_refund
from .rebuild_record import rebuild_order_record
from .reconciliation import BY_HAND, Claim, claim_reconciliation, reconcile_batch, release_reconciliation
from .settle_order import settle_order, settle_order_now

__all__ = [
    "BY_HAND",
    "Claim",
    "PlannedRefund",
    "RefundPreview",
    "claim_reconciliation",
    "preview_refund",
    "rebuild_order_record",
    "reconcile_batch",
    "record_failure",
    "release_reconciliation",
    "settle_order",
    "settle_order_by_id",
    "settle_order_now",
]
